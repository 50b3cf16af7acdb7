"""B0: a message table drained with nothing but psycopg2 and SKIP LOCKED.

What is left when one takes away Odoo, order, retries, attempts and exceptions:
claim a batch, read the JSON, mark it done, commit.
"""

from __future__ import annotations

import json
import sys
import time

import psycopg2
from psycopg2.extras import execute_values

TABLE = "bench_queue"
_CREATE = f"""
DROP TABLE IF EXISTS {TABLE};
CREATE TABLE {TABLE} (
    id bigserial PRIMARY KEY,
    external_id text NOT NULL UNIQUE,
    ordering_key text NOT NULL,
    payload text NOT NULL,
    state text NOT NULL DEFAULT 'pending',
    created_at timestamp NOT NULL DEFAULT now(),
    done_at timestamp);
CREATE INDEX ON {TABLE} (id) WHERE state = 'pending';
"""
_CLAIM = (
    f"SELECT id, payload FROM {TABLE} WHERE state = 'pending'"
    " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED"
)
_DONE = f"UPDATE {TABLE} SET state = 'done', done_at = now() WHERE id = ANY(%s)"
Row = tuple[str, str, str]


def create(dsn: str) -> None:
    """Recreate the table."""
    with psycopg2.connect(dsn) as connection, connection.cursor() as cr:
        cr.execute(_CREATE)
    connection.close()


def insert(dsn: str, rows: list[Row], per_commit: int | None = None) -> float:
    """Insert (external_id, ordering_key, payload) rows with multi-row inserts.

    :param per_commit: rows with each statement and commit; all when None
    :return: the seconds taken
    """
    connection = psycopg2.connect(dsn)
    size = per_commit or len(rows)
    started = time.perf_counter()
    for start in range(0, len(rows), size):
        with connection, connection.cursor() as cr:
            execute_values(
                cr,
                f"INSERT INTO {TABLE} (external_id, ordering_key, payload) VALUES %s"
                " ON CONFLICT (external_id) DO NOTHING",
                rows[start : start + size],
                page_size=size,
            )
    seconds = time.perf_counter() - started
    connection.close()
    return seconds


def drain(dsn: str, batch: int) -> int:
    """Claim, read and mark until nothing is left; return how many it were."""
    connection = psycopg2.connect(dsn)
    total = 0
    while True:
        with connection, connection.cursor() as cr:
            cr.execute(_CLAIM, [batch])
            rows = cr.fetchall()
            if not rows:
                break
            for _id, payload in rows:
                json.loads(payload)
            cr.execute(_DONE, [[row[0] for row in rows]])
            total += len(rows)
    connection.close()
    return total


def main(dsn: str, batch: str) -> None:
    """Say that we are ready, wait for a line, drain, say how many."""
    print("ready", flush=True)
    sys.stdin.readline()
    print(drain(dsn, int(batch)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
