"""Parcels, services and days as ShipEngine wants them. Never imports odoo."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from odoo.addons.logistics_carrier.canonical import (
    Money,
    ParcelContent,
    RateRequest,
    TransportInstruction,
)
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_fields

from .. import const
from .customs import to_amount, to_products
from .measures import is_imperial, to_dimensions, to_weight

Json = dict[str, Any]


def split_service(service: str) -> tuple[str, str]:
    """Return (carrier id, service code) of one of our names of a service."""
    carrier, separator, code = service.partition(const.SERVICE_SEPARATOR)
    if not separator or not carrier or not code:
        raise InvalidMessage(
            _lt(
                "“%(service)s” names no account of a carrier.",
                service=service[:80],
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
        f"{carrier['carrier_id']}{const.SERVICE_SEPARATOR}{code}": " – ".join(
            filter(
                None,
                (
                    json_fields.text(carrier, "nickname")
                    or json_fields.text(carrier, "friendly_name"),
                    json_fields.text(service, "name") or code,
                ),
            )
        )
        for carrier in carriers
        for service in json_fields.children(carrier, "services")
        if (code := json_fields.text(service, "service_code"))
        and json_fields.text(carrier, "carrier_id")
    }


def to_day(day: date) -> str:
    """Return a day as `date`: midnight, in UTC as the contract writes it."""
    return datetime.combine(day, time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_packages(
    request: TransportInstruction | RateRequest, insurer: str = "none"
) -> list[Json]:
    """Return `package` of each parcel, insured for its part of the whole."""
    parcels = request.parcels
    insured = split_amount(request.insurance, parcels) if insurer != "none" else {}
    return [
        _to_package(parcel, insured.get(parcel.reference), request)
        for parcel in parcels
    ]


def split_amount(
    money: Money | None, parcels: tuple[ParcelContent, ...]
) -> dict[str, Money]:
    """Return {parcel: its part}, by the parcels' values, the last takes the rest."""
    if money is None:
        return {}
    values = [p.value.amount if p.value else Decimal(0) for p in parcels]
    if not all(values):
        values = [Decimal(1)] * len(parcels)
    parts, rest = {}, money.amount
    for parcel, value in zip(parcels[:-1], values[:-1], strict=True):
        part = (money.amount * value / sum(values)).quantize(
            Decimal("0.01"), ROUND_HALF_UP
        )
        parts[parcel.reference] = Money(min(part, rest), money.currency)
        rest -= min(part, rest)
    parts[parcels[-1].reference] = Money(rest, money.currency)
    return parts


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
    if parcel.length and parcel.width and parcel.height:
        package["dimensions"] = to_dimensions(parcel, imperial)
    if insured:
        package["insured_value"] = to_amount(insured)
    if parcel.description:
        package["content_description"] = parcel.description[:35]
    if isinstance(request, TransportInstruction):
        package["label_messages"] = {
            "reference1": request.order_name or request.reference,
            "reference2": request.customer_reference,
            "reference3": parcel.reference,
        }
    if products := to_products(parcel):
        package["products"] = products
    return package
