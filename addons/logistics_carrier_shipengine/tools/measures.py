"""Weights and lengths as ShipEngine wants them. Never imports odoo.

ShipEngine converts to the unit of each carrier. Where carriers bill by the pound it is
given pounds and inches, so that nothing grows on the way.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from odoo.addons.logistics_carrier.canonical import ParcelContent, Party
from odoo.addons.logistics_carrier.tools.units import IMPERIAL, INCH, POUND, round_up

Json = dict[str, Any]


def is_imperial(sender: Party) -> bool:
    """Return whether carriers of the sender's country bill by the pound."""
    return sender.address.country in IMPERIAL


def to_weight(kilograms: Decimal, imperial: bool) -> Json:
    """Return `weight`; kilograms are not rounded, as they may become pounds there."""
    if imperial:
        return {"value": float(round_up(kilograms / POUND, "0.0001")), "unit": "pound"}
    return {"value": float(kilograms), "unit": "kilogram"}


def to_dimensions(parcel: ParcelContent, imperial: bool) -> Json:
    """Return `dimensions` of a parcel whose sides are known."""
    unit = INCH if imperial else Decimal(10)
    sides = {"length": parcel.length, "width": parcel.width, "height": parcel.height}
    made: Json = {
        name: float(round_up(Decimal(side or 0) / unit, "0.001"))
        for name, side in sides.items()
    }
    return {**made, "unit": "inch" if imperial else "centimeter"}
