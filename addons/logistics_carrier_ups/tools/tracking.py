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
    found = []
    for package in json_paths.rows(answer, PACKAGES):
        if not package.get("trackingNumber"):
            continue
        activities = json_paths.rows(package, "activity")
        # UPS names the receiver once, for the whole parcel: it is of the last delivery.
        last = next((a for a in activities if _is_delivery(a)), None)
        for activity in reversed(activities):
            found.append(_to_envelope(package, activity, activity is last))
    return found


def _is_delivery(activity: Json) -> bool:
    status = json_fields.child(activity, "status")
    return _read_status(status, "statusCode")[0] == "delivered"


def _read_status(status: Json, number: str) -> scans.Status:
    """Return (status, reason); `number` is the field with the API code."""
    names = ("type", "code", "description", number)
    return to_status(*(json_fields.text(status, name) or "" for name in names))


def _to_envelope(package: Json, activity: Json, received: bool) -> Envelope:
    number = str(package["trackingNumber"])
    status = json_fields.child(activity, "status")
    place = json_paths.block(activity, "location.address")
    dates = json_paths.rows(package, "deliveryDate")
    known = {str(item.get("type")): item.get("date") for item in dates}
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
            **{key: status.get(key) for key in ("type", "code", "description")},
            "descriptionCode": status.get("statusCode"),
        },
    }
    if received:
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
    mapped, reason = _read_status(status, "descriptionCode")
    final = mapped == "delivered"
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
        signed_by=json_fields.text(fact, "receivedBy") if final else None,
        estimated_delivery=None
        if final or arrived
        else moments.end_of_day(day, offset),
        estimated_day=None if final or arrived else moments.to_day(day),
        has_proof=final,
    )


def _join(fact: Json, day: str, clock: str) -> Any:
    return moments.join(json_fields.text(fact, day), json_fields.text(fact, clock))


def to_status(kind: str, code: str, text: str, number: str = "") -> scans.Status:
    """Return (status, reason) by UPS's codes, and by its words where they say more.

    :param number: the API code, three digits; empty where UPS sent none
    """
    exact = const.STATUSES.get(f"{kind}/{code}")
    if exact:
        return exact
    numbered = const.NUMBERS.get(number.zfill(3))
    general = const.STATUSES.get(kind)
    told = _read_words(text)
    if told and _words_count(kind, numbered, general, told[0]):
        return told
    return numbered or general or scans.UNKNOWN


def _words_count(
    kind: str, numbered: scans.Status | None, general: scans.Status | None, told: str
) -> bool:
    """Return whether UPS's words say more than its codes."""
    if kind == "D":
        return told in const.NOT_TO_RECIPIENT and numbered in (None, const.DELIVERED)
    open_type = kind in const.SAID_IN_WORDS or general is None
    return open_type and (numbered is None or numbered in const.VAGUE)


def _read_words(text: str) -> scans.Status | None:
    for pattern, status, reason in const.WORDS:
        if re.search(pattern, text, re.IGNORECASE):
            return status, reason
    return None


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
    events = [from_event(envelope.payload) for envelope in to_envelopes(one)]
    # Signature and photo are of the last delivery.
    moments_of = [e.occurred_at for e in events if e.status == "delivered"]
    delivered_at = max(moments_of, default=None)
    if not found and not delivered_at:
        return None
    received_by = json_paths.text(delivery, "receivedBy")
    return ProofOfDelivery(number, found, received_by, delivered_at)
