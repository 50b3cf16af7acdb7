"""Events of parcels, polled or pushed, in one form. Never imports odoo."""

from __future__ import annotations

import re
from typing import Any

from odoo.addons.logistics_carrier.canonical import ProofOfDelivery, TransportEvent
from odoo.addons.logistics_carrier.tools import documents, scans
from odoo.addons.logistics_core.envelope import Envelope
from odoo.addons.logistics_core.tools import facts, json_fields, json_paths, moments
from odoo.addons.logistics_core.tools.json_paths import Json

from .. import const

TRACKED = "track.activity"  # our name of an event that was polled
ALERT = "TrackingEvent"  # UPS's name of one that was pushed
PACKAGES = "trackResponse.shipment.package"


def to_envelopes(answer: Json) -> list[Envelope]:
    """Return one envelope per activity of a tracking answer, the oldest first."""
    return [
        _to_envelope(package, activity)
        for package in json_paths.rows(answer, PACKAGES)
        for activity in reversed(json_paths.rows(package, "activity"))
        if package.get("trackingNumber")
    ]


def _to_envelope(package: Json, activity: Json) -> Envelope:
    number = str(package["trackingNumber"])
    status = json_fields.child(activity, "status")
    place = json_paths.block(activity, "location.address")
    dates = json_paths.rows(package, "deliveryDate")
    known = {str(item.get("type")): item.get("date") for item in dates}
    final = status.get("type") == "D"
    # The same words as a pushed event has, so that both are translated as one.
    fact = {
        "trackingNumber": number,
        "localActivityDate": activity.get("date"),
        "localActivityTime": activity.get("time"),
        "gmtActivityDate": activity.get("gmtDate"),
        "gmtActivityTime": activity.get("gmtTime"),
        "gmtOffset": activity.get("gmtOffset"),
        "activityLocation": {
            "city": place.get("city"),
            "country": place.get("countryCode"),
        },
        "activityStatus": {
            key: status.get(key) for key in ("type", "code", "description")
        },
    }
    if final:
        received_by = json_paths.text(package, "deliveryInformation.receivedBy")
        fact["receivedBy"] = received_by
    else:
        # A rescheduled date before the scheduled one.
        fact["scheduledDeliveryDate"] = known.get("RDD") or known.get("SDD")
    return facts.seal(number, TRACKED, fact)


def alert_to_envelope(body: str) -> Envelope:
    """Return the envelope of a pushed event. Raises InvalidMessage."""
    number = json_fields.needed(json_fields.load(body), "trackingNumber")
    return facts.seal(number, ALERT, body)


def from_event(payload: str) -> TransportEvent:
    """Translate an event. Raises InvalidMessage."""
    fact = json_fields.load(payload)
    status = json_fields.child(fact, "activityStatus")
    place = json_fields.child(fact, "activityLocation")
    kind = json_fields.needed(status, "type")
    code = json_fields.text(status, "code") or ""
    text = json_fields.text(status, "description")
    mapped, reason = to_status(kind, code, text or "")
    offset = json_fields.text(fact, "gmtOffset")
    local = _join(fact, "localActivityDate", "localActivityTime")
    utc = _join(fact, "gmtActivityDate", "gmtActivityTime")
    moment, occurred_local = moments.place(local, offset, utc)
    # UPS names no hour of the scheduled day.
    day = json_fields.text(fact, "scheduledDeliveryDate")
    arrived = json_fields.text(fact, "actualDeliveryDate")
    return TransportEvent(
        tracking_number=json_fields.needed(fact, "trackingNumber"),
        status=mapped,
        reason=reason,
        occurred_at=moment,
        occurred_local=occurred_local,
        raw_code=f"{kind}/{code}" if code else kind,
        # Pushed or polled, the same event has the same id.
        event_id=facts.identity(
            fact.get("localActivityDate"), fact.get("localActivityTime"), kind, code
        ),
        description=text,
        city=json_fields.text(place, "city"),
        country=json_fields.text(place, "country"),
        signed_by=json_fields.text(fact, "receivedBy"),
        estimated_delivery=None if arrived else moments.end_of_day(day, offset),
        has_proof=mapped == "delivered",
    )


def _join(fact: Json, day: str, clock: str) -> Any:
    return moments.join(json_fields.text(fact, day), json_fields.text(fact, clock))


def to_status(kind: str, code: str, text: str) -> scans.Status:
    """Return (status, reason) by type and code; of exceptions by their words too."""
    mapped = const.STATUSES.get(f"{kind}/{code}") or const.STATUSES.get(kind)
    by_words = kind in ("X", "U", "RS") or mapped is None
    for pattern, status, reason in const.WORDS:
        # What came back to its sender was delivered, too, in UPS's types.
        counts = by_words or (kind == "D" and status == "returned")
        if counts and re.search(pattern, text, re.IGNORECASE):
            return status, reason
    return mapped or scans.UNKNOWN


def from_proof(answer: Json | None, number: str) -> ProofOfDelivery | None:
    """Return signature, photo and document of a delivery; None before it."""
    packages = json_paths.rows(answer, PACKAGES)
    same = (p for p in packages if p.get("trackingNumber") in (number, None))
    package = next(same, {})
    delivery = json_paths.block(package, "deliveryInformation")
    files = {
        "signature": json_paths.text(delivery, "signature.image"),
        "photo": json_paths.text(delivery, "deliveryPhoto.photo"),
        "proof": json_paths.text(delivery, "pod.content"),
    }
    found = tuple(
        documents.to_document(content, kind, f"UPS-{number}-{kind}")
        for kind, content in files.items()
        if content
    )
    one = {"trackResponse": {"shipment": {"package": package}}}
    events = (from_event(envelope.payload) for envelope in to_envelopes(one))
    moments_of = (e.occurred_at for e in events if e.status == "delivered")
    delivered_at = next(moments_of, None)
    if not found and not delivered_at:
        return None
    received_by = json_paths.text(delivery, "receivedBy")
    return ProofOfDelivery(number, found, received_by, delivered_at)
