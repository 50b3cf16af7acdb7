"""Rate questions and answers. Never imports odoo."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from odoo.addons.logistics_carrier.canonical import Charge, Money, Rate, RateRequest

from .. import const
from . import parties

Json = dict[str, Any]


def to_rate(request: RateRequest, account: str) -> Json:
    """Ask for all services, their negotiated prices and their dates."""
    imperial = parties.is_imperial(request.ship_from.address)
    receiver = parties.to_receiver(request.ship_to, parties.to_party(request.ship_to))
    sender = parties.to_party(request.ship_from)
    weight = sum((p.weight for p in request.parcels), Decimal(0))
    shipment: Json = {
        "Shipper": {**sender, "ShipperNumber": account},
        "ShipTo": receiver,
        "ShipFrom": sender,
        "ShipmentRatingOptions": {"NegotiatedRatesIndicator": "Y"},
        "ShipmentTotalWeight": parties.to_weight(weight, imperial),
        "DeliveryTimeInformation": {
            "PackageBillType": "03",
            "Pickup": {"Date": f"{request.ship_date:%Y%m%d}"},
        },
        "Package": [_to_package(request, index, imperial) for index in _count(request)],
    }
    if request.signature in const.SHIPMENT_SIGNATURE and not _by_package(request):
        code = const.SHIPMENT_SIGNATURE[request.signature]
        shipment["ShipmentServiceOptions"] = {
            "DeliveryConfirmation": {"DCISType": code}
        }
    if request.value:
        shipment["InvoiceLineTotal"] = {
            "CurrencyCode": request.value.currency,
            "MonetaryValue": parties.to_amount(request.value.amount),
        }
    return {"RateRequest": {"Request": {"RequestOption": "Shop"}, "Shipment": shipment}}


def _count(request: RateRequest) -> range:
    return range(len(request.parcels))


def _by_package(request: RateRequest) -> bool:
    ends = parties.to_ends(request.ship_from, request.ship_to)
    return const.PACKAGE_SIGNATURES.issuperset(ends)


def _to_package(request: RateRequest, index: int, imperial: bool) -> Json:
    parcel = request.parcels[index]
    made: Json = {
        "PackagingType": {"Code": parcel.packaging or const.CUSTOMER_PACKAGING},
        "PackageWeight": parties.to_weight(parcel.weight, imperial),
        **parties.to_dimensions(parcel, imperial),
    }
    options: Json = {}
    if request.signature in const.PACKAGE_SIGNATURE and _by_package(request):
        code = const.PACKAGE_SIGNATURE[request.signature]
        options["DeliveryConfirmation"] = {"DCISType": code}
    if request.insurance:
        share = request.insurance.amount / len(request.parcels)
        # The contract wants eight characters here, no more and no less.
        options["DeclaredValue"] = {
            "CurrencyCode": request.insurance.currency,
            "MonetaryValue": f"{share:08.2f}",
        }
    return {**made, **({"PackageServiceOptions": options} if options else {})}


def from_rates(answer: Json, services: tuple[str, ...]) -> list[Rate]:
    """Return the offers, of these services where any are named."""
    rated = parties.as_list((answer.get("RateResponse") or {}).get("RatedShipment"))
    offers = [_from_rated(item) for item in rated]
    return [o for o in offers if o and (not services or o.service in services)]


def _from_rated(item: Json) -> Rate | None:
    service = str((item.get("Service") or {}).get("Code") or "")
    published = money(item.get("TotalChargesWithTaxes") or item.get("TotalCharges"))
    negotiated = item.get("NegotiatedRateCharges") or {}
    total = money(negotiated.get("TotalChargesWithTaxes")) or money(
        negotiated.get("TotalCharge")
    )
    if not service or not (total or published):
        return None
    summary = (item.get("TimeInTransit") or {}).get("ServiceSummary") or {}
    arrival = summary.get("EstimatedArrival") or {}
    guaranteed = item.get("GuaranteedDelivery") or {}
    days = arrival.get("BusinessDaysInTransit") or guaranteed.get(
        "BusinessDaysInTransit"
    )
    return Rate(
        service=service,
        service_name=const.SERVICES.get(service, f"UPS {service}"),
        total=total or published,
        published=published,
        charges=to_charges(item, negotiated, total or published),
        estimated_delivery=_moment(arrival.get("Arrival") or {}),
        transit_days=int(days) if str(days or "").isdigit() else None,
        guaranteed="GuaranteedIndicator" in summary or bool(guaranteed),
        carrier_name="UPS",
    )


def to_charges(published: Json, negotiated: Json, total: Money) -> tuple[Charge, ...]:
    """Return the parts of a total: the itemized ones, and transportation as the rest.

    UPS itemizes surcharges, not the base price they are added to.
    """
    source = negotiated if negotiated.get("ItemizedCharges") else published
    found = [
        Charge(
            str(item.get("Code") or item.get("Type") or ""),
            str(item.get("Description") or item.get("Type") or item.get("Code")),
            amount,
        )
        for key in ("ItemizedCharges", "TaxCharges")
        for item in parties.as_list(source.get(key))
        if (amount := _amount(item.get("MonetaryValue")))
    ]
    options = money(published.get("ServiceOptionsCharges"))
    if not negotiated and options and options.amount and not found:
        found.append(Charge(*const.OPTIONS, options.amount))
    rest = total.amount - sum((charge.amount for charge in found), Decimal(0))
    return (Charge(*const.TRANSPORTATION, rest), *found)


def money(block: Any) -> Money | None:
    """Return an amount with its currency, None where it is not told."""
    if not isinstance(block, dict):
        return None
    amount = _amount(block.get("MonetaryValue"))
    currency = block.get("CurrencyCode")
    return Money(amount, str(currency)) if amount is not None and currency else None


def _amount(value: Any) -> Decimal | None:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _moment(arrival: Json) -> datetime | None:
    """Return an arrival; its place's offset is not told, so it is taken as UTC."""
    time = str(arrival.get("Time") or "235900").ljust(6, "0")
    try:
        found = datetime.strptime(f"{arrival.get('Date')}{time}", "%Y%m%d%H%M%S")
    except ValueError:
        return None
    return found.replace(tzinfo=UTC)
