"""Where the time goes: profiles one call in a worker.

``PYTHONPATH=setup .state/venv/bin/python -m proof.bench.profile drain`` (or receive,
send: one after the other to a partner that answers at once, ship: shipments through the
inbox, script: the same by hand, track: milestones through the inbox, release: orders of
a partner's warehouse, confirm: of our own).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pstats
from typing import Any

from psycopg2.extensions import connection as PgConnection

from hub import paths

from . import isolation

FACTS = ("drain", "receive")
DELIVERIES = ("ship", "script", "track")
ORDERS = ("release", "confirm")


def main() -> None:
    """Print the forty most expensive functions, by own and by cumulated time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=[*FACTS, "send", *DELIVERIES, *ORDERS])
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--per-request", type=int, default=1, help="for receive")
    given = parser.parse_args()
    isolation.enter()
    from .metric_drain import scalar, tidy
    from .world import World

    world = World("bench_profile")
    partner = contextlib.ExitStack()
    if given.what in DELIVERIES:
        call = _shipments(world, given.what, given.count)
    elif given.what in ORDERS:
        call = _orders(world, given.what, given.count)
    elif given.what == "send":
        call = _instructions(world, partner, given.count)
    else:
        call = _facts(world, given.what, given.count, given.per_request)
    target = paths.state("log", "profile.pstats")
    connection = world.connect()
    tidy(connection)
    scalar(connection, "select pg_stat_statements_reset()::text")
    os.environ["BENCH_PROFILE"] = str(target)
    with partner:
        world.call(**call)
    stats = pstats.Stats(str(target))
    print(f"{given.count / stats.total_tt:,.1f} a second while profiled")
    for order in ("tottime", "cumulative"):
        stats.sort_stats(order).print_stats(40)
    _print_statements(connection)
    world.close()


def _facts(world: Any, what: str, count: int, per_request: int) -> dict[str, Any]:
    """The call that handles facts without effect."""
    backend, _path = world.call("messages.make_backend", name="profile")
    common = {"backend_id": backend, "count": count, "prefix": "profile"}
    if what == "receive":
        return {"call": "messages.receive", "per_request": per_request, **common}
    world.call("messages.fill_inbox", **common)
    lanes = world.call("messages.lane_ids", backend_id=backend)
    return {"call": "messages.drain", "lanes": lanes}


def _instructions(
    world: Any, stack: contextlib.ExitStack, count: int
) -> dict[str, Any]:
    """The call that sends instructions one by one, after a few to warm up."""
    from .metric_outbound import partner

    url = stack.enter_context(partner(0))
    name = "profile"
    backend, _path = world.call("messages.make_backend", name=name, base_url=url)
    world.call("outbound.one_at_a_time")
    for number in (8, count):
        world.call(
            "outbound.fill_outbox",
            backend_id=backend,
            count=number,
            prefix=f"{name}{number}",
        )
        lanes = world.call("messages.lane_ids", backend_id=backend, direction="out")
        call = {"call": "messages.drain", "lanes": lanes}
        if number != count:
            world.call(**call)
    return call


def _shipments(world: Any, what: str, count: int) -> dict[str, Any]:
    """The call that validates deliveries, after a few to warm up."""
    from .metric_shipments import Deliveries

    side = Deliveries(world, count, 0)
    for number in (8, count):
        ids = side.released(number)
        payloads = world.call("deliveries.shipments", picking_ids=ids)
        script = {"call": "deliveries.ship_in_batches", "payloads": payloads}
        script["batch"] = side.batch
        if what == "script":
            call = script
        else:
            if what == "track":
                world.call(**script)
                payloads = world.call("deliveries.milestones", picking_ids=ids)
            params = {"payloads": payloads, "prefix": f"profile{number}"}
            world.call("deliveries.receive", backend_id=side.backend, **params)
            lanes = world.call("messages.lane_ids", backend_id=side.backend)
            call = {"call": "messages.drain", "lanes": lanes}
        if number != count:
            world.call(**call)
    return call


def _orders(world: Any, what: str, count: int) -> dict[str, Any]:
    """The call that confirms orders, after a few to warm up."""
    backend, _path = world.call("messages.make_backend", name="profile")
    place = world.call(
        "deliveries.prepare",
        backend_id=backend if what == "release" else None,
        name="profile",
    )
    for number in (8, count):
        params = {"place": place, "count": number, "seed": number}
        ids = world.call("deliveries.make_orders", **params)
        call = {"call": "deliveries.confirm", "order_ids": ids, "batch": 50}
        if number != count:
            world.call(**call)
    return call


def _print_statements(connection: PgConnection) -> None:
    """The statements that took PostgreSQL longest."""
    with connection.cursor() as cr:
        cr.execute(
            "select sum(calls), round(sum(total_exec_time)) from pg_stat_statements"
        )
        print("{} statements, {} ms".format(*cr.fetchone()))
        cr.execute(
            "select round(total_exec_time), calls, left(query, 300)"
            " from pg_stat_statements order by 1 desc limit 12"
        )
        for milliseconds, calls, query in cr.fetchall():
            print(f"{milliseconds:>8} ms {calls:>6} calls  {' '.join(query.split())}")


if __name__ == "__main__":
    main()
