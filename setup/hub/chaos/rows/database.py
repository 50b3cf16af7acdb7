"""Row 13: after a restart of the database 1, 2 and 5 still hold."""

from __future__ import annotations

import threading
import time
from random import Random
from typing import Any

from .. import generator, oracle
from ..row import Outcome, Row
from ..system import ChaosSystem
from ..webhooks import Sender
from .duplicates import OPENING

RESUME = 15.0


def play(system: ChaosSystem, numbers: dict[str, Any], chance: Random) -> Outcome:
    """Crash PostgreSQL amid stock movements; time until the drain is through."""
    backend = system.make_backend("row 13")
    prefix = f"r{chance.randrange(10**6)}"
    skus = [f"{prefix}-SKU{n}" for n in range(numbers["skus"])]
    system.client.call("chaos.driver", "make_products", skus, OPENING)
    posts = generator.movements(chance, prefix, skus, numbers["posts"])
    groups = generator.disturbed(chance, posts, 0.2)
    name = "row13-answers"
    sender = Sender(backend.url, system.history, name)
    sending = threading.Thread(target=sender.send_groups, args=(groups, 4), daemon=True)
    sending.start()
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
            "resume_worst_s": round(max(resumes), 2),
            "resumes_s": [round(seconds, 1) for seconds in resumes],
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
    slow = [seconds for seconds in resumes if seconds > RESUME]
    outcome.demand(not slow, f"{len(slow)} times it took over {RESUME:.0f} s to resume")
    return outcome


def _crash(
    system: ChaosSystem, sender: Sender, name: str, prefix: str, at: int
) -> float:
    """Crash at this progress; seconds until what was accepted before is applied."""
    while sender.done < at:
        time.sleep(0.02)
    accepted = oracle.acknowledged(system.history.read(name))
    system.cluster.crash()
    up = system.cluster.start()
    system.history.write("postgres", up=up)

    def is_through() -> bool:
        return accepted <= {move[0] for move in system.books.moved(prefix)}

    through = system.books.wait_until(is_through, 120, 0.2)
    return time.time() - up if through else 999.0


ROW = Row(
    13,
    "Database restart",
    play,
    quick={"posts": 240, "skus": 50, "crashes": 1, "patience": 90},
    full={"posts": 4000, "skus": 50, "crashes": 10, "patience": 300},
    tiny={"posts": 40, "skus": 8, "crashes": 1, "patience": 90},
)
