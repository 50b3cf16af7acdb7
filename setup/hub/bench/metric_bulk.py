"""bulk_ingest: storing many facts at once.

Ours: batches of 1,000 facts are taken into the inbox, each with one commit, with
everything this entails: idempotency, conflict check, lane, type, indexes.
B0: the same texts and keys as one multi-row insert with one commit for each 1,000,
into a plain table with a unique key. One process on each side.
Checked: every fact is there once, and the same facts again add nothing.
"""

from __future__ import annotations

from . import raw_queue
from .alternate import interleaved
from .facts import noop_rows
from .figures import Figure, check, of_rates
from .metric_drain import prefix, scalar, tidy
from .options import Options
from .world import World

NAMES = ("bulk_ingest",)
PER_REQUEST = 1000


def measure(world: World, options: Options) -> dict[str, Figure]:
    """Both sides in turns."""
    count = options.size(20_000, 8_000)
    backend, _path = world.call("messages.make_backend", name=prefix())
    connection = world.connect()

    def engine() -> float:
        tidy(connection)
        params = {"backend_id": backend, "prefix": prefix(), "count": count}
        params["per_request"] = PER_REQUEST
        seconds = world.call("messages.receive", **params)
        query = "select count(*) from logistics_message where external_id like %s"
        pattern = f"{params['prefix']}-%"
        found = scalar(connection, query, pattern)
        check(found == count, f"{found} of {count} facts are stored")
        world.call("messages.receive", **{**params, "count": PER_REQUEST})
        check(scalar(connection, query, pattern) == count, "duplicates were stored")
        world.call("messages.forget_messages", backend_id=backend)
        return count / seconds

    def raw() -> float:
        raw_queue.create(world.dsn)
        rows = noop_rows(prefix(), count)
        seconds = raw_queue.insert(world.dsn, rows, PER_REQUEST)
        raw_queue.insert(world.dsn, rows[:PER_REQUEST], PER_REQUEST)
        found = scalar(connection, f"select count(*) from {raw_queue.TABLE}")
        check(found == count, f"{found} of {count} rows are stored")
        return count / seconds

    rates = interleaved("bulk", options.runs, {"engine": engine, "B0": raw})
    note = f"{PER_REQUEST} facts with each commit"
    figure = of_rates(rates["engine"], rates["B0"], "messages/s", note)
    return {"bulk_ingest": figure}
