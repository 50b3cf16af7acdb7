"""What the tests of DPD France's connector send."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from odoo.addons.logistics_carrier.canonical import (
    Money,
    ParcelContent,
    Party,
    TransportInstruction,
    TransportPickup,
    TransportVoid,
)
from odoo.addons.logistics_core.canonical import Address

SENDER = Party(
    Address(
        "Quai 4",
        "27 rue Henri Rolland",
        "Villeurbanne",
        "FR",
        company="Hub Trading",
        street2="Bâtiment B",
        zip="69100",
        phone="+33400000000",
    )
)
RECIPIENT = Party(
    Address(
        "Zoë Łukasz",
        "6 Place des Vosges",
        "Paris",
        "FR",
        zip="75004",
        phone="+33600000000",
        email="zoe@example.com",
    )
)
BOX = ParcelContent("P1", Decimal("1.2"))
PLAIN = TransportInstruction(
    reference="SHP/1",
    service="classic",
    ship_from=SENDER,
    ship_to=RECIPIENT,
    parcels=(BOX,),
    ship_date=date(2026, 11, 23),
    label_format="ZPL",
)


def make(service, *names, **values):
    """Return an instruction like PLAIN."""
    facts = {f: getattr(PLAIN, f) for f in ("ship_from", "ship_to", "ship_date")}
    parcels = tuple(ParcelContent(n, Decimal("1.2")) for n in names or ("P1",))
    facts = {"reference": "SHP/1", "parcels": parcels, "label_format": "PDF", **facts}
    return TransportInstruction(service=service, **{**facts, **values})


PREDICT = make("predict", order_name="S00042", customer_reference="PO 7")
RELAIS = make("relais", access_point="P62025", insurance=Money(Decimal(300), "EUR"))
MULTI = make("classic", "P1", "P2", "P3", insurance=Money(Decimal(300), "EUR"))
REVERSE = make("reverse", direction="return", ship_from=RECIPIENT, ship_to=SENDER)
COLLECTION = make(
    "collection",
    "P1",
    "P2",
    direction="return",
    ship_from=RECIPIENT,
    ship_to=SENDER,
    description="Two boxes",
)
VOID = TransportVoid(
    "SHP/1", "10774000248383", ("10774000248383",), ("EPRINT/902/10774000248383",)
)
VOID_COLLECTION = TransportVoid(
    "SHP/2", "10774000248384", (), ("COLLECTIONREQUEST/902/10774000248384",)
)
PICKUP = TransportPickup(
    "PU/1",
    "book",
    SENDER,
    "2026-11-23T14:00:00+01:00",
    "2026-11-23T17:30:00+01:00",
    2,
    Decimal(5),
    instructions="Gate 4",
    tracking_numbers=("10774000248383", "10774000248384"),
)
