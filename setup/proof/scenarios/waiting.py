"""Waiting for what other processes do."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 60.0


class NotInTime(AssertionError):
    """Something that had to happen did not; says what."""


def wait_until(
    what: str, condition: Callable[[], Any], patience: float = PATIENCE
) -> Any:
    """Return the condition's first true value; raise NotInTime after `patience` s."""
    end = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise NotInTime(f"waited {patience:.0f} s in vain for: {what}")
        time.sleep(0.1)
