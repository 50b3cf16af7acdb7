"""What the tests of ShipEngine's connector send and receive."""

from __future__ import annotations

from datetime import date
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
    TransportManifest,
    TransportPickup,
    TransportProof,
    TransportVoid,
)
from odoo.addons.logistics_core.canonical import Address

SERVICE = "se-123890:ups_ground"
SENDER = Party(
    Address(
        "Warehouse 1",
        "27 rue Henri Rolland",
        "Villeurbanne",
        "FR",
        company="Hub Trading",
        zip="69100",
        phone="+33400000000",
        email="dock@example.com",
    ),
    vat="FR40303265045",
    eori="FR30326504500012",
)
RECIPIENT = Party(
    Address(
        "Ada King",
        "525 Winchester Blvd",
        "San Jose",
        "US",
        zip="95128",
        state="CA",
        phone="+14085550100",
    ),
    residential=True,
)
ACID = DangerousGoods("1789", "HYDROCHLORIC ACID", "8", Decimal("0.5"), "L", "II")
BOX = ParcelContent("P1", Decimal("1.25"), 300, 200, 155, description="Ceramic mugs")
SECOND = ParcelContent("P2", Decimal(4), value=Money(Decimal(90), "EUR"))
MUGS = Commodity(
    "Ceramic mugs",
    Decimal(12),
    "C62",
    Money(Decimal("7.50"), "EUR"),
    Decimal("0.35"),
    "FR",
    hs_code="691200",
    sku="MUG",
)
CUSTOMS = Customs(
    "sale", "DDP", "INV/1", date(2026, 11, 20), (MUGS,), Money(Decimal(90), "EUR")
)
PLAIN = TransportInstruction(
    reference="SHP/00012-1",
    service=SERVICE,
    ship_from=SENDER,
    ship_to=RECIPIENT,
    parcels=(BOX,),
    ship_date=date(2026, 11, 23),
)
FULL = TransportInstruction(
    reference="SHP/00013",
    service=SERVICE,
    ship_from=SENDER,
    ship_to=RECIPIENT,
    parcels=(BOX, SECOND, ParcelContent("P3", Decimal(1), dangerous_goods=(ACID,))),
    ship_date=date(2026, 11, 23),
    label_format="ZPL",
    order_name="S00042",
    customer_reference="PO 7",
    customs=CUSTOMS,
    billing=Billing("third_party", "A1B2", "US", "95128"),
    insurance=Money(Decimal(100), "EUR"),
    signature="adult",
    saturday=True,
    access_point="614940",
)
RETURN = TransportInstruction(
    reference="SHP/00014",
    service=SERVICE,
    ship_from=RECIPIENT,
    ship_to=SENDER,
    parcels=(BOX,),
    ship_date=date(2026, 11, 23),
    direction="return",
    customer_reference="RMA 5",
    return_of="se-28529731",
)
QUESTION = RateRequest(
    ship_from=SENDER,
    ship_to=RECIPIENT,
    parcels=(BOX, SECOND),
    ship_date=date(2026, 11, 23),
    currency="EUR",
    insurance=Money(Decimal(100), "EUR"),
    signature="any",
)
VOID = TransportVoid("SHP/00012-1", "se-28529731", ("1Z932R800392060079",))
MANIFEST = TransportManifest(
    "MAN/1", SENDER, date(2026, 11, 23), ("se-28529731",), ("1Z932R800392060079",)
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
    shipment_external_ids=("se-28529731",),
)
CANCEL = TransportPickup(
    "PU/1",
    "cancel",
    SENDER,
    "2026-11-23T14:00:00+01:00",
    "2026-11-23T17:30:00+01:00",
    2,
    Decimal(5),
    external_id="pik_3YcKU5zdtJuCqoeNwyqqbW",
)
PROOF = TransportProof("SHP/00012-1", "1Z932R800392060079", "se-28529731")
LABEL = {
    "label_id": "se-28529731",
    "status": "completed",
    "carrier_id": "se-123890",
    "service_code": "ups_ground",
    "shipment_cost": {"currency": "eur", "amount": 12.5},
    "insurance_cost": {"currency": "eur", "amount": 0.4},
    "tracking_number": "1Z932R800392060079",
    "voided": False,
    "label_download": {"href": "data:application/pdf;base64,JVBERi0="},
    "packages": [
        {
            "package_id": 7,
            "sequence": 1,
            "tracking_number": "1Z932R800392060079",
            "external_package_id": "P1",
        }
    ],
}
DELIVERED = {
    "occurred_at": "2026-11-25T14:01:00Z",
    "carrier_occurred_at": "2026-11-25T06:01:00-08:00",
    "description": "Delivered, front door",
    "city_locality": "San Jose",
    "country_code": "US",
    "signer": "A KING",
    "event_code": "D1",
    "status_code": "DE",
    "status_detail_code": "DELIVERED",
    "carrier_status_code": "011",
}
SCANNED = {
    "occurred_at": "2026-11-24T02:00:00Z",
    "description": "Arrived",
    "city_locality": "Roissy",
    "country_code": "FR",
    "status_code": "IT",
    "status_detail_code": "HUB_SCAN_IN",
    "carrier_status_code": "005",
}
TRACKING = {
    "tracking_number": "1Z932R800392060079",
    "status_code": "IT",
    "estimated_delivery_date": "2026-11-26T00:00:00Z",
    "events": [SCANNED],
}
