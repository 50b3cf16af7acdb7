"""Several questions at the same time, while one thread at a time touches Odoo.

A cursor is for one thread. So each thread prepares its request in turn, leaves Odoo for
the network, and comes back in turn to read its answer. Who is not back at the deadline
finds the door closed. Never imports odoo.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import Generic, TypeVar

from odoo.addons.logistics_core.tools import exchanges

K = TypeVar("K")
T = TypeVar("T")
MOST_THREADS = 16


class TooLate(Exception):
    """It was not answered before the deadline."""


class _Closed(BaseException):
    """Ends a late thread; no connector catches it as an error of its partner."""


class _Door(Generic[T]):
    """One thread at a time is inside; nobody after it was closed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_closed = False
        self._inside = threading.local()

    def enter(self) -> None:
        self._lock.acquire()
        if self._is_closed:
            self._lock.release()
            raise _Closed
        self._inside.held = True

    def leave(self) -> None:
        if getattr(self._inside, "held", False):
            self._inside.held = False
            self._lock.release()

    def close(self) -> None:
        with self._lock:
            self._is_closed = True

    def run(self, call: Callable[[], T]) -> T | Exception:
        """Return what a call returns, or the error that it raises."""
        try:
            self.enter()
            with exchanges.record(self.leave, self.enter):
                return call()
        except _Closed:
            return TooLate()
        except Exception as error:
            return error
        finally:
            self.leave()


def ask_together(
    calls: Mapping[K, Callable[[], T]], seconds: float, **attributes: object
) -> dict[K, T | Exception]:
    """Make all calls at the same time.

    :param seconds: after which nobody is waited for; TooLate is the answer then
    :param attributes: of each thread, such as the `dbname` that Odoo's log shows
    :return: for each call what it returned, or the error that it raised
    """

    def start() -> None:
        vars(threading.current_thread()).update(attributes)

    door: _Door[T] = _Door()
    pool = ThreadPoolExecutor(
        min(len(calls), MOST_THREADS) or 1, "together", initializer=start
    )
    try:
        futures = {
            key: pool.submit(copy_context().run, door.run, call)
            for key, call in calls.items()
        }
        wait(futures.values(), timeout=max(seconds, 0.0))
        # From here on Odoo is the caller's again.
        door.close()
        return {
            key: future.result() if future.done() else TooLate()
            for key, future in futures.items()
        }
    finally:
        door.close()
        pool.shutdown(wait=False, cancel_futures=True)
