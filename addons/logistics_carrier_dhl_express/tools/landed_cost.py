"""Duties and taxes as DHL calculates them (`/landed-cost`). Never imports odoo."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from odoo.addons.logistics_carrier.canonical import Commodity, Money
from odoo.addons.logistics_carrier.canonical.landed_cost import (
    LandedCharge,
    LandedCost,
    LandedCostRequest,
)
from odoo.addons.logistics_carrier.tools import prices
from odoo.addons.logistics_carrier.tools.declarations import check_incoterm
from odoo.addons.logistics_carrier.tools.goods_lines import (
    check_count,
    declare,
    sum_totals,
)
from odoo.addons.logistics_carrier.tools.texts import summarize
from odoo.addons.logistics_core.tools import json_paths
from odoo.addons.logistics_core.tools.json_paths import Json

from .. import const
from . import parties, rates

MOST_ITEMS = 1000


def to_landed_cost(request: LandedCostRequest, account: str) -> Json:
    """Ask for all of it, with breakdown and formulas, in one currency.

    :raises InvalidMessage: an incoterm that DHL does not know, or too many goods
    """
    check_count(request.commodities, MOST_ITEMS, "DHL")
    is_ddp = check_incoterm(request.incoterm, const.INCOTERMS, "DHL") == "DDP"
    accounts = [{"typeCode": "shipper", "number": account}]
    if is_ddp:
        accounts.append({"typeCode": "duties-taxes", "number": account})
    is_private = bool(request.ship_to.residential) or request.purpose == "personal"
    return {
        "customerDetails": {
            "shipperDetails": parties.to_rate_address(request.ship_from.address),
            "receiverDetails": parties.to_rate_address(request.ship_to.address),
        },
        "accounts": accounts,
        "productCode": request.service,
        "unitOfMeasurement": "metric",
        "currencyCode": request.currency,
        "isCustomsDeclarable": True,
        "isDTPRequested": is_ddp,
        "isInsuranceRequested": bool(request.insurance),
        "getCostBreakdown": True,
        "shipmentPurpose": "personal" if is_private else "commercial",
        "transportationMode": "air",
        "merchantSelectedCarrierName": "DHL",
        "packages": [parties.to_package(parcel) for parcel in request.parcels],
        "items": [_to_item(n, line) for n, line in enumerate(request.commodities, 1)],
        "getTariffFormula": True,
    }


def _to_item(number: int, goods: Commodity) -> Json:
    """Return one kind of goods; price and weight are of one unit."""
    (line,) = declare(goods, const.LANDED_LINES)
    texts, whose = const.TEXTS, goods.sku or goods.description
    made: Json = {
        "number": number,
        "name": texts.fit("description", line.description, whose),
        "description": summarize(line.description, const.LANDED_SUMMARY),
        "manufacturerCountry": goods.origin_country,
        "quantity": parties.to_number(line.quantity, "0.001"),
        "quantityType": line.unit,
        "unitPrice": float(line.price),
        "unitPriceCurrencyCode": goods.value.currency,
        "weight": parties.to_number(line.weight / line.quantity, "0.001"),
        "weightUnitOfMeasurement": "metric",
        "estimatedTariffRateType": _to_tariff(goods.hs_code),
    }
    if goods.sku:
        made["partNumber"] = texts.fit("sku", goods.sku)
    if goods.hs_code:
        made["commodityCode"] = texts.fit("hs_code", goods.hs_code, whose)
    return made


def _to_tariff(hs_code: str | None) -> str:
    """Return how the rate is found; part of a code has many, the highest is safe."""
    digits = sum(char.isdigit() for char in hs_code or "")
    return const.FULL_TARIFF if digits > 6 else const.PARTIAL_TARIFF


def from_landed_cost(answer: Json, request: LandedCostRequest) -> LandedCost | None:
    """Read the estimate, None where DHL made none; see also `get_warnings`."""
    product = json_paths.block(answer, "products")
    price = rates.choose(product.get("totalPrice"))
    total = rates.to_money(price)
    if not total:
        return None
    lines = list(_get_block(product, price or {}))
    charges = [charge for line in lines if (charge := _to_charge(line, None, total))]
    for item in json_paths.rows(product, "items"):
        number = prices.to_days(item.get("number"))
        parts = json_paths.rows(item, "breakdown")
        found = (_to_charge(line, number, total) for line in parts)
        charges += [charge for charge in found if charge]
    sums = {
        kind: _get_sum(lines, charges, kind, total.currency)
        for kind in const.LANDED_SUMS
    }
    goods = _get_goods(lines, request, total.currency)
    return LandedCost(
        total=total,
        goods=goods,
        # Also what DHL names in other currencies only: the rest of its own total.
        shipping=total.amount - goods - sum(sums.values(), Decimal(0)),
        duties=sums["duty"],
        taxes=sums["tax"],
        fees=sums["fee"],
        charges=tuple(charges),
        warnings=get_warnings(answer),
    )


def get_warnings(answer: Json) -> tuple[str, ...]:
    """Return what DHL says about how exact its estimate is, or why there is none."""
    return tuple(map(str, json_paths.find(answer, "warnings")))


def _get_block(product: Json, price: Json) -> Iterator[Json]:
    """Yield the lines of the breakdown that belongs to the total."""
    blocks = json_paths.rows(product, "detailedPriceBreakdown")
    same = [
        block
        for block in blocks
        if block.get("currencyType") == price.get("currencyType")
        and block.get("priceCurrency") == price.get("priceCurrency")
    ]
    for block in (same or blocks)[:1]:
        yield from json_paths.rows(block, "breakdown")


def _to_charge(line: Json, item: int | None, total: Money) -> LandedCharge | None:
    """Return one charge; sums and the goods themselves are listed elsewhere."""
    name = str(line.get("name") or "")
    amount = prices.to_amount(line.get("price"))
    if amount is None or name in const.LANDED_APART:
        return None
    kind = const.LANDED_KINDS.get(
        str(line.get("typeCode")), "value" if item else "shipping"
    )
    code = str(line.get("serviceCode") or name or line.get("typeCode") or "")
    formula = line.get("tariffRateFormula")
    return LandedCharge(
        kind=kind,
        code=code,
        name=const.LANDED_NAMES.get(name, name or code),
        amount=Money(amount, str(line.get("priceCurrency") or total.currency)),
        item=item,
        formula=str(formula) if formula else None,
    )


def _get_sum(
    lines: list[Json], charges: list[LandedCharge], kind: str, currency: str
) -> Decimal:
    """Return DHL's own sum of a kind; without one, that of the charges it names."""
    for line in lines:
        amount = prices.to_amount(line.get("price"))
        if line.get("name") == const.LANDED_SUMS[kind] and amount is not None:
            return amount
    named = (c for c in charges if c.kind == kind and c.amount.currency == currency)
    return sum((charge.amount.amount for charge in named), Decimal("0.00"))


def _get_goods(lines: list[Json], request: LandedCostRequest, currency: str) -> Decimal:
    for line in lines:
        amount = prices.to_amount(line.get("price"))
        same = line.get("priceCurrency") in (None, currency)
        if line.get("name") == const.LANDED_GOODS and amount is not None and same:
            return amount
    return sum_totals(c for c in request.commodities if c.value.currency == currency)
