"""What a shipment costs: asked for, and read. Never imports odoo."""

from __future__ import annotations

from datetime import UTC, datetime, time, tzinfo
from decimal import Decimal

from odoo.addons.logistics_carrier.canonical import Charge, Money, Rate, RateRequest
from odoo.addons.logistics_carrier.tools.prices import choose, to_money
from odoo.addons.logistics_core.tools import json_fields, json_paths, moments
from odoo.addons.logistics_core.tools.json_paths import Json
from odoo.addons.logistics_core.tools.zones import get_zone

from .. import const
from .addresses import to_place
from .packages import split_service, to_day, to_packages

AMOUNTS = {
    "shipping_amount": "Shipping",
    "insurance_amount": "Insurance",
    "confirmation_amount": "Delivery confirmation",
    "other_amount": "Surcharges",
    "tax_amount": "Tax",
}


def to_rate_request(request: RateRequest, carriers: list[str], insurer: str) -> Json:
    """Return `calculate_rates_request_body`.

    :param carriers: ids of the accounts that are asked, at least one
    """
    codes = sorted({split_service(name)[1] for name in request.services})
    options: Json = {"carrier_ids": carriers, "preferred_currency": request.currency}
    if codes:
        options["service_codes"] = codes
    shipment: Json = {
        "validate_address": "no_validation",
        "ship_date": to_day(request.ship_date),
        "ship_to": to_place(request.ship_to),
        "ship_from": to_place(request.ship_from),
        "confirmation": const.CONFIRMATIONS[request.signature],
        "packages": to_packages(request, insurer),
    }
    if request.insurance:
        shipment["insurance_provider"] = insurer
    return {"shipment": shipment, "rate_options": options}


def from_rates(answer: Json, request: RateRequest) -> list[Rate]:
    """Return the offers of `calculate_rates_response_body` that can be booked."""
    found = json_fields.child(answer, "rate_response")
    zone = get_zone(request.ship_to.address)
    rates = (_from_rate(rate, zone) for rate in json_fields.children(found, "rates"))
    return choose(rates, request.services)


def _from_rate(rate: Json, zone: tzinfo) -> Rate | None:
    carrier = json_fields.text(rate, "carrier_id")
    code = json_fields.text(rate, "service_code")
    total = get_total(rate)
    if not (carrier and code and total) or rate.get("validation_status") == "invalid":
        return None
    return Rate(
        service=f"{carrier}{const.SERVICE_SEPARATOR}{code}",
        service_name=json_fields.text(rate, "service_type") or code,
        total=total,
        charges=get_charges(rate),
        estimated_delivery=_to_arrival(rate, zone),
        transit_days=json_fields.whole(rate, "delivery_days"),
        guaranteed=rate.get("guaranteed_service") is True,
        carrier_name=json_fields.text(rate, "carrier_friendly_name"),
    )


def _to_arrival(rate: Json, zone: tzinfo) -> datetime | None:
    """Return when it arrives; midnight UTC stands for a day without a time."""
    moment = json_fields.moment(rate, "estimated_delivery_date")
    if moment and moment.time() == time():
        local = datetime.combine(moment.date(), moments.END_OF_DAY, zone)
        return local.astimezone(UTC)
    return moment


def from_amount(data: Json, key: str) -> Money | None:
    """Return a `monetary_value`, its currency in capitals."""
    return to_money(json_fields.child(data, key), "amount", "currency")


def get_total(data: Json) -> Money | None:
    """Return the sum of a rate's amounts, or of a label's costs.

    None where there are none, or where they are in several currencies.
    """
    names = (*AMOUNTS, "shipment_cost", "insurance_cost")
    parts = [money for name in names if (money := from_amount(data, name))]
    used = {part.currency for part in parts if part.amount}
    if not parts or len(used) > 1:
        return None
    currency = next(iter(used), parts[0].currency)
    return Money(sum((part.amount for part in parts), Decimal(0)), currency)


def get_charges(data: Json) -> tuple[Charge, ...]:
    """Return the parts of a price, as far as they are given."""
    kind = "rate_detail_type"
    details = [
        Charge(
            code=json_paths.text(detail, "carrier_billing_code", kind) or "shipping",
            name=json_paths.text(detail, "carrier_description", kind) or "Shipping",
            amount=money.amount,
        )
        for detail in json_fields.children(data, "rate_details")
        if (money := from_amount(detail, "amount"))
    ]
    costs = {**AMOUNTS, "shipment_cost": "Shipping", "insurance_cost": "Insurance"}
    return tuple(details) or tuple(
        Charge(key.rpartition("_")[0], name, money.amount)
        for key, name in costs.items()
        if (money := from_amount(data, key)) and money.amount
    )


def get_refusal(answer: Json) -> str:
    """Return why carriers offer nothing, empty when they do not say."""
    texts = [
        *json_paths.find(answer, "rate_response.invalid_rates.error_messages"),
        *json_paths.find(answer, "rate_response.errors.message"),
    ]
    return "; ".join(dict.fromkeys(map(str, texts)))
