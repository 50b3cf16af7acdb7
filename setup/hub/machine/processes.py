"""Long-running processes that outlive the command that started them.

Each is known by a file in the state folder, so that a later command can find and
stop it; the start time guards against a process id that was given to another.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from hub import paths


@dataclass(frozen=True)
class Process:
    """A process we started: enough to recognise it and reach it again."""

    name: str
    pid: int
    started: str
    url: str
    log: str

    @property
    def alive(self) -> bool:
        return _start_time(self.pid) == self.started

    def stop(self, patience: float = 10) -> None:
        """Ask it to end; after ``patience`` seconds make it, children included."""
        for signal_number, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 5)):
            if not self.alive:
                break
            _signal_group(self.pid, signal_number)
            _wait_until_gone(self, seconds)
        _reap(self.pid)
        _record(self.name).unlink(missing_ok=True)


def spawn(
    name: str,
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    url: str = "",
    stdout: Path | None = None,
) -> Process:
    """Start a process in its own group; its log is ``.state/log/<name>.log``.

    Standard output goes to a file, never a pipe: it outlives whoever would read it.
    """
    stop(name)
    log = paths.log_file(name)
    with log.open("wb") as handle, (stdout or log).open("ab") as output:
        popen = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=handle,
            env={**os.environ, **(env or {})},
            cwd=paths.PROJECT,
            start_new_session=True,
        )
    process = Process(name, popen.pid, _start_time(popen.pid) or "", url, str(log))
    remember(process)
    return process


def remember(process: Process) -> None:
    _record(process.name).write_text(json.dumps(asdict(process)))


def find(name: str) -> Process | None:
    """The process of that name if it still runs."""
    try:
        process = Process(**json.loads(_record(name).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return process if process.alive else None


def stop(name: str) -> bool:
    """Stop the process of that name; False when there was none."""
    process = find(name)
    if process:
        process.stop()
    return process is not None


def _record(name: str) -> Path:
    return paths.state_folder("run") / f"{name}.json"


def _start_time(pid: int) -> str | None:
    """Clock ticks since boot at which the process began; None once it is dead."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else fields[19]


def _signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


def _wait_until_gone(process: Process, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while process.alive and time.monotonic() < deadline:
        _reap(process.pid)
        time.sleep(0.05)


def _reap(pid: int) -> None:
    """Collect the exit status when the process is a child of ours."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
