"""Rate questions and answers. Never imports odoo."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from odoo.addons.logistics_carrier.canonical import Charge, Money, Rate, RateRequest
from odoo.addons.logistics_carrier.customs.tools.territory import crosses_border

from .. import const
from . import dangerous, parties

Json = dict[str, Any]


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
        "plannedShippingDateAndTime": parties.to_moment(
            request.ship_date, origin.country, now
        ),
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


def from_rates(answer: Json, services: tuple[str, ...]) -> list[Rate]:
    """Return the offers, of these services where any are named."""
    found = (_from_product(item) for item in answer.get("products") or ())
    return [r for r in found if r and (not services or r.service in services)]


def _from_product(item: Json) -> Rate | None:
    code = str(item.get("productCode") or "")
    price = choose(item.get("totalPrice"))
    total = to_money(price)
    # Products that are not rated for an account come with a price of 0.
    if not code or not total or not total.amount:
        return None
    delivery = item.get("deliveryCapabilities") or {}
    days = delivery.get("totalTransitDays")
    return Rate(
        service=code,
        service_name=str(item.get("productName") or const.SERVICES.get(code, code)),
        total=total,
        charges=_from_breakdown(item, price or {}, total),
        estimated_delivery=parties.read(delivery.get("estimatedDeliveryDateAndTime")),
        transit_days=int(days) if str(days or "").isdigit() else None,
        guaranteed=False,
        carrier_name="DHL Express",
    )


def choose(prices: Any) -> Json | None:
    """Return the price that counts among those in several currencies."""
    known = {
        str(price.get("currencyType")): price
        for price in prices or ()
        if isinstance(price, dict)
    }
    wanted = [known[kind] for kind in const.PRICES if kind in known]
    return next(iter([*wanted, *known.values()]), None)


def to_money(price: Json | None) -> Money | None:
    """Return an amount, None where it is not told."""
    amount = to_amount((price or {}).get("price"))
    currency = (price or {}).get("priceCurrency")
    return Money(amount, str(currency)) if amount is not None and currency else None


def to_amount(value: Any) -> Decimal | None:
    """Return a number as money."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount.quantize(Decimal("0.01")) if amount.is_finite() else None


def _from_breakdown(item: Json, price: Json, total: Money) -> tuple[Charge, ...]:
    for block in item.get("detailedPriceBreakdown") or ():
        if block.get("currencyType") == price.get("currencyType"):
            return to_charges(block.get("breakdown"), total)
    return (Charge(*const.BASE_CHARGE, total.amount),)


def to_charges(lines: Any, total: Money) -> tuple[Charge, ...]:
    """Return the extras by their codes, and the base price as what is left."""
    extras = tuple(
        Charge(str(code), str(line.get("name") or code), amount)
        for line in lines or ()
        if (code := line.get("serviceCode") or line.get("typeCode"))
        and len(str(code)) <= 3
        and (amount := to_amount(line.get("price")))
    )
    rest = total.amount - sum((charge.amount for charge in extras), Decimal(0))
    return (Charge(*const.BASE_CHARGE, rest), *extras)
