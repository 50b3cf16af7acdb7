"""Where a request waits for its turn. Never imports odoo.

The engine sets what waiting means for the message or poll at hand; the
connectors' templates call `wait` before each request goes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_turn: ContextVar[Callable[[], None] | None] = ContextVar("turn", default=None)


@contextmanager
def using(turn: Callable[[], None]) -> Iterator[None]:
    """Call `turn` before each request made inside the block.

    :param turn: sleeps until the request may go out, or raises Throttled
    """
    token = _turn.set(turn)
    try:
        yield
    finally:
        _turn.reset(token)


def wait() -> None:
    """Wait until a request may go out.

    :raises Throttled: the turn is too far away to wait for it
    """
    turn = _turn.get()
    if turn:
        turn()
