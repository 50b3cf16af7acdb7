"""Progress for people: one line per step on stderr, with elapsed seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_started = time.monotonic()


def elapsed() -> float:
    """Seconds since this process began to work."""
    return time.monotonic() - _started


def say(text: str) -> None:
    print(f"[{elapsed():6.1f} s] {text}", file=sys.stderr, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Announce a step before it starts and say how long it took."""
    say(f"{text} ...")
    start = time.monotonic()
    yield
    say(f"{text}: done in {time.monotonic() - start:.1f} s")
