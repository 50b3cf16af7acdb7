"""Moments as Odoo stores them. Never imports odoo."""

from __future__ import annotations

from datetime import UTC, datetime


def to_naive(moment: datetime | None) -> datetime | None:
    """Return a moment in UTC, without its zone and microseconds.

    A moment without a zone is in UTC.
    """
    if moment is None:
        return None
    if moment.tzinfo:
        moment = moment.astimezone(UTC)
    return moment.replace(tzinfo=None, microsecond=0)
