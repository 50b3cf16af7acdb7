"""A state folder of the bench's own, so that it disturbs nobody's databases."""

from __future__ import annotations

import os

from hub import paths
from hub.failure import SetupFailure
from hub.server import database, postgres

FOLDER = "bench"
# What was installed is shared; databases, servers, logs and locks are not.
SHARED = ("venv", "odoo", "odoo-origin.json")
_ELSEWHERE = ("DATABASE_URL", "PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
PRELOAD = "pg_stat_statements"
# Without these a figure would be of another database that may lose data.
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


def enter() -> None:
    """Let everything this process and its children do happen in our folder."""
    shared = paths.state()
    own = paths.state_folder(FOLDER)
    for name in SHARED:
        link = own / name
        if (shared / name).exists() and not link.is_symlink():
            link.symlink_to(shared / name)
    os.environ["LOGISTICS_STATE"] = str(own)
    for name in _ELSEWHERE:
        os.environ.pop(name, None)


def start_postgres() -> database.Databases:
    """Our PostgreSQL, durable and counting statements."""
    databases = database.Databases(postgres.ensure())
    if databases.sql("show shared_preload_libraries") != PRELOAD:
        databases.sql(f"alter system set shared_preload_libraries = '{PRELOAD}'")
        postgres.stop()
        databases = database.Databases(postgres.ensure())
    for name in DURABLE:
        if (value := databases.sql(f"show {name}")) != "on":
            raise SetupFailure(
                f"PostgreSQL runs with {name} = {value}; such figures mean nothing.",
                f"take {name} out of its configuration",
            )
    return databases
