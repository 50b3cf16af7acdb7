"""Row 15: a noisy partner disturbs nobody.

The promise is about a p99, and a p99 of some hundred samples is mostly chance. So both
are reported, and the row fails when the quiet partner's p99 has grown by more than the
promised share with 95 % confidence. With the numbers of the full run that is sharper
than with those of the quick one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
    # Not judged: the first facts of a partner are served by processes that know
    # nothing of it yet.
    _ask(system, quiet, f"{prefix}-warm", {**numbers, "seconds": 2}, chance)
    calm: list[float] = []
    noise: list[float] = []
    flood = _Flood(system, noisy, prefix, numbers["flood"])
    # In turns, so that a slow minute of the machine meets both alike.
    for turn in range(numbers["turns"]):
        calm += _ask(system, quiet, f"{prefix}-calm{turn}", numbers, chance)
        with flood.running():
            noise += _ask(system, quiet, f"{prefix}-noise{turn}", numbers, chance)
        system.books.wait_until(
            lambda: system.books.count_effects(noisy.id) >= flood.sent,
            numbers["patience"],
        )
    before, after = oracle.percentile(calm, 0.99), oracle.percentile(noise, 0.99)
    outcome.figures.update(
        flood=flood.sent,
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
    grown = oracle.least_ratio(calm, noise, 0.99, chance) if calm and noise else 0.0
    outcome.figures["p99_grown_at_least"] = round(grown, 2)
    outcome.demand_time(
        grown <= 1 + WORSE,
        f"the quiet partner's p99 went from {before:.3f} s to {after:.3f} s",
    )
    outcome.demand(
        system.books.count_effects(noisy.id) == flood.sent,
        "the flood was not applied once",
    )


class _Flood:
    """Keeps a backlog before the engine, however fast it works it off."""

    def __init__(
        self, system: ChaosSystem, backend: Backend, prefix: str, backlog: int
    ) -> None:
        self.system, self.backend, self.backlog = system, backend, backlog
        self.prefix = f"{prefix}-flood"
        self.client = system.node.server.client()
        self.sent = 0
        self._stop = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Flood while the block runs; it begins with the backlog there."""
        self._stop.clear()
        self._send()
        thread = threading.Thread(target=self._go_on, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join(60)

    def _send(self) -> None:
        name = f"{self.prefix}{self.sent}"
        self.client.call("chaos.driver", "flood", self.backend.id, name, self.backlog)
        self.sent += self.backlog

    def _go_on(self) -> None:
        while not self._stop.wait(0.1):
            left = self.sent - self.system.books.count_effects(self.backend.id)
            if left < self.backlog / 2:
                self._send()


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
    times = {
        id_: max(0.0, committed - acknowledged[id_])
        for id_, committed in system.books.rows(query, ids)
    }
    system.history.write("row15-times", prefix=prefix, times=times)
    return list(times.values())


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
    outcome.demand_time(used >= USED, f"only {used:.0%} of the allowed rate was used")
    outcome.demand_time(refused == 0, f"{refused} requests were refused with 429")


ROW = Row(
    15,
    "A noisy partner disturbs nobody",
    play,
    quick={
        "turns": 3,
        "rate": 10,
        "seconds": 5,
        "flood": 1000,
        "allowed": 100,
        "window": 10.0,
        "orders": 200,
        "patience": 90,
    },
    full={
        "turns": 4,
        "rate": 10,
        "seconds": 20,
        "flood": 2000,
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
