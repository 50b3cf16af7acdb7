"""Counts refused requests by sender, so that a flood of them stays cheap.

In the memory of each server process: no statement, and nothing that outlives it. Never
imports odoo.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable

# So many may be refused at once, and then one in so many seconds.
BURST = 30
SECONDS = 1.0
# So many senders are remembered; then those whose last refusal is the oldest go.
MOST_SENDERS = 10_000


class Refusals:
    """A token bucket for each sender, kept as the moment when it is full again."""

    def __init__(
        self,
        burst: int = BURST,
        seconds: float = SECONDS,
        most: int = MOST_SENDERS,
    ) -> None:
        self._allowance = burst * seconds
        self._seconds = seconds
        self._most = most
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, sender: Hashable, now: float | None = None) -> int:
        """Count a refusal; return the seconds to wait, 0 while there are few."""
        now = time.monotonic() if now is None else now
        with self._lock:
            full_at = max(self._full_at.get(sender, now), now)
            wait = self._wait(full_at, now)
            if not wait:
                self._full_at[sender] = full_at + self._seconds
            self._full_at.move_to_end(sender)
            while len(self._full_at) > self._most:
                self._full_at.popitem(last=False)
        return wait

    def get_wait(self, sender: Hashable, now: float | None = None) -> int:
        """Return the seconds until this sender may be refused once more, or 0."""
        full_at = self._full_at.get(sender)
        if full_at is None:
            return 0
        return self._wait(full_at, time.monotonic() if now is None else now)

    def clear(self) -> None:
        """Forget all senders."""
        with self._lock:
            self._full_at.clear()

    def _wait(self, full_at: float, now: float) -> int:
        excess = full_at + self._seconds - now - self._allowance
        return math.ceil(excess) if excess > 0 else 0
