"""Shipments between the hub and DPD France. Never imports odoo.

Requests are dicts in the words of the WSDL, as zeep takes them; answers are zeep's
objects turned into dicts (`zeep.helpers.serialize_object`).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from odoo.addons.logistics_carrier.canonical import (
    Document,
    Money,
    ParcelContent,
    ParcelLabel,
    Party,
    TransportConfirmation,
    TransportInstruction,
    TransportPickup,
)
from odoo.addons.logistics_carrier.customs.tools.territory import to_country
from odoo.addons.logistics_carrier.tools import documents
from odoo.addons.logistics_carrier.tools.addresses import split_phone
from odoo.addons.logistics_carrier.tools.declarations import refuse_unsupported
from odoo.addons.logistics_carrier.tools.prices import share, write
from odoo.addons.logistics_core.canonical import Address
from odoo.addons.logistics_core.errors import InvalidMessage, NotSupported
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools.json_paths import Json, filled
from odoo.addons.logistics_core.tools.moments import from_local
from odoo.addons.logistics_core.tools.storable import storable

from . import const
from .tools.keys import Account, Barcode


def check(instruction: TransportInstruction) -> None:
    """Raise NotSupported for what the WSDL has no place for.

    :raises InvalidMessage: an unknown service, or one that lacks what it needs
    """
    if instruction.service not in const.SERVICES:
        raise InvalidMessage(
            _lt(
                "DPD France has no service “%(service)s”.",
                service=storable(instruction.service, 40),
            )
        )
    if instruction.direction != "return" and instruction.service in const.RETURNS:
        raise InvalidMessage(
            _lt(
                "%(service)s is for returns only.",
                service=const.SERVICES[instruction.service],
            ),
            remedy=_lt("Choose another service on the shipping method."),
        )
    refuse_unsupported(instruction, const.OPTIONS, "DPD France")
    service = get_service(instruction)
    if len(instruction.parcels) > 1 and service in (const.RELAIS, const.REVERSE):
        raise NotSupported(
            _lt(
                "%(service)s takes one parcel per shipment.",
                service=const.SERVICES[service],
            )
        )
    if service not in const.RETURNS and (
        (service == const.RELAIS) != bool(instruction.access_point)
    ):
        raise InvalidMessage(
            _lt("DPD Relais needs a drop-off point, and no other service takes one."),
            remedy=_lt("Choose the drop-off point, or another service."),
        )


def get_service(instruction: TransportInstruction) -> str:
    """Return the service; a return goes by label unless it is to be fetched."""
    if instruction.direction != "return" or instruction.service == const.COLLECTION:
        return instruction.service
    return const.REVERSE


def to_address(address: Address) -> Json:
    """Return `Address`; the second line of a street follows the first."""
    street = ", ".join(filter(None, (address.street, address.street2)))
    return filled(
        {
            "countryPrefix": to_country(address),
            "zipCode": address.zip,
            "city": address.city,
            "street": street,
            "name": address.company or address.name,
            "phoneNumber": address.phone,
        }
    )


def to_info(party: Party) -> Json:
    """Return `AddressInfo`: the person, where the name is a company's."""
    address = party.address
    if not address.company or address.company == address.name:
        return {}
    return {"contact": address.name}


def to_day(day: date) -> str:
    """Return a day as DPD France writes it."""
    return day.strftime("%d/%m/%Y")


def _to_weight(weight: Decimal) -> str:
    return f"{round(weight, 3).normalize():f}"


def _to_base(instruction: TransportInstruction, account: Account) -> Json:
    """Return what all shipments have in common (`ShipmentRequestBase`)."""
    return filled(
        {
            "receiveraddress": to_address(instruction.ship_to.address),
            "receiverinfo": to_info(instruction.ship_to),
            "shipperaddress": to_address(instruction.ship_from.address),
            "shipperinfo": to_info(instruction.ship_from),
            **account.to_fields(),
            "shippingdate": to_day(instruction.ship_date),
        }
    )


def _to_references(instruction: TransportInstruction, parcel: ParcelContent) -> Json:
    """Our key comes first: it is what a shipment is found by (`GetShipping`)."""
    return filled(
        {
            "referencenumber": instruction.reference,
            "reference2": parcel.reference,
            "reference3": instruction.order_name,
            "reference4": instruction.customer_reference,
        }
    )


