"""A private PostgreSQL: durable settings, loopback only, its own port."""

from __future__ import annotations

import glob
import os
import shutil
from pathlib import Path

from hub import progress
from hub.failure import SetupFailure
from hub.machine import command, lock, ports

from . import credentials, postgres_owner
from .postgres_settings import Connection, given

ROLE = "logistics"
FIRST_PORT = 54329
IN_USE = "postgres-in-use"
_OTHER_SESSIONS = (
    "select count(*) from pg_stat_activity "
    "where backend_type = 'client backend' and pid <> pg_backend_pid()"
)
# Measurements and durability tests mean nothing without the first two.
SETTINGS = """\
fsync = on
synchronous_commit = on
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = {port}
max_connections = 200
shared_buffers = 512MB
max_wal_size = 4GB
checkpoint_timeout = 15min
work_mem = 16MB
maintenance_work_mem = 128MB
logging_collector = off
log_min_messages = warning
lc_messages = 'C'
"""


def ensure() -> Connection:
    """A running server: the user's own if one is named, else the private one."""
    if own := given():
        return _checked(own)
    with lock.held("postgres"):
        lock.share(IN_USE)
        _initialise()
        if not (port := _running_port()):
            port = _start()
    return _connection(port)


def _connection(port: int) -> Connection:
    return Connection(ports.LOOPBACK, port, ROLE, credentials.postgres_password())


def stop() -> None:
    """Stop the private server; one that is not running is fine."""
    with lock.held("postgres"):
        if (_data() / "PG_VERSION").exists() and _running_port():
            _pg_ctl("stop", "-m", "fast")


def stop_if_idle() -> None:
    """Stop the private server unless another command or session uses it."""
    with lock.held("postgres"):
        if not (_data() / "PG_VERSION").exists() or not (port := _running_port()):
            return
        connection = _connection(port)
        others = command.output(
            [psql(), "-XAtc", _OTHER_SESSIONS, "postgres"],
            env=connection.environment(),
        )
        if (others or "").strip() == "0" and lock.alone(IN_USE):
            _pg_ctl("stop", "-m", "fast")
        else:
            progress.say("PostgreSQL stays up: others use it")


def program(name: str) -> Path:
    """A PostgreSQL program, of the newest version installed."""
    found = glob.glob(f"/usr/lib/postgresql/*/bin/{name}")
    if not found:
        raise SetupFailure(
            f"PostgreSQL's {name} is missing.", "run ./setup/install, which adds it"
        )
    return Path(max(found, key=lambda path: int(path.split("/")[4])))


def psql() -> str | Path:
    """The client program; a user's own server may come without our package."""
    return shutil.which("psql") or program("psql")


def _checked(connection: Connection) -> Connection:
    answer = command.output(
        [psql(), "-XAtc", "select 1", "postgres"], env=connection.environment()
    )
    if answer is None:
        raise SetupFailure(
            f"No PostgreSQL answers at {connection.host}:{connection.port}.",
            "correct or unset DATABASE_URL / PGHOST, PGPORT, PGUSER, PGPASSWORD",
        )
    return connection


def _data() -> Path:
    return postgres_owner.folder() / "data"


def _log() -> Path:
    return postgres_owner.folder() / "server.log"


def _initialise() -> None:
    data = _data()
    if (data / "PG_VERSION").exists():
        return
    password = postgres_owner.folder() / "password"
    password.write_text(credentials.postgres_password())
    options = ["--username", ROLE, "--pwfile", password, "--auth", "scram-sha-256"]
    options += ["--encoding", "UTF8", "--locale", "C.UTF-8"]
    with progress.step("Creating the private PostgreSQL"):
        try:
            _run(program("initdb"), "-D", data, *options)
        finally:
            password.unlink()
    with (data / "postgresql.conf").open("a") as configuration:
        configuration.write("\ninclude_if_exists = 'hub.conf'\n")


def _running_port() -> int | None:
    """The port of our own running server; a stale pid file is removed."""
    pid_file = _data() / "postmaster.pid"
    try:
        lines = pid_file.read_text().splitlines()
        command_line = Path(f"/proc/{lines[0]}/cmdline").read_bytes()
    except FileNotFoundError:
        command_line = b""
    if os.fsencode(_data()) not in command_line:
        pid_file.unlink(missing_ok=True)
        return None
    port = int(lines[3])
    ready = [program("pg_isready"), "-q", "-t", "30", "-h", ports.LOOPBACK]
    return port if command.output([*ready, "-p", str(port)]) is not None else None


def _start() -> int:
    remembered = postgres_owner.folder() / "port"
    wanted = int(remembered.read_text()) if remembered.exists() else FIRST_PORT
    port = ports.choose(wanted)
    if port != wanted:
        progress.say(f"Port {wanted} is in use; PostgreSQL takes {port}")
    (_data() / "hub.conf").write_text(SETTINGS.format(port=port))
    (_data() / "hub.conf").chmod(0o644)
    with progress.step(f"Starting PostgreSQL on port {port}"):
        _pg_ctl("start", "-l", _log(), "-t", "60")
    remembered.write_text(str(port))
    return port


def _pg_ctl(verb: str, *options: str | Path) -> None:
    _run(program("pg_ctl"), verb, "-D", _data(), "-w", *options)


def _run(*arguments: str | Path) -> None:
    command.run(
        [*postgres_owner.prefix(), *arguments],
        log=postgres_owner.folder() / "control.log",
        problem=f"PostgreSQL: {Path(arguments[0]).name} failed.",
        remedy=f"read {_log()}; deleting {postgres_owner.folder()} starts afresh",
        env={"LC_ALL": "C.UTF-8"},
        cwd="/",
    )
