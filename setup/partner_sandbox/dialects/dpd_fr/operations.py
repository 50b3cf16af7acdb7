"""What DPD France does when it is called. Each call holds the world's lock."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from ...carriers.dialect import CarrierDialect, quote
from ...carriers.model import Parcel, Pickup, Place, Shipment
from ...core.clock import now
from ...core.message import Answer, Refusal
from . import answers
from .answers import node
from .wsdl import NAMESPACE, Element

FIRST_NUMBER = 10774000200000
RETURN_KINDS = ("REVERSE", "COLLECTIONREQUEST")
FORMATS = {"Default": "PDF", "PDF": "PDF", "PDF_A6": "PDF"}
FORMATS |= dict.fromkeys(("ZPL", "ZPL300", "ZPL_A6", "ZPL300_A6"), "ZPL")
BASE = {"EPRINT": Decimal("6.20"), "REVERSE": Decimal("7.10")}
Call = Callable[[Element], Answer]


def text(element: Element | None, path: str) -> str:
    """Text at the end of a path of names, empty when there is none."""
    for name in path.split("/"):
        element = None if element is None else element.find(f"{{{NAMESPACE}}}{name}")
    return (element.text or "").strip() if element is not None else ""


def child(element: Element, path: str) -> Element | None:
    """Element at the end of a path of names."""
    return element.find("/".join(f"{{{NAMESPACE}}}{n}" for n in path.split("/")))


def refuse(message: str) -> Refusal:
    """A fault to raise."""
    return Refusal(answers.fault(message))


class Operations:
    """The operations by their names."""

    def __init__(self, dialect: CarrierDialect) -> None:
        self.dialect = dialect
        self.books = dialect.books
        self.calls: dict[str, Call] = {
            "isAlive": self.is_alive,
            "IsCustomerBlocked": self.is_blocked,
            "CreateShipmentWithLabelsBc": self.create,
            "CreateMultiShipmentBc": self.create_multi,
            "CreateReverseInverseShipmentWithLabelsBc": self.create_reverse,
            "CreateCollectionRequestBc": self.create_collection,
            "GetLabelBc": self.get_label,
            "GetShipping": self.get_shipping,
            "GetShipmentBc": self.get_shipment,
            "TerminateShipment": self.terminate,
            "TerminateCollectionRequestBc": self.terminate_collection,
            "CreatePickupAtCustomerBc": self.pickup,
        }

    def is_alive(self, _: Element) -> Answer:
        """True."""
        return answers.reply("isAlive", node("isAliveResult", text="true"))

    def is_blocked(self, _: Element) -> Answer:
        """False."""
        result = node("IsCustomerBlockedResult", text="false")
        return answers.reply("IsCustomerBlocked", result)

    # Purchases

    def create(self, request: Element) -> Answer:
        """One parcel with its label."""
        bought = self._make(request, "EPRINT", [request])
        shop = text(request, "services/parcelshop/shopaddress/shopid")
        bought.extra["shop"] = shop
        self.dialect.buy(bought)
        parcel = bought.parcels[0]
        result = node(
            "CreateShipmentWithLabelsBcResult",
            node("shipments", answers.shipment(parcel, "EPRINT")),
            node("labels", self._label(parcel, request)),
        )
        return answers.reply("CreateShipmentWithLabelsBc", result)

    def create_multi(self, request: Element) -> Answer:
        """Several parcels; their labels are asked for."""
        slaves = request.findall(f"{{{NAMESPACE}}}slaves/{{{NAMESPACE}}}SlaveRequest")
        if not slaves:
            raise refuse("slaves: at least one parcel is needed")
        bought = self._make(request, "EPRINT", list(slaves))
        self.dialect.buy(bought)
        made = [answers.shipment(parcel, "EPRINT") for parcel in bought.parcels]
        result = node(
            "CreateMultiShipmentBcResult",
            answers.shipment(bought.parcels[0], "MASTER", "mastershipment"),
            node("shipments", *made),
        )
        return answers.reply("CreateMultiShipmentBc", result)

    def create_reverse(self, request: Element) -> Answer:
        """A return label."""
        bought = self._make(request, "REVERSE", [request])
        self.dialect.buy(bought)
        parcel = bought.parcels[0]
        name = "CreateReverseInverseShipmentWithLabelsBc"
        result = node(
            f"{name}Result",
            answers.shipment(parcel, "REVERSE", "Shipment"),
            node("Labels", self._label(parcel, request)),
        )
        return answers.reply(name, result)

    def create_collection(self, request: Element) -> Answer:
        """Parcels that the driver labels himself."""
        count = int(text(request, "parcel_count"))
        bought = self._make(request, "COLLECTIONREQUEST", [request] * count)
        self.dialect.buy(bought)
        kind = "COLLECTIONREQUEST"
        made = [answers.shipment(parcel, kind) for parcel in bought.parcels]
        result = node("CreateCollectionRequestBcResult", *made)
        return answers.reply("CreateCollectionRequestBc", result)

    def _make(self, request: Element, kind: str, parts: list[Element]) -> Shipment:
        number = self.books.next("shipment")
        day = text(request, "shippingdate") or text(request, "pick_date")
        recipient = _place(child(request, "receiveraddress"))
        self._check_place(recipient)
        service = text(request, "services/contact/type")
        bought = Shipment(
            id=f"DPD{number:08d}",
            dialect=self.dialect.name,
            reference=text(parts[0], "referencenumber"),
            service=kind if kind in RETURN_KINDS else service or "No",
            service_name="DPD Reverse" if kind in RETURN_KINDS else "DPD Classic",
            sender=_place(child(request, "shipperaddress")),
            recipient=recipient,
            created_at=now(),
            direction="return" if kind in RETURN_KINDS else "outbound",
            label_format=_format(request),
            extra={"kind": kind, "day": day, "sin": 880000 + number},
        )
        for index, part in enumerate(parts, 1):
            names = ("reference2", "reference3", "reference4")
            references = {name: text(part, name) for name in names}
            parcel = Parcel(
                bought,
                index,
                str(FIRST_NUMBER + self.books.next("parcel")),
                _weight(text(part, "weight")),
                reference=references["reference2"],
                extra=references,
            )
            bought.parcels.append(parcel)
        bought.charges = quote(BASE.get(kind, Decimal("9.90")), bought)
        return bought

    def _check_place(self, at: Place) -> None:
        if not (at.country and at.zip and at.city and at.name):
            raise refuse("receiveraddress: name, zip code, city and country are needed")
        if self.dialect.undeliverable(f"{at.country} {at.zip} {at.city}"):
            raise refuse(f"receiveraddress: {at.zip} {at.city} is not delivered to")

    # Reading

    def _parcel(self, request: Element, number: str) -> Parcel:
        if number not in self.books.parcels:
            raise refuse(f"Shipment {number or '-'} not found")
        return self.books.parcels[number]

    def _label(self, parcel: Parcel, request: Element) -> Element:
        made = self.dialect.label(parcel, _format(request))
        is_return = parcel.shipment.extra["kind"] == "REVERSE"
        return answers.label(made, "REVERSE" if is_return else "EPRINT")

    def get_label(self, request: Element) -> Answer:
        """A label again."""
        parcel = self._parcel(request, text(request, "shipmentNumber"))
        if parcel.voided:
            raise refuse(f"Shipment {parcel.tracking} is terminated")
        result = node("GetLabelBcResult", node("labels", self._label(parcel, request)))
        result.append(answers.shipment(parcel, "EPRINT")[0])
        result[-1].tag = f"{{{NAMESPACE}}}shipment"
        return answers.reply("GetLabelBc", result)

    def get_shipping(self, request: Element) -> Answer:
        """What was made for a day and is not terminated."""
        day = text(request, "date")
        found = [
            answers.shipping(parcel)
            for parcel in self.books.parcels.values()
            if parcel.shipment.extra["day"] == day and not parcel.voided
        ]
        result = node("GetShippingResult", node("shippings", *found))
        return answers.reply("GetShipping", result)

    def get_shipment(self, request: Element) -> Answer:
        """One parcel."""
        parcel = self._parcel(request, text(request, "BarcodeId"))
        return answers.reply("GetShipmentBc", answers.details(parcel))

    # Ends and pickups

    def terminate(self, request: Element) -> Answer:
        """End a parcel that DPD does not have yet; the same again is no fault."""
        self._end(self._parcel(request, text(request, "BarcodeId")))
        return answers.reply("TerminateShipment")

    def terminate_collection(self, request: Element) -> Answer:
        """End a collection that was not driven yet."""
        parcel = self._parcel(request, text(request, "barcode"))
        if parcel.shipment.extra["kind"] != "COLLECTIONREQUEST":
            raise refuse(f"{parcel.tracking} is no collection request")
        self._end(parcel)
        return answers.reply("TerminateCollectionRequestBc")

    def _end(self, parcel: Parcel) -> None:
        if not parcel.voided and parcel.status != "created":
            raise refuse(f"Shipment {parcel.tracking} is on its way already")
        parcel.voided = True

    def pickup(self, request: Element) -> Answer:
        """Fetch labelled parcels at the shipper's."""
        numbers = [
            (e.text or "").strip()
            for e in request.findall(f"{{{NAMESPACE}}}shipments/{{{NAMESPACE}}}string")
        ]
        parcels = [self._parcel(request, number) for number in numbers]
        number = 990000 + self.books.next("pickup")
        day = text(request, "pick_date")
        details = {"parcels": [parcel.tracking for parcel in parcels], "day": day}
        made = Pickup(str(number), "", now(), details)
        self.books.pickups[made.id] = made
        result = node("CreatePickupAtCustomerBcResult", node("Sin", text=number))
        return answers.reply("CreatePickupAtCustomerBc", result)


def _place(element: Element | None) -> Place:
    if element is None:
        return Place("", country="")
    return Place(
        name=text(element, "name"),
        street=text(element, "street"),
        city=text(element, "city"),
        zip=text(element, "zipCode"),
        country=text(element, "countryPrefix"),
        phone=text(element, "phoneNumber"),
    )


def _weight(value: str) -> Decimal:
    try:
        return Decimal(value or "1")
    except InvalidOperation:
        raise refuse(f"weight: {value} is not a number") from None


def _format(request: Element) -> str:
    kind = text(request, "labelType/type") or "Default"
    if kind not in FORMATS:
        raise refuse(f"labelType: {kind} is not played here")
    return FORMATS[kind]
