"""When to try again. Never imports odoo."""

from __future__ import annotations

import random
from collections.abc import Callable

LONGEST = 3600.0


def delay(
    attempt: int,
    base: float,
    retry_after: float | None = None,
    draw: Callable[[], float] = random.random,
) -> float:
    """Return the seconds to wait before the next attempt.

    Exponential from `base` (seconds after the first attempt), at most an hour,
    with up to 10 % added at random so that many messages that failed together
    do not come back together. Never earlier than the partner's Retry-After.

    :param attempt: how many attempts were made, from 1
    """
    wait = min(base * 2 ** min(attempt - 1, 20), LONGEST)
    wait = max(wait, retry_after or 0.0)
    return wait * (1 + 0.1 * draw())
