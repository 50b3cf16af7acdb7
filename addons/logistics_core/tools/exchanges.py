"""The wire tap: HTTP exchanges of the current attempt, already masked.

This file never imports odoo.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True)
class Exchange:
    """One request and what came back; everything in it is masked."""

    method: str
    url: str
    request: str
    status: int | None = None
    response: str | None = None
    error: str | None = None
    duration_ms: int = 0
    started_at: float = 0.0


@dataclass(slots=True)
class Recording:
    """What one attempt did on the wire.

    :param before_request: called before each request goes out, so that no
        transaction is held open over HTTP
    :param after_request: called when its answer is there, or will not come
    """

    before_request: Callable[[], None]
    after_request: Callable[[], None] = lambda: None
    exchanges: list[Exchange] = field(default_factory=list)


_current: ContextVar[Recording | None] = ContextVar("recording", default=None)


@contextmanager
def record(
    before_request: Callable[[], None], after_request: Callable[[], None] = lambda: None
) -> Iterator[Recording]:
    """Record the exchanges made inside the block."""
    recording = Recording(before_request, after_request)
    token = _current.set(recording)
    try:
        yield recording
    finally:
        _current.reset(token)


@contextmanager
def outside() -> Iterator[Recording | None]:
    """Leave Odoo for the network, as the current attempt requires; come back after."""
    recording = _current.get()
    if not recording:
        yield None
        return
    recording.before_request()
    try:
        yield recording
    finally:
        recording.after_request()


def current() -> Recording | None:
    """Return the recording of the current attempt, if there is one."""
    return _current.get()
