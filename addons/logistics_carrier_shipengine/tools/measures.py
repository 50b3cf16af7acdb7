"""Weights and lengths as ShipEngine wants them. Never imports odoo.

ShipEngine converts to the unit of each carrier. Where carriers bill by the pound it is
given pounds and inches, so that nothing grows on the way.
"""

from __future__ import annotations

from decimal import Decimal

from odoo.addons.logistics_carrier.canonical import ParcelContent, Party
from odoo.addons.logistics_carrier.tools import units
from odoo.addons.logistics_core.tools.json_paths import Json


def is_imperial(sender: Party) -> bool:
    """Return whether carriers of the sender's country bill by the pound."""
    return sender.address.country in units.IMPERIAL


def to_weight(kilograms: Decimal, imperial: bool) -> Json:
    """Return `weight`; kilograms are not rounded, as they may become pounds there."""
    if not imperial:
        return {"value": float(kilograms), "unit": "kilogram"}
    pounds = units.to_weight(kilograms, units.POUND, "0.0001")
    return {"value": float(pounds), "unit": "pound"}


def to_dimensions(parcel: ParcelContent, imperial: bool) -> Json:
    """Return `dimensions` of a parcel, empty where a side is not known."""
    found = units.sides(parcel, units.INCH if imperial else units.CENTIMETRE)
    if found is None:
        return {}
    length, width, height = map(float, found)
    unit = "inch" if imperial else "centimeter"
    return {"length": length, "width": width, "height": height, "unit": unit}
