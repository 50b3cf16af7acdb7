"""Shipments: rated, bought, their documents."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from decimal import Decimal

from ...carriers import labels, places, pricing, proof
from ...carriers.dialect import encoded, quote
from ...carriers.model import Charge, Parcel, Shipment
from ...carriers.rest import Group, Routes
from ...core.clock import now
from ...core.message import Answer, Request
from . import dangerous, documents
from .api import Json, place, refusal
from .const import AT_HOME, IN_EUROPE, PRODUCTS, SERVICES, WORLDWIDE
from .numbers import piece, waybill

PLANNED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d ?GMT[+-]\d\d:\d\d")


def arrival(product: str, origin: str, destination: str) -> datetime:
    """End of the working day, at the destination, on which it should be there."""
    _, zone = places.hub(destination)
    day = now().astimezone(zone)
    left = pricing.days(origin, destination, PRODUCTS[product][2])
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return datetime.combine(day.date(), time(23, 59), zone)


class Shipments(Group):
    """``exp-api-rates-many``, ``exp-api-shipments``, ``...-documentimage``."""

    def routes(self) -> Routes:
        """Operations on shipments and rates."""
        return [
            ("POST", "/rates", self.rate),
            ("POST", "/shipments", self.ship),
            ("GET", "/shipments/{number}/get-image", self.image),
        ]

    def rate(self, request: Request, _: dict[str, str]) -> Answer:
        """Every product of the pair."""
        asked = request.json_object()
        details = asked["customerDetails"]
        sender, receiver = (
            place(details[side]) for side in ("shipperDetails", "receiverDetails")
        )
        self._check(asked, f"{receiver.country} {receiver.zip} {receiver.city}")
        weights = [Decimal(str(p["weight"])) for p in asked["packages"]]
        extras = _extras(asked)
        products = [
            _product(code, sender.country, receiver.country, weights, extras)
            for code in _codes(sender.country, receiver.country)
        ]
        return Answer.of({"products": products})

    def _check(self, asked: Json, text: str) -> None:
        """What DHL checks beyond its schema, as far as it is played."""
        planned = str(asked.get("plannedShippingDateAndTime"))
        if not PLANNED.fullmatch(planned):
            raise refusal(
                422, "Unprocessable Entity", "plannedShippingDateAndTime is not valid"
            )
        if self.dialect.undeliverable(text):
            raise refusal(404, "Not found", "996: Requested product(s) not available")

    def ship(self, request: Request, _: dict[str, str]) -> Answer:
        """Buys a label per package; it checks no reference."""
        asked = request.json_object()
        details = asked["customerDetails"]
        receiver = place(details["receiverDetails"])
        self._check(asked, f"{receiver.country} {receiver.zip} {receiver.city}")
        product = asked["productCode"]
        if product not in PRODUCTS:
            text = f"The product {product} is not available"
            raise refusal(422, "Unprocessable Entity", text)
        content = asked["content"]
        if content["isCustomsDeclarable"] and not content.get("exportDeclaration"):
            text = "#/content: exportDeclaration is required for dutiable shipments"
            raise refusal(422, "Unprocessable Entity", "Multiple problems", text)
        dangerous.check(asked)
        contents = documents.check_purchase(asked)
        shipment = self._make(asked)
        self.dialect.buy(shipment)
        images = asked.get("documentImages") or []
        documents.Documents(self.dialect).keep(shipment, images, contents)
        return Answer.of(self._bought(shipment, request), 201)

    def _make(self, asked: Json) -> Shipment:
        details, product = asked["customerDetails"], asked["productCode"]
        options = asked.get("outputImageProperties") or {}
        references = asked.get("customerReferences") or [{}]
        made = Shipment(
            id=waybill(self.books.next("waybill")),
            dialect=self.dialect.name,
            reference=str(references[0].get("value") or ""),
            service=product,
            service_name=PRODUCTS[product][0],
            sender=place(details["shipperDetails"]),
            recipient=place(details["receiverDetails"]),
            created_at=now(),
            label_format=str(options.get("encodingFormat", "pdf")).upper(),
            extra={"request": asked, "account": asked["accounts"][0]["number"]},
        )
        payers = {account["typeCode"] for account in asked["accounts"]}
        made.direction = "return" if "payer" in payers else "outbound"
        for index, package in enumerate(asked["content"]["packages"], 1):
            known = package.get("customerReferences") or [{}]
            made.parcels.append(
                Parcel(
                    made,
                    int(package.get("referenceNumber", index)),
                    piece(self.books.next("piece")),
                    Decimal(str(package["weight"])),
                    reference=str(known[0].get("value") or ""),
                )
            )
        made.charges = quote(PRODUCTS[product][1], made) + _extras(asked)
        made.estimate = arrival(product, made.sender.country, made.recipient.country)
        return made

    def _bought(self, shipment: Shipment, request: Request) -> Json:
        total = {
            "currencyType": "BILLC",
            "priceCurrency": shipment.currency,
            "price": float(shipment.total),
            "serviceBreakdown": [_line(charge) for charge in shipment.charges],
        }
        url = f"{request.base_url}/{self.dialect.name}/shipments/{shipment.id}"
        return {
            "url": url,
            "shipmentTrackingNumber": shipment.id,
            "trackingUrl": f"{url}/tracking",
            "packages": [self._package(parcel, url) for parcel in shipment.parcels],
            "documents": self._documents(shipment),
            "shipmentCharges": [total],
            "estimatedDeliveryDate": {
                "estimatedDeliveryDate": f"{shipment.estimate:%Y-%m-%d}",
                "estimatedDeliveryType": "QDDC",
            },
        }

    def _package(self, parcel: Parcel, url: str) -> Json:
        kind = parcel.shipment.label_format
        content = encoded(self.dialect.label(parcel, kind))
        document = {"imageFormat": kind, "content": content, "typeCode": "label"}
        return {
            "referenceNumber": parcel.index,
            "trackingNumber": parcel.tracking,
            "trackingUrl": f"{url}/tracking?pieceTrackingNumber={parcel.tracking}",
            "documents": [document],
        }

    def _documents(self, shipment: Shipment) -> list[Json]:
        asked = shipment.extra["request"]
        declared = asked["content"].get("exportDeclaration")
        if not declared or not documents.makes_invoice(asked):
            return []
        lines = [
            f"{line['description'][:30]}  {line['quantity']['value']} x {line['price']}"
            for line in declared["lineItems"]
        ]
        title = f"Commercial invoice {declared['invoice']['number']}"
        content = encoded(proof.listing(title, lines))
        return [{"imageFormat": "PDF", "content": content, "typeCode": "invoice"}]

    def image(self, request: Request, arguments: dict[str, str]) -> Answer:
        """The waybill: one PDF with the labels of all pieces."""
        shipment = self.books.shipments.get(arguments["number"])
        if shipment is None or request.argument("typeCode") != "waybill":
            raise refusal(404, "Not found", "No image found")
        made = [labels.Label.of(p, self.dialect.carrier_name) for p in shipment.parcels]
        document = {
            "shipmentTrackingNumber": shipment.id,
            "typeCode": "waybill",
            "function": "export",
            "encodingFormat": "PDF",
            "content": encoded(labels.render(made, "PDF")),
        }
        return Answer.of({"documents": [document]})


def _codes(origin: str, destination: str) -> tuple[str, ...]:
    if origin == destination:
        return AT_HOME
    near = pricing.days(origin, destination, 1) == 2
    return IN_EUROPE if near else WORLDWIDE


def _extras(asked: Json) -> list[Charge]:
    wanted = [entry["serviceCode"] for entry in asked.get("valueAddedServices") or ()]
    return [Charge(code, *SERVICES[code]) for code in wanted if code in SERVICES]


def _line(charge: Charge) -> Json:
    code = {"BASE": None, "FUEL": "FF"}.get(charge.code, charge.code)
    made: Json = {"name": charge.name.upper(), "price": float(charge.amount)}
    return made | ({"typeCode": code} if code else {})


def _product(
    code: str, origin: str, target: str, weights: list[Decimal], extras: list[Charge]
) -> Json:
    charges = [*pricing.price(PRODUCTS[code][1], origin, target, weights), *extras]
    total = float(sum((charge.amount for charge in charges), Decimal(0)))
    moment = arrival(code, origin, target)
    price = {"currencyType": "BILLC", "priceCurrency": "EUR"}
    breakdown = [
        {"name": c.name.upper(), "price": float(c.amount), "priceCurrency": "EUR"}
        | ({} if c.code == "BASE" else {"serviceCode": _line(c)["typeCode"]})
        for c in charges
    ]
    return {
        "productName": PRODUCTS[code][0],
        "productCode": code,
        "localProductCode": code,
        "weight": {
            "provided": float(sum(weights, Decimal(0))),
            "unitOfMeasurement": "metric",
        },
        "totalPrice": [price | {"price": total}],
        "detailedPriceBreakdown": [price | {"breakdown": breakdown}],
        "deliveryCapabilities": {
            "deliveryTypeCode": "QDDC",
            "estimatedDeliveryDateAndTime": f"{moment:%Y-%m-%dT%H:%M:%S}",
            "totalTransitDays": pricing.days(origin, target, PRODUCTS[code][2]),
        },
    }