def _to_contact(instruction: TransportInstruction) -> Json:
    """Return `Contact` of who receives, or of the customer who sends back."""
    is_return = instruction.direction == "return"
    party = instruction.ship_from if is_return else instruction.ship_to
    address = party.address
    predict = get_service(instruction) == const.PREDICT
    if predict and not (address.phone or address.email):
        raise InvalidMessage(
            _lt(
                "DPD Predict needs a phone number or an e-mail address of "
                "the recipient."
            ),
            remedy=_lt("Enter one on the delivery address, then retry."),
        )
    if not (address.phone or address.email):
        return {}
    kind = "Predict" if predict else "No"
    # No message reaches an extension.
    number = split_phone(address.phone)[0]
    return filled({"sms": number, "email": address.email, "type": kind})


def _to_insurance(insured: Money | None) -> Json:
    if insured is None:
        return {}
    value = {"value": write(insured.amount), "type": "byShipments"}
    return {"services": {"extraInsurance": value}}


def _to_services(instruction: TransportInstruction) -> Json:
    """Return `services` of a whole shipment."""
    insurance = _to_insurance(instruction.insurance).get("services", {})
    return filled({"contact": _to_contact(instruction), **insurance})


def to_request(instruction: TransportInstruction, account: Account) -> tuple[str, Json]:
    """Return the operation that makes the shipment, and its request."""
    service = get_service(instruction)
    if service == const.REVERSE:
        return const.REVERSED, to_reverse(instruction, account)
    if service == const.COLLECTION:
        return const.COLLECTED, to_collection(instruction, account)
    if len(instruction.parcels) > 1:
        return const.MULTI, to_multi(instruction, account)
    return const.SINGLE, to_shipment(instruction, account)


def to_shipment(instruction: TransportInstruction, account: Account) -> Json:
    """Return `StdShipmentLabelRequest`: one parcel with its label."""
    (parcel,) = instruction.parcels
    services = _to_services(instruction)
    if instruction.access_point:
        shop = {"shopid": instruction.access_point}
        services["parcelshop"] = {"shopaddress": shop}
    return {
        **_to_base(instruction, account),
        "services": services,
        "weight": _to_weight(parcel.weight),
        **_to_references(instruction, parcel),
        "labelType": {"type": const.LABEL_TYPES[instruction.label_format]},
        "refnrasbarcode": False,
    }


def to_multi(instruction: TransportInstruction, account: Account) -> Json:
    """Return `MultiShipmentRequest`: several parcels, labels come on demand."""
    insured = share(instruction.insurance, instruction.parcels)
    slaves = [
        {
            "weight": _to_weight(parcel.weight),
            **_to_references(instruction, parcel),
            **_to_insurance(insured.get(parcel.reference)),
        }
        for parcel in instruction.parcels
    ]
    return {
        **_to_base(instruction, account),
        **filled({"services": filled({"contact": _to_contact(instruction)})}),
        "slaves": {"SlaveRequest": slaves},
    }


def to_reverse(instruction: TransportInstruction, account: Account) -> Json:
    """Return `ReverseShipmentLabelRequest`: a label for the customer to use."""
    (parcel,) = instruction.parcels
    return {
        **_to_base(instruction, account),
        "weight": _to_weight(parcel.weight),
        "expire_offset": const.RETURN_DAYS,
        "referencenumber": instruction.reference,
        **filled({"services": _to_services(instruction)}),
        "labelType": {"type": const.LABEL_TYPES[instruction.label_format]},
        "refasbarcode": False,
    }


def to_collection(instruction: TransportInstruction, account: Account) -> Json:
    """Return `CollectionRequestRequest`: DPD labels and fetches at the customer's."""
    base = _to_base(instruction, account)
    day = base.pop("shippingdate")
    for key in ("receiverinfo", "shipperinfo"):
        base.pop(key, None)
    return {
        **base,
        "parcel_count": len(instruction.parcels),
        "referencenumber": instruction.reference,
        **filled(
            {
                "remark": instruction.description,
                "reference3": instruction.order_name,
                "reference4": instruction.customer_reference,
                "services": filled({"contact": _to_contact(instruction)}),
            }
        ),
        "pick_date": day,
        "time_from": const.COLLECTION_FROM,
        "time_to": const.COLLECTION_TO,
        "dayCheckDone": False,
    }


def to_label_request(barcode: Barcode, label_format: str, account: Account) -> Json:
    """Return `ReceiveLabelBcRequest`."""
    return {
        "refnrasbarcode": False,
        "labelType": {"type": const.LABEL_TYPES[label_format]},
        "shipmentNumber": barcode.number,
        "customer": account.to_customer(),
    }


