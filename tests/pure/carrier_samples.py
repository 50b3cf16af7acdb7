"""Shipments as the hub asks carriers for them: the samples of their tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from odoo.addons.logistics_carrier.canonical import (
    Billing,
    Commodity,
    Customs,
    DangerousGoods,
    Money,
    ParcelContent,
    Party,
    RateRequest,
    TransportInstruction,
    TransportPickup,
)
from odoo.addons.logistics_carrier.canonical.documents import (
    CustomsDocument,
    TransportDocument,
)
from odoo.addons.logistics_core.canonical import Address

DAY = date(2026, 3, 2)
US = Party(
    Address(
        "Warehouse",
        "100 Market Street",
        "Louisville",
        "US",
        company="Our Shop Inc.",
        zip="40202",
        state="KY",
        phone="+1 502 555 0100",
        email="shop@example.com",
    ),
    vat="US123",
)
LYON = Party(
    Address(
        "Warehouse",
        "1 rue de la Paix",
        "Lyon",
        "FR",
        company="Notre Boutique",
        zip="69001",
        phone="+33 4 55 50 01 00",
        email="boutique@example.com",
    ),
    vat="FR12345678901",
    eori="FR12345678901234",
)
BERLIN = Party(
    Address(
        "Ada Lovelace",
        "Unter den Linden 5",
        "Berlin",
        "DE",
        zip="10117",
        phone="+49 30 5550100",
        email="ada@example.com",
    ),
    residential=True,
)
AUSTIN = Party(
    Address(
        "Grace Hopper",
        "5 Main St",
        "Austin",
        "US",
        company="Navy",
        street2="Suite 4",
        zip="78701-1234",
        state="US-TX",
        phone="512-555-0100",
    ),
    residential=False,
)
BOX = ParcelContent(
    "P1", Decimal("2.35"), length=300, width=200, height=155, description="Lamps"
)
SMALL = ParcelContent("P2", Decimal("0.4"), value=Money(Decimal(20), "EUR"))
LAMP = Commodity(
    "Desk lamp with a shade of linen, and a lamp of five watts",
    Decimal(3),
    "C62",
    Money(Decimal("25.50"), "EUR"),
    Decimal("0.7"),
    "FR",
    hs_code="9405.20",
    sku="LAMP-1",
)
CUSTOMS = Customs(
    "sale", "DAP", "INV/2026/0007", DAY, (LAMP,), Money(Decimal("76.50"), "EUR")
)
PAINT = DangerousGoods(
    "1263", "PAINT", "3", Decimal("0.5"), "L", packing_group="III", regulation="ADR"
)
PLAIN = TransportInstruction(
    "OUT/00001", "11", LYON, BERLIN, (BOX,), DAY, order_name="S00001"
)
EXPORT = replace(
    PLAIN,
    reference="OUT/00002",
    ship_to=AUSTIN,
    parcels=(BOX, SMALL),
    customs=CUSTOMS,
    insurance=Money(Decimal(100), "EUR"),
    signature="adult",
    label_format="ZPL",
    customer_reference="PO-77",
)
DANGEROUS = replace(
    PLAIN,
    reference="OUT/00003",
    parcels=(replace(BOX, dangerous_goods=(PAINT,)),),
)
INVOICE = CustomsDocument(
    "7", "commercial_invoice", "invoice.pdf", content="JVBERi0xLjQ="
)
ORIGIN = CustomsDocument(
    "8", "certificate_of_origin", "origin.jpeg", content="/9j/4AAQ"
)
UPLOAD = TransportDocument("OUT/00002/7/1", "upload", (INVOICE,))
ATTACH = TransportDocument(
    "OUT/00002",
    "attach",
    (INVOICE, ORIGIN),
    shipment_external_id="1ZA1B2C31100000015",
    tracking_numbers=("1ZA1B2C31100000015", "1ZA1B2C31100000024"),
    service="P",
    ship_date=DAY,
    labelled_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
)
RETURN = replace(
    PLAIN, reference="RET/00001", direction="return", ship_from=BERLIN, ship_to=LYON
)
THIRD = replace(
    PLAIN,
    reference="OUT/00004",
    billing=Billing("third_party", "9Z8Y7X", "DE", "10115"),
    label_format="PNG",
)
QUESTION = RateRequest(LYON, BERLIN, (BOX, SMALL), DAY, "EUR")
PICKUP = TransportPickup(
    "PU/00001",
    "book",
    LYON,
    "2026-03-02T14:00:00+01:00",
    "2026-03-02T18:00:00+01:00",
    12,
    Decimal("63.2"),
    instructions="Ring at the gate",
)

# What happens to a parcel in the sandbox -> the hub's status and reason.
PLAYED = {
    "created": ("created", None),
    "picked_up": ("picked_up", None),
    "departed": ("in_transit", None),
    "in_transit": ("in_transit", None),
    "customs_hold": ("exception", "customs"),
    "customs_released": ("in_transit", None),
    "delay": ("exception", "delay"),
    "damaged": ("exception", "damaged"),
    "address": ("exception", "address"),
    "exception": ("exception", "other"),
    "out_for_delivery": ("out_for_delivery", None),
    "attempted": ("attempted", "recipient_absent"),
    "available": ("available_for_pickup", None),
    "refused": ("exception", "refused"),
    "delivered": ("delivered", None),
    "returning": ("returning", None),
    "returned": ("returned", None),
    "lost": ("lost", "lost"),
}
