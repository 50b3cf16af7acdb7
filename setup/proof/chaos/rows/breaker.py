"""Row 8: a circuit breaker that all processes share."""

from __future__ import annotations

import threading
import time
from random import Random
from typing import Any

from .. import oracle
from ..row import Outcome, Row
from ..system import Backend, ChaosSystem

THRESHOLD, PROBE_SECONDS, CONCURRENT = 5, 3, 4
RAMP_SECONDS, FIRST_RATE = 20, 4
PACED_SECONDS = 3
LOSS = 0.05


def play(system: ChaosSystem, numbers: dict[str, Any], chance: Random) -> Outcome:
    """One partner fails for a while; another one is served all the time."""
    outcome = Outcome()
    prefix = f"row8-{chance.randrange(10**6)}"
    steady = _Steady(system, f"{prefix}-steady", numbers)
    calm = steady.measure("calm")
    account = f"{prefix}-failing"
    failing = _failing(system, account)
    references = [f"{account}-{n}" for n in range(numbers["orders"])]
    system.ledger.answer(account, status=503)
    meanwhile: list[float] = []
    measuring = threading.Thread(
        target=lambda: meanwhile.append(steady.measure("outage")), daemon=True
    )
    measuring.start()
    system.client.call("chaos.driver", "enqueue_orders", failing.id, references)
    opened = system.books.wait_until(
        lambda: _state(system, failing) != "closed", 60, 0.1
    )
    outcome.demand(opened, "the breaker never opened")
    _check_outage(system, outcome, account, numbers["outage"])
    healed = time.time()
    system.ledger.answer(account)
    closed = system.books.wait_until(
        lambda: _state(system, failing) == "closed", 60, 0.1
    )
    outcome.demand(closed, "the breaker did not close")
    outcome.figures["closed_after_s"] = round(time.time() - healed, 1)
    measuring.join(300)
    system.books.wait_until(
        lambda: len(system.ledger.entries(account, "done")) >= len(references),
        numbers["patience"],
        0.5,
    )
    _check_release(system, outcome, account, references)
    _check_steady(outcome, calm, meanwhile)
    return outcome


def _failing(system: ChaosSystem, account: str) -> Backend:
    backend = system.make_backend("row 8", base_url=f"{system.ledger.url}/{account}")
    system.set_gate(
        backend,
        "chaos_order",
        failure_threshold=THRESHOLD,
        probe_interval=PROBE_SECONDS,
        ramp_seconds=RAMP_SECONDS,
        ramp_rate_first=FIRST_RATE,
        max_concurrent=CONCURRENT,
    )
    return backend


def _state(system: ChaosSystem, backend: Backend) -> str:
    return system.books.value(
        "select g.state from logistics_gate g join logistics_message_type t"
        " on t.operation_group = g.operation_group and t.code = 'chaos_order'"
        " where g.backend_id = %s",
        backend.id,
    )


def _check_outage(
    system: ChaosSystem, outcome: Outcome, account: str, seconds: float
) -> None:
    """What was asked until it opened, and what while it was open."""
    # What was under way when it opened may still arrive.
    time.sleep(1.0)
    before = system.ledger.entries(account, "asked")
    start = time.monotonic()
    time.sleep(seconds)
    probes = system.ledger.entries(account, "asked")[len(before) :]
    elapsed = time.monotonic() - start
    gaps = [b["t"] - a["t"] for a, b in zip(probes, probes[1:], strict=False)]
    outcome.figures.update(
        asked_until_open=len(before),
        probes_while_open=len(probes),
        shortest_probe_gap_s=round(min(gaps, default=0), 2),
    )
    outcome.demand(
        THRESHOLD <= len(before) <= THRESHOLD + CONCURRENT,
        f"it opened after {len(before)} requests, the threshold is {THRESHOLD}",
    )
    most = int(elapsed / PROBE_SECONDS) + 1
    outcome.demand(1 <= len(probes) <= most, f"{len(probes)} probes in {elapsed:.0f} s")
    hasty = [gap for gap in gaps if gap < PROBE_SECONDS]
    outcome.demand(not hasty, f"{len(hasty)} probes came too soon")


def _check_release(
    system: ChaosSystem, outcome: Outcome, account: str, references: list[str]
) -> None:
    done = system.ledger.entries(account, "done")
    outcome.complaints += oracle.exactly_once(references, [e["id"] for e in done])
    if not done:
        return
    early = sum(e["t"] < done[0]["t"] + PACED_SECONDS for e in done)
    # At the first rate, doubled once at most, and what one look at the queue takes.
    most = FIRST_RATE * PACED_SECONDS * 2 + CONCURRENT
    outcome.figures["released_in_3_s"] = early
    outcome.demand(
        early <= most, f"{early} requests within {PACED_SECONDS} s of closing"
    )


def _check_steady(outcome: Outcome, calm: float, meanwhile: list[float]) -> None:
    outage = meanwhile[0] if meanwhile else 0.0
    loss = 1 - outage / calm if calm else 1.0
    outcome.figures.update(
        steady_calm_per_s=round(calm, 2),
        steady_outage_per_s=round(outage, 2),
        loss=round(loss, 3),
    )
    outcome.demand_time(
        loss <= LOSS, f"the other partner lost {loss:.0%} of its throughput"
    )


class _Steady:
    """A healthy partner with a constant load, offered at a rate below capacity."""

    def __init__(self, system: ChaosSystem, account: str, numbers: dict) -> None:
        self.system, self.account, self.numbers = system, account, numbers
        url = f"{system.ledger.url}/{account}"
        self.backend = system.make_backend("row 8 steady", base_url=url)
        self.client = system.node.server.client()

    def measure(self, phase: str) -> float:
        """Orders per second that reached the partner while they were offered."""
        rate, seconds = self.numbers["rate"], self.numbers["seconds"]
        begin = time.monotonic()
        for second in range(seconds):
            names = [f"{self.account}-{phase}-{second}-{n}" for n in range(rate)]
            self.client.call("chaos.driver", "enqueue_orders", self.backend.id, names)
            time.sleep(max(0.0, begin + second + 1 - time.monotonic()))
        elapsed = time.monotonic() - begin
        # The last second's orders may still be on their way, in every phase alike.
        time.sleep(2)
        done = self.system.ledger.entries(self.account, "done")
        return sum(f"-{phase}-" in entry["id"] for entry in done) / elapsed


ROW = Row(
    8,
    "Circuit breaker, shared by all processes",
    play,
    quick={"orders": 60, "outage": 10, "rate": 4, "seconds": 10, "patience": 90},
    full={"orders": 500, "outage": 30, "rate": 5, "seconds": 40, "patience": 600},
    tiny={"orders": 20, "outage": 5, "rate": 2, "seconds": 6, "patience": 60},
)
