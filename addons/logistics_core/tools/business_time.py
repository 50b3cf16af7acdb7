"""Minutes that count: time within a partner's business hours. Never imports odoo."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = frozenset(range(5))
EVERY_DAY = frozenset(range(7))


def to_time(hours: float) -> time:
    """Return the time of day of a float such as 16.5; 24 is the end of the day."""
    minutes = min(round(hours * 60), 24 * 60 - 1)
    return time(minutes // 60, minutes % 60)


def at(day: datetime, hours: float, zone: ZoneInfo) -> datetime:
    """Return the naive UTC moment of a local time of day."""
    local = datetime.combine(day.date(), to_time(hours), zone)
    return local.astimezone(UTC).replace(tzinfo=None)


def business_minutes(
    start: datetime,
    end: datetime,
    opens: float,
    closes: float,
    days: frozenset[int],
    zone: ZoneInfo,
) -> float:
    """Return the minutes between two naive UTC moments within business hours.

    :param opens: local hour at which a business day begins
    :param days: weekdays, Monday is 0
    """
    end = max(start, end)
    # Longer silences are all the same.
    start = max(start, end - timedelta(days=31))
    day = start.replace(tzinfo=UTC).astimezone(zone)
    last = end.replace(tzinfo=UTC).astimezone(zone).date()
    total = 0.0
    while day.date() <= last:
        if day.weekday() in days:
            first = max(start, at(day, opens, zone))
            until = min(end, at(day, closes, zone))
            total += max((until - first).total_seconds(), 0) / 60
        day += timedelta(days=1)
    return total


def next_cutoff(
    now: datetime, hours: float, days: frozenset[int], zone: ZoneInfo
) -> datetime:
    """Return the next naive UTC moment of a daily local time, from `now` on."""
    day = now.replace(tzinfo=UTC).astimezone(zone)
    for _ in range(8):
        moment = at(day, hours, zone)
        if day.weekday() in days and moment >= now:
            return moment
        day += timedelta(days=1)
    raise ValueError("no business day")


def last_cutoff(
    now: datetime, hours: float, days: frozenset[int], zone: ZoneInfo
) -> datetime:
    """Return the latest naive UTC moment of a daily local time, before `now`."""
    day = now.replace(tzinfo=UTC).astimezone(zone)
    for _ in range(8):
        moment = at(day, hours, zone)
        if day.weekday() in days and moment < now:
            return moment
        day -= timedelta(days=1)
    raise ValueError("no business day")
