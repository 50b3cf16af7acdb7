"""drain_noop, drain_noop_raw, sql_per_message, commits_per_message.

Ours: N facts wait in the inbox (500 documents, all lanes of the class); the lanes
are rung, and the server's job runner starts drain jobs in its HTTP processes.
Timed from the ring to the last fact being done. The handler does nothing.

B1: M jobs, each with one fact's text as its argument, are committed to the queue of
the same server; the job reads the fact as the engine does and does nothing else.
Timed from the commit to the last job being done. B1 has no inbox row, no
deduplication, no order and no attempt log to write. Same processes; B1's channel has
twice the capacity of the engine's, because that is what it is quickest with. M is
smaller than N because B1 is slow; its rate does not grow with M.

B0: as many processes as ours may use take batches of the engine's largest size from a
plain table with SKIP LOCKED, read the JSON, mark them done and commit.

The statements and commits are those that pg_stat_statements counts while one
process does what the doorbell jobs of all lanes do, savepoints and commits included.
"""

from __future__ import annotations

import itertools
import subprocess
import time

from psycopg2.extensions import connection as PgConnection

from hub import paths, progress

from . import raw_queue
from .alternate import interleaved, wait_for
from .facts import noop_rows
from .figures import Figure, check, of_rates, of_values
from .options import Options
from .world import PROCESSES, World

NAMES = ("drain_noop", "drain_noop_raw")
COUNT_NAMES = ("sql_per_message", "commits_per_message")
PATIENCE = 180
# First key of the advisory locks by which a drain holds its lanes.
DRAIN_LOCK = 0x10616
ALWAYS_TIDIED = ("logistics_message", "queue_job", "logistics_lane")
_numbers = itertools.count(1)
_OPEN = (
    "select exists(select from logistics_message where backend_id = %s"
    " and state in"
    " ('pending', 'retrying', 'in_progress', 'deferred', 'invalid', 'dead'))"
)


def prefix() -> str:
    """A beginning for idempotency keys that no other run has."""
    return f"run{next(_numbers)}"


def scalar(connection: PgConnection, query: str, *params: object) -> object:
    """The only value of a query."""
    with connection.cursor() as cr:
        cr.execute(query, params)
        return cr.fetchone()[0]


def tidy(connection: PgConnection, *tables: str) -> None:
    """What autovacuum would do some time, done before every run of every side."""
    names = ", ".join((*ALWAYS_TIDIED, *tables))
    with connection.cursor() as cr:
        cr.execute(f"vacuum (analyze) {names}")


def rest(connection: PgConnection) -> None:
    """Wait until no drain is at work or about to be: it would not wait for the ring.

    Called before a run is made ready. Their locks show it, not the marks in the lanes:
    a server that was stopped left its marks behind. What other metrics left behind is
    tidied here: later, it would take so long that the sweep rings before the bench.
    """
    tidy(connection)
    query = (
        "select not exists(select from pg_locks where locktype = 'advisory'"
        " and objsubid = 2 and classid::bigint = %s and database ="
        " (select oid from pg_database where datname = current_database()))"
        " and not exists(select from queue_job where eta is null"
        " and identity_key like 'logistics.lane:%%'"
        " and state in ('pending', 'enqueued', 'started'))"
    )
    wait_for(lambda: bool(scalar(connection, query, DRAIN_LOCK)), "Resting", PATIENCE)


def is_drained(connection: PgConnection, backend_id: int) -> bool:
    """Whether no message of a backend waits or is stuck."""
    return not scalar(connection, _OPEN, backend_id)


def drain_seconds(world: World, connection: PgConnection, backend_id: int) -> float:
    """Seconds from the ring until nothing of a backend waits or is stuck."""
    check(not is_drained(connection, backend_id), "it was drained before the ring")
    started = time.perf_counter()
    world.call("messages.ring", backend_id=backend_id)
    wait_for(lambda: is_drained(connection, backend_id), "Draining", PATIENCE)
    return time.perf_counter() - started


class Jobs:
    """The jobs of the one-job-for-each sides."""

    def __init__(self, connection: PgConnection) -> None:
        self.connection = connection

    def count(self, condition: str = "true") -> int:
        """How many there are."""
        query = "select count(*) from queue_job where channel = 'root.bench' and "
        return scalar(self.connection, query + condition)

    def are_done(self) -> bool:
        """Whether all went through; a failed one is a failed measurement."""
        failed = self.count("state = 'failed'")
        check(not failed, f"{failed} jobs failed")
        return not self.count("state <> 'done'")

    def forget(self, expected: int) -> None:
        """Check that so many went through, and drop them."""
        done = self.count("state = 'done'")
        check(done == expected, f"{done} of {expected} jobs are done")
        with self.connection.cursor() as cr:
            cr.execute("delete from queue_job where channel = 'root.bench'")

    def warm_up(self, world: World) -> None:
        """Wait for the job runner, and let the server's processes load."""
        world.call("messages.enqueue_noop_jobs", count=20)
        wait_for(self.are_done, "The first jobs", PATIENCE)
        self.forget(20)


