"""Reads the product's database with plain SQL, across its crashes."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import psycopg2

PATIENCE = 60.0


class Books:
    """One reading connection; a lost one is made again. One per thread."""

    def __init__(self, dsn: Callable[[], str]) -> None:
        self._dsn = dsn
        self._local = threading.local()

    def rows(self, query: str, *values: Any) -> list[tuple]:
        """All rows; waits while the server is down."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self._try(query, values)
            except (psycopg2.OperationalError, psycopg2.InterfaceError):
                self._forget()
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def value(self, query: str, *values: Any) -> Any:
        return self.rows(query, *values)[0][0]

    def close(self) -> None:
        self._forget()

    def _try(self, query: str, values: Sequence[Any]) -> list[tuple]:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = psycopg2.connect(self._dsn(), connect_timeout=5)
            connection.autocommit = True
            self._local.connection = connection
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()

    def _forget(self) -> None:
        connection = getattr(self._local, "connection", None)
        self._local.connection = None
        if connection is not None:
            with contextlib.suppress(psycopg2.Error):
                connection.close()

    # What the rows ask most.

    def stored_ids(self, backend: int) -> set[str]:
        """Idempotency keys in the inbox of a backend."""
        found = self.rows(
            "select external_id from logistics_message"
            " where backend_id = %s and direction = 'in'",
            backend,
        )
        return {external_id for (external_id,) in found}

    def effects(self, backend: int) -> list[tuple[str, str, int, int]]:
        """(id, key, version, value) of every application, in order of time."""
        return self.rows(
            "select external_id, key, version, value from chaos_effect"
            " where backend_id = %s order by id",
            backend,
        )

    def count_effects(self, backend: int) -> int:
        return self.value(
            "select count(*) from chaos_effect where backend_id = %s", backend
        )

    def states(self, backend: int) -> dict[str, int]:
        """How many messages of a backend are in which state."""
        return dict(
            self.rows(
                "select state, count(*) from logistics_message"
                " where backend_id = %s group by state",
                backend,
            )
        )

    def moved(self, prefix: str) -> list[tuple[str, str, int]]:
        """(reference, SKU, quantity) of every stock move done for this prefix."""
        return self.rows(
            "select m.origin, p.default_code, m.quantity::int from stock_move m"
            " join product_product p on p.id = m.product_id"
            " where m.state = 'done' and m.origin like %s",
            f"{prefix}-%",
        )

    def stock(self, skus: Sequence[str]) -> dict[str, int]:
        """Sum of the quants in internal locations, per SKU."""
        found = self.rows(
            "select p.default_code, sum(q.quantity)::int from stock_quant q"
            " join product_product p on p.id = q.product_id"
            " join stock_location l on l.id = q.location_id"
            " where l.usage = 'internal' and p.default_code = any(%s)"
            " group by p.default_code",
            list(skus),
        )
        return dict(found)

    def wait_until(
        self, condition: Callable[[], bool], seconds: float, pause: float = 0.25
    ) -> bool:
        """Ask until it is so; False when the time is over."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                return False
            time.sleep(pause)
        return True
