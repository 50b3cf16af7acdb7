"""What a parcel's tracking events say together, in whatever order they came.

The status is a fold over all events in the order in which they happened, so the
same events give the same status however late or mixed they arrive. This file never
imports odoo.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from ...const import CORRECTIONS, STATUSES

_RANK = {status: rank for rank, (status, _name) in enumerate(STATUSES)}
# A first scan that is reported after later ones says nothing new.
_BEFORE_PICKUP = frozenset({None, "created", "exception", "cancelled", "lost"})
# On the way back these end it; anything else happens on the way back.
_ENDS_RETURN = frozenset({"returned", "lost"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One event. `key` is the caller's own; moments are naive UTC."""

    key: int | str
    status: str
    occurred_at: datetime
    reason: str | None = None
    description: str | None = None
    signed_by: str | None = None
    estimated_delivery: datetime | None = None


@dataclass(slots=True)
class Story:
    """Where a parcel is.

    :ivar since: when the status began
    :ivar last_at: when the last event happened, whether it had an effect or not
    :ivar effective: keys of the events that had an effect
    """

    status: str | None = None
    reason: str | None = None
    since: datetime | None = None
    text: str | None = None
    delivered_at: datetime | None = None
    signed_by: str | None = None
    promised: datetime | None = None
    estimated: datetime | None = None
    last_at: datetime | None = None
    effective: set[int | str] = field(default_factory=set)


def tell(
    facts: Iterable[Fact],
    *,
    start: str | None = None,
    promised: datetime | None = None,
) -> Story:
    """Return the story of a parcel.

    :param start: a status that no event reported, `cancelled` for a voided label
    :param promised: the first estimate, when it is known already; it is kept
    """
    story = Story(status=start, promised=promised)
    for fact in sorted(facts, key=_order):
        _note_estimate(story, fact)
        story.last_at = fact.occurred_at
        status = _get_next(story.status, fact.status)
        if status is not None:
            _go_on(story, fact, status)
    return story


def _order(fact: Fact) -> tuple[datetime, int, str]:
    return fact.occurred_at, _RANK[fact.status], str(fact.key)


def _get_next(current: str | None, told: str) -> str | None:
    """Return the status after an event, None when it changes nothing."""
    if current is None or told == current:
        return told
    if current in CORRECTIONS:
        return told if told in CORRECTIONS[current] else None
    if current == "returning":
        if told == "delivered":  # to the sender
            return "returned"
        return told if told in _ENDS_RETURN else None
    if told == "created":
        return None
    if told == "picked_up":
        return told if current in _BEFORE_PICKUP else None
    return told


def _go_on(story: Story, fact: Fact, status: str) -> None:
    if status != story.status or story.since is None or status == "attempted":
        story.since = fact.occurred_at
    story.status = status
    story.reason = fact.reason
    story.text = fact.description or story.text
    story.effective.add(fact.key)
    if status == "delivered":
        # Time and signature are of one delivery: of several the last that was signed.
        if story.delivered_at is None or fact.signed_by:
            story.since = story.delivered_at = fact.occurred_at
            story.signed_by = fact.signed_by
    else:
        # Reported delivered by mistake, or it comes back.
        story.delivered_at = story.signed_by = None


def _note_estimate(story: Story, fact: Fact) -> None:
    if fact.estimated_delivery:
        story.promised = story.promised or fact.estimated_delivery
        story.estimated = fact.estimated_delivery
