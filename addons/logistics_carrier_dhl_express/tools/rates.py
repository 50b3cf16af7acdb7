"""Rate questions and answers. Never imports odoo."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any

from odoo.addons.logistics_carrier.canonical import Charge, Money, Rate, RateRequest
from odoo.addons.logistics_carrier.customs.tools.territory import crosses_border
from odoo.addons.logistics_carrier.tools import prices
from odoo.addons.logistics_core.tools import json_paths, moments
from odoo.addons.logistics_core.tools.json_paths import Json

from .. import const
from . import dangerous, parties


def to_rates(
    request: RateRequest,
    account: str,
    now: datetime,
    agreed: tuple[dangerous.Agreed, ...] = (),
) -> Json:
    """Ask for all products of the pair, with prices and dates."""
    origin = request.ship_from.address
    declared = crosses_border(origin, request.ship_to.address)
    made: Json = {
        "customerDetails": {
            "shipperDetails": parties.to_rate_address(origin),
            "receiverDetails": parties.to_rate_address(request.ship_to.address),
        },
        "accounts": [{"typeCode": "shipper", "number": account}],
        "plannedShippingDateAndTime": parties.to_moment(request, now),
        "unitOfMeasurement": "metric",
        "isCustomsDeclarable": declared,
        "estimatedDeliveryDate": {"isRequested": True, "typeCode": "QDDC"},
        "packages": [parties.to_package(parcel) for parcel in request.parcels],
    }
    if request.value:
        made["monetaryAmount"] = [
            {"typeCode": "declaredValue", **to_value(request.value)}
        ]
    services = to_services(request.insurance, request.signature)
    codes = dangerous.to_codes(request.parcels, agreed)
    services += [{"serviceCode": code} for code in codes]
    return {**made, **({"valueAddedServices": services} if services else {})}


def to_value(money: Money) -> Json:
    """Return an amount with its currency."""
    return {"value": parties.to_number(money.amount), "currency": money.currency}


def to_services(
    insurance: Money | None, signature: str, saturday: bool = False, ddp: bool = False
) -> list[Json]:
    """Return the value-added services of a shipment."""
    made: list[Json] = []
    if insurance:
        made.append({"serviceCode": const.INSURANCE, **to_value(insurance)})
    if signature in const.SIGNATURES:
        made.append({"serviceCode": const.SIGNATURES[signature]})
    if saturday:
        made.append({"serviceCode": const.SATURDAY})
    if ddp:
        made.append({"serviceCode": const.DUTIES_PAID})
    return made


def from_rates(
    answer: Json, services: tuple[str, ...], zone: tzinfo = UTC
) -> list[Rate]:
    """Return the offers, of these services where any are named.

    :param zone: of the recipient, in whose time DHL tells deliveries
    """
    items = json_paths.rows(answer, "products")
    return prices.choose((_from_product(item, zone) for item in items), services)


def _from_product(item: Json, zone: tzinfo) -> Rate | None:
    code = json_paths.text(item, "productCode")
    price = choose(item.get("totalPrice"))
    total = to_money(price)
    # Products that are not rated for an account come with a price of 0.
    if not code or not total or not total.amount:
        return None
    delivery = json_paths.block(item, "deliveryCapabilities")
    return Rate(
        service=code,
        service_name=str(item.get("productName") or const.SERVICES.get(code, code)),
        total=total,
        charges=_from_breakdown(item, price, total),
        estimated_delivery=moments.read(
            delivery.get("estimatedDeliveryDateAndTime"), zone
        ),
        transit_days=prices.to_days(delivery.get("totalTransitDays")),
        carrier_name="DHL Express",
    )


def choose(found: Any) -> Json:
    """Return the price that counts among those in several currencies, or nothing."""
    known = {str(price.get("currencyType")): price for price in json_paths.rows(found)}
    wanted = [known[kind] for kind in const.PRICES if kind in known]
    return next(iter([*wanted, *known.values()]), {})


def to_money(price: Json) -> Money | None:
    """Return a price, None where it is not given."""
    found = prices.to_money(price, "price", "priceCurrency")
    amount = prices.to_amount(found.amount) if found else None
    return Money(amount, found.currency) if found and amount is not None else None


def _from_breakdown(item: Json, price: Json, total: Money) -> tuple[Charge, ...]:
    blocks = json_paths.rows(item, "detailedPriceBreakdown")
    kind = price.get("currencyType")
    same = [block for block in blocks if block.get("currencyType") == kind]
    return to_charges(json_paths.rows(same[:1], "breakdown"), total)


def to_charges(lines: list[Json], total: Money | None) -> tuple[Charge, ...]:
    """Return the extras by their codes, and the base price as what is left."""
    codes, read = ("serviceCode", "typeCode"), prices.to_amount
    found = prices.to_charges(lines, codes, ("name",), "price", read)
    extras = [charge for charge in found if 0 < len(charge.code) <= 3]
    return prices.add_base(total, extras, const.BASE_CHARGE)
