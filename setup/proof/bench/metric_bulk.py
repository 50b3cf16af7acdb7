"""bulk_ingest: taking in many facts at once.

Ours: one signed HTTP request after the other over loopback, each with 1,000 facts as
newline-delimited JSON. The server verifies the signature, reads every fact, stores
those that are new with lane, type and hash, commits, rings the doorbells and answers
for each fact. Timed from the first request to the last answer.
B0: the same texts and keys as one multi-row insert with one commit for each 1,000,
into a plain table with a unique key; no HTTP, no signature, nothing is read.
One process works on each side; the job runner is off.
Checked: every fact is there once, and the same request again adds nothing.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from . import http_load, raw_queue
from .alternate import interleaved
from .facts import noop_rows
from .figures import Figure, check, of_rates
from .metric_drain import prefix, scalar, tidy
from .options import Options
from .requests_made import bulk
from .world import World

NAMES = ("bulk_ingest",)
PER_REQUEST = 1000


class Bulk:
    """Both sides; each call is one run and returns facts/s."""

    def __init__(self, world: World, count: int) -> None:
        self.world, self.count = world, count
        self.connection = world.connect()
        call = world.call("messages.make_backend", name=prefix())
        self.backend, self.path = call
        self.port = 0

    def post(self, requests: list[bytes], expected: int) -> float:
        """Seconds for these requests, one after the other."""
        answers, seconds = http_load.run(http_load.Plan(self.port, 1, requests, []))
        statuses = {status for status, _latency, _at in answers}
        check(statuses == {expected}, f"answers were {statuses}, not {expected}")
        return seconds

    def engine(self) -> float:
        """Through the bulk inbox."""
        tidy(self.connection)
        name = prefix()
        requests = bulk(self.path, name, self.count, PER_REQUEST, int(time.time()))
        seconds = self.post(requests, 202)
        self._check_stored(name)
        self.post(requests[:1], 200)
        self._check_stored(name)
        self.world.call("messages.forget_messages", backend_id=self.backend)
        return self.count / seconds

    def _check_stored(self, name: str) -> None:
        query = "select count(*) from logistics_message where external_id like %s"
        found = scalar(self.connection, query, f"{name}-%")
        check(found == self.count, f"{found} of {self.count} facts are stored")

    def raw(self) -> float:
        """B0."""
        dsn = self.world.dsn
        raw_queue.create(dsn)
        rows = noop_rows(prefix(), self.count)
        seconds = raw_queue.insert(dsn, rows, PER_REQUEST)
        raw_queue.insert(dsn, rows[:PER_REQUEST], PER_REQUEST)
        found = scalar(self.connection, f"select count(*) from {raw_queue.TABLE}")
        check(found == self.count, f"{found} of {self.count} rows are stored")
        return self.count / seconds


def measure(world: World, options: Options) -> dict[str, Figure]:
    """Both sides in turns."""
    side = Bulk(world, options.size(20_000, 8_000))
    with world.server(jobs=False) as server:
        side.port = urlsplit(server.base_url).port or 0
        # More requests than processes, so that each has loaded its code.
        warm = bulk(side.path, prefix(), 20, 1, int(time.time()))
        http_load.run(http_load.Plan(side.port, 8, warm, []))
        sides = {"engine": side.engine, "B0": side.raw}
        rates = interleaved("bulk", options.runs, sides)
    world.call("messages.forget_jobs")
    note = f"{PER_REQUEST} facts in each request"
    figure = of_rates(rates["engine"], rates["B0"], "messages/s", note)
    return {"bulk_ingest": figure}
