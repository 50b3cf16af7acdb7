"""Where a request waits for the rate limiter. Never imports odoo.

The engine sets what waiting means for the current message or poll; the connectors'
templates call `wait` before each request goes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_limiter: ContextVar[Callable[[], None] | None] = ContextVar("limiter", default=None)


@contextmanager
def using(limiter: Callable[[], None]) -> Iterator[None]:
    """Call `limiter` before each request made inside the block.

    :param limiter: sleeps until the request may go out, or raises Throttled
    """
    token = _limiter.set(limiter)
    try:
        yield
    finally:
        _limiter.reset(token)


def wait() -> None:
    """Wait until a request may go out.

    :raises Throttled: the next slot is too far away to wait for it
    """
    limiter = _limiter.get()
    if limiter:
        limiter()
