"""Which of a parcel's troubles a person must know (pure, no odoo)."""

from __future__ import annotations

from datetime import datetime, timedelta

from ...const import FINAL_STATUSES

_BY_REASON = {
    "damaged": "carrier_damage",
    "lost": "carrier_lost",
    "address": "carrier_address",
    "customs": "carrier_customs",
}
_BY_STATUS = {
    "lost": "carrier_lost",
    "returning": "carrier_returned",
    "returned": "carrier_returned",
    "attempted": "carrier_attempt",
}
_OF_EXCEPTION = {
    "recipient_absent": "carrier_attempt",
    "refused": "carrier_attempt",
    "unclaimed": "carrier_attempt",
    "delay": "carrier_delay",
    "weather": "carrier_delay",
    "missed_pickup": "carrier_delay",
}
_GOES_ON = frozenset(
    {"picked_up", "in_transit", "out_for_delivery", "available_for_pickup", "delivered"}
)
_NEAR = frozenset({"out_for_delivery", "available_for_pickup", "delivered"})
_OVER = frozenset({"returning", "returned", "lost", "cancelled"})
# Kind -> the statuses that are good news, or replace it by worse.
# Damage is not undone by delivery: a person looks at it.
_ENDED_BY = {
    "carrier_attempt": _NEAR | _OVER,
    "carrier_address": _NEAR | _OVER,
    "carrier_customs": _GOES_ON | _OVER,
    "carrier_problem": _GOES_ON | _OVER,
    "carrier_lost": _GOES_ON | {"returning", "returned"},
    "carrier_returned": frozenset({"delivered"}),
    "carrier_damage": frozenset(),
}


def get_problem(status: str | None, reason: str | None) -> str | None:
    """Return the kind of exception that a status is, or None."""
    if status in ("exception", "attempted", "returning", "lost") and (
        reason in _BY_REASON
    ):
        return _BY_REASON[reason]
    if status == "exception":
        return _OF_EXCEPTION.get(reason or "", "carrier_problem")
    return _BY_STATUS.get(status or "")


def is_ended(kind: str, status: str | None) -> bool:
    """Return whether a problem of this kind is over at this status."""
    return status in _ENDED_BY.get(kind, frozenset())


def is_late(
    status: str | None,
    promised: datetime | None,
    estimated: datetime | None,
    tolerance: float,
    now: datetime,
) -> bool:
    """Return whether a parcel is later than its first promise.

    :param tolerance: hours
    """
    if not promised or status in FINAL_STATUSES:
        return False
    latest = promised + timedelta(hours=tolerance)
    return now > latest or bool(estimated and estimated > latest)
