"""Parties, packages and units as UPS writes them. Never imports odoo."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from odoo.addons.logistics_carrier.canonical import ParcelContent, Party
from odoo.addons.logistics_carrier.customs.tools import territory
from odoo.addons.logistics_carrier.tools import addresses, prices, units
from odoo.addons.logistics_core.canonical import Address
from odoo.addons.logistics_core.tools import json_paths
from odoo.addons.logistics_core.tools.json_paths import Json

from .. import const

LINE = 35


def to_address(address: Address) -> Json:
    """Return an address of at most three lines; UPS cuts none itself.

    :raises InvalidMessage: the street does not fit
    """
    made: Json = {
        "AddressLine": addresses.wrap(
            [address.street, address.street2], LINE, 3, "UPS"
        ),
        "City": address.city[:30],
        "CountryCode": to_country(address),
    }
    if made["CountryCode"] in const.STATES and address.state:
        made["StateProvinceCode"] = addresses.state_code(address)[:2]
    if address.zip:
        made["PostalCode"] = to_zip(address.zip)
    return made


def to_country(address: Address) -> str:
    """Return the code of the country, or of the territory that UPS distinguishes."""
    return territory.to_country(address, const.TERRITORIES)


def to_ends(sender: Party, receiver: Party) -> tuple[str, str]:
    """Return the countries between which a shipment goes, as UPS sees them."""
    return to_country(sender.address), to_country(receiver.address)


def to_zip(text: str) -> str:
    """Return a postal code in nine characters: without signs where it is longer."""
    text = text.strip()
    return text if len(text) <= 9 else re.sub(r"[^0-9A-Za-z]", "", text)[:9]


def to_party(party: Party) -> Json:
    """Return what rating and shipping both know of a party."""
    address = party.address
    return {
        "Name": (address.company or address.name)[:LINE],
        "AttentionName": address.name[:LINE],
        "Address": to_address(address),
    }


def to_ship_party(party: Party) -> Json:
    """Return a party of a shipment: with its phone and tax number."""
    made = to_party(party)
    if phone := addresses.digits(party.address.phone):
        made["Phone"] = {"Number": phone[-15:]}
    if party.vat:
        made["TaxIdentificationNumber"] = party.vat[:15]
    return made


def to_receiver(party: Party, made: Json) -> Json:
    """Mark a receiver's party as a private home where it is one."""
    if party.residential:
        made["Address"]["ResidentialAddressIndicator"] = ""
    return made


def is_imperial(origin: Address) -> bool:
    """Return whether an account of this place weighs in pounds."""
    return to_country(origin) in units.IMPERIAL


def to_weight(kilograms: Decimal, imperial: bool) -> Json:
    """Return a weight, rounded up to a tenth."""
    unit = units.POUND if imperial else Decimal(1)
    code, name = ("LBS", "Pounds") if imperial else ("KGS", "Kilograms")
    return {
        "UnitOfMeasurement": {"Code": code, "Description": name},
        "Weight": str(units.to_weight(kilograms, unit, "0.1")),
    }


def from_weight(block: Any) -> Decimal | None:
    """Return a weight in kilograms."""
    value = prices.to_decimal(json_paths.first(block, "Weight"))
    code = json_paths.text(block, "UnitOfMeasurement.Code")
    if value is None or not code:
        return None
    return units.to_kilograms(
        value, units.POUND if code.startswith("LB") else Decimal(1)
    )


def to_dimensions(parcel: ParcelContent, imperial: bool) -> Json:
    """Return {"Dimensions": ...}, or nothing where they are not known."""
    found = units.sides(parcel, units.INCH if imperial else units.CENTIMETRE, "1")
    if found is None:
        return {}
    code, name = ("IN", "Inches") if imperial else ("CM", "Centimeters")
    width, length = sorted(found[:2])
    return {
        "Dimensions": {
            "UnitOfMeasurement": {"Code": code, "Description": name},
            "Length": str(length),
            "Width": str(width),
            "Height": str(found[2]),
        }
    }
