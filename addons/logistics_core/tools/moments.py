"""Moments as partners write them, with and without an offset. Never imports odoo."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from ..errors import InvalidMessage
from ..texts import _lt
from .storable import storable

_OFFSET = re.compile(r"([+-])(\d\d)[:.]?(\d\d)")
_FARTHEST = timedelta(hours=15)
END_OF_DAY = time(23, 59)


def read(text: object, zone: tzinfo = UTC) -> datetime | None:
    """Return a moment in UTC, None where there is none or it is not readable.

    A day alone counts until its end.

    :param zone: of a time without an offset
    """
    given = str(text or "").replace(" GMT", "").strip()
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        return None
    if len(given) in (8, 10):
        found = datetime.combine(found.date(), END_OF_DAY)
    try:
        return to_utc(found, zone)
    except InvalidMessage:
        return None


def to_utc(moment: datetime, zone: tzinfo = UTC) -> datetime:
    """Return a moment in UTC.

    :param zone: of a moment without an offset
    :raises InvalidMessage: at the end of the calendar
    """
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise InvalidMessage(
            _lt("%(moment)s is not a moment.", moment=moment)
        ) from error


def join(day: str | None, clock: str | None) -> datetime | None:
    """Return day and time of day as one moment, None without a day.

    :param day: `2026-03-02` or `20260302`
    :param clock: `09:15:19` or `091519`; without one the day begins
    :raises InvalidMessage: it is not readable
    """
    if not day:
        return None
    plain = (clock or "").replace(":", "")
    try:
        # strptime takes fewer digits than its format has.
        moment = datetime.fromisoformat(f"{day.replace('-', ''):0>8}T{plain:0<6}")
    except ValueError as error:
        raise InvalidMessage(
            _lt(
                "The event has no readable time: %(day)s %(clock)s",
                day=day,
                clock=clock,
            )
        ) from (error)
    return moment.replace(tzinfo=None)


def to_zone(offset: str | None) -> timezone | None:
    """Return the zone of an offset: `-04:00`, `-04.00` or `-0400`."""
    match = _OFFSET.fullmatch(offset or "")
    if not match:
        return None
    size = timedelta(hours=int(match[2]), minutes=int(match[3]))
    size = -size if match[1] == "-" else size
    return timezone(size) if abs(size) <= _FARTHEST else None


def place(
    local: datetime | None, offset: str | None = None, utc: datetime | None = None
) -> tuple[datetime, str]:
    """Return (moment in UTC, local time in ISO 8601) of an event.

    :param local: the place's time, without a zone
    :param offset: the place's offset, where the partner gives it
    :param utc: the same moment in UTC without a zone, where the partner gives it
    :raises InvalidMessage: neither time is known
    """
    zone = to_zone(offset)
    if local is None:
        if utc is None:
            raise InvalidMessage(_lt("The event has no time."))
        return utc.replace(tzinfo=UTC), utc.replace(tzinfo=UTC).isoformat()
    if utc is None:
        moment = to_utc(local.replace(tzinfo=zone))
        return moment, local.replace(tzinfo=zone).isoformat()
    difference = local - utc
    if zone is None and abs(difference) <= _FARTHEST:
        zone = timezone(difference)
    return utc.replace(tzinfo=UTC), local.replace(tzinfo=zone).isoformat()


def to_day(text: object) -> date | None:
    """Return a day that is told without a time, else None."""
    given = str(text or "").strip()
    try:
        return date.fromisoformat(given) if len(given) in (8, 10) else None
    except ValueError:
        return None


def end_of_day(day: str | None, offset: str | None = None) -> datetime | None:
    """Return the end of a day at a place in UTC, None where it is not readable."""
    try:
        found = date.fromisoformat(day or "")
    except ValueError:
        return None
    zone = to_zone(offset) or UTC
    try:
        return datetime.combine(found, END_OF_DAY, zone).astimezone(UTC)
    except OverflowError:  # at the end of the calendar
        return None


def from_local(text: str) -> datetime:
    """Return a local time of ours (`ready_local`), with its offset where it has one.

    :raises InvalidMessage: it is not in ISO 8601
    """
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidMessage(
            _lt("%(text)s is not a time.", text=storable(text, 40))
        ) from error


def to_naive(moment: datetime | None) -> datetime | None:
    """Return a moment as Odoo stores it: in UTC, without zone and microseconds.

    A moment without a zone is in UTC.
    """
    if moment is None:
        return None
    if moment.tzinfo:
        moment = moment.astimezone(UTC)
    return moment.replace(tzinfo=None, microsecond=0)
