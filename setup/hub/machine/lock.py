"""Locks between processes, so that two runs in one clone do not collide."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from hub import paths, progress


@contextmanager
def held(name: str) -> Iterator[None]:
    """Hold the named lock; the kernel frees it when the process dies."""
    with (paths.state_folder("lock") / name).open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.say(f"Waiting for another run to finish its {name} step")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


_shared: dict[str, IO[str]] = {}


def share(name: str) -> None:
    """Say for the rest of this process, and what it becomes, that it uses a thing."""
    if name not in _shared:
        handle = (paths.state_folder("lock") / name).open("w")
        os.set_inheritable(handle.fileno(), True)
        fcntl.flock(handle, fcntl.LOCK_SH)
        _shared[name] = handle


def alone(name: str) -> bool:
    """True when no other process shares the thing; it then stays ours."""
    share(name)
    try:
        fcntl.flock(_shared[name], fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
