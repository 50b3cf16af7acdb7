"""When a carrier is asked again about a parcel (pure, no odoo)."""

from __future__ import annotations

from datetime import datetime, timedelta

from ...const import FINAL_STATUSES

# Hours between questions.
FRESH = 6.0  # nothing happened yet
UNDERWAY = 8.0
TROUBLED = 3.0
WAITING = 12.0  # at a shop or locker
DUE_SOON = 3.0  # within two days of the promise
DUE_NOW = 1.0  # within half a day of it, or out for delivery
OVERDUE = 2.0
# Where the carrier sends webhooks, polling is only a backup.
BACKSTOP_FACTOR, BACKSTOP_LEAST = 4, 6.0
# A silent parcel is asked about ever more rarely: at an eighth of the silence.
SILENCE_SHARE = 8

_BY_STATUS = {
    "created": FRESH,
    "out_for_delivery": DUE_NOW,
    "attempted": TROUBLED,
    "exception": TROUBLED,
    "available_for_pickup": WAITING,
}


def next_track(
    now: datetime,
    status: str | None,
    *,
    due: datetime | None,
    heard_at: datetime,
    pushed: bool = False,
) -> datetime | None:
    """Return when to ask again; None: never, the status is final.

    :param due: when delivery is expected
    :param heard_at: the last sign of the parcel, or when its label was bought
    :param pushed: the carrier sends events on its own
    """
    if status in FINAL_STATUSES:
        return None
    hours = _BY_STATUS.get(status or "created", UNDERWAY)
    if due and status not in (None, "created", "available_for_pickup"):
        hours = min(hours, _near(now, due))
    silent = max((now - heard_at).total_seconds() / 3600, 0)
    hours = max(hours, silent / SILENCE_SHARE)
    if pushed:
        hours = max(hours * BACKSTOP_FACTOR, BACKSTOP_LEAST)
    return now + timedelta(hours=hours)


def _near(now: datetime, due: datetime) -> float:
    left = (due - now).total_seconds() / 3600
    if left < -12:
        return OVERDUE
    if left < 12:
        return DUE_NOW
    return DUE_SOON if left < 48 else UNDERWAY


def allowance(limit: int, used: int, now: datetime, minutes: int) -> int:
    """Return how many requests one run may make so that a day's quota lasts.

    What is left is spread over the rest of the day (UTC).

    :param minutes: between two runs
    """
    left = max(limit - used, 0)
    rest = max(24 * 60 - (now.hour * 60 + now.minute), 1)
    return min(left, -(-left * min(minutes, rest) // rest))
