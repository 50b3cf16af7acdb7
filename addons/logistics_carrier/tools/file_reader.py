"""Files of partners, read in a process of their own, one at a time. Never imports odoo.

A file can loop for ever or fill the memory while it is read (see `file_process`). The
process has little memory and time; where it ends, the next file gets a new one.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools.bounded import check_file

# Without the folder it is started in, whose files have names of libraries.
START = """
import sys
sys.path[:] = filter(None, sys.path)
import runpy
runpy.run_path(sys.argv[1], run_name="__main__")
"""
PROGRAM = Path(__file__).with_name("file_process.py")
# Beyond the processor time that the process has: the machine may be busy.
PATIENCE = 60.0
# The process ends itself after a minute without work.
IDLE_SECONDS = 50.0
# It needs none of ours; credentials may be among them.
_PASSED_ON = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR")
_PROBLEMS = {
    "pixels": _lt("the picture has too many pixels"),
    "pages": _lt("it has too many pages"),
    "encrypted": _lt("it is protected by a password"),
    "slow": _lt("it takes too long to read"),
    "memory": _lt("it takes too much memory to read"),
}
REMEDY = _lt("Ask the partner for the file again.")


def check(content: bytes, media_type: str) -> None:
    """Raise InvalidMessage unless a PDF or picture can be read."""
    _ask("check", [content], media_type)


def convert(content: bytes, wanted: str, size: tuple[float, float]) -> bytes:
    """Return a picture as a label, see `documents.convert`. Raises InvalidMessage."""
    return _ask("convert", [content], wanted, *size)[0]


def to_pages(content: bytes, media_type: str) -> bytes:
    """Return a PDF or picture as a PDF of our own. Raises InvalidMessage."""
    return _ask("pages", [content], media_type)[0]


def merge(documents: Sequence[bytes]) -> bytes:
    """Return one PDF of those that `to_pages` gave. Raises InvalidMessage."""
    return _ask("merge", documents)[0]


def end() -> None:
    """End the process; the next file gets a new one."""
    with _lock:
        _process.end()


def _ask(task: str, files: Sequence[bytes], *options: Any) -> list[bytes]:
    for content in files:
        check_file(len(content))
    with _lock:
        problem, made = _process.ask(task, files, options)
    if problem:
        word, _space, detail = problem.partition(" ")
        cause = _PROBLEMS.get(word) or _lt("it is damaged (%s)", detail or word)
        raise InvalidMessage(
            _lt("The file cannot be read: %(cause)s.", cause=cause), remedy=REMEDY
        )
    return made


class _Process:
    """The one process of this one."""

    def __init__(self) -> None:
        self._popen: Any = None
        self._owner = 0
        self._used_at = 0.0

    def ask(
        self, task: str, files: Sequence[bytes], options: Sequence[Any]
    ) -> tuple[str, list[bytes]]:
        """Return (why not, files); the first is empty where it went well."""
        running = self._get_running()
        request = {
            "task": task,
            "options": options,
            "sizes": [len(content) for content in files],
        }
        started = time.monotonic()
        # What a library does in C cannot be stopped from within.
        timer = threading.Timer(PATIENCE, running.kill)
        timer.start()
        try:
            running.stdin.write(json.dumps(request).encode() + b"\n")
            running.stdin.writelines(files)
            running.stdin.flush()
            head = json.loads(running.stdout.readline())
            made = [running.stdout.read(size) for size in head["sizes"]]
        except (OSError, ValueError):  # it died
            self.end()
            is_late = time.monotonic() - started >= PATIENCE
            return ("slow" if is_late else "memory"), []
        finally:
            timer.cancel()
        self._used_at = time.monotonic()
        return head["problem"], made

    def _get_running(self) -> Any:
        # A worker that was forked has its parent's; it is not this one's to use.
        is_ours = self._owner == os.getpid()
        if not is_ours:
            self._popen = None
        is_fresh = time.monotonic() - self._used_at < IDLE_SECONDS
        if self._popen and is_fresh and self._popen.poll() is None:
            return self._popen
        self.end()
        environment = {n: os.environ[n] for n in _PASSED_ON if n in os.environ}
        self._popen = subprocess.Popen(
            [sys.executable, "-c", START, str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self._owner = os.getpid()
        return self._popen

    def end(self) -> None:
        if self._popen:
            self._popen.kill()
            self._popen.wait()
            for stream in (self._popen.stdin, self._popen.stdout):
                with contextlib.suppress(OSError):
                    stream.close()
        self._popen = None


_lock = threading.Lock()
_process = _Process()
