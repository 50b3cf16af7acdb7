"""Row 15: a noisy partner disturbs nobody."""

from __future__ import annotations

import time
from random import Random
from typing import Any

from .. import generator, oracle
from ..row import Outcome, Row
from ..system import Backend, ChaosSystem
from ..webhooks import Sender

WORSE = 0.20
USED = 0.95


def play(system: ChaosSystem, numbers: dict[str, Any], chance: Random) -> Outcome:
    """Partner A floods while B goes on as ever; then a rate limit is used up."""
    outcome = Outcome()
    _check_noise(system, outcome, numbers, chance)
    _check_rate(system, outcome, numbers, chance)
    return outcome


def _check_noise(
    system: ChaosSystem, outcome: Outcome, numbers: dict[str, Any], chance: Random
) -> None:
    noisy, quiet = system.make_backend("row 15 A"), system.make_backend("row 15 B")
    prefix = f"q{chance.randrange(10**6)}"
    calm: list[float] = []
    noise: list[float] = []
    flooded = 0
    # In turns, so that a slow minute of the machine meets both alike.
    for turn in range(numbers["turns"]):
        calm += _ask(system, quiet, f"{prefix}-calm{turn}", numbers, chance)
        name = f"{prefix}-flood{turn}"
        system.client.call("chaos.driver", "flood", noisy.id, name, numbers["flood"])
        flooded += numbers["flood"]
        noise += _ask(system, quiet, f"{prefix}-noise{turn}", numbers, chance)
        system.books.wait_until(
            lambda wanted=flooded: system.books.count_effects(noisy.id) >= wanted,
            numbers["patience"],
        )
    before, after = oracle.percentile(calm, 0.99), oracle.percentile(noise, 0.99)
    outcome.figures.update(
        flood=flooded,
        samples=len(noise),
        calm_p50_s=round(oracle.percentile(calm, 0.5), 3),
        noise_p50_s=round(oracle.percentile(noise, 0.5), 3),
        calm_p99_s=round(before, 3),
        noise_p99_s=round(after, 3),
    )
    wanted = numbers["turns"] * numbers["rate"] * numbers["seconds"]
    outcome.demand(
        len(calm) == len(noise) == wanted, "not every quiet fact was applied"
    )
    outcome.demand(
        after <= before * (1 + WORSE),
        f"the quiet partner's p99 went from {before:.2f} s to {after:.2f} s",
    )
    outcome.demand(
        system.books.count_effects(noisy.id) == flooded,
        "the flood was not applied once",
    )


def _ask(
    system: ChaosSystem,
    backend: Backend,
    prefix: str,
    numbers: dict[str, Any],
    chance: Random,
) -> list[float]:
    """Seconds from the acknowledgement to the commit of the effect, per fact."""
    count = numbers["rate"] * numbers["seconds"]
    posts = generator.facts(chance, prefix, count, 1)
    sender = Sender(backend.url, system.history, "row15-answers")
    begin = time.monotonic()
    for number, post in enumerate(posts):
        sender.until_acknowledged(post)
        rest = begin + (number + 1) / numbers["rate"] - time.monotonic()
        time.sleep(max(0.0, rest))
    ids = [post.id for post in posts]
    query = (
        "select external_id, extract(epoch from pg_xact_commit_timestamp(xmin))::float"
        " from chaos_effect where external_id = any(%s)"
    )
    system.books.wait_until(
        lambda: len(system.books.rows(query, ids)) >= count, numbers["patience"]
    )
    acknowledged = {
        line["id"]: line["t"]
        for line in system.history.read("row15-answers")
        if 200 <= line["status"] < 300
    }
    return [
        max(0.0, committed - acknowledged[id_])
        for id_, committed in system.books.rows(query, ids)
    ]


def _check_rate(
    system: ChaosSystem, outcome: Outcome, numbers: dict[str, Any], chance: Random
) -> None:
    account = f"row15-{chance.randrange(10**6)}"
    requests, seconds = numbers["allowed"], numbers["window"]
    system.ledger.answer(account, rate={"requests": requests, "seconds": seconds})
    backend = system.make_backend("row 15", base_url=f"{system.ledger.url}/{account}")
    system.set_gate(
        backend, "chaos_order", rate_requests=requests, rate_seconds=seconds
    )
    references = [f"{account}-{n}" for n in range(numbers["orders"])]
    system.client.call("chaos.driver", "enqueue_orders", backend.id, references)
    system.books.wait_until(
        lambda: len(system.ledger.entries(account, "done")) >= len(references),
        numbers["patience"],
        0.5,
    )
    asked = system.ledger.entries(account, "asked")
    done = [entry["t"] for entry in system.ledger.entries(account, "done")]
    refused = sum(entry["status"] == 429 for entry in asked)
    used = 0.0
    if len(done) > 1:
        used = (len(done) - 1) / (done[-1] - done[0]) / (requests / seconds)
    outcome.figures.update(rate_used=round(used, 3), refused_429=refused)
    outcome.complaints += oracle.exactly_once(
        references, [e["id"] for e in system.ledger.entries(account, "done")]
    )
    outcome.demand(used >= USED, f"only {used:.0%} of the allowed rate was used")
    outcome.demand(refused == 0, f"{refused} requests were refused with 429")


ROW = Row(
    15,
    "A noisy partner disturbs nobody",
    play,
    quick={
        "turns": 2,
        "rate": 5,
        "seconds": 6,
        "flood": 1000,
        "allowed": 100,
        "window": 10.0,
        "orders": 250,
        "patience": 90,
    },
    full={
        "turns": 10,
        "rate": 10,
        "seconds": 20,
        "flood": 10_000,
        "allowed": 100,
        "window": 10.0,
        "orders": 1000,
        "patience": 600,
    },
    tiny={
        "turns": 1,
        "rate": 3,
        "seconds": 3,
        "flood": 100,
        "allowed": 10,
        "window": 2.0,
        "orders": 20,
        "patience": 60,
    },
)
