"""Canonical messages between Odoo and a warehouse (GS1 logistics terms).

Quantities are Decimal in the unit named beside them, weights in kilograms,
lengths in millimetres, money in the currency named, times in UTC. `reference`
is the delivery's key at the partner: the name of the first picking of the
chain, kept by its backorders. This file never imports odoo.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from odoo.addons.logistics_core.canonical import Address, Canonical, canonical


@dataclass(frozen=True, slots=True)
class InstructionLine:
    """One product to ship.

    :param line_id: Odoo's identifier of the stock move, unique in the order
    :param sku: Odoo's internal reference
    :param external_id: the partner's identifier of the product, when bound
    :param uom: the partner's code of the unit of `quantity`
    :param lots: lots or serials Odoo chose; empty when the partner chooses
    """

    line_id: int
    sku: str
    name: str
    quantity: Decimal
    uom: str
    external_id: str | None = None
    barcode: str | None = None
    unit_price: Decimal | None = None
    lots: tuple[str, ...] = ()


@canonical("outbound_instruction")
@dataclass(frozen=True, slots=True)
class OutboundInstruction(Canonical):
    """Ship this. `carrier_service` is the partner's code of the service.

    As stored, units and service are Odoo's names; the handler puts in the
    partner's codes just before the message is sent.

    :param priority: normal or urgent
    :param carrier_id: Odoo's identifier of the delivery method
    """

    reference: str
    order_name: str
    ship_to: Address
    lines: tuple[InstructionLine, ...]
    carrier_service: str
    priority: str = "normal"
    customer_reference: str | None = None
    ordered_at: datetime | None = None
    ship_not_before: datetime | None = None
    ship_by: datetime | None = None
    currency: str | None = None
    total: Decimal | None = None
    notes: str | None = None
    gift_message: str | None = None
    carrier_id: int | None = None


@canonical("outbound_change")
@dataclass(frozen=True, slots=True)
class OutboundChange(Canonical):
    """Change what was instructed, to what it should be now.

    :param ship_to: the new address; None when it stays
    :param lines: all lines of the order as they should be now; None when they stay
    :param changed: the names of the other fields that change. Each has its new value
        here, as in the instruction; None there says: not any more
    """

    reference: str
    order_external_id: str
    ship_to: Address | None
    lines: tuple[InstructionLine, ...] | None
    reason: str | None = None
    changed: tuple[str, ...] = ()
    carrier_service: str | None = None
    carrier_id: int | None = None
    priority: str | None = None
    ship_not_before: datetime | None = None
    ship_by: datetime | None = None
    notes: str | None = None
    gift_message: str | None = None
    customer_reference: str | None = None


@canonical("outbound_cancel")
@dataclass(frozen=True, slots=True)
class OutboundCancel(Canonical):
    """Do not ship; the partner's answer decides."""

    reference: str
    order_external_id: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class LotQuantity:
    """So much of one lot or serial; `lot` is None when it is not tracked."""

    quantity: Decimal
    lot: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShippedLine:
    """One product that left, in the partner's unit `uom`.

    :param line_id: our line where the partner returns it, else matched by SKU
    :param substitutes: SKU that was ordered, when the partner shipped another
    """

    sku: str
    quantity: Decimal
    uom: str
    lots: tuple[LotQuantity, ...] = ()
    line_id: int | None = None
    external_id: str | None = None
    substitutes: str | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """One box with its label. `sscc` is the 18 digits without prefix."""

    lines: tuple[ShippedLine, ...]
    tracking_number: str | None = None
    tracking_url: str | None = None
    carrier: str | None = None
    carrier_service: str | None = None
    sscc: str | None = None
    weight: Decimal | None = None


@canonical("outbound_notification")
@dataclass(frozen=True, slots=True)
class OutboundNotification(Canonical):
    """It was picked, packed, shipped.

    :param shipment_external_id: key of this shipment: applied exactly once
    :param status: accepted, picking, packed, shipped, rejected, held, cancelled
    :param remaining: `open` when the partner still ships the rest of the order,
        `closed` when it will not
    :param reason: the partner's words for rejected, held or cancelled
    :param channel: the partner's channel of the order, when the fact names it
    """

    reference: str
    status: str
    order_external_id: str | None = None
    shipment_external_id: str | None = None
    parcels: tuple[Parcel, ...] = ()
    remaining: str = "open"
    occurred_at: datetime | None = None
    reason: str | None = None
    reason_code: str | None = None
    channel: str | None = None


@canonical("transport_status")
@dataclass(frozen=True, slots=True)
class TransportStatus(Canonical):
    """A tracking milestone of a parcel shipped by the warehouse.

    :param status: label_created, in_transit, out_for_delivery, delivered, failed,
        returned
    :param channel: the partner's channel of the order, when the fact names it
    """

    reference: str
    status: str
    tracking_number: str | None = None
    shipment_external_id: str | None = None
    occurred_at: datetime | None = None
    description: str | None = None
    order_external_id: str | None = None
    channel: str | None = None


@canonical("item_master")
@dataclass(frozen=True, slots=True)
class ItemMaster(Canonical):
    """A product as the warehouse must know it; weight in kg, sizes in mm."""

    sku: str
    name: str
    barcode: str | None = None
    weight: Decimal | None = None
    tracking: str = "none"
    hs_code: str | None = None
    origin_country: str | None = None
    customs_value: Decimal | None = None
    external_id: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class StockLine:
    """The partner's book of one product (or one lot of it)."""

    sku: str
    on_hand: Decimal
    uom: str
    available: Decimal | None = None
    committed: Decimal | None = None
    lot: str | None = None
    expires_on: date | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A line that makes no sense: the partner's name of it, and why."""

    name: str
    reason: str


@canonical("inventory_report")
@dataclass(frozen=True, slots=True)
class InventoryReport(Canonical):
    """Stock snapshot; `complete` when products not named have none.

    :param unread: lines that a translator could not read; the others are taken
    """

    lines: tuple[StockLine, ...]
    taken_at: datetime
    location: str | None = None
    complete: bool = False
    unread: tuple[UnreadLine, ...] = ()
