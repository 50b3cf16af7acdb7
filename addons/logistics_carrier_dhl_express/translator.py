"""Shipments between the canonical model and MyDHL, in pairs. Never imports odoo."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from odoo.addons.logistics_carrier.canonical import (
    Document,
    ParcelLabel,
    RateRequest,
    TransportConfirmation,
    TransportInstruction,
)
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt

from .tools import customs, dangerous, parties, rates

Json = dict[str, Any]
ENCODINGS = {"PDF": "pdf", "ZPL": "zpl"}
MEDIA_TYPES = {
    "PDF": ("application/pdf", "pdf"),
    "ZPL": ("application/zpl", "zpl"),
    "PNG": ("image/png", "png"),
    "TIFF": ("image/tiff", "tiff"),
}
KINDS = {"label": "label", "invoice": "invoice", "shipmentReceipt": "receipt"}
# `customerReferences`: "CU, reference number of consignor".
OUR_REFERENCE = "CU"


def to_shipment(
    instruction: TransportInstruction,
    account: str,
    now: datetime,
    agreed: tuple[dangerous.Agreed, ...] = (),
) -> Json:
    """Return the request that buys the labels.

    :param agreed: the dangerous goods that DHL takes from this account
    :raises InvalidMessage: what DHL needs and the instruction does not have
    """
    origin = instruction.ship_from.address.country
    made: Json = {
        "plannedShippingDateAndTime": parties.to_moment(
            instruction.ship_date, origin, now
        ),
        "pickup": {"isRequested": False},
        "productCode": instruction.service,
        "getRateEstimates": True,
        "accounts": _to_accounts(instruction, account),
        "outputImageProperties": _to_images(instruction),
        "customerReferences": _to_references(instruction),
        "customerDetails": {
            "shipperDetails": parties.to_party(instruction.ship_from),
            "receiverDetails": parties.to_party(instruction.ship_to),
        },
        "content": _to_content(instruction),
        "estimatedDeliveryDate": {"isRequested": True, "typeCode": "QDDC"},
        "getAdditionalInformation": [
            {"typeCode": "linkLabelsByPieces", "isRequested": True}
        ],
    }
    ddp = bool(instruction.customs and instruction.customs.incoterm == "DDP")
    services = rates.to_services(
        instruction.insurance, instruction.signature, instruction.saturday, ddp
    )
    services += dangerous.to_services(instruction.parcels, agreed)
    if services:
        made["valueAddedServices"] = services
    if instruction.access_point:
        made["onDemandDelivery"] = {
            "deliveryOption": "servicepoint",
            "servicePointId": instruction.access_point,
        }
    return made


def _to_accounts(instruction: TransportInstruction, account: str) -> list[Json]:
    billing = instruction.billing
    made = [{"typeCode": "shipper", "number": account}]
    if billing.payer != "sender":
        if not billing.account:
            raise InvalidMessage(
                _lt("DHL needs the account of whoever pays."),
                remedy=_lt("Enter the payer's DHL account, then replay the message."),
            )
        made.append({"typeCode": "payer", "number": billing.account[:12]})
    elif instruction.direction == "return":
        made.append({"typeCode": "payer", "number": account})
    if instruction.customs and instruction.customs.incoterm == "DDP":
        made.append({"typeCode": "duties-taxes", "number": account})
    return made


def _to_images(instruction: TransportInstruction) -> Json:
    options: list[Json] = [
        {"typeCode": "label", "isRequested": True},
        {"typeCode": "waybillDoc", "isRequested": False},
    ]
    if instruction.customs:
        options.append(
            {"typeCode": "invoice", "isRequested": True, "invoiceType": "commercial"}
        )
    return {
        "encodingFormat": ENCODINGS[instruction.label_format],
        "imageOptions": options,
        "splitInvoiceAndReceipt": True,
    }


def _to_references(instruction: TransportInstruction) -> list[Json]:
    """Our reference first: it is what a lost shipment is looked up by."""
    made = [{"value": instruction.reference[:35], "typeCode": OUR_REFERENCE}]
    if instruction.customer_reference:
        made.append({"value": instruction.customer_reference[:35], "typeCode": "CO"})
    return made


def _to_content(instruction: TransportInstruction) -> Json:
    declared = instruction.customs
    goods = declared.commodities if declared else ()
    text = instruction.description or ", ".join(line.description for line in goods)
    made: Json = {
        "packages": [
            _to_package(instruction, number)
            for number in range(1, len(instruction.parcels) + 1)
        ],
        "isCustomsDeclarable": bool(declared),
        "description": (text or "Goods").strip()[:70],
        "incoterm": customs.get_incoterm(declared),
        "unitOfMeasurement": "metric",
    }
    if declared:
        made["declaredValue"] = parties.to_number(declared.total.amount)
        made["declaredValueCurrency"] = declared.total.currency
        made["exportDeclaration"] = customs.to_declaration(declared)
    return made


def _to_package(instruction: TransportInstruction, number: int) -> Json:
    parcel = instruction.parcels[number - 1]
    reference = {"value": parcel.reference[:35], "typeCode": OUR_REFERENCE}
    made = {
        **parties.to_package(parcel),
        "customerReferences": [reference],
        "referenceNumber": number,
    }
    if parcel.description:
        made["description"] = parcel.description[:70]
    return made


def from_shipment(
    answer: Json, instruction: TransportInstruction
) -> TransportConfirmation:
    """Read what was bought.

    :raises InvalidMessage: it names no shipment, or not as many parcels
    """
    number = answer.get("shipmentTrackingNumber")
    packages = [p for p in answer.get("packages") or () if isinstance(p, dict)]
    if not number or len(packages) != len(instruction.parcels):
        raise InvalidMessage(
            _lt(
                "DHL answers %(count)s labels of the shipment %(number)s "
                "for %(parcels)s parcels.",
                count=len(packages),
                number=number,
                parcels=len(instruction.parcels),
            )
        )
    price = rates.choose(answer.get("shipmentCharges"))
    total = rates.to_money(price)
    estimate = answer.get("estimatedDeliveryDate") or {}
    return TransportConfirmation(
        reference=instruction.reference,
        shipment_external_id=str(number),
        parcels=_to_labels(instruction, packages),
        total=total,
        charges=rates.to_charges((price or {}).get("serviceBreakdown"), total)
        if total
        else (),
        documents=_to_documents(answer, instruction),
        estimated_delivery=parties.read(estimate.get("estimatedDeliveryDate")),
    )


def _to_labels(
    instruction: TransportInstruction, packages: list[Json]
) -> tuple[ParcelLabel, ...]:
    """By `referenceNumber`, which is the parcel's place; else in order."""
    made = []
    for place, package in enumerate(packages, 1):
        index = package.get("referenceNumber") or place
        number = str(package.get("trackingNumber") or "")
        if not number or not 1 <= int(index) <= len(packages):
            raise InvalidMessage(_lt("DHL's answer names a parcel without its number."))
        label = next(
            (
                to_document(document, f"DHL-{number}", instruction.direction)
                for document in package.get("documents") or ()
                if document.get("typeCode") == "label"
            ),
            None,
        )
        reference = instruction.parcels[int(index) - 1].reference
        made.append(ParcelLabel(reference, number, label=label))
    return tuple(made)


