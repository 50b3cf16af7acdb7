"""backlog_1m: does a backlog of a million facts drain as fast as a small one?

Two databases of the same template: in one a million facts wait, in the other ten
thousand, filled up before each run. One process drains a few batches of every lane,
now in one, now in the other. Checked: each batch was full and is done.
The other side of the ratio is our own rate at ten thousand.
"""

from __future__ import annotations

from hub import paths, progress
from hub.server import configuration

from .alternate import interleaved
from .figures import Figure, check, of_rates
from .metric_drain import prefix, scalar, tidy
from .options import Options
from .workers import Worker
from .world import World

NAMES = ("backlog_1m",)
SMALL = 10_000
LARGE_DATABASE = "bench_million"


class Backlog:
    """One database in which facts wait."""

    def __init__(self, world: World, database: str, size: int, batches: int) -> None:
        self.size, self.batches = size, batches
        conf = configuration.write(
            paths.state("conf", f"{database}-backlog.conf"),
            world.databases.connection,
            options={**world.options(), "db_name": database, "max_cron_threads": 0},
            server_wide="base,web",
            channels="root:0",
        )
        self.worker = Worker(f"{database}-backlog", conf, database)
        self.connection = world.connect(database)
        self.backend, _path = self.worker.call("messages.make_backend", name=prefix())
        self.fill()
        self.lanes = self.worker.call("messages.lane_ids", backend_id=self.backend)

    def fill(self) -> None:
        """Let ``size`` facts wait."""
        missing = self.size - self._count("pending")
        if missing > self.size / 50:
            params = {"count": missing, "prefix": prefix()}
            self.worker.call("messages.fill_inbox", backend_id=self.backend, **params)
            tidy(self.connection)

    def _count(self, state: str) -> int:
        query = "select count(*) from logistics_message where backend_id = %s"
        return scalar(self.connection, query + " and state = %s", self.backend, state)

    def drain(self) -> float:
        """Facts a second in the next batches of each lane."""
        before = self._count("done")
        params = {"lanes": self.lanes, "batches": self.batches}
        handled, seconds = self.worker.call("messages.drain_batches", **params)
        done = self._count("done") - before
        check(done == handled > 0, f"{done} of {handled} facts are done")
        return handled / seconds

    def close(self) -> None:
        self.worker.stop()
        self.connection.close()


def measure(world: World, options: Options) -> dict[str, Figure]:
    """Large and small in turns."""
    size = options.size(1_000_000, 100_000)
    batches = options.size(5, 3)
    world.stop_workers()
    world.copy_to(LARGE_DATABASE)
    small = Backlog(world, world.database, SMALL, batches)
    with progress.step(f"Filling the inbox with {size:,} facts"):
        large = Backlog(world, LARGE_DATABASE, size, batches)

    def drain_small() -> float:
        small.fill()
        return small.drain()

    try:
        small.drain()
        large.drain()
        sides = {"large": large.drain, "small": drain_small}
        rates = interleaved("backlog", options.runs, sides)
    finally:
        small.close()
        large.close()
        world.databases.drop(LARGE_DATABASE)
    note = f"{size:,} facts wait, against {SMALL:,}"
    figure = of_rates(rates["large"], rates["small"], "messages/s", note)
    return {"backlog_1m": figure}
