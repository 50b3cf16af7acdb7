"""Row 13: after a restart of the database 1, 2 and 5 still hold.

The promise says that the drain resumes within 15 s. Read strictly that is not only the
first effect: everything that was accepted before the crash is applied within 15 s, or,
where that is more than can be worked off in this time, every lane with such work goes
on within 15 s and never rests as long again until it is done. The second is judged, for
each lane: it holds whenever the first does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from random import Random
from typing import Any, NamedTuple

from .. import generator, oracle
from ..row import Outcome, Row
from ..system import Backend, ChaosSystem
from ..webhooks import Post, Sender
from .duplicates import OPENING

RESUME = 15.0
# Seconds after which the work counts as not coming back at all.
PATIENCE = 120
# Every move: its lane, its reference and when it was committed.
COMMITS = (
    "select g.lane_id, m.origin,"
    " extract(epoch from pg_xact_commit_timestamp(m.xmin))::float"
    " from stock_move m join logistics_message g"
    " on g.backend_id = %s and g.external_id = m.origin"
    " where m.state = 'done' and m.origin like %s"
)


class Return(NamedTuple):
    """Seconds after the database was back.

    :ivar resumed: until the first effect
    :ivar through: until all that was accepted before the crash was applied
    :ivar standstill: longest time a lane with such work had no effect
    """

    resumed: float
    through: float
    standstill: float


STUCK = Return(999.0, 999.0, 999.0)


def play(system: ChaosSystem, numbers: dict[str, Any], chance: Random) -> Outcome:
    """Crash PostgreSQL during stock movements; see the drain come back."""
    backend = system.make_backend("row 13")
    prefix = f"r{chance.randrange(10**6)}"
    skus = [f"{prefix}-SKU{n}" for n in range(numbers["skus"])]
    system.client.call("chaos.driver", "make_products", skus, OPENING)
    posts = generator.movements(chance, prefix, skus, numbers["posts"])
    groups = generator.disturbed(chance, posts, 0.2)
    name = "row13-answers"
    sender = Sender(backend.url, system.history, name)
    parts = _split(groups, numbers["crashes"])
    returns = [_send_and_crash(system, backend, sender, prefix, p) for p in parts]
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
            "postgres_crashes": len(returns),
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
    _check_returns(outcome, returns)
    return outcome


def _check_returns(outcome: Outcome, returns: list[Return]) -> None:
    outcome.figures.update(
        resume_worst_s=round(max(r.resumed for r in returns), 2),
        backlog_through_worst_s=round(max(r.through for r in returns), 2),
        lane_standstill_worst_s=round(max(r.standstill for r in returns), 2),
    )
    slow = [r for r in returns if r.resumed > RESUME]
    outcome.demand_time(
        not slow, f"{len(slow)} times it took over {RESUME:.0f} s to resume"
    )
    still = [r for r in returns if r.standstill > RESUME]
    outcome.demand_time(
        not still, f"{len(still)} times a lane did not move for over {RESUME:.0f} s"
    )


def _split(groups: list[list[Post]], count: int) -> list[list[list[Post]]]:
    """Cut them into so many parts of nearly the same length."""
    cuts = [len(groups) * n // count for n in range(count + 1)]
    return [groups[a:b] for a, b in zip(cuts, cuts[1:], strict=False)]


def _send_and_crash(
    system: ChaosSystem,
    backend: Backend,
    sender: Sender,
    prefix: str,
    groups: list[list[Post]],
) -> Return:
    """Send; crash when a quarter of it is applied; see the drain come back.

    Each crash has work of its own: the return from one lasts until all that was
    accepted before it is applied, and then there is nothing left to come back to.
    """
    before = len(system.books.moved(prefix))
    at = before + sum(map(len, groups)) / 4
    sending = threading.Thread(target=sender.send_groups, args=(groups, 4), daemon=True)
    sending.start()
    if not system.books.wait_until(
        lambda: len(system.books.moved(prefix)) >= at, PATIENCE, 0.1
    ):
        return STUCK
    result = _crash(system, backend, sender, prefix)
    sending.join(300)
    return result


def _crash(
    system: ChaosSystem, backend: Backend, sender: Sender, prefix: str
) -> Return:
    """Crash now, and see the drain come back."""
    accepted = oracle.acknowledged(system.history.read(sender.name))
    system.cluster.crash()
    up = system.cluster.start()
    system.history.write("postgres", up=up)
    before = len(system.books.moved(prefix))
    resumed = system.books.wait_until(
        lambda: len(system.books.moved(prefix)) > before, PATIENCE, 0.2
    )
    first = time.time() - up if resumed else STUCK.resumed

    def is_through() -> bool:
        return accepted <= {move[0] for move in system.books.moved(prefix)}

    if not system.books.wait_until(is_through, PATIENCE, 0.2):
        return Return(first, *STUCK[1:])
    through = time.time() - up
    commits = system.books.rows(COMMITS, backend.id, f"{prefix}-%")
    return Return(first, through, longest_standstill(commits, accepted, up))


def longest_standstill(
    commits: Iterable[tuple[int, str, float]], accepted: set[str], up: float
) -> float:
    """Longest time without an effect in a lane that still had accepted work.

    :param commits: lane, reference and time of every effect
    """
    times: dict[int, list[float]] = {}
    last: dict[int, float] = {}
    for lane, reference, moment in commits:
        if moment <= up:
            continue
        times.setdefault(lane, [up]).append(moment)
        if reference in accepted:
            last[lane] = max(last.get(lane, up), moment)
    longest = 0.0
    for lane, end in last.items():
        moments = sorted(t for t in times[lane] if t <= end)
        pairs = zip(moments, moments[1:], strict=False)
        longest = max([longest, *(later - earlier for earlier, later in pairs)])
    return longest


ROW = Row(
    13,
    "Database restart",
    play,
    quick={"posts": 240, "skus": 50, "crashes": 1, "patience": 90},
    full={"posts": 4000, "skus": 50, "crashes": 10, "patience": 300},
    tiny={"posts": 40, "skus": 8, "crashes": 1, "patience": 90},
)
