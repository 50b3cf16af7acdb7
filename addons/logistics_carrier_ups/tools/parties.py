"""Parties, packages and units as UPS writes them. Never imports odoo."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from odoo.addons.logistics_carrier.canonical import ParcelContent, Party
from odoo.addons.logistics_carrier.customs.tools import territory
from odoo.addons.logistics_carrier.tools import addresses, prices, units
from odoo.addons.logistics_carrier.tools.texts import Texts, summarize
from odoo.addons.logistics_core.canonical import Address
from odoo.addons.logistics_core.tools import json_paths
from odoo.addons.logistics_core.tools.json_paths import Json

from .. import const

STREET_LINES = 3
# Of a postal code of the United States, short and long.
ZIP_DIGITS, ZIP_PLUS_FOUR = 5, 9


def to_address(address: Address) -> Json:
    """Return an address of at most three lines; UPS cuts none itself.

    :raises InvalidMessage: a part of it does not fit
    """
    texts, whose = const.TEXTS, address.name
    street = [address.street, address.street2]
    made: Json = {
        "AddressLine": addresses.wrap(
            street, texts.limits["street"], STREET_LINES, "UPS"
        ),
        "City": texts.fit("city", address.city, whose),
        "CountryCode": to_country(address),
    }
    if made["CountryCode"] in const.STATES and address.state:
        state = addresses.state_code(address)
        made["StateProvinceCode"] = texts.fit("state", state, whose)
    if address.zip:
        made["PostalCode"] = to_zip(address)
    return made


def to_country(address: Address) -> str:
    """Return the code of the country, or of the territory that UPS distinguishes."""
    return territory.to_country(address, const.TERRITORIES)


def to_ends(sender: Party, receiver: Party) -> tuple[str, str]:
    """Return the countries between which a shipment goes, as UPS sees them."""
    return to_country(sender.address), to_country(receiver.address)


def to_zip(address: Address, texts: Texts = const.TEXTS) -> str:
    """Return a postal code: without signs where it is too long with them.

    Of an American one the first five digits are enough.

    :raises InvalidMessage: it is too long
    """
    code = (address.zip or "").strip()
    plain = re.sub(r"[^0-9]", "", code)
    if len(plain) > texts.limits["zip"] and to_country(address) in units.IMPERIAL:
        code = plain[:ZIP_DIGITS] if len(plain) == ZIP_PLUS_FOUR else code
    return texts.fit("zip", code, address.name)


def to_phone(address: Address, texts: Texts = const.TEXTS) -> Json:
    """Return {"Number": ...} and the extension; nothing where there is none.

    :raises InvalidMessage: it is too long
    """
    number = addresses.digits(address.phone, to_country(address))
    extension = addresses.split_phone(address.phone)[1]
    whose = address.name
    made = {
        "Number": texts.fit("phone", number, whose),
        "Extension": texts.fit("extension", extension, whose),
    }
    return json_paths.filled(made) if number else {}


def fit_company(address: Address, texts: Texts) -> str:
    """Return the company, of a private person the name.

    :raises InvalidMessage: it is too long
    """
    if address.company:
        return texts.fit("company", address.company, address.name)
    return texts.fit("name", address.name, most=texts.limits["company"])


def to_party(party: Party) -> Json:
    """Return a party of a rate question: its name is of no importance there."""
    address = party.address
    most = const.TEXTS.limits["name"]
    return {
        "Name": summarize(address.company or address.name, most),
        "AttentionName": summarize(address.name, most),
        "Address": to_address(address),
    }


def to_ship_party(party: Party) -> Json:
    """Return a party of a shipment: with its phone and tax number.

    :raises InvalidMessage: a part of it does not fit
    """
    address, texts = party.address, const.TEXTS
    made = {
        "Name": fit_company(address, texts),
        "AttentionName": texts.fit("name", address.name),
        "Address": to_address(address),
    }
    if phone := to_phone(address):
        made["Phone"] = phone
    if party.vat:
        number = texts.fit("tax_number", party.vat, address.name)
        made["TaxIdentificationNumber"] = number
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