def to_key(barcode: Barcode, account: Account) -> Json:
    """Return the fields that name one shipment (`ShipmentRequestBcBase`)."""
    return {
        "customer": account.to_customer(),
        "BarcodeSource": barcode.source,
        "BarcodeId": barcode.number,
    }


def to_pickup(pickup: TransportPickup, account: Account) -> Json:
    """Return `PickupAtCustomerBcRequest`: fetch these labelled parcels."""
    ready = from_local(pickup.ready_local)
    close = from_local(pickup.close_local)
    return {
        "shipperaddress": to_address(pickup.ship_from.address),
        "customer": account.to_customer(),
        "pick_date": to_day(ready.date()),
        "data": {
            "time_from": ready.strftime("%H:%M"),
            "time_to": close.strftime("%H:%M"),
            "dayCheckDone": False,
            **filled({"pick_remark": pickup.instructions}),
        },
        "shipments": {"string": list(pickup.tracking_numbers)},
    }


# Answers


def from_answer(operation: str, answer: Any) -> tuple[list[Json], list[Json]]:
    """Return the shipments and the `Label` entries of an answer to `to_request`."""
    if operation == const.REVERSED:
        shipment = (answer or {}).get("Shipment")
        found = [shipment] if shipment else []
        return found, get_list(answer, "Labels", "Label")
    if operation == const.COLLECTED:
        return get_list(answer, "ShipmentBc"), []
    shipments = get_list(answer, "shipments", "ShipmentBc")
    if operation == const.SINGLE:
        shipments = shipments[:1]
    return shipments, get_list(answer, "labels", "Label")


def from_shipment(found: Json) -> Barcode:
    """Return the key in a `ShipmentBc`.

    :raises InvalidMessage: it has none
    """
    inner = found.get("Shipment") or {}
    number = str(inner.get("BarcodeId") or "").strip()
    if not number:
        raise InvalidMessage(_lt("DPD France's answer names no parcel."))
    return Barcode(number, inner.get("BarcodeSource"), str(found.get("Type") or ""))


def get_list(data: Any, *keys: str) -> list[Json]:
    """Return the list at the end of a path through an answer, empty when missing.

    zeep leaves out a wrapper that holds nothing else.
    """
    for key in keys:
        if isinstance(data, dict) and key in data:
            data = data[key]
    return [entry for entry in data if entry] if isinstance(data, list) else []


def from_labels(
    labels: list[Json], instruction: TransportInstruction, name: str
) -> list[Document]:
    """Return the files of an answer's `Label` entries, the parcel's own first."""
    found = [
        documents.to_document(label["label"], _to_kind(label, instruction), name)
        for label in labels
        if label.get("label")
    ]
    wanted = documents.label_kind(instruction)
    return sorted(found, key=lambda document: document.kind != wanted)


def _to_kind(label: Json, instruction: TransportInstruction) -> str:
    kind = str(label.get("type") or "")
    if instruction.direction == "return" or kind in const.REVERSE_TYPES:
        return "return_label"
    return "other" if kind in const.PROOF_TYPES else "label"


def to_confirmation(
    instruction: TransportInstruction,
    barcodes: list[Barcode],
    labels: list[list[Json]],
) -> TransportConfirmation:
    """Return the confirmation of parcels, in our order, with their files.

    :param labels: of each parcel its `Label` entries, as far as there are any
    """
    pairs = documents.pair(instruction, barcodes, "DPD France")
    missing: list[list[Json]] = [[]] * (len(pairs) - len(labels))
    files = [
        from_labels(entries, instruction, parcel.reference)
        for entries, (parcel, _barcode) in zip([*labels, *missing], pairs, strict=True)
    ]
    parcels = [
        ParcelLabel(
            reference=parcel.reference,
            tracking_number=barcode.number,
            external_id=barcode.to_text(),
            label=own[0] if own else None,
        )
        for (parcel, barcode), own in zip(pairs, files, strict=True)
    ]
    return TransportConfirmation(
        reference=instruction.reference,
        shipment_external_id=barcodes[0].number,
        parcels=tuple(parcels),
        documents=tuple(file for own in files for file in own[1:]),
    )


def find_shippings(answer: Json, reference: str) -> list[Barcode]:
    """Return the parcels of our reference in `GetShippingResponse`."""
    return [
        Barcode(str(entry["barcodeId"]).strip(), entry.get("barcodeSource"))
        for entry in get_list(answer, "shippings", "Shipping")
        if str(entry.get("reference") or "").strip() == reference
        and entry.get("barcodeId")
    ]
