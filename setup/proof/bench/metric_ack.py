"""ack_rate, ack_p99_ms, ack_worst_ms.

ack_rate: a client in a process of its own posts signed facts over 8 connections as
fast as they are answered. Ours verifies the signature, stores the fact with its
doorbell and commits (fsync) before it answers 202. B5 is an Odoo route of the same
server that answers ``{}`` to the same requests and touches no table. The job runner
is off on both sides: draining is measured elsewhere. Checked: every answer is 202,
and every fact is in the inbox once. The server has a ``dbfilter``, as the one had with
which the bounds were set: for each request without a session Odoo then connects to the
database ``postgres``, which costs more than all the rest. The note has the rates of a
server with ``db_name`` alone, which we recommend where there is one database.

ack_p99_ms: on such a server, the same facts at half of its rate, evenly spaced, with
the job runner on and draining; latency counts from the moment a request was due. Median
of the runs' 99th percentiles.

ack_worst_ms: likewise, with every fifth fact sent twice at the same instant. The
slowest answer of all runs. Checked: 202 or 200 only, and every fact is stored once.
"""

from __future__ import annotations

import time
from statistics import median
from urllib.parse import urlsplit

from hub import progress
from hub.server import odoo_server

from . import http_load
from .alternate import interleaved, wait_for
from .figures import Figure, check, of_rates, of_values, percentile
from .metric_drain import is_drained, prefix, scalar, tidy
from .options import Options
from .requests_made import webhooks
from .world import World

NAMES = ("ack_rate", "ack_p99_ms", "ack_worst_ms")
CONNECTIONS = 8
# Enough that no request waits for a free connection.
PACED_CONNECTIONS = 64
DUPLICATE_EVERY = 5


class Acknowledge:
    """One backend that gets facts by HTTP."""

    def __init__(self, world: World, count: int) -> None:
        self.world, self.count = world, count
        call = world.call("messages.make_backend", name=prefix())
        self.backend, self.path = call
        self.connection = world.connect()
        self.port = 0

    def serve(self, server: odoo_server.OdooServer) -> None:
        """Talk to this server from now on, and let all its processes load."""
        self.port = urlsplit(server.base_url).port or 0
        self._closed("/bench/noop", 40)
        self._closed(self.path, 40)

    def _closed(self, path: str, count: int) -> tuple[str, list[int], float]:
        name = prefix()
        requests = webhooks(path, name, count, int(time.time()))
        plan = http_load.Plan(self.port, CONNECTIONS, requests, [])
        answers, seconds = http_load.run(plan)
        return name, [status for status, _latency, _at in answers], seconds

    def rate(self) -> float:
        """Acknowledged facts a second."""
        tidy(self.connection)
        name, statuses, seconds = self._closed(self.path, self.count)
        check(set(statuses) == {202}, f"answers were {set(statuses)}, not 202")
        self._check_stored(name, self.count)
        return self.count / seconds

    def bare_rate(self) -> float:
        """B5."""
        tidy(self.connection)
        _name, statuses, seconds = self._closed("/bench/noop", self.count)
        check(set(statuses) == {200}, f"answers were {set(statuses)}, not 200")
        return self.count / seconds

    def latencies(self, rate: float, duplicates: bool) -> list[float]:
        """Milliseconds of each acknowledgement at a steady rate."""
        tidy(self.connection)
        name = prefix()
        requests = webhooks(self.path, name, self.count, int(time.time()))
        due = [number / rate for number in range(self.count)]
        if duplicates:
            sent = [
                number
                for number in range(self.count)
                for _copy in range(2 if number % DUPLICATE_EVERY == 0 else 1)
            ]
            requests = [requests[number] for number in sent]
            due = [due[number] for number in sent]
        plan = http_load.Plan(self.port, PACED_CONNECTIONS, requests, due)
        answers, _seconds = http_load.run(plan)
        statuses = {status for status, _latency, _at in answers}
        allowed = {200, 202} if duplicates else {202}
        check(statuses <= allowed, f"answers were {statuses}")
        self._check_stored(name, self.count)
        wait_for(
            lambda: is_drained(self.connection, self.backend), "Draining what came", 90
        )
        return [latency * 1000 for _status, latency, _at in answers]

    def _check_stored(self, name: str, count: int) -> None:
        query = "select count(*) from logistics_message where backend_id = %s"
        query += " and direction = 'in' and external_id like %s"
        found = scalar(self.connection, query, self.backend, f"{name}-%")
        check(found == count, f"{found} of {count} acknowledged facts are stored")


def measure(world: World, options: Options) -> dict[str, Figure]:
    """The rate without, the latencies with a job runner that drains."""
    side = Acknowledge(world, options.size(800, 300))
    figures = {}
    plain = _rates(side, options, dbfilter=False)
    if "ack_rate" in options.wanted:
        rates = _rates(side, options, dbfilter=True)
        ours, bare = (median(plain[name]) for name in ("engine", "B5"))
        figures["ack_rate"] = of_rates(
            rates["engine"],
            rates["B5"],
            "requests/s",
            f"with a dbfilter; without one {ours:.0f} against {bare:.0f},"
            f" ratio {ours / bare:.2f}",
        )
    world.call("messages.forget_jobs")
    if options.wanted & {"ack_p99_ms", "ack_worst_ms"}:
        with world.server() as server:
            side.serve(server)
            figures |= _latencies(side, median(plain["engine"]) / 2, options)
    return figures


def _rates(
    side: Acknowledge, options: Options, *, dbfilter: bool
) -> dict[str, list[float]]:
    with side.world.server(jobs=False, dbfilter=dbfilter) as server:
        side.serve(server)
        return interleaved(
            f"acknowledge, {'with' if dbfilter else 'without'} a dbfilter",
            options.runs if "ack_rate" in options.wanted else 2,
            {"engine": side.rate, "B5": side.bare_rate},
        )


def _latencies(side: Acknowledge, rate: float, options: Options) -> dict[str, Figure]:
    figures = {}
    note = f"at {rate:.0f} requests/s"
    for name, duplicates in (("ack_p99_ms", False), ("ack_worst_ms", True)):
        if name not in options.wanted:
            continue
        values = []
        for number in range(options.runs):
            latencies = side.latencies(rate, duplicates)
            values.append(max(latencies) if duplicates else percentile(latencies, 0.99))
            middle = percentile(latencies, 0.5)
            progress.say(
                f"{name} {number + 1}/{options.runs}: {values[-1]:.1f} ms"
                f" (median {middle:.1f} ms)"
            )
        if duplicates:
            figures[name] = Figure(max(values), "ms", runs=tuple(values), note=note)
        else:
            figures[name] = of_values(values, "ms", note)
    return figures
