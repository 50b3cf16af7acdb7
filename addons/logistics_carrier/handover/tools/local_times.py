"""Times of day at a warehouse, daylight saving included. Never imports odoo."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo.addons.logistics_core.tools.business_time import to_time


def to_local(day: date, hours: float, zone: ZoneInfo) -> datetime:
    """Return a local time of day with its offset.

    A time that is skipped in spring is moved forward by the hour that is missing;
    of one that comes twice in autumn, the first is meant.

    :param hours: such as 16.5 for half past four
    """
    local = datetime.combine(day, to_time(hours), zone)
    return local.astimezone(UTC).astimezone(zone)


def to_utc(day: date, hours: float, zone: ZoneInfo) -> datetime:
    """Return the naive UTC moment of a local time of day."""
    return to_local(day, hours, zone).astimezone(UTC).replace(tzinfo=None)


def next_working_day(day: date, weekdays: frozenset[int]) -> date:
    """Return the day itself or the next one on which work is done."""
    while day.weekday() not in weekdays:
        day += timedelta(days=1)
    return day
