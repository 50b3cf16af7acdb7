"""An Odoo server whose workers can be seen, killed and frozen."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from hub.machine import ports
from hub.server import odoo_server
from hub.server.postgres_settings import Connection

from . import template

# Four drains at once. Jobs run in the HTTP workers, so there must be more workers
# than the root channel takes, or acknowledgements wait for drains.
CHANNELS = (
    "root:4,root.logistics_realtime:4,root.logistics_standard:4,root.logistics_bulk:1"
)
# Few, so that a process that wants more than it gets shows here.
MAXCONN = 12
_SPAWNED = re.compile(r"Worker (Worker\w+) \((\d+)\) alive")


@dataclass(frozen=True)
class Node:
    """One Odoo server of the run."""

    server: odoo_server.OdooServer
    count: int = 0
    database_port: int | None = None

    @property
    def url(self) -> str:
        return self.server.base_url

    @property
    def master(self) -> int:
        return self.server.process.pid

    @property
    def log(self) -> Path:
        return self.server.log

    def workers(self, kind: str = "WorkerHTTP") -> list[int]:
        """Process ids of the living workers of a kind, from the server's log."""
        text = self.log.read_text(errors="replace")
        found = {int(pid) for name, pid in _SPAWNED.findall(text) if name == kind}
        return sorted(pid for pid in found if _parent(pid) == self.master)

    def family(self) -> list[int]:
        """The server and everything it started."""
        return [self.master, *(p for p in _all_pids() if _parent(p) == self.master)]

    def signal(self, number: int) -> None:
        for pid in self.family():
            send(pid, number)

    def stop(self) -> None:
        # A frozen process does not notice that it shall end.
        self.signal(signal.SIGCONT)
        self.server.process.stop(patience=3)

    def kill(self) -> None:
        """Kill -9 the server with all its workers, at one moment."""
        self.signal(signal.SIGKILL)
        self.server.process.stop(patience=1)

    def wait_for_workers(self, count: int, seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while len(self.workers()) < count and time.monotonic() < end:
            time.sleep(0.1)


def start(
    database: str,
    connection: Connection,
    folder: Path,
    *,
    name: str,
    workers: int,
    channels: str = CHANNELS,
    job_runner: bool = True,
    port: int | None = None,
) -> Node:
    """Start a server; its crash points are armed by files in ``folder``."""
    server = odoo_server.start(
        database,
        connection,
        name=name,
        port=port,
        channels=channels,
        job_runner=job_runner,
        options={
            "addons_path": template.addons_path(),
            "workers": workers,
            "gevent_port": ports.choose(),
            "max_cron_threads": 1,
            "db_maxconn": MAXCONN,
            "limit_time_real": 300,
            "limit_time_cpu": 300,
            "limit_memory_hard": 0,
            "limit_memory_soft": 0,
        },
        env={"LOGISTICS_CHAOS_DIR": str(folder)},
    )
    return Node(server, workers, connection.port)


def send(pid: int, number: int) -> None:
    """Send a signal; a process that is gone is fine."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _parent(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return 0 if fields[0] == "Z" else int(fields[1])


def _all_pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]
