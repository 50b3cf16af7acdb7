"""Tracking: what ShipEngine says of a parcel, as facts. Never imports odoo."""

from __future__ import annotations

from datetime import UTC, datetime, time

from odoo.addons.logistics_carrier.canonical import TransportEvent
from odoo.addons.logistics_carrier.tools import scans
from odoo.addons.logistics_core.envelope import Envelope
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import facts, json_fields, json_paths
from odoo.addons.logistics_core.tools.json_paths import Json
from odoo.addons.logistics_core.tools.storable import storable

from .. import const

# What makes an event itself; texts and coordinates may change later.
IDENTITY = (
    "occurred_at",
    "status_code",
    "status_detail_code",
    "event_code",
    "carrier_status_code",
    "city_locality",
    "country_code",
)
# The carrier's own code and words before those of ShipEngine.
RAW_CODES = (
    "carrier_status_code",
    "event_code",
    "carrier_detail_code",
    "status_detail_code",
    "status_code",
)
_UNDATED = datetime.min.replace(tzinfo=UTC)
DESCRIPTIONS = ("description", "carrier_status_description", "status_description")


def to_envelopes(info: Json) -> list[Envelope]:
    """Return an Envelope per event of `tracking_information`, the oldest first.

    A present estimate is a fact of its own: it changes while the events stay.
    """
    number = json_fields.needed(info, "tracking_number")
    events = json_fields.children(info, "events")
    events.sort(key=lambda event: json_fields.text(event, "occurred_at") or "")
    found = {}
    for event in events:
        if to_status(event) is None:
            continue
        key = f"{number}:{_get_identity(event)}"
        fact = {"tracking_number": number, "event_id": key, "event": event}
        found[key] = _envelope(const.TRACKED, fact)
    estimate = json_fields.text(info, "estimated_delivery_date")
    if estimate and found and info.get("status_code") != "DE":
        last = next(e for e in reversed(events) if to_status(e) is not None)
        key = f"{number}:estimate:{estimate}"
        fact = {"tracking_number": number, "event_id": key, "event": last}
        found[key] = _envelope(const.ESTIMATED, {**fact, "estimate": estimate})
    return list(found.values())


def _envelope(name: str, fact: Json) -> Envelope:
    moment = json_fields.moment(fact["event"], "occurred_at")
    # With a signer or a proof that came later, the same event is a new fact.
    return facts.seal(
        fact["tracking_number"],
        name,
        fact,
        external_id=fact["event_id"],
        sequence=int(moment.timestamp()) if moment else 0,
    )


def _get_identity(event: Json) -> str:
    return facts.digest(facts.dump([event.get(name) for name in IDENTITY]))


def to_status(event: Json) -> scans.Status | None:
    """Return (status, reason) of an event; None when it gives none."""
    detail = const.STATUS_DETAIL.get(str(event.get("status_detail_code")))
    return detail or const.STATUS.get(str(event.get("status_code")))


def from_event(name: str, payload: str) -> TransportEvent | None:
    """Return the canonical milestone of one of our envelopes.

    :raises InvalidMessage: an unknown event, or one without a moment
    """
    if name not in const.EVENT_TYPES:
        raise InvalidMessage(
            _lt(
                "ShipEngine does not document the event %(name)s.",
                name=storable(name, 80),
            )
        )
    fact = json_fields.load(payload)
    event = json_fields.child(fact, "event")
    status = to_status(event)
    if status is None:
        return None
    moment = json_fields.moment(event, "occurred_at")
    if moment is None:
        raise InvalidMessage(_lt("The tracking event has no moment."))
    estimated = name == const.ESTIMATED
    estimate = json_fields.moment(fact, "estimate") if estimated else None
    # Midnight UTC stands for a day without a time.
    day = estimate.date() if estimate and estimate.time() == time() else None
    return TransportEvent(
        tracking_number=json_fields.needed(fact, "tracking_number"),
        status=status[0],
        reason=status[1],
        occurred_at=moment,
        occurred_local=json_fields.text(event, "carrier_occurred_at"),
        raw_code=json_paths.text(event, *RAW_CODES) or "",
        event_id=json_fields.needed(fact, "event_id"),
        description=None if estimated else json_paths.text(event, *DESCRIPTIONS),
        city=json_fields.text(event, "city_locality"),
        country=json_fields.text(event, "country_code"),
        signed_by=json_fields.text(event, "signer"),
        estimated_delivery=estimate,
        estimated_day=day,
        has_proof=bool(json_fields.text(event, "proof_of_delivery_url")),
    )


def find_delivery(info: Json) -> tuple[Json, datetime | None]:
    """Return the event of the delivery, empty when there is none, and its moment.

    Of several the last one that names who signed, else the first.
    """
    found = []
    for event in json_fields.children(info, "events"):
        status = to_status(event)
        moment = json_fields.moment(event, "occurred_at")
        if status and status[0] == "delivered":
            found.append((event, moment))
    found.sort(key=lambda pair: pair[1] or _UNDATED)
    signed = [pair for pair in found if json_fields.text(pair[0], "signer")]
    return (signed[-1:] or found[:1] or [({}, None)])[0]
