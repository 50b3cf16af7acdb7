"""outbound_200ms: sending to a partner that answers after 200 ms.

Ours: N instructions wait in the outbox, spread over the lanes; they are rung, and
sent by the drain jobs of the server. Timed from the ring to the last message being
done. B1: one job for each instruction that posts the same body over a kept
connection with an idempotency key and writes the partner's identifier on the
message it stands for. Same server, same partner, twice the channel capacity.
Checked on both sides: the partner got each idempotency key exactly once, and every
message is done.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from hub import paths

from .alternate import interleaved, wait_for
from .figures import Figure, check, of_rates
from .metric_drain import PATIENCE, Jobs, drain_seconds, prefix, rest, scalar, tidy
from .options import Options
from .world import World

NAMES = ("outbound_200ms",)
DELAY = 0.2
TIMEOUT = 10


@contextmanager
def partner(delay: float, kind: str = "slow_partner") -> Iterator[str]:
    """The URL of a partner that answers after ``delay`` seconds."""
    process = subprocess.Popen(
        [paths.venv_python(), "-m", f"proof.bench.{kind}", str(delay)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=paths.PROJECT / "setup",
    )
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait()


class Outbound:
    """Both sides; each call is one run and returns messages/s."""

    def __init__(self, world: World, url: str, count: int, jobs: int) -> None:
        self.world, self.url = world, url
        self.count, self.jobs = count, jobs
        self.connection = world.connect()
        self.queue = Jobs(self.connection)
        self.backend, _path = world.call(
            "messages.make_backend", name=prefix(), base_url=url
        )

    def engine(self) -> float:
        """Through the outbox."""
        requests.delete(self.url, timeout=TIMEOUT)
        params = {"backend_id": self.backend, "count": self.count, "prefix": prefix()}
        rest(self.connection)
        ids = self.world.call("outbound.fill_outbox", **params)
        tidy(self.connection)
        seconds = drain_seconds(self.world, self.connection, self.backend)
        self._check(ids)
        return self.count / seconds

    def one_job_each(self) -> float:
        """B1."""
        requests.delete(self.url, timeout=TIMEOUT)
        params = {"backend_id": self.backend, "count": self.jobs, "prefix": prefix()}
        # Held, so that the engine leaves them to the jobs.
        ids = self.world.call("outbound.fill_outbox", held=True, **params)
        tidy(self.connection)
        self.world.call("outbound.enqueue_send_jobs", ids=ids, url=self.url)
        started = time.perf_counter()
        wait_for(self.queue.are_done, "The sending jobs", PATIENCE)
        seconds = time.perf_counter() - started
        self.queue.forget(self.jobs)
        self._check(ids)
        return self.jobs / seconds

    def _check(self, ids: list[int]) -> None:
        got = requests.get(self.url, timeout=TIMEOUT).json()
        exactly = {"requests": len(ids), "keys": len(ids)}
        check(got == exactly, f"the partner got {got} of {len(ids)} messages")
        query = "select count(*) from logistics_message where id = any(%s)"
        done = scalar(self.connection, query + " and state = 'done'", ids)
        check(done == len(ids), f"{done} of {len(ids)} messages are done")


def measure(world: World, options: Options) -> dict[str, Figure]:
    """Both sides in turns."""
    with partner(DELAY) as url, world.server():
        side = Outbound(world, url, options.size(300, 120), options.size(60, 30))
        side.queue.warm_up(world)
        rates = interleaved(
            "outbound",
            options.runs,
            {"engine": side.engine, "B1": side.one_job_each},
        )
    figure = of_rates(rates["engine"], rates["B1"], "messages/s")
    return {"outbound_200ms": figure}
