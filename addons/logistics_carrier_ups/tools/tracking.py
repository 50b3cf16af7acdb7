"""Events of parcels, polled or pushed, in one form. Never imports odoo."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from odoo.addons.logistics_carrier.canonical import (
    Document,
    ProofOfDelivery,
    TransportEvent,
)
from odoo.addons.logistics_core.envelope import Envelope
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_fields

from .. import const
from . import labels, parties

Json = dict[str, Any]
TRACKED = "track.activity"  # our name of an event that was polled
ALERT = "TrackingEvent"  # UPS's name of one that was pushed
OFFSET = re.compile(r"([+-])(\d\d)[:.]?(\d\d)")


def to_envelopes(answer: Json) -> list[Envelope]:
    """Return one envelope per activity of a tracking answer, the oldest first."""
    shipments = (answer.get("trackResponse") or {}).get("shipment")
    packages = [
        package
        for shipment in parties.as_list(shipments)
        for package in parties.as_list(shipment.get("package"))
    ]
    return [
        envelope
        for package in packages
        for activity in reversed(parties.as_list(package.get("activity")))
        if (envelope := _to_envelope(package, activity))
    ]


def _to_envelope(package: Json, activity: Json) -> Envelope | None:
    number = str(package.get("trackingNumber") or "")
    if not number:
        return None
    status = json_fields.child(activity, "status")
    place = json_fields.child(json_fields.child(activity, "location"), "address")
    dates = parties.as_list(package.get("deliveryDate"))
    delivery = json_fields.child(package, "deliveryInformation")
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
            "type": status.get("type"),
            "code": status.get("code"),
            "description": status.get("description"),
        },
        "receivedBy": delivery.get("receivedBy") if final else None,
        "scheduledDeliveryDate": _expected(dates) if not final else None,
    }
    return _seal(number, TRACKED, json.dumps(_clean(fact)))


def _seal(number: str, event: str, payload: str) -> Envelope:
    """The same fact has the same id; one that was completed since has another."""
    digest = hashlib.sha256(payload.encode()).hexdigest()[:24]
    return Envelope(f"{number}:{digest}", event, number, payload)


def _clean(fact: Json) -> Json:
    return {key: value for key, value in fact.items() if value not in (None, "")}


def _expected(dates: list[Json]) -> str | None:
    """A rescheduled date before the scheduled one."""
    known = {str(item.get("type")): item.get("date") for item in dates}
    return known.get("RDD") or known.get("SDD")


def event_id(fact: Json) -> str:
    """Return what tells one event of a parcel from another, pushed or polled."""
    status = fact.get("activityStatus") or {}
    parts = (
        fact.get("localActivityDate"),
        fact.get("localActivityTime"),
        status.get("type"),
        status.get("code"),
    )
    return "-".join(str(part or "") for part in parts)


def alert_to_envelope(body: str) -> Envelope:
    """Return the envelope of a pushed event. Raises InvalidMessage."""
    fact = json_fields.load(body)
    number = json_fields.needed(fact, "trackingNumber")
    return _seal(number, ALERT, body)


def from_event(payload: str) -> TransportEvent:
    """Translate an event. Raises InvalidMessage."""
    fact = json_fields.load(payload)
    status = json_fields.child(fact, "activityStatus")
    place = json_fields.child(fact, "activityLocation")
    kind = json_fields.needed(status, "type")
    code = json_fields.text(status, "code") or ""
    text = json_fields.text(status, "description")
    mapped, reason = to_status(kind, code, text or "")
    moment, local = _moments(fact)
    return TransportEvent(
        tracking_number=json_fields.needed(fact, "trackingNumber"),
        status=mapped,
        reason=reason,
        occurred_at=moment,
        occurred_local=local,
        raw_code=f"{kind}/{code}" if code else kind,
        event_id=event_id(fact),
        description=text,
        city=json_fields.text(place, "city"),
        country=json_fields.text(place, "country"),
        signed_by=json_fields.text(fact, "receivedBy"),
        estimated_delivery=_end_of(fact),
        has_proof=mapped == "delivered",
    )


def to_status(kind: str, code: str, text: str) -> tuple[str, str | None]:
    """Return (status, reason) by type and code; of exceptions by their words too."""
    mapped = const.STATUSES.get((kind, code)) or const.STATUSES.get(kind)
    telling = kind in ("X", "U", "RS") or mapped is None
    for pattern, status, reason in const.WORDS:
        # What came back to its sender was delivered, too, in UPS's types.
        counts = telling or (kind == "D" and status == "returned")
        if counts and re.search(pattern, text, re.IGNORECASE):
            return status, reason
    return mapped or const.UNKNOWN_STATUS


def _moments(fact: Json) -> tuple[datetime, str]:
    """Return the moment in UTC, and the local time as ISO 8601."""
    local = _moment(fact, "localActivityDate", "localActivityTime")
    gmt = _moment(fact, "gmtActivityDate", "gmtActivityTime")
    offset = _offset(fact)
    if local is None and gmt is None:
        raise InvalidMessage(_lt("UPS's event has no time."))
    if gmt is None and local is not None:
        zone = timezone(offset or timedelta())
        gmt = local.replace(tzinfo=zone).astimezone(UTC)
    if local is None:
        return gmt, gmt.isoformat()
    if offset is None and _told(fact, "gmtActivityDate"):
        offset = local - gmt.replace(tzinfo=None)
    zone = timezone(offset) if offset is not None and _sane(offset) else None
    return gmt, local.replace(tzinfo=zone).isoformat()


def _told(fact: Json, key: str) -> bool:
    return bool(fact.get(key))


def _sane(offset: timedelta) -> bool:
    return abs(offset) <= timedelta(hours=15)


def _moment(fact: Json, day: str, time: str) -> datetime | None:
    date = json_fields.text(fact, day)
    if not date:
        return None
    clock = (json_fields.text(fact, time) or "000000").replace(":", "")
    try:
        # strptime takes fewer digits than its format has.
        found = datetime.fromisoformat(f"{date:0>8}T{clock:0<6}")
    except ValueError as error:
        raise InvalidMessage(
            _lt(
                "UPS's event has no readable time: %(date)s %(clock)s",
                date=date,
                clock=clock,
            )
        ) from (error)
    return found.replace(tzinfo=UTC) if day.startswith("gmt") else found


def _offset(fact: Json) -> timedelta | None:
    """Read `-04:00` (Tracking) or `-04.00` (Track Alert)."""
    match = OFFSET.fullmatch(json_fields.text(fact, "gmtOffset") or "")
    if not match:
        return None
    size = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return -size if match[1] == "-" else size


def _end_of(fact: Json) -> datetime | None:
    """The scheduled day's end: UPS names no hour, the place's offset is the event's."""
    day = json_fields.text(fact, "scheduledDeliveryDate")
    if not day or json_fields.text(fact, "actualDeliveryDate"):
        return None
    try:
        date = datetime.strptime(day, "%Y%m%d")
    except ValueError:
        return None
    zone = timezone(_offset(fact) or timedelta())
    return date.replace(hour=23, minute=59, tzinfo=zone).astimezone(UTC)


