"""Row 13: after a restart of the database 1, 2 and 5 still hold."""

from __future__ import annotations

import threading
import time
from random import Random
from typing import Any, NamedTuple

from .. import generator, oracle
from ..row import Outcome, Row
from ..system import ChaosSystem
from ..webhooks import Sender
from .duplicates import OPENING

RESUME = 15.0
# Until all that was accepted before is applied: a lane that is left behind needs the
# minute after which queue_job looks for dead jobs, a busy machine less.
STUCK = 60.0


class Return(NamedTuple):
    """Seconds after the database was back.

    :ivar resumed: until the first effect
    :ivar through: until all that was accepted before the crash was applied
    """

    resumed: float
    through: float


def _send_aside(sender: Sender, groups: list) -> threading.Thread:
    sending = threading.Thread(target=sender.send_groups, args=(groups, 4), daemon=True)
    sending.start()
    return sending


def play(system: ChaosSystem, numbers: dict[str, Any], chance: Random) -> Outcome:
    """Crash PostgreSQL amid stock movements; see the drain come back."""
    backend = system.make_backend("row 13")
    prefix = f"r{chance.randrange(10**6)}"
    skus = [f"{prefix}-SKU{n}" for n in range(numbers["skus"])]
    system.client.call("chaos.driver", "make_products", skus, OPENING)
    posts = generator.movements(chance, prefix, skus, numbers["posts"])
    groups = generator.disturbed(chance, posts, 0.2)
    name = "row13-answers"
    sender = Sender(backend.url, system.history, name)
    sending = _send_aside(sender, groups)
    resumes = [
        _crash(system, sender, name, prefix, len(posts) * (n + 1) // (crashes + 1))
        for crashes in (numbers["crashes"],)
        for n in range(crashes)
    ]
    sending.join(300)
    system.books.wait_until(
        lambda: len(system.books.moved(prefix)) >= len(posts), numbers["patience"]
    )
    answers = system.history.read(name)
    acknowledged = oracle.acknowledged(answers)
    moved = system.books.moved(prefix)
    outcome = Outcome(
        {
            "posts": len(answers),
            "acknowledged": len(acknowledged),
            "moves": len(moved),
            "postgres_crashes": len(resumes),
            "resume_worst_s": round(max(r.resumed for r in resumes), 2),
            "backlog_through_worst_s": round(max(r.through for r in resumes), 2),
        }
    )
    wanted = oracle.sums((p.data["sku"], p.data["quantity"]) for p in posts)
    outcome.complaints += oracle.never_lost(
        acknowledged, system.books.stored_ids(backend.id)
    )
    outcome.complaints += oracle.exactly_once(
        [p.id for p in posts], [m[0] for m in moved]
    )
    outcome.complaints += oracle.same(
        "stock sums",
        {sku: OPENING - wanted.get(sku, 0) for sku in skus},
        system.books.stock(skus),
    )
    slow = [r for r in resumes if r.resumed > RESUME]
    outcome.demand(not slow, f"{len(slow)} times it took over {RESUME:.0f} s to resume")
    left = [r for r in resumes if r.through > STUCK]
    outcome.demand(not left, f"{len(left)} times a lane was left for a minute")
    return outcome


def _crash(
    system: ChaosSystem, sender: Sender, name: str, prefix: str, at: int
) -> Return:
    """Crash at this progress, and see the drain come back."""
    while sender.done < at:
        time.sleep(0.02)
    accepted = oracle.acknowledged(system.history.read(name))
    system.cluster.crash()
    up = system.cluster.start()
    system.history.write("postgres", up=up)
    before = len(system.books.moved(prefix))
    resumed = system.books.wait_until(
        lambda: len(system.books.moved(prefix)) > before, 120, 0.2
    )
    first = time.time() - up if resumed else 999.0

    def is_through() -> bool:
        return accepted <= {move[0] for move in system.books.moved(prefix)}

    through = system.books.wait_until(is_through, 120, 0.2)
    return Return(first, time.time() - up if through else 999.0)


ROW = Row(
    13,
    "Database restart",
    play,
    quick={"posts": 240, "skus": 50, "crashes": 1, "patience": 90},
    full={"posts": 4000, "skus": 50, "crashes": 10, "patience": 300},
    tiny={"posts": 40, "skus": 8, "crashes": 1, "patience": 90},
)
