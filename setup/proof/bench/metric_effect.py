"""ack_to_effect_p50_ms, ack_to_effect_p99_ms: from the answer to the effect.

Signed facts without effect are posted at 20 a second, evenly, to a server with its
job runner. For each fact: the milliseconds from the moment its acknowledgement had
reached the partner to the moment another connection sees it done, that is committed.
The watcher looks every 5 ms, which is the resolution. Medians of the runs'
percentiles. Checked: every answer is 202, every fact is done after one attempt.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from hub import progress
from hub.failure import SetupFailure

from . import http_load
from .figures import Figure, check, of_values, percentile
from .metric_drain import Jobs, prefix, tidy
from .options import Options
from .requests_made import webhooks
from .world import World

NAMES = ("ack_to_effect_p50_ms", "ack_to_effect_p99_ms")
RATE = 20
LOOK_EVERY = 0.005
PATIENCE = 60
_DONE = (
    "select external_id from logistics_message where backend_id = %s"
    " and state = 'done' and attempt_count = 1 and id > %s"
)


def measure(world: World, options: Options) -> dict[str, Figure]:
    """Percentiles of each run."""
    count = RATE * options.size(20, 8)
    backend, path = world.call("messages.make_backend", name=prefix())
    connection = world.connect()
    middle, worst = [], []
    with world.server() as server:
        port = urlsplit(server.base_url).port or 0
        Jobs(connection).warm_up(world)
        _delays(world, backend, port, path, RATE)
        for number in range(options.runs):
            tidy(connection)
            delays = _delays(world, backend, port, path, count)
            middle.append(percentile(delays, 0.5))
            worst.append(percentile(delays, 0.99))
            progress.say(
                f"effect {number + 1}/{options.runs}: {middle[-1]:.0f} ms, "
                f"99 %: {worst[-1]:.0f} ms"
            )
    note = f"{RATE} facts/s"
    return {
        "ack_to_effect_p50_ms": of_values(middle, "ms", note),
        "ack_to_effect_p99_ms": of_values(worst, "ms", note),
    }


def _delays(
    world: World, backend: int, port: int, path: str, count: int
) -> list[float]:
    """Milliseconds from acknowledgement to effect of each fact."""
    name = prefix()
    requests = webhooks(path, name, count, int(time.time()))
    due = [number / RATE for number in range(count)]
    plan = http_load.Plan(port, 32, requests, due)
    with ThreadPoolExecutor(1) as pool:
        posting = pool.submit(http_load.run, plan)
        seen = _watch(world, backend, count)
        answers, _seconds = posting.result()
    statuses = {status for status, _latency, _at in answers}
    check(statuses == {202}, f"answers were {statuses}, not 202")
    return [
        max(0.0, seen[f"{name}-{number}"] - at) * 1000
        for number, (_status, _latency, at) in enumerate(answers)
    ]


def _watch(world: World, backend: int, count: int) -> dict[str, float]:
    """The moment at which each new fact of a backend was first seen done."""
    connection = world.connect()
    seen: dict[str, float] = {}
    deadline = time.perf_counter() + count / RATE + PATIENCE
    with connection.cursor() as cr:
        cr.execute("select coalesce(max(id), 0) from logistics_message")
        (last,) = cr.fetchone()
        while len(seen) < count:
            cr.execute(_DONE, [backend, last])
            moment = time.perf_counter()
            for (external_id,) in cr.fetchall():
                seen.setdefault(external_id, moment)
            if moment > deadline:
                raise SetupFailure(
                    f"only {len(seen)} of {count} facts had their effect.",
                    "read .state/bench/log/bench-odoo.log",
                )
            time.sleep(LOOK_EVERY)
    connection.close()
    return seen
