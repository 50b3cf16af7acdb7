"""Rate questions and answers. Never imports odoo."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from functools import partial

from odoo.addons.logistics_carrier.canonical import (
    Charge,
    Money,
    ParcelContent,
    Rate,
    RateRequest,
    TransportInstruction,
)
from odoo.addons.logistics_carrier.tools import prices
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.tools import json_paths, moments
from odoo.addons.logistics_core.tools.json_paths import Json

from .. import const
from . import parties

money = partial(prices.to_money, amount="MonetaryValue", currency="CurrencyCode")


def to_rate(request: RateRequest, account: str) -> Json:
    """Ask for all services, their negotiated prices and their dates."""
    imperial = parties.is_imperial(request.ship_from.address)
    receiver = parties.to_receiver(request.ship_to, parties.to_party(request.ship_to))
    sender = parties.to_party(request.ship_from)
    weight = sum((p.weight for p in request.parcels), Decimal(0))
    insured = prices.share(request.insurance, request.parcels)
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
        "Package": [
            _to_package(request, parcel, insured.get(parcel.reference))
            for parcel in request.parcels
        ],
    }
    if signature := to_signature(request, by_package=False):
        shipment["ShipmentServiceOptions"] = signature
    if request.value:
        ends = parties.to_ends(request.ship_from, request.ship_to)
        shipment.update(to_invoice_total(request.value, ends))
    return {"RateRequest": {"Request": {"RequestOption": "Shop"}, "Shipment": shipment}}


def to_invoice_total(total: Money, ends: tuple[str, str]) -> Json:
    """Return {"InvoiceLineTotal": ...}; nothing where it is less than UPS takes.

    Between some places UPS must have one, at least 1. The lines of the invoice say what
    the goods are really worth.
    """
    if total.amount < const.LEAST_TOTAL and ends not in const.TOTAL_NEEDED:
        return {}
    amount = max(total.amount, const.LEAST_TOTAL)
    return {
        "InvoiceLineTotal": {
            "CurrencyCode": total.currency,
            "MonetaryValue": prices.write(amount),
        }
    }


def to_signature(request: RateRequest | TransportInstruction, by_package: bool) -> Json:
    """Return what asks for a signature: of a package between some countries, else of
    the shipment; empty where it is not asked for here."""
    ends = parties.to_ends(request.ship_from, request.ship_to)
    if by_package != const.PACKAGE_SIGNATURES.issuperset(ends):
        return {}
    codes = const.PACKAGE_SIGNATURE if by_package else const.SHIPMENT_SIGNATURE
    code = codes.get(request.signature)
    return {"DeliveryConfirmation": {"DCISType": code}} if code else {}


def _to_package(
    request: RateRequest, parcel: ParcelContent, insured: Money | None
) -> Json:
    imperial = parties.is_imperial(request.ship_from.address)
    options = to_signature(request, by_package=True)
    if insured:
        # The contract wants eight characters here, no more and no less.
        options["DeclaredValue"] = {
            "CurrencyCode": insured.currency,
            "MonetaryValue": f"{insured.amount:08.2f}",
        }
    return {
        "PackagingType": {"Code": parcel.packaging or const.CUSTOMER_PACKAGING},
        "PackageWeight": parties.to_weight(parcel.weight, imperial),
        **parties.to_dimensions(parcel, imperial),
        **({"PackageServiceOptions": options} if options else {}),
    }


def from_rates(
    answer: Json, services: tuple[str, ...], zone: tzinfo = UTC
) -> list[Rate]:
    """Return the offers, of these services where any are named.

    :param zone: of the recipient, in whose time UPS tells arrivals
    """
    rated = json_paths.rows(answer, "RateResponse.RatedShipment")
    return prices.choose((_from_rated(item, zone) for item in rated), services)


def _from_rated(item: Json, zone: tzinfo) -> Rate | None:
    service = json_paths.text(item, "Service.Code")
    negotiated = json_paths.block(item, "NegotiatedRateCharges")
    published = money(item.get("TotalChargesWithTaxes") or item.get("TotalCharges"))
    total = get_total(negotiated) or published
    if not service or not total:
        return None
    summary = json_paths.block(item, "TimeInTransit.ServiceSummary")
    guaranteed = json_paths.block(item, "GuaranteedDelivery")
    days = "BusinessDaysInTransit"
    return Rate(
        service=service,
        service_name=const.SERVICES.get(service, f"UPS {service}"),
        total=total,
        published=published,
        charges=to_charges(item, negotiated, total),
        estimated_delivery=_arrival(summary, zone),
        transit_days=prices.to_days(
            json_paths.text(summary, f"EstimatedArrival.{days}") or guaranteed.get(days)
        ),
        guaranteed="GuaranteedIndicator" in summary or bool(guaranteed),
        carrier_name="UPS",
    )


def get_total(*blocks: Json) -> Money | None:
    """Return the first total of these prices, with taxes where they are given."""
    names = ("TotalChargesWithTaxes", "TotalCharge", "TotalCharges")
    found = (money(block.get(name)) for block in blocks for name in names)
    return next(filter(None, found), None)


def to_charges(
    published: Json, negotiated: Json, total: Money | None
) -> tuple[Charge, ...]:
    """Return the parts of a total: the itemized ones, and transportation as the rest.

    UPS itemizes surcharges, not the base price they are added to.
    """
    source = negotiated if negotiated.get("ItemizedCharges") else published
    keys = ("ItemizedCharges", "TaxCharges")
    rows = [row for key in keys for row in json_paths.rows(source, key)]
    names = ("Description", "Type")
    found = prices.to_charges(rows, ("Code", "Type"), names, "MonetaryValue")
    options = money(published.get("ServiceOptionsCharges"))
    if not negotiated and options and options.amount and not found:
        found.append(Charge(*const.OPTIONS, options.amount))
    return prices.add_base(total, found, const.TRANSPORTATION)


def _arrival(summary: Json, zone: tzinfo) -> datetime | None:
    """Return an arrival; UPS does not give its place's offset."""
    arrival = json_paths.block(summary, "EstimatedArrival.Arrival")
    try:
        local = moments.join(arrival.get("Date"), arrival.get("Time") or "235900")
    except InvalidMessage:
        return None
    return local and moments.to_utc(local, zone)
