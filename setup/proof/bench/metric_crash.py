"""crash_recovery_s: how long a lane does not move when its worker is killed.

Facts wait in all lanes and are being drained by the server's job runner. The server's
processes that run a drain job at that moment are killed with SIGKILL; the server
itself goes on, as after the kernel's OOM killer. Timed from the
kill until every lane they had has made progress again. The median of the runs.
Checked: afterwards every fact is done once, after one attempt.
"""

from __future__ import annotations

import os
import signal
import time

from psycopg2.extensions import connection as PgConnection

from hub import progress

from .alternate import wait_for
from .figures import Figure, check, of_values
from .metric_drain import Jobs, is_drained, prefix, scalar, tidy
from .options import Options
from .world import World

NAMES = ("crash_recovery_s",)
PATIENCE = 180
# The doorbell of a lane is a job that names it; queue_job notes who runs the job.
_DRAINERS = """
select worker_pid, split_part(identity_key, ':', 2)::int from queue_job
 where state = 'started' and identity_key like 'logistics.lane:%'
"""
_WAITING = (
    "select lane_id, count(*) from logistics_message where backend_id = %s"
    " and state = 'pending' group by lane_id"
)


def measure(world: World, options: Options) -> dict[str, Figure]:
    """Kill, wait, check, again."""
    count = options.size(30_000, 20_000)
    backend, _path = world.call("messages.make_backend", name=prefix())
    connection = world.connect()
    seconds = []
    with world.server():
        Jobs(connection).warm_up(world)
        for number in range(options.runs):
            seconds.append(_crash(world, connection, backend, count))
            progress.say(f"crash {number + 1}/{options.runs}: {seconds[-1]:.2f} s")
    return {"crash_recovery_s": of_values(seconds, "s")}


def _crash(world: World, connection: PgConnection, backend: int, count: int) -> float:
    name = prefix()
    fill = {"backend_id": backend, "count": count, "prefix": name}
    world.call("messages.fill_inbox", **fill)
    tidy(connection)
    world.call("messages.ring", backend_id=backend)
    wait_for(
        lambda: sum(_waiting(connection, backend).values()) < count * 0.95,
        "The first batches",
        PATIENCE,
    )
    held = _kill_drainers(connection, backend)
    started = time.perf_counter()
    before = _waiting(connection, backend)
    stalled = {lane: before[lane] for lane in held if lane in before}
    check(bool(stalled), "the lanes were empty when their processes were killed")

    def go_on() -> bool:
        now = _waiting(connection, backend)
        return all(now.get(lane, 0) < left for lane, left in stalled.items())

    wait_for(go_on, "Going on after the kill", PATIENCE)
    seconds = time.perf_counter() - started
    wait_for(lambda: is_drained(connection, backend), "Draining the rest", PATIENCE)
    query = "select count(*) from logistics_message where external_id like %s"
    query += " and state = 'done' and attempt_count = 1"
    done = scalar(connection, query, f"{name}-%")
    check(done == count, f"{done} of {count} facts are done after one attempt")
    return seconds


def _kill_drainers(connection: PgConnection, backend: int) -> list[int]:
    """Kill the processes that drain now; return the lanes they had."""
    drainers: list[tuple[int, int]] = []

    def caught() -> bool:
        waiting = _waiting(connection, backend)
        with connection.cursor() as cr:
            cr.execute(_DRAINERS)
            drainers[:] = [row for row in cr.fetchall() if waiting.get(row[1])]
        return bool(drainers)

    wait_for(caught, "A drain that can be killed", PATIENCE, pause=0.001)
    for pid in {pid for pid, _lane in drainers}:
        os.kill(pid, signal.SIGKILL)
    return [lane for _pid, lane in drainers]


def _waiting(connection: PgConnection, backend: int) -> dict[int, int]:
    """Facts that wait, by lane."""
    with connection.cursor() as cr:
        cr.execute(_WAITING, [backend])
        return dict(cr.fetchall())
