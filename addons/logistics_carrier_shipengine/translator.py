"""Shipments and prices between the hub and ShipEngine. Never imports odoo.

Requests are built strictly from ShipEngine's OpenAPI, answers are read leniently.
"""

from __future__ import annotations

from collections.abc import Callable

from odoo.addons.logistics_carrier.canonical import (
    Document,
    ParcelLabel,
    TransportConfirmation,
    TransportInstruction,
)
from odoo.addons.logistics_carrier.customs.tools.territory import to_country
from odoo.addons.logistics_carrier.tools import documents
from odoo.addons.logistics_carrier.tools.addresses import needed_phone
from odoo.addons.logistics_carrier.tools.declarations import is_ddp
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_fields
from odoo.addons.logistics_core.tools.json_paths import Json, filled

from . import const
from .tools.addresses import to_place
from .tools.customs import to_customs, to_tax_identifiers
from .tools.packages import split_service, to_day, to_packages
from .tools.prices import get_charges, get_total

# Returns the content of a file at an address of ShipEngine's, or None.
Fetch = Callable[[str], bytes | None]


def to_label_request(
    instruction: TransportInstruction,
    *,
    insurer: str = "carrier",
    layout: str = "4x6",
    test: bool = False,
) -> Json:
    """Return `create_label_request_body`: one label with all the parcels.

    :param layout: used where the format admits it, else 4x6
    """
    label_format = instruction.label_format.lower()
    body = {
        "shipment": _to_shipment(instruction, insurer),
        "label_format": label_format,
        "label_layout": layout if label_format == "pdf" else "4x6",
        # The label comes with the answer: no second request that may fail.
        "label_download_type": "inline",
        "validate_address": "no_validation",
    }
    if test:
        body["test_label"] = True
    if instruction.access_point:
        body["ship_to_service_point_id"] = instruction.access_point
    if instruction.direction == "return":
        body["is_return_label"] = True
        if instruction.customer_reference:
            body["rma_number"] = instruction.customer_reference
        if instruction.return_of:
            body["outbound_label_id"] = instruction.return_of
    return body


def to_shipment(instruction: TransportInstruction, insurer: str) -> Json:
    """Return a shipment without a label, for `create_shipments` and its update."""
    return {
        **_to_shipment(instruction, insurer),
        "validate_address": "no_validation",
    }


def _to_shipment(instruction: TransportInstruction, insurer: str) -> Json:
    carrier, service = split_service(instruction.service)
    needed_phone(instruction.ship_from.address, "ShipEngine")
    shipment = {
        "carrier_id": carrier,
        "service_code": service,
        "external_shipment_id": const.TEXTS.fit("reference", instruction.reference),
        "ship_date": to_day(instruction.ship_date),
        "ship_to": to_place(instruction.ship_to),
        "ship_from": to_place(instruction.ship_from),
        "confirmation": const.CONFIRMATIONS[instruction.signature],
        "packages": to_packages(instruction, insurer),
        "tax_identifiers": to_tax_identifiers(instruction),
        "customs": to_customs(instruction),
        "advanced_options": _to_options(instruction),
    }
    if instruction.order_name:
        shipment["external_order_id"] = instruction.order_name
    if instruction.insurance:
        shipment["insurance_provider"] = insurer
    if instruction.direction == "return":
        shipment["is_return"] = True
    return filled(shipment)


def _to_options(instruction: TransportInstruction) -> Json:
    billing, options = instruction.billing, {}
    if billing.payer != "sender":
        options = {
            "bill_to_party": billing.payer,
            "bill_to_account": billing.account,
            "bill_to_country_code": billing.country,
            "bill_to_postal_code": billing.zip,
        }
    if instruction.saturday:
        options["saturday_delivery"] = True
    if is_ddp(instruction):
        options["delivered_duty_paid"] = True
    if any(parcel.dangerous_goods for parcel in instruction.parcels):
        sender = instruction.ship_from.address
        contact = {"name": sender.name, "phone": sender.phone}
        options["dangerous_goods"] = True
        options["dangerous_goods_contact"] = filled(contact)
    return filled(options)


def from_label(
    label: Json, instruction: TransportInstruction, fetch: Fetch
) -> TransportConfirmation:
    """Return the confirmation of a bought label.

    :param fetch: gets the content of an address in the answer
    :raises InvalidMessage: the label names no number for one of our parcels
    """
    key = json_fields.needed(label, "label_id")
    packages = _match_packages(label, instruction)
    kind, wanted = documents.label_kind(instruction), instruction.label_format
    files = [
        _from_download(item, kind, wanted, name, fetch)
        for item, name in [
            *zip(packages, (p.reference for p in instruction.parcels), strict=True),
            (label, instruction.reference),
        ]
    ]
    whole = files.pop()
    if len(files) == 1:
        files, whole = [files[0] or whole], None
    if all(files):
        whole = None
    labels = []
    for parcel, package, file in zip(instruction.parcels, packages, files, strict=True):
        number = json_fields.text(package, "tracking_number")
        if not number and len(packages) == 1:
            number = json_fields.text(label, "tracking_number")
        if not number:
            raise InvalidMessage(
                _lt(
                    "Label %(key)s has no number of %(reference)s.",
                    key=key,
                    reference=parcel.reference,
                )
            )
        package_id = json_fields.text(package, "package_id")
        labels.append(ParcelLabel(parcel.reference, number, package_id, file))
    form = json_fields.child(label, "form_download").get("href")
    customs = documents.read_file(
        form, "invoice", f"{instruction.reference} customs", fetch
    )
    return TransportConfirmation(
        reference=instruction.reference,
        shipment_external_id=key,
        parcels=tuple(labels),
        total=get_total(label),
        charges=get_charges(label),
        documents=tuple(filter(None, (whole, customs))),
    )


def is_voided(label: Json) -> bool:
    """Return whether a label is void."""
    return bool(label.get("voided")) or label.get("status") == "voided"


def _match_packages(label: Json, instruction: TransportInstruction) -> list[Json]:
    """Return the label's packages in the order of our parcels."""
    packages = json_fields.children(label, "packages")
    known = {json_fields.text(p, "external_package_id"): p for p in packages}
    names = [parcel.reference for parcel in instruction.parcels]
    if all(name in known for name in names):
        return [known[name] for name in names]
    packages.sort(key=lambda p: json_fields.whole(p, "sequence") or 0)
    if len(packages) != len(names):
        return [{} for _name in names]
    return packages


def _from_download(
    item: Json, kind: str, wanted: str, name: str, fetch: Fetch
) -> Document | None:
    download = json_fields.child(item, "label_download")
    address = download.get(wanted.lower()) or download.get("href")
    return documents.read_file(address, kind, name, fetch)


def differences(label: Json, instruction: TransportInstruction) -> list[str]:
    """Return in what a label under our reference is not the one we asked for."""
    carrier, service = split_service(instruction.service)
    country = json_fields.text(json_fields.child(label, "ship_to"), "country_code")
    address = instruction.ship_to.address
    pairs = {
        "carrier": (json_fields.text(label, "carrier_id"), carrier),
        "service": (json_fields.text(label, "service_code"), service),
        "parcels": (
            len(json_fields.children(label, "packages")) or None,
            len(instruction.parcels),
        ),
        # Of a territory either code may come back.
        "country": (
            country,
            country if country == address.country else to_country(address),
        ),
    }
    return [name for name, (theirs, ours) in pairs.items() if theirs and theirs != ours]
