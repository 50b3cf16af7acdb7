"""Handing over: manifests and pickups. Never imports odoo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from odoo.addons.logistics_core.canonical import Canonical, canonical

from .transport import Document, Money, Party


@canonical("transport_manifest")
@dataclass(frozen=True, slots=True)
class TransportManifest(Canonical):
    """End of day: these shipments are handed over."""

    reference: str
    ship_from: Party
    ship_date: date
    shipment_external_ids: tuple[str, ...]
    tracking_numbers: tuple[str, ...]
    location_external_id: str | None = None


@canonical("transport_manifest_confirmation")
@dataclass(frozen=True, slots=True)
class TransportManifestConfirmation(Canonical):
    """Answer to a TransportManifest."""

    external_id: str
    documents: tuple[Document, ...] = ()


@canonical("transport_pickup")
@dataclass(frozen=True, slots=True)
class TransportPickup(Canonical):
    """Come and fetch, change that, or do not come.

    :param action: book, change or cancel
    :param external_id: the partner's key of the booking, for change and cancel
    :param external_ids: all its keys, where the partner gave several
    :param dutiable: something of it goes through customs; None: not known
    :param value: of what goes through customs, where it is known
    :param ready_local: from when, `close_local`: until when; with the place's offset
    """

    reference: str
    action: str
    ship_from: Party
    ready_local: str
    close_local: str
    parcel_count: int
    weight: Decimal
    external_id: str | None = None
    service: str | None = None
    destination_country: str | None = None
    instructions: str | None = None
    reason: str | None = None
    tracking_numbers: tuple[str, ...] = ()
    shipment_external_ids: tuple[str, ...] = ()
    external_ids: tuple[str, ...] = ()
    dutiable: bool | None = None
    value: Money | None = None

    def get_keys(self) -> tuple[str, ...]:
        """Return all the partner's keys of the booking."""
        return self.external_ids or tuple(filter(None, [self.external_id]))


@canonical("transport_pickup_confirmation")
@dataclass(frozen=True, slots=True)
class TransportPickupConfirmation(Canonical):
    """Answer to a TransportPickup.

    :param external_id: the partner's key of the booking; of several, the first
    :param external_ids: all the keys, where the partner came to book several
    """

    external_id: str
    ready_local: str | None = None
    total: Money | None = None
    external_ids: tuple[str, ...] = ()
