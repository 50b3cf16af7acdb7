"""Time as the partners write it: UTC, ISO 8601 with offset."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The current instant, aware, UTC."""
    return datetime.now(UTC)


def iso(moment: datetime | None = None) -> str:
    """ISO 8601 with milliseconds and ``Z``; now when no moment is given."""
    text = (moment or now()).astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """Read an ISO 8601 date or instant; naive ones are UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
