"""How to reach PostgreSQL: the user's own server, or our private one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Connection:
    """One PostgreSQL server and the role to use there."""

    host: str
    port: int
    user: str
    password: str

    def environment(self) -> dict[str, str]:
        """The variables libpq's programs read."""
        return {
            "PGHOST": self.host,
            "PGPORT": str(self.port),
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
        }

    def dsn(self, database: str) -> str:
        """A libpq connection string for tests that look at the database itself."""
        return (
            f"host={self.host} port={self.port} user={self.user} "
            f"password={self.password} dbname={database}"
        )


def given() -> Connection | None:
    """The server named by DATABASE_URL or PGHOST, if the user named one."""
    if url := os.environ.get("DATABASE_URL"):
        parts = urlsplit(url)
        return Connection(
            parts.hostname or "127.0.0.1",
            parts.port or 5432,
            unquote(parts.username or "odoo"),
            unquote(parts.password or ""),
        )
    if host := os.environ.get("PGHOST"):
        return Connection(
            host,
            int(os.environ.get("PGPORT", "5432")),
            os.environ.get("PGUSER", "odoo"),
            os.environ.get("PGPASSWORD", ""),
        )
    return None
