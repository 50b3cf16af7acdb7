"""Parcels, services and days as ShipEngine wants them. Never imports odoo."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from odoo.addons.logistics_carrier.canonical import (
    Money,
    ParcelContent,
    RateRequest,
    TransportInstruction,
)
from odoo.addons.logistics_carrier.tools.prices import share
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_fields, json_paths
from odoo.addons.logistics_core.tools.json_paths import Json
from odoo.addons.logistics_core.tools.storable import storable

from .. import const
from .customs import to_amount, to_products
from .measures import is_imperial, to_dimensions, to_weight


def split_service(service: str) -> tuple[str, str]:
    """Return (carrier id, service code) of one of our names of a service."""
    carrier, separator, code = service.partition(const.SERVICE_SEPARATOR)
    if not separator or not carrier or not code:
        raise InvalidMessage(
            _lt(
                "“%(service)s” names no account of a carrier.",
                service=storable(service, 80),
            ),
            remedy=_lt(
                "Choose a service of the list on the shipping method, such "
                "as se-123456:ups_ground."
            ),
        )
    return carrier, code


def to_services(carriers: list[Json]) -> dict[str, str]:
    """Return {our name of the service: its title} of the account's carriers."""
    return {
        f"{carrier['carrier_id']}{const.SERVICE_SEPARATOR}{code}": _get_title(
            carrier, service
        )
        for carrier in carriers
        for service in json_fields.children(carrier, "services")
        if (code := json_fields.text(service, "service_code"))
        and json_fields.text(carrier, "carrier_id")
    }


def _get_title(carrier: Json, service: Json) -> str:
    names = (
        json_paths.text(carrier, "nickname", "friendly_name"),
        json_paths.text(service, "name", "service_code"),
    )
    return " – ".join(filter(None, names))


def to_day(day: date) -> str:
    """Return a day as `date`: midnight, in UTC as the contract writes it."""
    return datetime.combine(day, time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_packages(
    request: TransportInstruction | RateRequest, insurer: str = "none"
) -> list[Json]:
    """Return `package` of each parcel, insured for its part of the whole."""
    parcels = request.parcels
    insured = share(request.insurance, parcels) if insurer != "none" else {}
    return [
        _to_package(parcel, insured.get(parcel.reference), request)
        for parcel in parcels
    ]


def _to_package(
    parcel: ParcelContent,
    insured: Money | None,
    request: TransportInstruction | RateRequest,
) -> Json:
    imperial = is_imperial(request.ship_from)
    package: Json = {
        "package_code": parcel.packaging or "package",
        "weight": to_weight(parcel.weight, imperial),
        "external_package_id": parcel.reference,
    }
    if dimensions := to_dimensions(parcel, imperial):
        package["dimensions"] = dimensions
    if insured:
        package["insured_value"] = to_amount(insured)
    if parcel.description:
        package["content_description"] = const.TEXTS.fit("summary", parcel.description)
    if isinstance(request, TransportInstruction):
        package["label_messages"] = {
            "reference1": request.order_name or request.reference,
            "reference2": request.customer_reference,
            "reference3": parcel.reference,
        }
    if products := to_products(parcel):
        package["products"] = products
    return package
