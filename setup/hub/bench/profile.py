"""Where the time goes: profiles one call in a worker.

``PYTHONPATH=setup .state/venv/bin/python -m hub.bench.profile drain`` (or receive).
"""

from __future__ import annotations

import argparse
import os
import pstats

from psycopg2.extensions import connection as PgConnection

from .. import paths
from . import isolation


def main() -> None:
    """Print the forty most expensive functions, by own and by cumulated time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["drain", "receive"])
    parser.add_argument("--count", type=int, default=4000)
    given = parser.parse_args()
    isolation.enter()
    from .metric_drain import scalar, tidy
    from .world import World

    world = World("bench_profile")
    backend, _path = world.call("messages.make_backend", name="profile")
    common = {"backend_id": backend, "count": given.count, "prefix": "profile"}
    target = paths.state("log", "profile.pstats")
    if given.what == "drain":
        world.call("messages.fill_inbox", **common)
        lanes = world.call("messages.lane_ids", backend_id=backend)
        call = {"call": "messages.drain", "lanes": lanes}
    else:
        call = {"call": "messages.receive", "per_request": 1, **common}
    connection = world.connect()
    tidy(connection)
    scalar(connection, "select pg_stat_statements_reset()::text")
    os.environ["BENCH_PROFILE"] = str(target)
    seconds = world.call(**call)
    print(f"{given.count / seconds:,.0f} messages/s while profiled")
    for order in ("tottime", "cumulative"):
        pstats.Stats(str(target)).sort_stats(order).print_stats(40)
    _print_statements(connection)
    world.close()


def _print_statements(connection: PgConnection) -> None:
    """The statements that took PostgreSQL longest."""
    with connection.cursor() as cr:
        cr.execute(
            "select round(total_exec_time), calls, left(query, 300)"
            " from pg_stat_statements order by 1 desc limit 12"
        )
        for milliseconds, calls, query in cr.fetchall():
            print(f"{milliseconds:>8} ms {calls:>6} calls  {' '.join(query.split())}")


if __name__ == "__main__":
    main()
