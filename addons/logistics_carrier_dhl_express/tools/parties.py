"""Parties, parcels and moments as DHL writes them. Never imports odoo."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo.addons.logistics_carrier.canonical import (
    ParcelContent,
    Party,
    RateRequest,
    TransportInstruction,
)
from odoo.addons.logistics_carrier.customs.tools import territory
from odoo.addons.logistics_carrier.tools import addresses, units
from odoo.addons.logistics_carrier.tools.declarations import get_registrations
from odoo.addons.logistics_core.canonical import Address
from odoo.addons.logistics_core.tools.json_paths import Json, filled
from odoo.addons.logistics_core.tools.zones import get_zone

from .. import const

STREET_LINES = 3
NUMBER_TYPES = {"vat": "VAT", "eori": "EOR"}
HANDOVER = time(17)  # when parcels of a day are tendered, at the place of origin


def to_country(address: Address) -> str:
    """Return the code of the country, or of the territory that DHL distinguishes."""
    return territory.to_country(address, const.TERRITORIES)


def to_rate_address(address: Address) -> Json:
    """Return an address of a rate question.

    :raises InvalidMessage: a part of it does not fit
    """
    texts, whose = const.TEXTS, address.name
    made = {
        "postalCode": texts.fit("zip", address.zip, whose),
        "cityName": texts.fit("city", address.city, whose),
        "countryCode": to_country(address),
    }
    state = addresses.state_code(address)
    if len(state) > 1:
        made["provinceCode"] = texts.fit("state", state, whose)
    return made


def to_address(address: Address) -> Json:
    """Return a postal address of at most three lines.

    :raises InvalidMessage: the street does not fit
    """
    street = f"{address.street} {address.street2 or ''}"
    width = const.TEXTS.limits["street"]
    lines = addresses.wrap([street], width, STREET_LINES, "DHL")
    numbered = {f"addressLine{n}": line for n, line in enumerate(lines, 1)}
    return {**to_rate_address(address), **numbered}


def to_contact(address: Address) -> Json:
    """Return who is called; DHL takes no shipment without a phone number.

    :raises InvalidMessage: there is none, or a text is too long
    """
    texts, name = const.TEXTS, address.name
    phone = addresses.needed_phone(address, "DHL")
    return filled(
        {
            "phone": texts.fit("phone", phone, name),
            "companyName": texts.fit("company", address.company or name, name),
            "fullName": texts.fit("name", name),
            "email": texts.fit("email", address.email, name),
        }
    )


def to_party(party: Party) -> Json:
    """Return a party of a shipment, with its registrations for customs."""
    address = party.address
    made: Json = {
        "postalAddress": to_address(address),
        "contactInformation": to_contact(address),
        "typeCode": "private" if party.residential else "business",
    }
    numbers = [
        {
            "typeCode": NUMBER_TYPES[kind],
            "number": const.TEXTS.fit("tax_number", number, address.name),
            "issuerCountryCode": issuer,
        }
        for kind, number, issuer in get_registrations(party)
    ]
    return {**made, **({"registrationNumbers": numbers} if numbers else {})}


def to_package(parcel: ParcelContent) -> Json:
    """Return weight in kilograms and sides in centimetres."""
    made: Json = {"weight": float(units.to_weight(parcel.weight))}
    if found := units.sides(parcel):
        names = ("length", "width", "height")
        made["dimensions"] = dict(zip(names, map(float, found), strict=True))
    if parcel.packaging:
        made["typeCode"] = parcel.packaging
    return made


def to_number(value: Decimal, least: str = "0") -> float:
    """Return a JSON number of at most three digits after the point."""
    return float(max(value, Decimal(least)).quantize(Decimal("0.001")))


def to_moment(request: RateRequest | TransportInstruction, now: datetime) -> str:
    """Return when parcels are tendered: never in the past, as DHL refuses that.

    :param now: aware
    """
    known = request.ship_zone
    zone = ZoneInfo(known) if known else get_zone(request.ship_from.address)
    moment = datetime.combine(request.ship_date, HANDOVER, zone)
    soon = now.astimezone(zone) + timedelta(hours=1)
    return write(max(moment, soon))


def write(moment: datetime) -> str:
    """Return `2026-03-01T17:00:00 GMT+01:00`."""
    offset = moment.strftime("%z") or "+0000"
    return f"{moment:%Y-%m-%dT%H:%M:%S} GMT{offset[:3]}:{offset[3:5]}"
