"""Row 7: backoff with jitter; Retry-After is obeyed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from random import Random
from typing import Any

from .. import generator, oracle
from ..ledger import Ledger
from ..row import Outcome, Row
from ..system import ChaosSystem
from ..webhooks import Sender

# How late an attempt may be: a tenth of its wait, and what a started process, the
# whole seconds of a job's date and a turn of the timer need.
LATE_SHARE, LATE_SECONDS = 0.1, 3.0
JITTER = 0.1
BUCKET = 0.1
RETRY_AFTER = 6
REDONE_SECONDS = 1.0


def play(system: ChaosSystem, numbers: dict[str, Any], chance: Random) -> Outcome:
    """Facts that fail every time, and a partner that says when to come back."""
    outcome = Outcome()
    attempts = _fail(system, numbers, chance)
    _check_schedule(outcome, attempts, numbers)
    _check_retry_after(system, outcome, numbers, chance)
    return outcome


def _fail(
    system: ChaosSystem, numbers: dict[str, Any], chance: Random
) -> dict[str, list[float]]:
    """Times of the attempts of each fact, noted by its handler."""
    backend = system.make_backend("row 7")
    system.set_type(
        "chaos_fact", retry_delay=numbers["base"], max_attempts=numbers["attempts"]
    )
    posts = generator.facts(
        chance,
        f"b{chance.randrange(10**6)}",
        numbers["facts"],
        1,
        numbers["facts"],
        "transient",
    )
    Sender(backend.url, system.history, "row7-answers").send_all(posts, threads=8)
    waits = [numbers["base"] * 2**n for n in range(numbers["attempts"] - 1)]
    system.books.wait_until(
        lambda: system.books.states(backend.id).get("dead", 0) >= len(posts),
        sum(waits) * 1.3 + 60,
        0.5,
    )
    system.set_type("chaos_fact", retry_delay=1, max_attempts=5)
    lines = [a for a in system.history.read("attempts") if a["backend"] == backend.id]
    return {post.id: _attempts(lines, post.id) for post in posts}


def _attempts(lines: list[dict], id_: str) -> list[float]:
    """Times of the attempts of one fact.

    A transaction that lost against another one is begun anew at once by the same
    process: that is one attempt, and counts once in the product as well.
    """
    times: list[float] = []
    before = None
    for line in sorted((a for a in lines if a["id"] == id_), key=lambda a: a["t"]):
        redone = before and before["pid"] == line["pid"]
        if not redone or line["t"] - before["t"] > REDONE_SECONDS:
            times.append(line["t"])
        before = line
    return times


def _check_schedule(
    outcome: Outcome, attempts: dict[str, list[float]], numbers: dict[str, Any]
) -> None:
    wrong = [
        id_ for id_, times in attempts.items() if len(times) != numbers["attempts"]
    ]
    outcome.demand(not wrong, f"{len(wrong)} facts were not tried as often as told")
    early = late = 0
    worst, jitters, spikes = 0.0, [], []
    for number in range(1, numbers["attempts"]):
        wait = numbers["base"] * 2 ** (number - 1)
        gaps = [t[number] - t[number - 1] for t in attempts.values() if len(t) > number]
        early += sum(gap < wait for gap in gaps)
        latest = wait * (1 + JITTER) * (1 + LATE_SHARE) + LATE_SECONDS
        late += sum(gap > latest for gap in gaps)
        worst = max([worst, *(gap - wait * (1 + JITTER) for gap in gaps)])
        jitters.append(round(max(gaps, default=0) - min(gaps, default=0), 2))
        spikes.append(
            _largest_bucket(t[number] for t in attempts.values() if len(t) > number)
        )
    outcome.figures.update(
        facts=len(attempts),
        attempts=sum(map(len, attempts.values())),
        early=early,
        late=late,
        worst_lateness_s=round(worst, 2),
        spread_s=jitters,
        largest_share_in_100_ms=[round(s, 2) for s in spikes],
    )
    outcome.demand(not early, f"{early} attempts came early")
    outcome.demand(not late, f"{late} attempts came late")
    outcome.demand(
        all(share <= numbers["spike"] for share in spikes),
        f"attempts come together: {max(spikes):.0%} within {BUCKET} s",
    )


def _largest_bucket(times: Iterable[float]) -> float:
    """Largest share of attempts within one tenth of a second."""
    buckets = Counter(int(t / BUCKET) for t in times)
    return max(buckets.values(), default=0) / max(sum(buckets.values()), 1)


def _check_retry_after(
    system: ChaosSystem, outcome: Outcome, numbers: dict[str, Any], chance: Random
) -> None:
    account = f"row7-{chance.randrange(10**6)}"
    partner: Ledger = system.ledger
    backend = system.make_backend("row 7", base_url=f"{partner.url}/{account}")
    partner.answer(account, status=429, retry_after=RETRY_AFTER)
    references = [f"{account}-{n}" for n in range(numbers["orders"])]
    system.client.call("chaos.driver", "enqueue_orders", backend.id, references)
    system.books.wait_until(lambda: bool(partner.entries(account, "asked")), 30)
    # Those that were under way when the first was refused may still come; after
    # that nothing until the partner's time is over.
    system.books.wait_until(lambda: len(partner.entries(account, "asked")) > 3, 8)
    partner.answer(account)
    done = system.books.wait_until(
        lambda: len(partner.entries(account, "done")) >= len(references), 90
    )
    asked: dict[str, list[float]] = defaultdict(list)
    for entry in partner.entries(account, "asked"):
        asked[entry["id"]].append(entry["t"])
    gaps = [
        b - a
        for times in asked.values()
        for a, b in zip(times, times[1:], strict=False)
    ]
    outcome.figures.update(
        retry_after_s=RETRY_AFTER,
        shortest_gap_s=round(min(gaps, default=0), 2),
        refused_orders=len([t for t in asked.values() if len(t) > 1]),
    )
    outcome.demand(bool(gaps), "nothing was tried again after a 429")
    hasty = [gap for gap in gaps if gap < RETRY_AFTER]
    outcome.demand(not hasty, f"{len(hasty)} orders came back before Retry-After")
    outcome.demand(done, "orders were not sent after the partner's pause")
    outcome.complaints += oracle.exactly_once(
        references, [e["id"] for e in partner.entries(account, "done")]
    )


ROW = Row(
    7,
    "Backoff with jitter; Retry-After obeyed",
    play,
    quick={"facts": 60, "base": 6.0, "attempts": 3, "orders": 4, "spike": 0.5},
    full={"facts": 500, "base": 10.0, "attempts": 5, "orders": 40, "spike": 0.35},
    tiny={"facts": 6, "base": 2.0, "attempts": 2, "orders": 2, "spike": 1.0},
)
