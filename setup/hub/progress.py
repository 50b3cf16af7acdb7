"""Progress for people: one line per step on stderr, with elapsed seconds."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

# The clock is the machine's, so a command continues the count of its install step.
STARTED = "LOGISTICS_STARTED"
_started = float(os.environ.get(STARTED) or time.monotonic())


def elapsed() -> float:
    """Seconds since the command was called."""
    return time.monotonic() - _started


def begin() -> None:
    """Count from now on, here and in the program this process becomes."""
    global _started
    _started = time.monotonic()
    os.environ[STARTED] = str(_started)


def say(text: str) -> None:
    print(f"[{elapsed():6.1f} s] {text}", file=sys.stderr, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Announce a step before it starts and say how long it took."""
    say(f"{text} ...")
    start = time.monotonic()
    yield
    say(f"{text}: done in {time.monotonic() - start:.1f} s")