def _to_documents(
    answer: Json, instruction: TransportInstruction
) -> tuple[Document, ...]:
    """The shipment's own files; its labels only where no parcel has one."""
    by_parcel = any(p.get("documents") for p in answer.get("packages") or ())
    name = f"DHL-{answer.get('shipmentTrackingNumber')}"
    return tuple(
        to_document(document, name, instruction.direction)
        for document in answer.get("documents") or ()
        if not (by_parcel and document.get("typeCode") == "label")
    )


def to_document(document: Json, name: str, direction: str = "outbound") -> Document:
    """Return a file; DHL writes its format in either case."""
    encoding = str(
        document.get("imageFormat") or document.get("encodingFormat") or "PDF"
    ).upper()
    media_type, ending = MEDIA_TYPES.get(encoding, ("application/octet-stream", "bin"))
    code = str(document.get("typeCode") or "")
    kind = KINDS.get(code, "other")
    if kind == "label" and direction == "return":
        kind = "return_label"
    suffix = "" if code == "label" else f"-{code}"
    content = str(document.get("content") or "")
    return Document(kind, f"{name}{suffix}.{ending}", media_type, content)


def from_tracked(
    shipment: Json, instruction: TransportInstruction, waybill: Document | None
) -> TransportConfirmation:
    """Read what was bought under our reference, as far as tracking tells.

    :raises InvalidMessage: it has another number of parcels
    """
    pieces = sorted(shipment.get("pieces") or (), key=lambda p: p.get("number") or 0)
    if len(pieces) != len(instruction.parcels):
        raise InvalidMessage(
            _lt(
                "DHL has a shipment %(number)s of our "
                "reference with %(count)s parcels.",
                number=shipment.get("shipmentTrackingNumber"),
                count=len(pieces),
            )
        )
    parcels = tuple(
        ParcelLabel(parcel.reference, str(piece.get("trackingNumber") or ""))
        for parcel, piece in zip(instruction.parcels, pieces, strict=True)
    )
    return TransportConfirmation(
        reference=instruction.reference,
        shipment_external_id=str(shipment["shipmentTrackingNumber"]),
        parcels=parcels,
        documents=(waybill,) if waybill else (),
        estimated_delivery=parties.read(shipment.get("estimatedDeliveryDate")),
    )


def to_proof(document: Json, number: str) -> Document:
    """Return a proof of delivery."""
    found = to_document(document, f"DHL-{number}")
    return Document("proof", found.name, found.media_type, found.content)


def to_waybill(
    answer: Json, number: str, instruction: TransportInstruction
) -> Document | None:
    """Return the image of a waybill, which has the labels of all parcels."""
    kind = "return_label" if instruction.direction == "return" else "label"
    for document in answer.get("documents") or ():
        if document.get("content"):
            found = to_document(document, f"DHL-{number}")
            return Document(kind, found.name, found.media_type, found.content)
    return None


def has_reference(shipment: Json, reference: str) -> bool:
    """Return whether a tracked shipment has exactly our reference."""
    known = shipment.get("shipperReferences") or ()
    return any(item.get("value") == reference[:35] for item in known)


def to_question(instruction: TransportInstruction, currency: str) -> RateRequest:
    """Return what this shipment would cost now."""
    return RateRequest(
        instruction.ship_from,
        instruction.ship_to,
        instruction.parcels,
        instruction.ship_date,
        currency,
        services=(instruction.service,),
        value=instruction.customs.total if instruction.customs else None,
        insurance=instruction.insurance,
        signature=instruction.signature,
        billing=instruction.billing,
    )
