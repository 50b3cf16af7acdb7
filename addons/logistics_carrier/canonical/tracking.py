"""Parcels on their way: events and proofs. Never imports odoo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from odoo.addons.logistics_core.canonical import Canonical, canonical

from .transport import Document


@canonical("transport_proof")
@dataclass(frozen=True, slots=True)
class TransportProof(Canonical):
    """Give us the proof of delivery of this parcel."""

    reference: str
    tracking_number: str
    shipment_external_id: str | None = None


@canonical("proof_of_delivery")
@dataclass(frozen=True, slots=True)
class ProofOfDelivery(Canonical):
    """Answer to a TransportProof."""

    tracking_number: str
    documents: tuple[Document, ...] = ()
    signed_by: str | None = None
    delivered_at: datetime | None = None


@canonical("transport_status", version=2)
@dataclass(frozen=True, slots=True)
class TransportEvent(Canonical):
    """A tracking milestone of one parcel, reported by its carrier.

    :param status: one of const.STATUSES; `reason`: of const.REASONS, or None
    :param raw_code: the partner's own code, kept as it is
    :param occurred_local: the local time as the partner reported it
    :param estimated_delivery: the partner's present estimate, when it gives one
    :param estimated_day: its day alone, where no time is told: it counts until its end
        at the place of delivery, and before `estimated_delivery`
    """

    tracking_number: str
    status: str
    occurred_at: datetime
    raw_code: str
    event_id: str
    reason: str | None = None
    description: str | None = None
    occurred_local: str | None = None
    city: str | None = None
    country: str | None = None
    signed_by: str | None = None
    estimated_delivery: datetime | None = None
    shipment_external_id: str | None = None
    has_proof: bool = False
    estimated_day: date | None = None


@dataclass(frozen=True, slots=True)
class TrackedParcel:
    """A parcel whose events are asked for."""

    tracking_number: str
    shipment_external_id: str | None = None
    carrier_code: str | None = None
