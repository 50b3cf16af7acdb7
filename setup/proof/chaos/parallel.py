"""Do things at the same time, and stop at once when asked to."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def for_each(
    function: Callable[[T], object],
    items: Iterable[T],
    threads: int,
    seconds: float = 1800.0,
) -> bool:
    """Call it for every item; False when the time was over before the last.

    The threads end with the program; an interrupt does not wait for them.
    """
    left, stop = deque(items), threading.Event()
    errors: list[Exception] = []

    def work() -> None:
        while not stop.is_set():
            try:
                item = left.popleft()
            except IndexError:
                return
            try:
                function(item)
            except Exception as error:  # raised again in the caller's thread
                errors.append(error)
                stop.set()

    workers = [threading.Thread(target=work, daemon=True) for _ in range(threads)]
    end = time.monotonic() + seconds
    try:
        for worker in workers:
            worker.start()
        for worker in workers:
            while worker.is_alive() and time.monotonic() < end:
                worker.join(0.2)
    finally:
        stop.set()
    if errors:
        raise errors[0]
    return not left and not any(worker.is_alive() for worker in workers)


def together(function: Callable[[T], object], items: Iterable[T]) -> None:
    """Call it for every item at the same instant."""
    chosen = list(items)
    start = threading.Barrier(len(chosen))

    def one(item: T) -> None:
        start.wait(30)
        function(item)

    for_each(one, chosen, len(chosen))
