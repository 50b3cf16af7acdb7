"""validate_pickings, validate_pickings_batch, drain_tracking.

The deliveries are of confirmed orders with two lines of sixty products, reserved,
released and accepted by the partner. A shipment names exactly what is reserved, in
one parcel with a tracking number.

Ours: the facts wait in the inbox; timed from the ring to the last one being done by
the server's drain jobs.
B1: one job for each fact, with its text as the argument, on the same server.
B3b: the expert's script: batches as large as the engine's first, validated as one
recordset, one commit each, again after a serialisation failure. In one process: in
two it is twice as quick and wrong. Odoo passes over a quant that another transaction
holds and does not release what it had reserved there: more than a third of the
pieces stayed reserved.
B1 and B3b have no inbox, order, retry, binding or attempt log.

Checked on all sides: every delivery is done and shipped with its tracking number,
one parcel each, and the quantities in the parcels are what was reserved. On ours and
B3b: nothing stays reserved. B1 is let off: one job at a time would be slower still.

drain_tracking: four milestones of each shipped delivery, in order; B1 as above.
Checked: every delivery ends with the last milestone and its time.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

from hub import progress

from .alternate import interleaved, wait_for
from .figures import Figure, check, of_rates
from .metric_drain import PATIENCE, Jobs, drain_seconds, prefix, rest, tidy
from .options import Options
from .world import PROCESSES, World

SHIPMENT_NAMES = ("validate_pickings", "validate_pickings_batch")
TRACKING_NAMES = ("drain_tracking",)
PER_DELIVERY = 4  # two lines of two pieces
UNIT = "deliveries/s"
_seeds = itertools.count(1)


class Deliveries:
    """The sides of the comparisons; each call is one run."""

    def __init__(self, world: World, count: int, jobs: int) -> None:
        self.world, self.count, self.jobs = world, count, jobs
        self.connection = world.connect()
        self.queue = Jobs(self.connection)
        self.reserved = 0.0
        name = prefix()
        self.backend, _path = world.call("messages.make_backend", name=name)
        self.batch, _largest = world.call("messages.batch_sizes")
        self.place = world.call(
            "deliveries.prepare", backend_id=self.backend, name=name
        )

    def released(self, count: int) -> list[int]:
        """Deliveries the partner may report."""
        self.reserved = self.world.call("deliveries.count_reserved", place=self.place)
        ids = self.world.call(
            "deliveries.make_released",
            backend_id=self.backend,
            place=self.place,
            count=count,
            seed=next(_seeds),
        )
        tidy(self.connection, "stock_picking", "stock_move", "stock_quant")
        return ids

    def drained(self, payloads: list[str]) -> float:
        """Seconds in which the engine applies these facts."""
        params = {"payloads": payloads, "prefix": prefix()}
        rest(self.connection)
        self.world.call("deliveries.receive", backend_id=self.backend, **params)
        tidy(self.connection)
        return drain_seconds(self.world, self.connection, self.backend)

    def jobs_run(self, method: str, payloads: list[str]) -> float:
        """Seconds in which one job for each applies them."""
        self.world.call("deliveries.enqueue", method=method, payloads=payloads)
        started = time.perf_counter()
        wait_for(self.queue.are_done, "The jobs", PATIENCE)
        seconds = time.perf_counter() - started
        self.queue.forget(len(payloads))
        return seconds

    def engine(self) -> float:
        """Shipments through the inbox."""
        ids = self.released(self.count)
        payloads = self.world.call("deliveries.shipments", picking_ids=ids)
        seconds = self.drained(payloads)
        self.check_shipped(ids)
        self.check_released()
        return len(ids) / seconds

    def one_job_each(self) -> float:
        """B1."""
        ids = self.released(self.jobs)
        payloads = self.world.call("deliveries.shipments", picking_ids=ids)
        seconds = self.jobs_run("_job_ship", payloads)
        self.check_shipped(ids)
        return len(ids) / seconds

    def script(self) -> float:
        """B3b."""
        ids = self.released(self.count)
        payloads = self.world.call("deliveries.shipments", picking_ids=ids)
        params = {"payloads": payloads, "batch": self.batch}
        started = time.perf_counter()
        self.world.call("deliveries.ship_in_batches", **params)
        seconds = time.perf_counter() - started
        self.check_shipped(ids)
        self.check_released()
        return len(ids) / seconds

    def warm_up(self) -> None:
        """A few shipments each way, so that every process has loaded its code."""
        few = self.world.call(
            "deliveries.shipments", picking_ids=self.released(4 * PROCESSES)
        )
        self.jobs_run("_job_ship", few)
        few = self.world.call(
            "deliveries.shipments", picking_ids=self.released(16 * PROCESSES)
        )
        self.drained(few)

    def check_shipped(self, ids: list[int]) -> None:
        """Everything that must hold of shipped deliveries."""
        count = len(ids)
        found = self.world.call("deliveries.shipped_state", picking_ids=ids)
        expected = dict.fromkeys(("done", "shipped", "tracked", "parcels"), count)
        expected |= dict.fromkeys(("quantity", "stock"), float(count * PER_DELIVERY))
        check(found == expected, f"after {count} shipments: {found}")

    def check_released(self) -> None:
        """No reservation outlives its delivery."""
        found = self.world.call("deliveries.count_reserved", place=self.place)
        check(found == self.reserved, f"{found - self.reserved} pieces stay reserved")


def measure_shipments(world: World, options: Options) -> dict[str, Figure]:
    """Ours, B1 and B3b in turns."""
    side = Deliveries(world, options.size(240, 80), options.size(30, 15))
    sides = {"engine": side.engine}
    if "validate_pickings" in options.wanted:
        sides["B1"] = side.one_job_each
    if "validate_pickings_batch" in options.wanted:
        sides["B3b"] = side.script
    with world.server():
        with progress.step("Warming up"):
            side.queue.warm_up(world)
            side.warm_up()
        rates = interleaved("shipments", options.runs, sides)
    figures = {}
    if "B1" in rates:
        figures["validate_pickings"] = of_rates(rates["engine"], rates["B1"], UNIT)
    if "B3b" in rates:
        figures["validate_pickings_batch"] = of_rates(
            rates["engine"], rates["B3b"], UNIT
        )
    return figures


def measure_tracking(world: World, options: Options) -> dict[str, Figure]:
    """Milestones of the same shipped deliveries, again and again."""
    side = Deliveries(world, options.size(200, 80), options.size(40, 20))
    ids = side.released(side.count)
    payloads = world.call("deliveries.shipments", picking_ids=ids)
    params = {"payloads": payloads, "batch": side.batch}
    world.call("deliveries.ship_in_batches", **params)
    side.check_shipped(ids)

    def engine() -> float:
        return _milestones(side, ids, side.drained)

    def one_job_each() -> float:
        few = ids[: side.jobs]
        return _milestones(side, few, lambda p: side.jobs_run("_job_track", p))

    with world.server():
        side.queue.warm_up(world)
        rates = interleaved(
            "tracking", options.runs, {"engine": engine, "B1": one_job_each}
        )
    figure = of_rates(rates["engine"], rates["B1"], "milestones/s")
    return {"drain_tracking": figure}


def _milestones(
    side: Deliveries, ids: list[int], apply: Callable[[list[str]], float]
) -> float:
    side.world.call("deliveries.forget_milestones", picking_ids=ids)
    payloads = side.world.call("deliveries.milestones", picking_ids=ids)
    seconds = apply(payloads)
    found = side.world.call("deliveries.count_delivered", picking_ids=ids)
    check(found == len(ids), f"{found} of {len(ids)} are delivered")
    return len(payloads) / seconds
