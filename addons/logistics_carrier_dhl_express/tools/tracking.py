"""Checkpoints of parcels. Never imports odoo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from odoo.addons.logistics_carrier.canonical import TransportEvent
from odoo.addons.logistics_carrier.tools import scans
from odoo.addons.logistics_core.envelope import Envelope
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.tools import facts, json_fields, json_paths, moments
from odoo.addons.logistics_core.tools.json_paths import Json

from .. import const

TRACKED = "tracking.checkpoint"  # our name of what was polled


def to_envelopes(answer: Json, wanted: set[str]) -> list[Envelope]:
    """Return one envelope per parcel and checkpoint, the oldest first.

    A parcel without checkpoints of its own has those of its shipment.

    :param wanted: tracking numbers of parcels that are asked for
    """
    return [
        _to_envelope(shipment, number, event)
        for shipment in json_paths.rows(answer, "shipments")
        for number, events in _pieces(shipment, wanted)
        for event in sorted(events, key=_order)
        if event.get("typeCode")
    ]


def _pieces(shipment: Json, wanted: set[str]) -> Iterator[tuple[str, list[Json]]]:
    shared = json_paths.rows(shipment, "events")
    pieces = json_paths.rows(shipment, "pieces")
    for piece in pieces:
        number = str(piece.get("trackingNumber") or "")
        if number in wanted:
            yield number, json_paths.rows(piece, "events") or shared
    if not pieces:
        yield from ((number, shared) for number in sorted(wanted))


def _order(event: Json) -> datetime:
    """Local times of several places are in order only in UTC."""
    try:
        return _get_moments(event)[0]
    except InvalidMessage:
        return datetime.max.replace(tzinfo=UTC)


def _to_envelope(shipment: Json, number: str, event: Json) -> Envelope:
    names = ("date", "time", "GMTOffset", "typeCode", "description", "signedBy")
    fact = {
        **{name: event.get(name) for name in names},
        "trackingNumber": number,
        "shipmentTrackingNumber": shipment.get("shipmentTrackingNumber"),
        "place": json_paths.text(event, "serviceArea.description"),
        "area": json_paths.text(event, "serviceArea.code"),
        "estimatedDeliveryDate": shipment.get("estimatedDeliveryDate"),
    }
    return facts.seal(number, TRACKED, fact)


def from_event(payload: str) -> TransportEvent | None:
    """Translate a checkpoint; None: it says nothing of where the parcel is.

    :raises InvalidMessage: it makes no sense
    """
    fact = json_fields.load(payload)
    code = json_fields.needed(fact, "typeCode")
    known = const.STATUSES.get(code, scans.UNKNOWN)
    if known is None:
        return None
    status, reason = known
    moment, local = _get_moments(fact)
    city, country = _split_place(json_fields.text(fact, "place"))
    final = status == "delivered"
    estimate = json_fields.text(fact, "estimatedDeliveryDate")
    parts = (fact.get(key) for key in ("date", "time", "typeCode", "area"))
    return TransportEvent(
        tracking_number=json_fields.needed(fact, "trackingNumber"),
        shipment_external_id=json_fields.text(fact, "shipmentTrackingNumber"),
        status=status,
        reason=reason,
        occurred_at=moment,
        occurred_local=local,
        raw_code=code,
        event_id=facts.identity(*parts),
        description=json_fields.text(fact, "description"),
        city=city,
        country=country,
        signed_by=json_fields.text(fact, "signedBy") if final else None,
        estimated_delivery=None if final else moments.read(estimate),
        estimated_day=None if final else moments.to_day(estimate),
        has_proof=final,
    )


def _get_moments(fact: Json) -> tuple[datetime, str]:
    """Return the moment in UTC, and the local time as ISO 8601."""
    day = json_fields.needed(fact, "date")
    local = moments.join(day, json_fields.text(fact, "time"))
    return moments.place(local, json_fields.text(fact, "GMTOffset"))


def _split_place(text: str | None) -> tuple[str | None, str | None]:
    """DHL writes a service area as `LYON-FR` or `LYON - FRANCE`."""
    if not text:
        return None, None
    city, _, country = text.rpartition("-")
    if not city:
        return text.strip(), None
    code = country.strip()
    return city.strip(), code if len(code) == 2 and code.isalpha() else None
