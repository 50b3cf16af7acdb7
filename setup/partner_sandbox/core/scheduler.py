"""Runs callables later, on one thread, in order of their time."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

_logger = logging.getLogger(__name__)


class Scheduler:
    """A timer heap; calls run one after the other, so they must be short."""

    def __init__(self, name: str) -> None:
        self._heap: list[tuple[float, int, Callable[[], object]]] = []
        self._count = itertools.count()
        self._wake = threading.Condition()
        self._stopped = False
        self._running = 0
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __len__(self) -> int:
        """Calls that are planned or under way."""
        with self._wake:
            return len(self._heap) + self._running

    def start(self) -> None:
        """Begin to run what is due."""
        self._thread.start()

    def after(self, seconds: float, call: Callable[[], object]) -> None:
        """Run ``call`` once, ``seconds`` from now."""
        with self._wake:
            due = time.monotonic() + max(0.0, seconds)
            heapq.heappush(self._heap, (due, next(self._count), call))
            self._wake.notify()

    def clear(self) -> None:
        """Clear what was planned."""
        with self._wake:
            self._heap.clear()

    def stop(self) -> None:
        """End the thread; what is planned is lost."""
        with self._wake:
            self._stopped = True
            self._wake.notify()

    def _next(self) -> Callable[[], object] | None:
        with self._wake:
            while not self._stopped:
                left = self._heap[0][0] - time.monotonic() if self._heap else 1.0
                if self._heap and left <= 0:
                    self._running = 1
                    return heapq.heappop(self._heap)[2]
                self._wake.wait(min(left, 1.0))
        return None

    def _run(self) -> None:
        while call := self._next():
            try:
                call()
            except Exception:
                _logger.exception("%s: a planned call failed", self._thread.name)
            with self._wake:
                self._running = 0
