"""Parties, packages and units as UPS writes them. Never imports odoo."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from odoo.addons.logistics_carrier.canonical import ParcelContent, Party
from odoo.addons.logistics_carrier.customs.tools.territory import get_place
from odoo.addons.logistics_carrier.tools.units import IMPERIAL, INCH, POUND, round_up
from odoo.addons.logistics_core.canonical import Address
from odoo.addons.logistics_core.errors import InvalidMessage

from .. import const

Json = dict[str, Any]
LINE = 35


def to_address(address: Address) -> Json:
    """Return an address of at most three lines; UPS cuts none itself.

    :raises InvalidMessage: the street does not fit
    """
    lines = _wrap([address.street, address.street2 or ""])
    if len(lines) > 3 or not lines:
        raise InvalidMessage(
            f"UPS takes three lines of {LINE} characters for a street: {lines}",
            remedy="Shorten the street of the address, then replay the message.",
        )
    made: Json = {
        "AddressLine": lines,
        "City": address.city[:30],
        "CountryCode": to_country(address),
    }
    if made["CountryCode"] in const.STATES and address.state:
        made["StateProvinceCode"] = address.state.rpartition("-")[2][:2]
    if address.zip:
        made["PostalCode"] = to_zip(address.zip)
    return made


def to_country(address: Address) -> str:
    """Return the code of the country, or of the territory that UPS tells apart."""
    state = (address.state or "").rpartition("-")[2]
    if address.country == "US" and state in const.TERRITORIES:
        return state
    place = get_place(address.country, address.zip)
    return place if place in const.TERRITORIES else address.country


def to_ends(sender: Party, receiver: Party) -> tuple[str, str]:
    """Return the countries between which a shipment goes, as UPS sees them."""
    return to_country(sender.address), to_country(receiver.address)


def to_zip(text: str) -> str:
    """Return a postal code in nine characters: without signs where it is longer."""
    text = text.strip()
    return text if len(text) <= 9 else re.sub(r"[^0-9A-Za-z]", "", text)[:9]


def _wrap(texts: list[str]) -> list[str]:
    lines: list[str] = []
    for text in texts:
        line = ""
        for word in text.split():
            if line and len(line) + 1 + len(word) > LINE:
                lines.append(line)
                line = ""
            line = f"{line} {word}".strip()
        if line:
            lines.append(line)
    if any(len(line) > LINE for line in lines):
        raise InvalidMessage(f"UPS takes {LINE} characters in a line: {lines}")
    return lines


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
    phone = re.sub(r"\D", "", party.address.phone or "")
    if phone:
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
    return to_country(origin) in IMPERIAL


def to_weight(kilograms: Decimal, imperial: bool) -> Json:
    """Return a weight, rounded up to a tenth."""
    value = kilograms / POUND if imperial else kilograms
    tenths = round_up(max(value, Decimal("0.1")), "0.1")
    unit = ("LBS", "Pounds") if imperial else ("KGS", "Kilograms")
    return {
        "UnitOfMeasurement": {"Code": unit[0], "Description": unit[1]},
        "Weight": str(tenths),
    }


def from_weight(block: Any) -> Decimal | None:
    """Return a weight in kilograms."""
    try:
        value = Decimal(str(block["Weight"]))
        pounds = str(block["UnitOfMeasurement"]["Code"]).startswith("LB")
    except (LookupError, TypeError, ArithmeticError):
        return None
    return (value * POUND if pounds else value).quantize(Decimal("0.001"))


def to_dimensions(parcel: ParcelContent, imperial: bool) -> Json:
    """Return {"Dimensions": ...}, or nothing where they are not known."""
    if not (parcel.length and parcel.width and parcel.height):
        return {}
    unit = INCH if imperial else Decimal(10)
    sides = [round_up(side / unit, "1") for side in (parcel.length, parcel.width)]
    code, name = ("IN", "Inches") if imperial else ("CM", "Centimeters")
    return {
        "Dimensions": {
            "UnitOfMeasurement": {"Code": code, "Description": name},
            "Length": str(max(sides)),
            "Width": str(min(sides)),
            "Height": str(round_up(parcel.height / unit, "1")),
        }
    }


def to_amount(amount: Decimal) -> str:
    """Return money in two digits after the point."""
    return str(amount.quantize(Decimal("0.01")))


def as_list(value: Any) -> list[Json]:
    """Return UPS's lists as lists: one entry may come without brackets."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]
