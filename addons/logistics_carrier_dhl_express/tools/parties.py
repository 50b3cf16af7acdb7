"""Parties, parcels and moments as DHL writes them. Never imports odoo."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytz

from odoo.addons.logistics_carrier.canonical import ParcelContent, Party
from odoo.addons.logistics_carrier.customs.tools.territory import get_place
from odoo.addons.logistics_carrier.tools.units import round_up
from odoo.addons.logistics_core.canonical import Address
from odoo.addons.logistics_core.errors import InvalidMessage

from .. import const

Json = dict[str, Any]
LINE = 45
HANDOVER = time(17)  # when parcels of a day are tendered, at the place of origin


def to_country(address: Address) -> str:
    """Return the code of the country, or of the territory that DHL tells apart."""
    place = get_place(address.country, address.zip)
    return place if place in const.TERRITORIES else address.country


def to_rate_address(address: Address) -> Json:
    """Return an address of a rate question."""
    made = {
        "postalCode": (address.zip or "")[:12],
        "cityName": address.city[:LINE],
        "countryCode": to_country(address),
    }
    if address.state:
        state = address.state.rpartition("-")[2]
        if len(state) > 1:
            made["provinceCode"] = state[:35]
    return made


def to_address(address: Address) -> Json:
    """Return a postal address of at most three lines.

    :raises InvalidMessage: the street does not fit
    """
    lines = _wrap(f"{address.street} {address.street2 or ''}")
    if not lines or len(lines) > 3:
        raise InvalidMessage(
            f"DHL takes three lines of {LINE} characters for a street: {lines}",
            remedy="Shorten the street of the address, then replay the message.",
        )
    numbered = {f"addressLine{n}": line for n, line in enumerate(lines, 1)}
    return {**to_rate_address(address), **numbered}


def _wrap(text: str) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= LINE:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word[:LINE])
    return lines


def to_contact(address: Address) -> Json:
    """Return who is called; DHL takes no shipment without a phone number.

    :raises InvalidMessage: there is none
    """
    if not address.phone:
        raise InvalidMessage(
            f"DHL needs a phone number of {address.name}.",
            remedy="Enter the phone number on the contact, then send it again.",
        )
    made = {
        "phone": address.phone[:70],
        "companyName": (address.company or address.name)[:100],
        "fullName": address.name[:255],
    }
    if address.email:
        made["email"] = address.email[:70]
    return made


def to_party(party: Party) -> Json:
    """Return a party of a shipment, with its registrations for customs."""
    address = party.address
    made: Json = {
        "postalAddress": to_address(address),
        "contactInformation": to_contact(address),
        "typeCode": "private" if party.residential else "business",
    }
    numbers = [
        {"typeCode": code, "number": number[:35], "issuerCountryCode": issuer}
        for code, number in (("VAT", party.vat), ("EOR", party.eori))
        if number and (issuer := _issuer(number, address.country))
    ]
    return {**made, **({"registrationNumbers": numbers} if numbers else {})}


def _issuer(number: str, country: str) -> str:
    start = number[:2].upper()
    return start if start.isalpha() else country


def to_package(parcel: ParcelContent) -> Json:
    """Return weight in kilograms and sides in centimetres."""
    made: Json = {"weight": to_weight(parcel.weight)}
    if parcel.length and parcel.width and parcel.height:
        made["dimensions"] = {
            "length": to_centimetres(parcel.length),
            "width": to_centimetres(parcel.width),
            "height": to_centimetres(parcel.height),
        }
    if parcel.packaging:
        made["typeCode"] = parcel.packaging
    return made


def to_weight(kilograms: Decimal) -> float:
    """Return a weight rounded up to grams, of which there is one at least."""
    return float(round_up(max(kilograms, Decimal("0.001")), "0.001"))


def to_centimetres(millimetres: Decimal) -> float:
    """Return a length rounded up to hundredths of a millimetre."""
    return float(round_up(Decimal(millimetres) / 10, "0.001"))


def to_number(value: Decimal, least: str = "0") -> float:
    """Return a JSON number of at most three digits after the point."""
    return float(max(value, Decimal(least)).quantize(Decimal("0.001")))


def to_moment(day: date, country: str, now: datetime) -> str:
    """Return when parcels are tendered: never in the past, as DHL refuses that.

    :param now: aware
    """
    zones = pytz.country_timezones.get(country)
    zone = pytz.timezone(zones[0]) if zones else pytz.utc
    moment = zone.localize(datetime.combine(day, HANDOVER))
    soon = now.astimezone(zone) + timedelta(hours=1)
    return write(max(moment, soon))


def write(moment: datetime) -> str:
    """Return `2026-03-01T17:00:00 GMT+01:00`."""
    offset = moment.strftime("%z") or "+0000"
    return f"{moment:%Y-%m-%dT%H:%M:%S} GMT{offset[:3]}:{offset[3:5]}"


def read(text: str | None) -> datetime | None:
    """Return a moment DHL told, in UTC; one without an offset is taken as UTC.

    A day alone is meant until its end.
    """
    told = (text or "").replace(" GMT", "").strip()
    try:
        found = datetime.fromisoformat(f"{told}T23:59:00" if len(told) == 10 else told)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
