"""A real Odoo server with its job runner, as its own process."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hub import paths
from hub.failure import SetupFailure
from hub.machine import command, ports, processes

from . import configuration
from .odoo_client import OdooClient
from .postgres_settings import Connection

FIRST_PORT = 8069
LAUNCHER = Path(__file__).with_name("odoo_launcher.py")
PATIENCE = 90
LOGIN = PASSWORD = "admin"  # Odoo's demo data sets these
# The C library gives memory back: threads that send share two heaps, and what is free
# at a heap's end does not stay. Else a worker keeps what the largest messages took.
MEMORY = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "1000000"}


@dataclass(frozen=True)
class OdooServer:
    """One running server and the single database it serves."""

    process: processes.Process
    base_url: str
    database: str
    login: str = LOGIN
    password: str = PASSWORD

    @property
    def log(self) -> Path:
        return Path(self.process.log)

    def client(
        self, login: str | None = None, password: str | None = None
    ) -> OdooClient:
        """A logged-in client; of the administrator when no one else is named."""
        return OdooClient(
            self.base_url,
            self.database,
            login or self.login,
            password or self.password,
        )

    def stop(self) -> None:
        self.process.stop()


def start(
    database: str,
    connection: Connection,
    *,
    name: str = "odoo",
    port: int | None = None,
    options: Mapping[str, str | int] | None = None,
    channels: str = configuration.CHANNELS,
    job_runner: bool = True,
    supervised: bool = False,
    env: Mapping[str, str] | None = None,
) -> OdooServer:
    """Start a server for one database and wait until it answers.

    ``port`` is a wish: when it is taken, another is used. ``options`` are written
    into the server's own odoo.conf. A ``supervised`` server that ended is started
    again; its process is then that of its supervisor.
    """
    processes.stop(name)
    chosen = ports.choose(port)
    conf = configuration.write(
        paths.state("conf", f"{name}.conf"),
        connection,
        options={
            "db_name": database,
            "http_port": chosen,
            **(options or {}),
        },
        server_wide=configuration.SERVER_WIDE if job_runner else "base,web",
        channels=channels if job_runner else "root:0",
    )
    url = f"http://{ports.LOOPBACK}:{chosen}"
    manager = ["--supervised"] if supervised else []
    arguments = [paths.venv_python(), LAUNCHER, *manager, "-c", conf]
    process = processes.spawn(name, arguments, url=url, env={**MEMORY, **(env or {})})
    _wait_until_healthy(process)
    return OdooServer(process, url, database)


def _wait_until_healthy(process: processes.Process) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if not process.alive:
            raise SetupFailure(
                f"Odoo ended at its start:\n{command.tail(Path(process.log))}",
                f"fix what the lines above name (log: {process.log})",
            )
        # The login page needs the whole registry, so it says more than /web/health.
        if _answers(f"{process.url}/web/health") and _answers(
            f"{process.url}/web/login"
        ):
            return
        time.sleep(0.2)
    process.stop()
    raise SetupFailure(
        f"Odoo did not answer within {PATIENCE} s:\n{command.tail(Path(process.log))}",
        f"read {process.log}",
    )


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=60) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False
