"""Row 5: a crash loses and doubles nothing."""

from __future__ import annotations

import time
from random import Random
from typing import Any

from .. import generator, oracle, parallel
from ..row import Outcome, Row
from ..system import Backend, ChaosSystem
from ..webhooks import Sender

POINTS = ("before_fetch", "after_fetch", "inside_orm", "before_commit", "after_commit")
BATCH = 3
RECOVERY = 15.0


def play(system: ChaosSystem, numbers: dict[str, Any], chance: Random) -> Outcome:
    """Kill the process that validates deliveries, at each point in turn."""
    prefix = f"k{chance.randrange(10**6)}"
    sku = f"{prefix}-SKU"
    kills = [POINTS[n % len(POINTS)] for n in range(numbers["kills"])]
    chance.shuffle(kills)
    system.client.call("chaos.driver", "make_products", [sku], BATCH * len(kills) + 50)
    streams = [
        _Stream(system, f"{prefix}-{n}", sku, kills[n :: numbers["streams"]])
        for n in range(numbers["streams"])
    ]
    parallel.for_each(_Stream.run, streams, len(streams))
    recoveries = [seconds for s in streams for seconds in s.recoveries]
    missed = [point for s in streams for point in s.missed]
    references = [reference for s in streams for reference in s.references]
    done = system.books.rows(
        "select p.logistics_reference from stock_move m"
        " join stock_picking p on p.id = m.picking_id"
        " where m.state = 'done' and m.quantity = 1"
        " and p.state = 'done' and p.logistics_reference like %s",
        f"{prefix}-%",
    )
    outcome = Outcome(
        {
            "kills": len(kills) - len(missed),
            "deliveries": len(references),
            "validated": len(done),
            "recovery_worst_s": round(max(recoveries, default=0.0), 2),
            "recovery_median_s": round(oracle.percentile(recoveries, 0.5), 2),
            "recoveries": _by_point(streams),
        }
    )
    outcome.complaints += oracle.exactly_once(references, [d[0] for d in done])
    outcome.complaints += oracle.same(
        "stock sums",
        {sku: BATCH * len(kills) + 50 - len(references)},
        system.books.stock([sku]),
    )
    outcome.demand(not missed, f"no process died at {sorted(set(missed))}")
    slow = [seconds for seconds in recoveries if seconds > RECOVERY]
    outcome.demand_time(not slow, f"{len(slow)} recoveries took over {RECOVERY:.0f} s")
    return outcome


class _Stream:
    """One partner whose deliveries are validated by processes that die."""

    def __init__(
        self, system: ChaosSystem, prefix: str, sku: str, points: list[str]
    ) -> None:
        self.system, self.sku, self.points = system, sku, points
        self.references = [f"{prefix}-{n}" for n in range(BATCH * len(points))]
        self.recoveries: list[float] = []
        self.by_point: dict[str, list[float]] = {}
        self.missed: list[str] = []
        self.backend: Backend = system.make_backend("row 5")
        system.client.call(
            "chaos.driver", "make_deliveries", self.backend.id, self.references, sku
        )

    def run(self) -> None:
        for number, point in enumerate(self.points):
            self._die_at(point, self.references[number * BATCH : (number + 1) * BATCH])

    def _die_at(self, point: str, references: list[str]) -> None:
        marker = self.system.arm(point, self.backend)
        sender = Sender(self.backend.url, self.system.history, "row5-answers")
        sender.send_all(generator.shipments("ship", references, self.sku), threads=3)
        if not self.system.books.wait_until(lambda: not marker.exists(), 60, 0.05):
            marker.unlink(missing_ok=True)
            self.missed.append(point)
            return
        finished = self.system.books.wait_until(
            lambda: self._count_done(references) == len(references), 90, 0.2
        )
        died = max(
            line["t"]
            for line in self.system.history.read("crashes")
            if line["backend"] == self.backend.id
        )
        seconds = time.time() - died if finished else 999.0
        self.recoveries.append(seconds)
        self.by_point.setdefault(point, []).append(round(seconds, 1))

    def _count_done(self, references: list[str]) -> int:
        return self.system.books.value(
            "select count(*) from stock_picking"
            " where state = 'done' and logistics_reference = any(%s)",
            references,
        )


def _by_point(streams: list[_Stream]) -> dict[str, float]:
    """The slowest recovery per point."""
    return {
        point: max(found)
        for point in POINTS
        if (found := [t for s in streams for t in s.by_point.get(point, [])])
    }


ROW = Row(
    5,
    "A crash loses and doubles nothing",
    play,
    quick={"kills": 10, "streams": 5},
    full={"kills": 100, "streams": 4},
    tiny={"kills": 2, "streams": 2},
)
