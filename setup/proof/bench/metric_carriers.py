"""label_wave, tracking_ingest.

label_wave. The deliveries are of confirmed orders with two lines, reserved, in one
parcel each; their labels were asked for and wait in the outbox. The carrier answers
after 200 ms with a ZPL label.
Ours: the lanes are rung; timed to the last label being recorded by the server's
drain jobs.
One by one: a loop in one process posts the same requests over a kept connection,
records the same on the same records and commits each, as Odoo's own carriers do
while a person waits.
Checked on both sides: the carrier got each idempotency key exactly once, every
shipment is labelled, every parcel has its label and a number of its own.

tracking_ingest. Four tracking events of each parcel, in order.
Ours: the events wait in the inbox; timed from the ring to the last one being done.
B1: one queue_job job for each event, with its text as the argument, that finds the
parcel, writes the event and the new status. Same server. B1 keeps no inbox, order,
attempts or exceptions and does not notice an event that comes late.
Checked on both sides: all events are kept, every parcel is out for delivery and every
shipment on its way.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

import requests

from .alternate import interleaved, wait_for
from .figures import Figure, check, of_rates
from .metric_drain import PATIENCE, Jobs, drain_seconds, prefix, rest, tidy
from .metric_outbound import DELAY, TIMEOUT, partner
from .options import Options
from .world import World

LABEL_NAMES = ("label_wave",)
TRACKING_NAMES = ("tracking_ingest",)
PER_PARCEL = 4
TABLES = ("logistics_shipment", "logistics_parcel", "ir_attachment")
_seeds = itertools.count(1)


class Labels:
    """Both sides of label_wave; each call is one run and returns labels/s."""

    def __init__(self, world: World, url: str, count: int, few: int) -> None:
        self.world, self.url, self.count, self.few = world, url, count, few
        self.connection = world.connect()
        name = prefix()
        self.backend, _path = world.call(
            "messages.make_backend", name=name, base_url=url
        )
        self.place = world.call("parcels.prepare", backend_id=self.backend, name=name)

    def _asked(self, count: int, held: bool = False) -> list[int]:
        requests.delete(self.url, timeout=TIMEOUT)
        rest(self.connection)
        ids = self.world.call(
            "parcels.make_shipments",
            place=self.place,
            count=count,
            seed=next(_seeds),
            held=held,
        )
        tidy(self.connection, *TABLES)
        return ids

    def engine(self) -> float:
        """Through the outbox."""
        ids = self._asked(self.count)
        seconds = drain_seconds(self.world, self.connection, self.backend)
        self._check(ids)
        return len(ids) / seconds

    def one_by_one(self) -> float:
        """A loop."""
        ids = self._asked(self.few, held=True)
        seconds = self.world.call("parcels.buy_one_by_one", ids=ids, url=self.url)
        self._check(ids)
        return len(ids) / seconds

    def _check(self, ids: list[int]) -> None:
        count = len(ids)
        got = requests.get(self.url, timeout=TIMEOUT).json()
        expected = {"requests": count, "keys": count}
        check(got == expected, f"the carrier got {got} of {count} requests")
        found = self.world.call("parcels.labelled_state", ids=ids)
        wanted = dict.fromkeys(("labelled", "labels", "numbers", "done"), count)
        check(found == wanted, f"after {count} purchases: {found}")


def measure_labels(world: World, options: Options) -> dict[str, Figure]:
    """Both sides in turns."""
    with partner(DELAY, "slow_carrier") as url, world.server():
        side = Labels(world, url, options.size(240, 80), options.size(30, 15))
        Jobs(side.connection).warm_up(world)
        rates = interleaved(
            "labels",
            options.runs,
            {"engine": side.engine, "one by one": side.one_by_one},
        )
    figure = of_rates(rates["engine"], rates["one by one"], "labels/s")
    return {"label_wave": figure}


class Tracking:
    """Both sides of tracking_ingest; each call is one run and returns events/s."""

    def __init__(self, world: World, count: int, few: int) -> None:
        self.world = world
        self.connection = world.connect()
        self.queue = Jobs(self.connection)
        name = prefix()
        self.backend, _path = world.call("messages.make_backend", name=name)
        self.parcels = world.call(
            "parcels.make_parcels", backend_id=self.backend, name=name, count=count
        )
        self.few = self.parcels[:few]

    def engine(self) -> float:
        """Through inbox and handler."""
        return self._told(self.parcels, self._drained)

    def one_job_each(self) -> float:
        """B1."""
        return self._told(self.few, self._jobs_run)

    def _told(self, ids: list[int], apply: Callable[[list[str]], float]) -> float:
        self.world.call("parcels.forget_events", parcel_ids=ids)
        payloads = self.world.call("parcels.events", parcel_ids=ids)
        tidy(self.connection, "logistics_parcel", "logistics_tracking_event")
        seconds = apply(payloads)
        found = self.world.call("parcels.tracked_state", parcel_ids=ids)
        count = len(ids)
        wanted = {"parcels": count, "events": count * PER_PARCEL, "shipments": count}
        check(found == wanted, f"after {len(payloads)} events: {found}")
        return len(payloads) / seconds

    def _drained(self, payloads: list[str]) -> float:
        params = {"payloads": payloads, "prefix": prefix()}
        rest(self.connection)
        self.world.call("parcels.receive", backend_id=self.backend, **params)
        tidy(self.connection)
        return drain_seconds(self.world, self.connection, self.backend)

    def _jobs_run(self, payloads: list[str]) -> float:
        self.world.call("deliveries.enqueue", method="_job_event", payloads=payloads)
        started = time.perf_counter()
        wait_for(self.queue.are_done, "The jobs", PATIENCE)
        seconds = time.perf_counter() - started
        self.queue.forget(len(payloads))
        return seconds


def measure_tracking(world: World, options: Options) -> dict[str, Figure]:
    """Both sides in turns."""
    side = Tracking(world, options.size(300, 100), options.size(40, 20))
    with world.server():
        side.queue.warm_up(world)
        rates = interleaved(
            "parcels",
            options.runs,
            {"engine": side.engine, "B1": side.one_job_each},
        )
    figure = of_rates(rates["engine"], rates["B1"], "events/s")
    return {"tracking_ingest": figure}
