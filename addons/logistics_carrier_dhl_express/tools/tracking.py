"""Checkpoints of parcels. Never imports odoo."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timezone
from typing import Any

from odoo.addons.logistics_carrier.canonical import TransportEvent
from odoo.addons.logistics_core.envelope import Envelope
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_fields

from .. import const
from . import parties

Json = dict[str, Any]
TRACKED = "tracking.checkpoint"  # our name of what was polled


def to_envelopes(answer: Json, wanted: set[str]) -> list[Envelope]:
    """Return one envelope per parcel and checkpoint, the oldest first.

    A parcel without checkpoints of its own has those of its shipment.

    :param wanted: tracking numbers of parcels that are asked for
    """
    return [
        envelope
        for shipment in answer.get("shipments") or ()
        for number, events in _pieces(shipment, wanted)
        for event in sorted(events, key=_order)
        if (envelope := _to_envelope(shipment, number, event))
    ]


def _pieces(shipment: Json, wanted: set[str]) -> Iterator[tuple[str, list[Json]]]:
    shared = shipment.get("events") or []
    pieces = shipment.get("pieces") or []
    for piece in pieces:
        number = str(piece.get("trackingNumber") or "")
        if number in wanted:
            yield number, piece.get("events") or shared
    if not pieces:
        yield from ((number, shared) for number in sorted(wanted))


def _order(event: Json) -> datetime:
    """Local times of several places are in order only in UTC."""
    try:
        return _moments(event)[0]
    except InvalidMessage:
        return datetime.max.replace(tzinfo=UTC)


def _to_envelope(shipment: Json, number: str, event: Json) -> Envelope | None:
    if not event.get("typeCode"):
        return None
    area = next(iter(event.get("serviceArea") or ()), {})
    estimate = shipment.get("estimatedDeliveryDate")
    fact = {
        "trackingNumber": number,
        "shipmentTrackingNumber": shipment.get("shipmentTrackingNumber"),
        "date": event.get("date"),
        "time": event.get("time"),
        "GMTOffset": event.get("GMTOffset"),
        "typeCode": event.get("typeCode"),
        "description": event.get("description"),
        "place": area.get("description"),
        "area": area.get("code"),
        "signedBy": event.get("signedBy"),
        "estimatedDeliveryDate": estimate,
    }
    fact = {key: value for key, value in fact.items() if value not in (None, "")}
    payload = json.dumps(fact)
    # The same fact has the same id; one that was completed since has another.
    digest = hashlib.sha256(payload.encode()).hexdigest()[:24]
    return Envelope(f"{number}:{digest}", TRACKED, number, payload)


def event_id(fact: Json) -> str:
    """Return what tells one checkpoint of a parcel from another."""
    parts = (fact.get(key) for key in ("date", "time", "typeCode", "area"))
    return "-".join(str(part or "") for part in parts)


def from_event(payload: str) -> TransportEvent:
    """Translate a checkpoint. Raises InvalidMessage."""
    fact = json_fields.load(payload)
    code = json_fields.needed(fact, "typeCode")
    status, reason = const.STATUSES.get(code, const.UNKNOWN_STATUS)
    moment, local = _moments(fact)
    city, country = _split_place(json_fields.text(fact, "place"))
    final = status == "delivered"
    return TransportEvent(
        tracking_number=json_fields.needed(fact, "trackingNumber"),
        shipment_external_id=json_fields.text(fact, "shipmentTrackingNumber"),
        status=status,
        reason=reason,
        occurred_at=moment,
        occurred_local=local,
        raw_code=code,
        event_id=event_id(fact),
        description=json_fields.text(fact, "description"),
        city=city,
        country=country,
        signed_by=json_fields.text(fact, "signedBy") if final else None,
        estimated_delivery=None
        if final
        else parties.read(json_fields.text(fact, "estimatedDeliveryDate")),
        has_proof=final,
    )


def _moments(fact: Json) -> tuple[datetime, str]:
    """Return the moment in UTC, and the local time as ISO 8601."""
    day = json_fields.needed(fact, "date")
    clock = json_fields.text(fact, "time") or "00:00:00"
    offset = json_fields.text(fact, "GMTOffset") or ""
    try:
        local = datetime.fromisoformat(f"{day}T{clock}{offset}")
    except ValueError as error:
        raise InvalidMessage(
            _lt(
                "DHL's event has no readable time: %(day)s %(clock)s",
                day=day,
                clock=clock,
            )
        ) from (error)
    if local.tzinfo is None:
        return local.replace(tzinfo=UTC), local.isoformat()
    zone = timezone(local.utcoffset() or UTC.utcoffset(None))
    return local.astimezone(UTC), local.replace(tzinfo=zone).isoformat()


def _split_place(text: str | None) -> tuple[str | None, str | None]:
    """DHL writes a service area as `LYON-FR` or `LYON - FRANCE`."""
    if not text:
        return None, None
    city, _, country = text.rpartition("-")
    if not city:
        return text.strip(), None
    code = country.strip()
    return city.strip(), code if len(code) == 2 and code.isalpha() else None
