"""A PostgreSQL of the chaos program's own, which may be crashed at will."""

from __future__ import annotations

import os
import time
from pathlib import Path

from hub import paths, progress
from hub.machine import command, ports
from hub.server import credentials, postgres, postgres_owner
from hub.server.postgres_settings import Connection

FIRST_PORT = 54429
SETTINGS = """\
fsync = on
synchronous_commit = on
full_page_writes = on
track_commit_timestamp = on
recovery_init_sync_method = syncfs
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = {port}
max_connections = 400
shared_buffers = 256MB
max_wal_size = 2GB
checkpoint_timeout = 5min
work_mem = 16MB
maintenance_work_mem = 128MB
logging_collector = off
log_min_messages = warning
lc_messages = 'C'
"""


class Cluster:
    """Starts, crashes and stops the server; data survives between runs."""

    def __init__(self) -> None:
        self.folder = postgres_owner.folder() / "chaos"
        self.port = 0
        self.crashes = 0

    @property
    def connection(self) -> Connection:
        return Connection(
            ports.LOOPBACK,
            self.port,
            postgres.ROLE,
            credentials.postgres_password(),
        )

    def ensure(self) -> None:
        """A running server of ours, fresh from recovery if need be."""
        self._initialise()
        self.stop()
        self.port = ports.choose(FIRST_PORT)
        configuration = self._data / "chaos.conf"
        configuration.write_text(SETTINGS.format(port=self.port))
        configuration.chmod(0o644)
        self.start()

    def start(self) -> float:
        """Start it and wait until it answers; the time it did, in epoch seconds."""
        self._pg_ctl("start", "-l", self.folder / "server.log", "-t", "60")
        return time.time()

    def crash(self) -> None:
        """Stop without a checkpoint, as a power cut of the server process does."""
        self._pg_ctl("stop", "-m", "immediate")
        self.crashes += 1

    def stop(self) -> None:
        if (self._data / "postmaster.pid").exists() and self._is_running():
            self._pg_ctl("stop", "-m", "fast")

    def processes(self) -> list[int]:
        """The server's process; none while it is down."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []
        return [int(lines[0])] if lines else []

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _is_running(self) -> bool:
        asked = [*postgres_owner.prefix(), postgres.program("pg_ctl")]
        answer = command.output([*asked, "status", "-D", self._data], cwd="/")
        return answer is not None

    def _initialise(self) -> None:
        if (self._data / "PG_VERSION").exists():
            return
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            owner = postgres_owner.folder().stat()
            os.chown(self.folder, owner.st_uid, owner.st_gid)
        password = self.folder / "password"
        password.write_text(credentials.postgres_password())
        options = ["--username", postgres.ROLE, "--pwfile", password]
        options += ["--auth", "scram-sha-256", "--encoding", "UTF8"]
        with progress.step("Creating the chaos program's PostgreSQL"):
            try:
                self._run(
                    postgres.program("initdb"),
                    *("-D", self._data, "--locale", "C.UTF-8"),
                    *options,
                )
            finally:
                password.unlink()
        with (self._data / "postgresql.conf").open("a") as configuration:
            configuration.write("\ninclude_if_exists = 'chaos.conf'\n")

    def _pg_ctl(self, verb: str, *options: str | Path) -> None:
        self._run(postgres.program("pg_ctl"), verb, "-D", self._data, "-w", *options)

    def _run(self, *arguments: str | Path) -> None:
        command.run(
            [*postgres_owner.prefix(), *arguments],
            log=paths.log_file("chaos-postgres-control"),
            problem=f"PostgreSQL: {Path(arguments[0]).name} failed.",
            remedy=f"read {self.folder / 'server.log'};"
            f" deleting {self.folder} starts afresh",
            env={"LC_ALL": "C.UTF-8"},
            cwd="/",
        )
