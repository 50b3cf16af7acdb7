"""Shipments between the canonical model and MyDHL, in pairs. Never imports odoo."""

from __future__ import annotations

from datetime import datetime, timedelta

from odoo.addons.logistics_carrier.canonical import (
    Document,
    ParcelLabel,
    ProofOfDelivery,
    TransportConfirmation,
    TransportInstruction,
    TransportProof,
)
from odoo.addons.logistics_carrier.tools import documents
from odoo.addons.logistics_carrier.tools.declarations import (
    describe,
    get_payer_account,
    is_ddp,
)
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_paths, moments
from odoo.addons.logistics_core.tools.json_paths import Json
from odoo.addons.logistics_core.tools.zones import get_zone

from . import const
from .tools import customs, dangerous, parties, rates

ENCODINGS = {"PDF": "pdf", "ZPL": "zpl"}
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
    made: Json = {
        "plannedShippingDateAndTime": parties.to_moment(instruction, now),
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
    services = rates.to_services(
        instruction.insurance,
        instruction.signature,
        instruction.saturday,
        is_ddp(instruction),
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
    made = [{"typeCode": "shipper", "number": account}]
    if payer := get_payer_account(instruction.billing, "DHL"):
        made.append({"typeCode": "payer", "number": const.TEXTS.fit("account", payer)})
    elif instruction.direction == "return":
        made.append({"typeCode": "payer", "number": account})
    if is_ddp(instruction):
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
    ours = const.TEXTS.fit("reference", instruction.reference)
    made = [{"value": ours, "typeCode": OUR_REFERENCE}]
    if instruction.customer_reference:
        theirs = const.TEXTS.fit("customer_reference", instruction.customer_reference)
        made.append({"value": theirs, "typeCode": "CO"})
    return made


def _to_content(instruction: TransportInstruction) -> Json:
    declared = instruction.customs
    made: Json = {
        "packages": [
            _to_package(instruction, number)
            for number in range(1, len(instruction.parcels) + 1)
        ],
        "isCustomsDeclarable": bool(declared),
        "description": const.TEXTS.fit("summary", describe(instruction)),
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
    ours = const.TEXTS.fit("reference", parcel.reference, instruction.reference)
    reference = {"value": ours, "typeCode": OUR_REFERENCE}
    made = {
        **parties.to_package(parcel),
        "customerReferences": [reference],
        "referenceNumber": number,
    }
    if parcel.description:
        made["description"] = const.TEXTS.fit("summary", parcel.description)
    return made


def from_shipment(
    answer: Json, instruction: TransportInstruction
) -> TransportConfirmation:
    """Read what was bought.

    :raises InvalidMessage: it names no shipment, or not as many parcels
    """
    number = json_paths.needed(answer, "shipmentTrackingNumber")
    price = rates.choose(answer.get("shipmentCharges"))
    total = rates.to_money(price)
    estimate = json_paths.text(answer, "estimatedDeliveryDate.estimatedDeliveryDate")
    return TransportConfirmation(
        reference=instruction.reference,
        shipment_external_id=number,
        parcels=_to_labels(instruction, json_paths.rows(answer, "packages")),
        total=total,
        charges=rates.to_charges(json_paths.rows(price, "serviceBreakdown"), total),
        documents=_to_documents(answer, instruction),
        estimated_delivery=_to_arrival(estimate, instruction),
    )


def _to_arrival(told: object, instruction: TransportInstruction) -> datetime | None:
    """Return when it arrives: DHL tells it in the recipient's time."""
    return moments.read(told, get_zone(instruction.ship_to.address))


def _to_labels(
    instruction: TransportInstruction, packages: list[Json]
) -> tuple[ParcelLabel, ...]:
    """By `referenceNumber`, which is the parcel's place; else in order."""
    found = documents.pair(instruction, packages, "DHL")
    kind, made = documents.label_kind(instruction), []
    for place, (_parcel, package) in enumerate(found, 1):
        index = int(package.get("referenceNumber") or place)
        number = json_paths.needed(package, "trackingNumber")
        if not 1 <= index <= len(packages):
            raise InvalidMessage(_lt("DHL names a parcel that was not asked for."))
        label = next(iter(_get_files(package, f"DHL-{number}", kind, {"label"})), None)
        reference = instruction.parcels[index - 1].reference
        made.append(ParcelLabel(reference, number, label=label))
    return tuple(made)


def _to_documents(
    answer: Json, instruction: TransportInstruction
) -> tuple[Document, ...]:
    """The shipment's own files; its labels only where no parcel has one."""
    codes = set(json_paths.find(answer, "documents.typeCode"))
    if json_paths.rows(answer, "packages.documents"):
        codes.discard("label")
    name = f"DHL-{answer.get('shipmentTrackingNumber')}"
    kind = documents.label_kind(instruction)
    return tuple(_get_files(answer, name, kind, codes))


def _get_files(found: Json, name: str, kind: str, codes: set[object]) -> list[Document]:
    """Return the `documents` of these `typeCode`s.

    :param kind: of a label
    """
    return [
        documents.to_document(
            document.get("content"),
            kind if code == "label" else KINDS.get(str(code), "other"),
            name if code == "label" else f"{name}-{code}",
        )
        for document in json_paths.rows(found, "documents")
        if (code := document.get("typeCode")) in codes and document.get("content")
    ]


def to_search(instruction: TransportInstruction, account: str, now: datetime) -> Json:
    """Return the query for the shipments of our reference."""
    return {
        "shipmentReference": instruction.reference,
        "shipmentReferenceType": OUR_REFERENCE,
        "shipperAccountNumber": account,
        "dateRangeFrom": f"{now - timedelta(const.LOOKUP_DAYS):%Y-%m-%d}",
        "dateRangeTo": f"{now + timedelta(1):%Y-%m-%d}",
    }


def find_tracked(answer: Json, reference: str) -> list[Json]:
    """Return the shipments that have exactly our reference."""
    return [
        shipment
        for shipment in json_paths.rows(answer, "shipments")
        if reference in json_paths.find(shipment, "shipperReferences.value")
    ]


def from_tracked(
    shipment: Json, instruction: TransportInstruction, waybill: Document | None
) -> TransportConfirmation:
    """Read what was bought under our reference, as far as tracking shows.

    :raises InvalidMessage: it has another number of parcels
    """
    pieces = json_paths.rows(shipment, "pieces")
    pieces.sort(key=lambda piece: piece.get("number") or 0)
    return TransportConfirmation(
        reference=instruction.reference,
        shipment_external_id=str(shipment["shipmentTrackingNumber"]),
        parcels=documents.to_labels(instruction, pieces, "DHL", "trackingNumber"),
        documents=(waybill,) if waybill else (),
        estimated_delivery=_to_arrival(
            shipment.get("estimatedDeliveryDate"), instruction
        ),
    )


def from_proof(
    found: list[Json], number: str, proof: TransportProof
) -> ProofOfDelivery:
    """Return the proof of delivery of these `documents`."""
    files = tuple(
        documents.to_document(content, "proof", f"DHL-{number}")
        for content in json_paths.find(found, "content")
    )
    return ProofOfDelivery(proof.tracking_number, files)


def to_waybill(
    answer: Json | None, number: str, instruction: TransportInstruction
) -> Document | None:
    """Return the image of a waybill, which has the labels of all parcels."""
    content = json_paths.text(answer, "documents.content")
    kind = documents.label_kind(instruction)
    return documents.to_document(content, kind, f"DHL-{number}") if content else None
