"""Addresses, their check, and places to collect from. Never imports odoo."""

from __future__ import annotations

from typing import Any

from odoo.addons.logistics_carrier.canonical import AccessPoint, AddressCheck, Party
from odoo.addons.logistics_carrier.tools.addresses import is_same, state_code
from odoo.addons.logistics_carrier.tools.units import to_metres
from odoo.addons.logistics_core.canonical import Address
from odoo.addons.logistics_core.tools import json_fields
from odoo.addons.logistics_core.tools.json_paths import filled

from .. import const

Json = dict[str, Any]
COMPARED = ("street", "city", "zip", "country")


def to_address(address: Address, residential: bool | None = None) -> Json:
    """Return `address`; ShipEngine wants a state or province of every place."""
    place = {
        "name": address.name or address.company,
        "phone": address.phone,
        "email": address.email,
        "company_name": address.company,
        "address_line1": address.street,
        "address_line2": address.street2,
        "city_locality": address.city,
        # Where a country has no states, the city is what carriers accept.
        "state_province": state_code(address) or address.city,
        "postal_code": address.zip,
        "country_code": address.country,
    }
    if residential is not None:
        place["address_residential_indicator"] = "yes" if residential else "no"
    return filled(place)


def to_search(address: Address, carriers: list[str], limit: int) -> Json:
    """Return `list_service_points_request` of these accounts near an address."""
    place = to_address(address)
    for key in ("name", "phone", "email", "company_name"):
        place.pop(key, None)
    providers = [{"carrier_id": carrier} for carrier in carriers]
    return {"address": place, "providers": providers, "max_results": limit}


def to_place(party: Party) -> Json:
    return to_address(party.address, party.residential)


def from_address(data: Json, name: str) -> Address:
    """Return an Address of `address` or of a service point."""
    return Address(
        name=json_fields.text(data, "name") or name,
        street=json_fields.text(data, "address_line1") or "",
        city=json_fields.text(data, "city_locality") or "",
        country=json_fields.text(data, "country_code") or "",
        company=json_fields.text(data, "company_name"),
        street2=json_fields.text(data, "address_line2"),
        zip=json_fields.text(data, "postal_code"),
        state=json_fields.text(data, "state_province"),
        phone=json_fields.text(data, "phone"),
        email=json_fields.text(data, "email"),
    )


def from_check(result: Json, asked: Address) -> AddressCheck:
    """Return what `address_validation_result` says."""
    matched = json_fields.child(result, "matched_address")
    status = const.ADDRESS_STATUS.get(str(result.get("status")), "invalid")
    found = from_address(matched, asked.name) if matched else None
    if status == "valid" and found and not is_same(found, asked, COMPARED):
        status = "corrected"
    texts = (
        json_fields.text(message, "message")
        for message in json_fields.children(result, "messages")
    )
    residential = {"yes": True, "no": False}.get(
        str(matched.get("address_residential_indicator"))
    )
    return AddressCheck(status, found, tuple(filter(None, texts)), residential)


def from_service_points(answer: Json) -> list[AccessPoint]:
    """Return the shops and lockers, the nearest first."""
    points = map(from_service_point, json_fields.children(answer, "service_points"))
    return sorted(
        filter(None, points),
        key=lambda point: (point.distance_m is None, point.distance_m or 0),
    )


def from_service_point(point: Json) -> AccessPoint | None:
    """Return the shop or locker, None when it has no id."""
    key = json_fields.text(point, "service_point_id")
    if not key:
        return None
    name = json_fields.text(point, "company_name") or key
    return AccessPoint(
        external_id=key,
        name=name,
        address=from_address(point, name),
        distance_m=to_metres(point.get("distance_in_meters")),
        opening_hours=_to_hours(json_fields.child(point, "hours_of_operation")),
    )


def _to_hours(days: Json) -> str | None:
    lines = []
    for day in days:
        spans = [
            f"{json_fields.text(span, 'open')}–{json_fields.text(span, 'close')}"
            for span in json_fields.children(days, day)
        ]
        if spans:
            lines.append(f"{day.capitalize()} {', '.join(spans)}")
    return "\n".join(lines) or None
