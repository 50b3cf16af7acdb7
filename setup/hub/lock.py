"""Locks between processes, so that two runs in one clone do not collide."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from . import paths, progress


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
