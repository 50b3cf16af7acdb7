"""Answers as XML, in the words and the order of the WSDL."""

from __future__ import annotations

import base64
from typing import Any

from lxml import etree

from ...carriers.model import Parcel, Place
from ...core.message import Answer
from .wsdl import ENVELOPE, NAMESPACE, Element

SOURCE = 902


def node(name: str, *children: Element | None, text: Any = None) -> Element:
    """An element of DPD's namespace."""
    made = etree.Element(f"{{{NAMESPACE}}}{name}", nsmap={None: NAMESPACE})
    made.extend([child for child in children if child is not None])
    if text is not None:
        made.text = str(text)
    return made


def reply(operation: str, result: Element | None = None) -> Answer:
    """The answer of an operation; ``result`` is its result element."""
    return _wrapped(node(f"{operation}Response", result), 200)


def fault(message: str, status: int = 500, code: str = "Server") -> Answer:
    """A SOAP 1.1 fault."""
    made = etree.Element(f"{{{ENVELOPE}}}Fault", nsmap={"soap": ENVELOPE})
    for name, text in (("faultcode", f"soap:{code}"), ("faultstring", message)):
        etree.SubElement(made, name).text = text
    return _wrapped(made, status)


def _wrapped(body: Element, status: int) -> Answer:
    envelope = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soap": ENVELOPE})
    etree.SubElement(envelope, f"{{{ENVELOPE}}}Body").append(body)
    content = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
    return Answer(status, content, {"Content-Type": "text/xml; charset=utf-8"})


def shipment(parcel: Parcel, kind: str, name: str = "ShipmentBc") -> Element:
    """``ShipmentBc`` of a parcel."""
    data = node(
        "Shipment",
        node("BarcodeId", text=parcel.tracking),
        node("BarcodeSource", text=SOURCE),
        node("BarCode", text=f"%{parcel.tracking}101{SOURCE}"),
    )
    return node(name, data, node("Type", text=kind))


def label(content: bytes, kind: str) -> Element:
    """``Label`` with a file."""
    data = base64.b64encode(content).decode()
    return node("Label", node("type", text=kind), node("label", text=data))


def address(name: str, at: Place, *, iso: bool = False) -> Element:
    """``Address``, or ``AddressIso2Name``."""
    made = node(
        name,
        node("countryPrefix", text=at.country),
        node("zipCode", text=at.zip),
        node("city", text=at.city),
        node("street", text=at.street),
        node("name", text=at.name),
    )
    if iso:
        made.append(node("CountryPrefixIso2", text=at.country))
    return made


def shipping(parcel: Parcel) -> Element:
    """``Shipping``: a parcel in the list of a day."""
    return node(
        "Shipping",
        node("shipment", text=parcel.tracking),
        node("barcodeSource", text=SOURCE),
        node("barcodeId", text=parcel.tracking),
        node("weight", text=parcel.weight),
        address("receiverAddress", parcel.shipment.recipient, iso=True),
        node("reference", text=parcel.shipment.reference),
    )


def details(parcel: Parcel) -> Element:
    """``ShipmentDataExtendedBc``."""
    bought = parcel.shipment
    references = parcel.extra
    return node(
        "GetShipmentBcResult",
        node("weight", text=parcel.weight),
        node("shipping_date", text=bought.extra.get("day")),
        node("referencenumber", text=bought.reference),
        node("reference2", text=references.get("reference2")),
        node("reference3", text=references.get("reference3")),
        node("reference4", text=references.get("reference4")),
        address("shipperaddress", bought.sender),
        address("receiveraddress", bought.recipient),
        node("shipperCenter", text=77),
        node("receiverCenter", text=75),
        node("receiverTourNumber", text=1),
        node("BarcodeSource", text=SOURCE),
        node("BarcodeId", text=parcel.tracking),
        node("Sin", text=bought.extra["sin"]),
        node("IsPostman", text="false"),
    )
