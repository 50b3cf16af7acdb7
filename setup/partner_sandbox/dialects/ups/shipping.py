"""Labels: bought, recovered, voided."""

from __future__ import annotations

from decimal import Decimal

from ...carriers import pricing, proof
from ...carriers.dialect import encoded, quote
from ...carriers.model import Charge, PaperDocument, Parcel, Shipment
from ...carriers.rest import Routes
from ...core.clock import now
from ...core.message import Answer, Request
from .api import SUCCESS, Group, Json, kilograms, money, place, refusal
from .const import DEFAULT_LETTERS, FUEL, LETTERS, NEGOTIATED, SERVICES
from .numbers import SHIPPER, tracking
from .paperless import Paperless
from .rating import arrival


class Shipping(Group):
    """``Shipment``, ``VoidShipment`` and ``LabelRecovery``."""

    def routes(self) -> Routes:
        """Operations of Shipping v2409."""
        return [
            ("POST", "/api/shipments/{version}/ship", self.ship),
            ("DELETE", "/api/shipments/{version}/void/cancel/{id}", self.void),
            ("POST", "/api/labels/{version}/recovery", self.recover),
        ]

    def ship(self, request: Request, _: dict[str, str]) -> Answer:
        """``Shipment``: buys a label per package; it checks no reference."""
        asked = request.json_object()["ShipmentRequest"]
        shipment = self._make(asked["Shipment"])
        documents = self._documents(asked["Shipment"])
        shipment.label_format = asked["LabelSpecification"]["LabelImageFormat"]["Code"]
        if shipment.label_format not in ("GIF", "ZPL"):
            raise refusal("120604", "The label print method is not supported")
        letters = asked["LabelSpecification"].get("CharacterSet") or DEFAULT_LETTERS
        if letters not in LETTERS:
            raise refusal("120605", "The character set of the label is not supported")
        shipment.extra["letters"] = letters
        self.dialect.buy(shipment)
        for document in documents:
            document.shipment = shipment.id
        return Answer.of({"ShipmentResponse": self._results(shipment)})

    def _documents(self, asked: Json) -> list[PaperDocument]:
        """The client's own documents that a shipment names; they must be there."""
        forms = _forms(asked)
        named = (forms.get("UserCreatedForm") or {}).get("DocumentID") or []
        if ("07" in forms.get("FormType", ())) != bool(named):
            raise refusal("121990", "Form type 07 and document IDs belong together")
        account = str(asked["Shipper"].get("ShipperNumber") or SHIPPER)
        return Paperless(self.dialect).find(named, account)

    def _make(self, asked: Json) -> Shipment:
        service = asked["Service"]["Code"]
        if service not in SERVICES:
            raise refusal("120500", f"The service {service} is not available")
        sender = place(asked.get("ShipFrom") or asked["Shipper"])
        self._check(asked)
        account = str(asked["Shipper"].get("ShipperNumber") or SHIPPER)
        made = Shipment(
            id="",
            dialect=self.dialect.name,
            reference=reference_in(asked),
            service=service,
            service_name=SERVICES[service][0],
            sender=sender,
            recipient=place(asked["ShipTo"]),
            created_at=now(),
            currency="USD" if sender.country == "US" else "EUR",
            direction="return" if asked.get("ReturnService") else "outbound",
            extra={"account": account, "request": asked},
        )
        for index, package in enumerate(asked["Package"], 1):
            serial = self.books.next("parcel")
            number = tracking(serial, service, account)
            weight = kilograms(package.get("PackageWeight") or {})
            made.parcels.append(Parcel(made, index, number, weight))
        made.id = made.parcels[0].tracking
        made.charges = quote(SERVICES[service][1], made)
        made.estimate = arrival(service, made.sender.country, made.recipient.country)
        return made

    def _check(self, asked: Json) -> None:
        """What UPS checks beyond its schema, as far as it is played."""
        receiver = place(asked["ShipTo"])
        text = f"{receiver.country} {receiver.zip} {receiver.city}"
        if self.dialect.undeliverable(text):
            raise refusal("120802", "The ShipTo address is not valid")
        abroad = receiver.country != place(asked["Shipper"]).country
        if abroad and not receiver.phone:
            raise refusal("120213", "The ShipTo phone number is required")

    def _results(self, shipment: Shipment) -> Json:
        currency = shipment.currency
        fuel = next(c for c in shipment.charges if c.code == "FUEL")
        published = (shipment.total / NEGOTIATED).quantize(pricing.CENT)
        weight = sum((p.weight for p in shipment.parcels), Decimal(0))
        results: Json = {
            "ShipmentCharges": {
                "TransportationCharges": money(published, currency),
                "ServiceOptionsCharges": money(Decimal(0), currency),
                "TotalCharges": money(published, currency),
            },
            "NegotiatedRateCharges": {
                "ItemizedCharges": [itemized(fuel, currency)],
                "TotalCharge": money(shipment.total, currency),
            },
            "BillingWeight": {
                "UnitOfMeasurement": {"Code": "KGS", "Description": "Kilograms"},
                "Weight": f"{weight:08.1f}",
            },
            "ShipmentIdentificationNumber": shipment.id,
            "PackageResults": [self._package(p) for p in shipment.parcels],
        }
        if form := self._form(shipment):
            results["Form"] = form
        return {"Response": SUCCESS, "ShipmentResults": results}

    def _package(self, parcel: Parcel) -> Json:
        kind = parcel.shipment.label_format
        return {
            "TrackingNumber": parcel.tracking,
            "ShippingLabel": {
                "ImageFormat": {"Code": kind, "Description": kind},
                "GraphicImage": encoded(self.dialect.label(parcel, kind)),
            },
        }

    def _form(self, shipment: Shipment) -> Json | None:
        forms = _forms(shipment.extra["request"])
        if "01" not in forms.get("FormType", ()):
            return None
        lines = [
            f"{line['Description'][0]}  {line.get('CommodityCode', '')}  "
            f"{line['Unit']['Number']} x {line['Unit']['Value']}"
            for line in forms["Product"]
        ]
        title = f"Commercial invoice {forms.get('InvoiceNumber', '')}"
        image = encoded(proof.listing(title, lines))
        return {
            "Code": "01",
            "Description": "All Requested International Forms",
            "Image": {"ImageFormat": {"Code": "PDF"}, "GraphicImage": image},
        }

    def void(self, request: Request, arguments: dict[str, str]) -> Answer:
        """``VoidShipment``: all of a shipment, or the packages named in the query."""
        shipment = self.books.shipments.get(arguments["id"])
        if shipment is None:
            raise refusal("190102", "No shipment found within the allowed void period")
        if not shipment.live:
            raise refusal("190117", "The shipment has already been voided")
        named = request.argument("trackingnumber")
        wanted = set(named.strip("[]").replace('"', "").split(",")) if named else None
        known = {p.tracking for p in shipment.parcels}
        if wanted is not None and not wanted <= known:
            raise refusal("190109", "The package does not belong to the shipment")
        chosen = [p for p in shipment.live if wanted is None or p.tracking in wanted]
        if not chosen:
            raise refusal("190118", "The package has already been voided")
        if any(p.status != "created" for p in chosen):
            raise refusal("190101", "The time for voiding has expired")
        for parcel in chosen:
            parcel.voided = True
        status = {"Code": "1", "Description": "Voided"}
        body = {
            "Response": SUCCESS,
            "SummaryResult": {"Status": status},
            "PackageLevelResults": [
                {"TrackingNumber": p.tracking, "Status": status} for p in chosen
            ],
        }
        return Answer.of({"VoidShipmentResponse": body})

    def recover(self, request: Request, _: dict[str, str]) -> Answer:
        """``LabelRecovery`` by tracking number or reference; live labels only."""
        asked = request.json_object()["LabelRecoveryRequest"]
        found = self._recoverable(asked)
        if not found:
            raise refusal("300022", "No shipment found for the request")
        if len(found) > 1:
            candidates = [{"TrackingNumber": p.tracking} for s in found for p in s.live]
            return _recovered({"LabelResults": [], "TrackingCandidate": candidates})
        (shipment,) = found
        specification = asked.get("LabelSpecification") or {}
        kind = (specification.get("LabelImageFormat") or {}).get("Code", "GIF")
        results: Json = {
            "ShipmentIdentificationNumber": shipment.id,
            "LabelResults": [
                {
                    "TrackingNumber": p.tracking,
                    "LabelImage": {
                        "LabelImageFormat": {"Code": kind},
                        "GraphicImage": encoded(self.dialect.label(p, kind)),
                    },
                }
                for p in shipment.live
            ],
        }
        if form := self._form(shipment):
            results["Form"] = {"Image": form["Image"]}
        return _recovered(results)

    def _recoverable(self, asked: Json) -> list[Shipment]:
        number = asked.get("TrackingNumber")
        if number:
            parcel = self.books.parcels.get(number)
            return [parcel.shipment] if parcel and not parcel.voided else []
        values = asked.get("ReferenceValues") or {}
        text = (values.get("ReferenceNumber") or {}).get("Value")
        mine = self.books.of_reference(text) if text else []
        account = values.get("ShipperNumber")
        return [s for s in mine if s.live and s.extra["account"] == account]


def _forms(asked: Json) -> Json:
    options = asked.get("ShipmentServiceOptions") or {}
    return options.get("InternationalForms") or {}


def _recovered(results: Json) -> Answer:
    return Answer.of({"LabelRecoveryResponse": {"Response": SUCCESS, **results}})


def itemized(charge: Charge, currency: str) -> Json:
    """A surcharge as UPS lists it."""
    return {"Code": FUEL, "Description": charge.name} | money(charge.amount, currency)


def reference_in(asked: Json) -> str:
    """The first reference of a shipment, which may be on its first package."""
    packages = asked.get("Package") or [{}]
    lists = (asked.get("ReferenceNumber"), packages[0].get("ReferenceNumber"))
    values = [entry.get("Value") for found in lists for entry in found or []]
    return str(values[0]) if values else ""