class Drain:
    """The sides of the comparison; each call is one run and returns messages/s."""

    def __init__(self, world: World, count: int, jobs: int, raw: int) -> None:
        self.world = world
        self.count, self.jobs, self.raw = count, jobs, raw
        self.backend, _path = world.call("messages.make_backend", name=prefix())
        self.connection = world.connect()
        self.queue = Jobs(self.connection)
        _first, self.batch = world.call("messages.batch_sizes")

    def engine(self) -> float:
        """Drain through the server and its job runner."""
        world, name = self.world, prefix()
        fill = {"backend_id": self.backend, "count": self.count, "prefix": name}
        rest(self.connection)
        world.call("messages.fill_inbox", **fill)
        tidy(self.connection)
        seconds = drain_seconds(world, self.connection, self.backend)
        done = "select count(*) from logistics_message where backend_id = %s"
        done += " and state = 'done' and attempt_count = 1 and external_id like %s"
        found = scalar(self.connection, done, self.backend, f"{name}-%")
        check(found == self.count, f"{found} of {self.count} facts are done")
        return self.count / seconds

    def one_job_each(self) -> float:
        """B1."""
        self.world.call("messages.enqueue_noop_jobs", count=self.jobs)
        before = self.queue.count("state = 'done'")
        started = time.perf_counter()
        wait_for(self.queue.are_done, "Running the jobs", PATIENCE)
        seconds = time.perf_counter() - started
        # What was done before the clock started is not counted.
        done = self.jobs - before
        check(done > self.jobs / 2, "the jobs were done before the clock started")
        self.queue.forget(self.jobs)
        tidy(self.connection)
        return done / seconds

    def raw_batches(self) -> float:
        """B0."""
        dsn = self.world.dsn
        raw_queue.create(dsn)
        raw_queue.insert(dsn, noop_rows(prefix(), self.raw), 5000)
        with self.connection.cursor() as cr:
            cr.execute(f"vacuum (analyze) {raw_queue.TABLE}")
        drainers = [self._start_raw() for _number in range(PROCESSES)]
        for drainer in drainers:
            drainer.stdout.readline()
        started = time.perf_counter()
        for drainer in drainers:
            drainer.stdin.write("go\n")
            drainer.stdin.flush()
        counts = [int(drainer.stdout.readline()) for drainer in drainers]
        seconds = time.perf_counter() - started
        for drainer in drainers:
            drainer.communicate()
        check(sum(counts) == self.raw, f"{sum(counts)} of {self.raw} raw rows")
        return self.raw / seconds

    def _start_raw(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [
                paths.venv_python(),
                "-m",
                "proof.bench.raw_queue",
                self.world.dsn,
                str(self.batch),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=paths.PROJECT / "setup",
        )

    def warm_up(self) -> None:
        """Both ways once, so that registries and caches are loaded."""
        self.queue.warm_up(self.world)
        count, self.count = self.count, 1000
        self.engine()
        self.count = count


def measure(world: World, options: Options) -> dict[str, Figure]:
    """Ours, B1 and B0 in turns."""
    drain = Drain(
        world,
        options.size(20_000, 8_000),
        options.size(300, 150),
        options.size(60_000, 30_000),
    )
    sides = {"engine": drain.engine}
    if "drain_noop" in options.wanted:
        sides["B1"] = drain.one_job_each
    if "drain_noop_raw" in options.wanted:
        sides["B0"] = drain.raw_batches
    with world.server():
        with progress.step("Warming up"):
            drain.warm_up()
        rates = interleaved("drain", options.runs, sides)
    unit = "messages/s"
    figures = {}
    if "B1" in rates:
        figures["drain_noop"] = of_rates(rates["engine"], rates["B1"], unit)
    if "B0" in rates:
        note = f"batches of {drain.batch} on the other side"
        figures["drain_noop_raw"] = of_rates(rates["engine"], rates["B0"], unit, note)
    return figures


def measure_counts(world: World, options: Options) -> dict[str, Figure]:
    """Statements and commits of the drain for each message."""
    drain = Drain(world, options.size(8_000, 4_000), 0, 0)
    statements, commits = [], []
    for number in range(options.runs):
        fill = {"backend_id": drain.backend, "count": drain.count}
        world.call("messages.fill_inbox", prefix=prefix(), **fill)
        tidy(drain.connection)
        lanes = world.call("messages.lane_ids", backend_id=drain.backend)
        scalar(drain.connection, "select pg_stat_statements_reset()::text")
        seconds = world.call("messages.drain", lanes=lanes)
        calls = _calls(drain.connection)
        check(is_drained(drain.connection, drain.backend), "the lanes are not empty")
        statements.append(sum(calls.values()) / drain.count)
        commits.append(calls.get("COMMIT", 0) / drain.count)
        progress.say(
            f"statements {number + 1}/{options.runs}: {statements[-1]:.3g} a message, "
            f"{drain.count / seconds:,.0f} messages/s in one process"
        )
    world.call("messages.forget_jobs")
    return {
        "sql_per_message": of_values(statements, "statements"),
        "commits_per_message": of_values(commits, "commits"),
    }


def _calls(connection: PgConnection) -> dict[str, int]:
    """Calls by statement in our database since the reset, without our own."""
    with connection.cursor() as cr:
        cr.execute(
            "select query, sum(calls)::int from pg_stat_statements"
            " where dbid = (select oid from pg_database"
            "               where datname = current_database())"
            "   and query not like '%pg_stat_statements%' group by query"
        )
        return dict(cr.fetchall())
