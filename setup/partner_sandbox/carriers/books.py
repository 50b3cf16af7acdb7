"""The records of one carrier, and the report that an outside checker compares."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator

from .model import Invoice, Json, Manifest, PaperDocument, Parcel, Pickup, Shipment


class CarrierBooks:
    """All of one carrier's records. Guarded by the world's lock."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.shipments: dict[str, Shipment] = {}
        self.parcels: dict[str, Parcel] = {}
        self.plans: dict[str, list[Json]] = {}
        self.manifests: dict[str, Manifest] = {}
        self.pickups: dict[str, Pickup] = {}
        self.invoices: list[Invoice] = []
        self.documents: dict[str, PaperDocument] = {}
        self._counters: dict[str, Iterator[int]] = defaultdict(
            lambda: itertools.count(1)
        )

    def next(self, kind: str, base: int = 0) -> int:
        """Next number of a kind; it depends on nothing but the order of events."""
        return base + next(self._counters[kind])

    def add(self, shipment: Shipment) -> None:
        """Note a purchase with its parcels. Raises ValueError for a known number."""
        for parcel in shipment.parcels:
            if parcel.tracking in self.parcels:
                raise ValueError(f"tracking number {parcel.tracking} is given twice")
            self.parcels[parcel.tracking] = parcel
        self.shipments[shipment.id] = shipment

    def of_reference(self, reference: str) -> list[Shipment]:
        """Purchases of a reference, the oldest first."""
        return [s for s in self.shipments.values() if s.reference == reference]

    def parcel_of(self, tracking: str) -> Parcel:
        """A parcel by its number. Raises LookupError."""
        if tracking not in self.parcels:
            raise LookupError(f"{self.dialect} has no parcel {tracking!r}")
        return self.parcels[tracking]

    def live_labels(self) -> dict[str, list[str]]:
        """Live tracking numbers by what they were wanted for (reference/parcel)."""
        found: dict[str, list[str]] = defaultdict(list)
        for parcel in self.parcels.values():
            if not parcel.voided:
                found[parcel.key].append(parcel.tracking)
        return dict(found)

    def report(self) -> Json:
        """Everything an outside checker may ask for, ready for JSON.

        ``duplicates``: live labels beyond the first for the same parcel of the same
        reference. ``orphans``: live labels of a reference that has more than one live
        purchase, and of none at all.
        """
        labels = self.live_labels()
        live = [s for s in self.shipments.values() if s.live]
        bought = Counter(s.reference for s in live)
        orphans = [
            p.tracking
            for s in live
            for p in s.live
            if not s.reference or bought[s.reference] > 1
        ]
        statuses = Counter(p.status for p in self.parcels.values())
        return {
            "shipments": [shipment_report(s) for s in self.shipments.values()],
            "live_labels": sum(map(len, labels.values())),
            "labels": labels,
            "duplicates": {k: v[1:] for k, v in labels.items() if len(v) > 1},
            "orphans": orphans,
            "voided": [p.tracking for p in self.parcels.values() if p.voided],
            "statuses": dict(statuses),
            "manifests": [
                {"id": m.id, "shipments": [s.id for s in m.shipments]}
                for m in self.manifests.values()
            ],
            "pickups": [
                {"id": p.id, "reference": p.reference, "state": p.state}
                for p in self.pickups.values()
            ],
            "invoices": [invoice_report(i) for i in self.invoices],
            "documents": [document_report(d) for d in self.documents.values()],
        }


def shipment_report(shipment: Shipment) -> Json:
    """One purchase with its parcels."""
    return {
        "id": shipment.id,
        "dialect": shipment.dialect,
        "reference": shipment.reference,
        "service": shipment.service,
        "direction": shipment.direction,
        "origin": shipment.sender.country,
        "destination": shipment.recipient.country,
        "total": str(shipment.total),
        "currency": shipment.currency,
        "manifest": shipment.manifest,
        "parcels": [parcel_report(p) for p in shipment.parcels],
    }


def parcel_report(parcel: Parcel) -> Json:
    """One parcel with its events, the oldest first."""
    delivery = parcel.delivery
    return {
        "tracking_number": parcel.tracking,
        "reference": parcel.reference,
        "weight": str(parcel.weight),
        "status": parcel.status,
        "voided": parcel.voided,
        "signed_by": delivery.signed_by if delivery else None,
        "events": [
            {
                "id": event.id,
                "kind": event.kind,
                "reason": event.reason,
                "at": event.at.isoformat(),
                "city": event.city,
                "country": event.country,
            }
            for event in parcel.events
        ],
        "next_steps": [step["kind"] for step in parcel.steps],
    }


def document_report(document: PaperDocument) -> Json:
    """One file of the client's own, with the SHA-256 of its content."""
    return {
        "id": document.id,
        "kind": document.kind,
        "name": document.name,
        "format": document.format,
        "shipment": document.shipment,
        "sha256": hashlib.sha256(document.content).hexdigest(),
    }


def invoice_report(invoice: Invoice) -> Json:
    """One invoice, and the lines that differ from what was quoted."""
    return {
        "number": invoice.number,
        "currency": invoice.currency,
        "total": str(invoice.total),
        "lines": len(invoice.lines),
        "differences": [
            {
                "tracking_number": line.tracking,
                "quoted": str(line.quoted),
                "billed": str(line.charge.amount),
            }
            for line in invoice.lines
            if line.charge.amount != line.quoted
        ],
    }
