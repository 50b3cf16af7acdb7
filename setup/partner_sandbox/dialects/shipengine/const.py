"""ShipEngine's accounts here, and its words for what happens to a parcel."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

CONTRACT_FILE = "shipengine/openapi.yaml"
WEBHOOK_EVENT = "track"


@dataclass(frozen=True)
class Service:
    """A service; ``base`` is the price of the first kilogram at home."""

    code: str
    name: str
    base: Decimal
    days: int


@dataclass(frozen=True)
class Account:
    """A carrier account of the ShipEngine account."""

    id: str
    code: str
    name: str
    prefix: str
    several: bool
    services: tuple[Service, ...]

    def service(self, code: str) -> Service | None:
        """A service by its code."""
        return next((s for s in self.services if s.code == code), None)


ACCOUNTS = {
    account.id: account
    for account in (
        Account(
            "se-100001",
            "ups_walleted",
            "UPS",
            "1ZSE",
            True,
            (
                Service("ups_ground", "UPS Ground", Decimal("8.40"), 3),
                Service("ups_next_day_air", "UPS Next Day Air", Decimal("31.00"), 1),
            ),
        ),
        Account(
            "se-100002",
            "colissimo",
            "Colissimo",
            "6C",
            False,
            (Service("colissimo_domicile", "Colissimo Domicile", Decimal("6.90"), 2),),
        ),
        Account(
            "se-100003",
            "gls",
            "GLS",
            "GLS",
            True,
            (Service("gls_business_parcel", "GLS Business", Decimal("7.20"), 2),),
        ),
    )
}

# Step of a life -> (status code, its name, detail code, the carrier's own code).
STATUS = {
    "created": ("NY", "Not Yet In System", "SHIPMENT_CREATED", "MP"),
    "picked_up": ("AC", "Accepted", "PICKED_UP", "XD"),
    "departed": ("IT", "In Transit", "HUB_SCAN_OUT", "DP"),
    "in_transit": ("IT", "In Transit", "HUB_SCAN_IN", "AR"),
    "customs_hold": ("EX", "Exception", "HELD_BY_CUSTOMS", "CH"),
    "customs_released": ("IT", "In Transit", "CUSTOMS_CLEARED", "CR"),
    "delay": ("EX", "Exception", "CARRIER_DELAYS", "DL"),
    "damaged": ("EX", "Exception", "PARCEL_DAMAGED", "DM"),
    "address": ("EX", "Exception", "ADDRESS_QUERY", "AQ"),
    "exception": ("EX", "Exception", "UNSPECIFIED_EXCEPTION", "X1"),
    "out_for_delivery": ("IT", "In Transit", "OUT_FOR_DELIVERY", "OF"),
    "attempted": ("AT", "Delivery Attempt", "ATTEMPTED_DELIVERY", "X9"),
    "available": (
        "SP",
        "Delivered To Collection Location",
        "AWAITING_COLLECTION_FROM_PICKUP_POINT",
        "2Q",
    ),
    "refused": ("EX", "Exception", "REFUSED_BY_CUSTOMER", "RF"),
    "delivered": ("DE", "Delivered", "DELIVERED", "FS"),
    "returning": ("EX", "Exception", "RETURN_TO_SENDER", "RS"),
    "returned": ("EX", "Exception", "UNDELIVERABLE_RETURNED_TO_SENDER", "RT"),
    "lost": ("EX", "Exception", "PARCEL_LOST", "LO"),
}