def from_proof(answer: Json, number: str) -> ProofOfDelivery | None:
    """Return signature, photo and document of a delivery; None before it."""
    shipments = (answer.get("trackResponse") or {}).get("shipment")
    for shipment in parties.as_list(shipments):
        for package in parties.as_list(shipment.get("package")):
            if package.get("trackingNumber") in (number, None):
                return _from_package(package, number)
    return None


def _from_package(package: Json, number: str) -> ProofOfDelivery | None:
    delivery = package.get("deliveryInformation") or {}
    files = (
        ("signature", (delivery.get("signature") or {}).get("image")),
        ("photo", (delivery.get("deliveryPhoto") or {}).get("photo")),
        ("proof", (delivery.get("pod") or {}).get("content")),
    )
    documents: tuple[Document, ...] = tuple(
        labels.to_document(content, kind, f"UPS-{number}-{kind}")
        for kind, content in files
        if content
    )
    done = [
        from_event(envelope.payload)
        for envelope in to_envelopes(
            {"trackResponse": {"shipment": [{"package": [package]}]}}
        )
    ]
    delivered = next((event for event in done if event.status == "delivered"), None)
    if not documents and not delivered:
        return None
    return ProofOfDelivery(
        tracking_number=number,
        documents=documents,
        signed_by=delivery.get("receivedBy"),
        delivered_at=delivered.occurred_at if delivered else None,
    )
