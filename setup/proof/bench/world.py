"""What everything is measured in: one database, one server, two processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extensions import connection as PgConnection

from hub import paths, progress, stamps
from hub.server import configuration, odoo_command, odoo_server, templates
from hub.server.database import Databases

from . import isolation
from .workers import Worker

DATABASE = "bench"
OWN_ADDONS = Path(__file__).with_name("addons")
ADDON = "logistics_bench"
# Processes of the server that take HTTP requests. A job is a request too: the engine's
# jobs leave two of them to those from outside; one job for each message may take all,
# because that is what it is quickest with.
HTTP_WORKERS = 4
JOBS = 2
# As many processes work for the sides that have no server.
PROCESSES = 2
CHANNELS = (
    f"root:{HTTP_WORKERS},root.bench:{HTTP_WORKERS},"
    f"root.logistics_realtime:{JOBS},root.logistics_standard:{JOBS},"
    f"root.logistics_bulk:{JOBS}"
)
# Nothing runs beside what is measured but the engine's own scheduled actions.
_PREPARE = """
create extension if not exists pg_stat_statements;
update ir_cron set active = false where id not in (
    select res_id from ir_model_data
     where model = 'ir.cron' and module like 'logistics%');
"""


class World:
    """The bench's database and the processes around it."""

    def __init__(self, name: str = DATABASE) -> None:
        self.database = name
        self.databases: Databases = isolation.start_postgres()
        self._workers: list[Worker] = []
        self._build()

    def _build(self) -> None:
        self.template = _template(self.databases)
        with progress.step("Creating the bench's database"):
            self.copy_to(self.database)

    def copy_to(self, name: str) -> None:
        """A fresh database of this name."""
        self.databases.copy(self.template, name)
        self.databases.sql(_PREPARE, name)

    def options(self) -> dict[str, str | int]:
        """Settings of every Odoo process here."""
        return {
            "addons_path": f"{OWN_ADDONS},{configuration.addons_path()}",
            "db_name": self.database,
            "log_level": "warn",
        }

    @cached_property
    def conf(self) -> Path:
        """The configuration of processes without a server."""
        return configuration.write(
            paths.state("conf", f"{self.database}-worker.conf"),
            self.databases.connection,
            options={**self.options(), "max_cron_threads": 0},
            server_wide="base,web",
            # A doorbell is rung for as many workers as the server has.
            channels=CHANNELS,
        )

    @property
    def workers(self) -> list[Worker]:
        """``PROCESSES`` processes with Odoo's registry, started at first use."""
        while len(self._workers) < PROCESSES:
            name = f"{self.database}-worker-{len(self._workers)}"
            self._workers.append(Worker(name, self.conf, self.database))
        return self._workers

    def call(self, call: str, **params: Any) -> Any:
        """Run a function of ``inside`` in the first process."""
        return self.workers[0].call(call, **params)

    def stop_workers(self) -> None:
        while self._workers:
            self._workers.pop().stop()

    @contextmanager
    def server(
        self, *, jobs: bool = True, dbfilter: bool = False
    ) -> Iterator[odoo_server.OdooServer]:
        """A real Odoo server with ``HTTP_WORKERS`` processes and its job runner.

        :param dbfilter: it finds its database by a filter, as where there are several
        """
        server = self.start_server(jobs=jobs, dbfilter=dbfilter)
        try:
            yield server
        finally:
            server.stop()

    def start_server(
        self, *, jobs: bool = True, dbfilter: bool = False
    ) -> odoo_server.OdooServer:
        return odoo_server.start(
            self.database,
            self.databases.connection,
            name=f"{self.database}-odoo",
            options={
                **self.options(),
                "workers": HTTP_WORKERS,
                "max_cron_threads": 1 if jobs else 0,
                "limit_time_real": 600,
                "limit_time_cpu": 600,
                **({"dbfilter": f"^{self.database}$"} if dbfilter else {}),
            },
            channels=CHANNELS,
            job_runner=jobs,
        )

    def connect(self, database: str | None = None) -> PgConnection:
        """A connection beside Odoo that commits each statement."""
        dsn = self.databases.connection.dsn(database or self.database)
        connection = psycopg2.connect(dsn)
        connection.autocommit = True
        return connection

    @property
    def dsn(self) -> str:
        return self.databases.connection.dsn(self.database)

    def close(self) -> None:
        self.stop_workers()


def _template(databases: Databases) -> str:
    """A database with the suite and the bench's own addon, made when new."""
    suite = templates.suite(databases)
    files = stamps.files_digest(
        [p for p in OWN_ADDONS.rglob("*") if p.suffix in (".py", ".xml")], OWN_ADDONS
    )
    name = f"template_bench_{stamps.digest([suite, files])}"
    if not databases.exists(name):
        with progress.step(f"Installing {ADDON}"):
            building = f"{name}_building"
            databases.copy(suite, building)
            conf = configuration.write(
                paths.state("conf", "template-bench.conf"),
                databases.connection,
                options={"addons_path": f"{OWN_ADDONS},{configuration.addons_path()}"},
            )
            odoo_command.install(conf, building, [ADDON], log=paths.log_file(name))
            databases.rename(building, name)
    return name
