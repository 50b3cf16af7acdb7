"""What counts as a finding."""

from __future__ import annotations

import contextlib
import time

from .readers import READERS, Reader

# Of processor time: what any input may take, and what each megabyte may on top.
FREE_SECONDS, SECONDS_PER_MEGABYTE = 0.5, 1.0
# A slow input is read again: the first time it may have been the machine's fault.
TRIES = 3


class Finding(AssertionError):
    """A reader broke, or took too long."""


def judge(name: str, data: bytes) -> None:
    """Let a reader read; raise Finding, or what it was not to raise."""
    reader = READERS[name]
    most = FREE_SECONDS + SECONDS_PER_MEGABYTE * len(data) / 1024**2
    taken = _read(reader, data)
    for _try in range(TRIES - 1):
        if taken <= most:
            return
        taken = min(taken, _read(reader, data))
    if taken > most:
        raise Finding(f"{name}: {taken:.1f} s for {len(data)} bytes")


def _read(reader: Reader, data: bytes) -> float:
    started = time.process_time()
    with contextlib.suppress(*reader.refusals):
        reader.read(data)
    return time.process_time() - started
