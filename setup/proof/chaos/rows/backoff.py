"""Row 7: backoff with jitter; Retry-After is obeyed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from random import Random
from typing import Any, NamedTuple

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
# When each attempt of a backend's facts was committed.
COMMITS = (
    "select m.external_id,"
    " extract(epoch from pg_xact_commit_timestamp(a.xmin))::float as moment"
    " from logistics_message_attempt a join logistics_message m on m.id = a.message_id"
    " where m.backend_id = %s order by moment"
)


class Attempt(NamedTuple):
    """Its first try and the last one, which was committed; epoch seconds."""

    began: float
    failed: float


def play(system: ChaosSystem, numbers: dict[str, Any], chance: Random) -> Outcome:
    """Facts that fail every time, and a partner that says when to come back."""
    outcome = Outcome()
    attempts = _fail(system, numbers, chance)
    _check_schedule(outcome, attempts, numbers)
    _check_retry_after(system, outcome, numbers, chance)
    return outcome


def _fail(
    system: ChaosSystem, numbers: dict[str, Any], chance: Random
) -> dict[str, list[Attempt]]:
    """The attempts of each fact."""
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
    committed = defaultdict(list)
    for id_, moment in system.books.rows(COMMITS, backend.id):
        committed[id_].append(moment)
    tries = defaultdict(list)
    for line in system.history.read("attempts"):
        if line["backend"] == backend.id:
            tries[line["id"]].append(line["t"])
    return {
        post.id: attempts_of(sorted(tries[post.id]), committed[post.id])
        for post in posts
    }


def attempts_of(tries: list[float], committed: list[float]) -> list[Attempt]:
    """Pair what the handler saw with what was committed.

    A transaction that lost against another one is started again: several tries, one
    attempt. It began with its first try, and its wait counts from the last one.
    """
    found = []
    before = 0.0
    for end in committed:
        own = [t for t in tries if before < t <= end]
        if own:
            found.append(Attempt(own[0], own[-1]))
        before = end
    return found


def _check_schedule(
    outcome: Outcome, attempts: dict[str, list[Attempt]], numbers: dict[str, Any]
) -> None:
    wrong = [
        id_ for id_, times in attempts.items() if len(times) != numbers["attempts"]
    ]
    outcome.demand(
        not wrong, f"{len(wrong)} facts were not tried as often as configured"
    )
    early = late = 0
    worst, jitters, spikes = 0.0, [], []
    for number in range(1, numbers["attempts"]):
        wait = numbers["base"] * 2 ** (number - 1)
        pairs = [
            (t[number - 1], t[number]) for t in attempts.values() if len(t) > number
        ]
        gaps = [after.began - before.failed for before, after in pairs]
        early += sum(gap < wait for gap in gaps)
        latest = wait * (1 + JITTER) * (1 + LATE_SHARE) + LATE_SECONDS
        late += sum(gap > latest for gap in gaps)
        worst = max([worst, *(gap - wait * (1 + JITTER) for gap in gaps)])
        jitters.append(round(max(gaps, default=0) - min(gaps, default=0), 2))
        spikes.append(_largest_bucket(after.began for _before, after in pairs))
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
    outcome.demand_time(not late, f"{late} attempts came late")
    outcome.demand_time(
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
    quick={"facts": 60, "base": 5.0, "attempts": 3, "orders": 4, "spike": 0.5},
    full={"facts": 500, "base": 10.0, "attempts": 5, "orders": 40, "spike": 0.35},
    tiny={"facts": 6, "base": 2.0, "attempts": 2, "orders": 2, "spike": 1.0},
)
