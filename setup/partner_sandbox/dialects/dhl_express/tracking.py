"""Tracking of one shipment or by reference, and proofs of delivery."""

from __future__ import annotations

from datetime import timedelta

from ...carriers import proof
from ...carriers.dialect import encoded
from ...carriers.model import Event, Parcel, Shipment
from ...carriers.rest import Group, Routes
from ...core.message import Answer, Request
from .api import Json, refusal
from .const import CHECKPOINTS


class Tracking(Group):
    """``exp-api-shipments-tracking``, ``...-tracking-multi``, ``...-epod``."""

    def routes(self) -> Routes:
        """Operations on what happens to shipments."""
        return [
            ("GET", "/shipments/{number}/tracking", self.one),
            ("GET", "/tracking", self.many),
            ("GET", "/shipments/{number}/proof-of-delivery", self.delivery),
        ]

    def one(self, request: Request, arguments: dict[str, str]) -> Answer:
        """One shipment, by its number or that of a piece, once it was scanned."""
        number = arguments["number"]
        parcel = self.books.parcels.get(number)
        shipment = self.books.shipments.get(number) or (parcel and parcel.shipment)
        if shipment is None or not _scanned(shipment):
            raise refusal(404, "Not found", "1001: No shipments found")
        offsets = request.argument("requestGMTOffsetPerEvent") == "true"
        return Answer.of({"shipments": [_view(shipment, offsets)]})

    def many(self, request: Request, _: dict[str, str]) -> Answer:
        """Shipments by number or by the shipper's reference, scanned or not."""
        wanted = {v for k, v in request.query if k == "shipmentTrackingNumber"}
        found = [s for s in self.books.shipments.values() if s.id in wanted]
        reference = request.argument("shipmentReference")
        if reference:
            account = request.argument("shipperAccountNumber")
            mine = self.books.of_reference(reference)
            found += [s for s in mine if s.extra["account"] == account]
        if not found:
            raise refusal(404, "Not found", "1001: No shipments found")
        return Answer.of({"shipments": [_view(s, False) for s in found]})

    def delivery(self, _: Request, arguments: dict[str, str]) -> Answer:
        """The signed proof of the shipment's first delivered piece."""
        shipment = self.books.shipments.get(arguments["number"])
        done = [p for p in shipment.parcels if p.delivery] if shipment else []
        if not done:
            raise refusal(404, "Not found", "No proof of delivery found")
        content = encoded(proof.document(done[0], self.dialect.carrier_name))
        document = {"encodingFormat": "PDF", "content": content, "typeCode": "POD"}
        return Answer.of({"documents": [document]})


def _scanned(shipment: Shipment) -> bool:
    return any(p.status != "created" for p in shipment.parcels)


def _view(shipment: Shipment, offsets: bool) -> Json:
    estimate = shipment.estimate
    made: Json = {
        "shipmentTrackingNumber": shipment.id,
        "status": "Success",
        "shipmentTimestamp": f"{shipment.created_at:%Y-%m-%dT%H:%M:%S}",
        "productCode": shipment.service,
        "description": "Goods",
        "shipperReferences": [{"value": shipment.reference, "typeCode": "CU"}],
        "totalWeight": float(sum(p.weight for p in shipment.parcels)),
        "unitOfMeasurements": "metric",
        "numberOfPieces": len(shipment.parcels),
        "events": _events(shipment.parcels[0], offsets),
        "pieces": [_piece(p, offsets) for p in shipment.parcels],
    }
    if estimate:
        made["estimatedDeliveryDate"] = f"{estimate:%Y-%m-%d}"
    return made


def _piece(parcel: Parcel, offsets: bool) -> Json:
    return {
        "number": parcel.index,
        "trackingNumber": parcel.tracking,
        "shipmentTrackingNumber": parcel.shipment.id,
        "weight": float(parcel.weight),
        "events": _events(parcel, offsets),
    }


def _events(parcel: Parcel, offsets: bool) -> list[Json]:
    """The newest first; what was only announced, or has no code, is no checkpoint."""
    known = CHECKPOINTS.keys() - {"created"}
    told = [event for event in parcel.events if event.kind in known]
    return [_event(event, offsets) for event in reversed(told)]


def _event(event: Event, offsets: bool) -> Json:
    code, text = CHECKPOINTS[event.kind]
    area = {
        "code": event.city[:3].upper(),
        "description": f"{event.city}-{event.country}",
    }
    made: Json = {
        "date": f"{event.at:%Y-%m-%d}",
        "time": f"{event.at:%H:%M:%S}",
        "typeCode": code,
        "description": event.text if event.reason else text,
        "serviceArea": [area],
    }
    if event.signed_by:
        made["signedBy"] = event.signed_by
    if offsets:
        seconds = int((event.at.utcoffset() or timedelta()).total_seconds())
        sign, minutes = "-" if seconds < 0 else "+", abs(seconds) // 60
        made["GMTOffset"] = f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"
    return made
