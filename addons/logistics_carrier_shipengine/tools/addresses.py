"""Addresses, their check, and places to collect from. Never imports odoo."""

from __future__ import annotations

from dataclasses import replace

from odoo.addons.logistics_carrier.canonical import AccessPoint, AddressCheck, Party
from odoo.addons.logistics_carrier.customs.tools.territory import to_country
from odoo.addons.logistics_carrier.tools.addresses import (
    is_same,
    read,
    read_point,
    state_code,
)
from odoo.addons.logistics_core.canonical import Address
from odoo.addons.logistics_core.tools import json_fields
from odoo.addons.logistics_core.tools.json_paths import Json, filled, to_fields

from .. import const

PLACE = const.PLACE
POINT = {
    **PLACE,
    "name": "company_name",
    "external_id": "service_point_id",
    "distance": "distance_in_meters",
}
COMPARED = ("street", "city", "zip", "country")


def to_address(address: Address, residential: bool | None = None) -> Json:
    """Return `address`; ShipEngine wants a state or province of every place."""
    place = to_fields(address, PLACE)
    place["name"] = address.name or address.company
    place["country_code"] = to_country(address)
    # Where a country has no states, the city is what carriers accept.
    place["state_province"] = state_code(address) or address.city
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


def from_check(result: Json, asked: Address) -> AddressCheck:
    """Return what `address_validation_result` says."""
    matched = json_fields.child(result, "matched_address")
    status = const.ADDRESS_STATUS.get(str(result.get("status")), "invalid")
    blank = Address(asked.name, "", "", "")
    found = read(matched, PLACE, blank) if matched else None
    if found and found.country == to_country(asked):
        # The code of a territory, which the address does not have.
        found = replace(found, country=asked.country)
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
    found = read_point(point, POINT)
    hours = _to_hours(json_fields.child(point, "hours_of_operation"))
    return found and replace(found, opening_hours=hours)


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
