"""Buying labels: who, what and how, and the answer. Never imports odoo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from odoo.addons.logistics_core.canonical import Address, Canonical, canonical

from .documents import CustomsDocument


@dataclass(frozen=True, slots=True)
class Money:
    """An amount; `currency` is its ISO 4217 code."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends or receives. `residential`: a private home; None: unknown.

    :param tax_country: of whom the numbers are; None: that of the address
    """

    address: Address
    vat: str | None = None
    eori: str | None = None
    residential: bool | None = None
    tax_country: str | None = None


@dataclass(frozen=True, slots=True)
class Commodity:
    """Goods of one kind, for customs.

    :param unit: UN/ECE Recommendation 20 code, `C62` is one piece
    :param value: of one unit, not rounded
    :param weight: net kilograms of one unit
    :param total: value of all of it, in the digits of the currency; None: to the cent
    """

    description: str
    quantity: Decimal
    unit: str
    value: Money
    weight: Decimal
    origin_country: str
    hs_code: str | None = None
    sku: str | None = None
    total: Money | None = None


@dataclass(frozen=True, slots=True)
class DangerousGoods:
    """One dangerous content of a parcel. `un_number`: four digits, without `UN`;
    `regulation`: ADR, IATA, IMDG or CFR; `net_weight`: kilograms of all of it."""

    un_number: str
    proper_shipping_name: str
    hazard_class: str
    quantity: Decimal
    unit: str
    packing_group: str | None = None
    regulation: str = "ADR"
    net_weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ParcelContent:
    """One parcel to be carried.

    :param reference: our key, unique in the shipment; ParcelLabel names it too
    :param packaging: the partner's code of its own packaging, None: our own box
    """

    reference: str
    weight: Decimal
    length: Decimal | None = None
    width: Decimal | None = None
    height: Decimal | None = None
    sscc: str | None = None
    packaging: str | None = None
    description: str | None = None
    value: Money | None = None
    dangerous_goods: tuple[DangerousGoods, ...] = ()


@dataclass(frozen=True, slots=True)
class Customs:
    """`purpose`: sale, gift, sample, return, repair, documents or personal."""

    purpose: str
    incoterm: str
    invoice_number: str
    invoice_date: date
    commodities: tuple[Commodity, ...]
    total: Money


@dataclass(frozen=True, slots=True)
class Billing:
    """Who pays the carrier. `payer`: sender, recipient or third_party."""

    payer: str = "sender"
    account: str | None = None
    country: str | None = None
    zip: str | None = None


@canonical("transport_instruction")
@dataclass(frozen=True, slots=True)
class TransportInstruction(Canonical):
    """Carry this: buy a label for each parcel.

    :param direction: outbound, or return (from the customer back to us)
    :param service: the partner's code of the service
    :param label_format: PDF, ZPL or PNG; `signature`: none, any or adult
    :param ship_date: in the time zone of the place of origin
    :param ship_zone: that zone, such as Europe/Paris; None: as the address tells
    :param access_point: the partner's id of a drop-off point to deliver to
    :param return_of: the partner's id of the shipment this is the return of
    :param documents: our own papers for customs, added just before it is sent
    """

    reference: str
    service: str
    ship_from: Party
    ship_to: Party
    parcels: tuple[ParcelContent, ...]
    ship_date: date
    direction: str = "outbound"
    label_format: str = "PDF"
    order_name: str | None = None
    customer_reference: str | None = None
    customs: Customs | None = None
    billing: Billing = Billing()
    insurance: Money | None = None
    signature: str = "none"
    saturday: bool = False
    access_point: str | None = None
    description: str | None = None
    return_of: str | None = None
    documents: tuple[CustomsDocument, ...] = ()
    ship_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """One part of a price: base, surcharge, tax or duty, with the partner's code."""

    code: str
    name: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Document:
    """A file. `kind`: label, return_label, invoice, receipt, manifest, signature,
    photo, proof or other; `media_type` as in MIME."""

    kind: str
    name: str
    media_type: str
    content: str


@dataclass(frozen=True, slots=True)
class ParcelLabel:
    """The partner's number and label of one parcel; `label` None: in `documents`."""

    reference: str
    tracking_number: str
    external_id: str | None = None
    label: Document | None = None


@canonical("transport_confirmation")
@dataclass(frozen=True, slots=True)
class TransportConfirmation(Canonical):
    """The carrier carries it. `total`: what it will cost, where the partner says."""

    reference: str
    shipment_external_id: str
    parcels: tuple[ParcelLabel, ...]
    total: Money | None = None
    charges: tuple[Charge, ...] = ()
    documents: tuple[Document, ...] = ()
    estimated_delivery: datetime | None = None
    billed_weight: Decimal | None = None


@canonical("transport_void")
@dataclass(frozen=True, slots=True)
class TransportVoid(Canonical):
    """Do not carry it: void the labels of exactly this shipment; `part`: only the
    parcels named, the shipment lives on."""

    reference: str
    shipment_external_id: str
    tracking_numbers: tuple[str, ...]
    label_external_ids: tuple[str, ...] = ()
    part: bool = False
