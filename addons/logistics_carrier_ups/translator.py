"""Shipments between the canonical model and UPS, in pairs. Never imports odoo."""

from __future__ import annotations

from odoo.addons.logistics_carrier.canonical import (
    AccessPoint,
    Billing,
    Document,
    Money,
    ParcelContent,
    ParcelLabel,
    Party,
    TransportConfirmation,
    TransportInstruction,
)
from odoo.addons.logistics_carrier.tools import documents, prices
from odoo.addons.logistics_carrier.tools.declarations import (
    describe,
    get_payer_account,
    is_ddp,
    several,
)
from odoo.addons.logistics_carrier.tools.texts import summarize
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_paths
from odoo.addons.logistics_core.tools.json_paths import Json

from . import const
from .tools import charsets, customs, paperless, parties, rates

NUMBER = "ShipmentIdentificationNumber"
# Wanted format -> what is asked of UPS: PDF and PNG are made from its picture.
ASKED = {"ZPL": "ZPL", "PDF": "GIF", "PNG": "GIF"}
LONGEST_DESCRIPTION = 50  # of all the goods of a shipment


def to_shipment(
    instruction: TransportInstruction, account: str, point: AccessPoint | None = None
) -> Json:
    """Return the request that buys the labels.

    :param account: our six-character shipper number
    :param point: the access point to deliver to, with its address
    """
    ours = _our_party(instruction)
    receiver = parties.to_ship_party(instruction.ship_to)
    sender = parties.to_ship_party(instruction.ship_from)
    insured = prices.share(instruction.insurance, instruction.parcels)
    shipment: Json = {
        "Description": summarize(describe(instruction), LONGEST_DESCRIPTION),
        "Shipper": {**parties.to_ship_party(ours), "ShipperNumber": account},
        "ShipTo": parties.to_receiver(instruction.ship_to, receiver),
        "ShipFrom": sender,
        "PaymentInformation": {"ShipmentCharge": _to_charges(instruction, account)},
        "ShipmentRatingOptions": {"NegotiatedRatesIndicator": "Y"},
        "Service": {"Code": instruction.service},
        "ShipmentDate": f"{instruction.ship_date:%Y%m%d}",
        "Package": [
            _to_package(instruction, parcel, insured.get(parcel.reference))
            for parcel in instruction.parcels
        ],
    }
    if not _package_references(instruction):
        shipment["ReferenceNumber"] = _references(instruction)
    if email := instruction.ship_to.address.email:
        whose = instruction.ship_to.address.name
        shipment["ShipTo"]["EMailAddress"] = const.TEXTS.fit("email", email, whose)
    if instruction.direction == "return":
        shipment["ReturnService"] = {"Code": const.PRINT_RETURN_LABEL}
    if point:
        code = const.ACCESS_POINT_DELIVERY
        shipment["ShipmentIndicationType"] = [{"Code": code}]
        shipment["AlternateDeliveryAddress"] = _to_point(point)
    if options := _to_options(instruction):
        shipment["ShipmentServiceOptions"] = options
    if instruction.customs:
        ends = parties.to_ends(instruction.ship_from, instruction.ship_to)
        shipment.update(rates.to_invoice_total(instruction.customs.total, ends))
    return _to_request(instruction, shipment)


def _to_request(instruction: TransportInstruction, shipment: Json) -> Json:
    printed = charsets.choose(shipment)
    return {
        "ShipmentRequest": {
            "Request": {
                "RequestOption": "nonvalidate",
                "TransactionReference": {"CustomerContext": instruction.reference},
            },
            "Shipment": charsets.write(shipment, printed),
            "LabelSpecification": {
                **_to_specification(instruction),
                "CharacterSet": printed.code,
            },
        }
    }


def _to_specification(instruction: TransportInstruction) -> Json:
    width, height = const.LABEL_SIZE
    return {
        "LabelImageFormat": {"Code": ASKED[instruction.label_format]},
        "LabelStockSize": {"Height": str(height), "Width": str(width)},
    }


def _our_party(instruction: TransportInstruction) -> Party:
    """The account's holder: a return is addressed to it."""
    outbound = instruction.direction == "outbound"
    return instruction.ship_from if outbound else instruction.ship_to


def _package_references(instruction: TransportInstruction) -> bool:
    ends = parties.to_ends(instruction.ship_from, instruction.ship_to)
    return ends in const.PACKAGE_REFERENCES


def _references(instruction: TransportInstruction) -> list[Json]:
    """Our reference first: it is what a lost shipment is looked up by."""
    theirs = instruction.customer_reference or instruction.order_name
    known = [_our_reference(instruction), const.TEXTS.fit("customer_reference", theirs)]
    return [{"Value": text} for text in dict.fromkeys(known) if text]


def _our_reference(instruction: TransportInstruction) -> str:
    return const.TEXTS.fit("reference", instruction.reference)


def _to_charges(instruction: TransportInstruction, account: str) -> list[Json]:
    made = [{"Type": "01", **_to_payer(instruction.billing, account)}]
    if is_ddp(instruction):
        made.append({"Type": "02", "BillShipper": {"AccountNumber": account}})
    return made


def _to_payer(billing: Billing, account: str) -> Json:
    payer = get_payer_account(billing, "UPS")
    if not payer:
        return {"BillShipper": {"AccountNumber": billing.account or account}}
    place = {}
    if billing.zip:
        place["PostalCode"] = const.TEXTS.fit("zip", billing.zip, payer)
    if billing.payer == "recipient":
        return {"BillReceiver": {"AccountNumber": payer, "Address": place}}
    if not billing.country:
        raise InvalidMessage(_lt("UPS needs the country of the third party's account."))
    place["CountryCode"] = billing.country
    return {"BillThirdParty": {"AccountNumber": payer, "Address": place}}


def _to_point(point: AccessPoint) -> Json:
    return {
        "Name": const.TEXTS.fit("name", point.name),
        "AttentionName": const.TEXTS.fit("name", point.name),
        "UPSAccessPointID": point.external_id,
        "Address": parties.to_address(point.address),
    }


def _to_options(instruction: TransportInstruction) -> Json:
    options = rates.to_signature(instruction, by_package=False)
    if instruction.saturday:
        options["SaturdayDeliveryIndicator"] = ""
    outbound = instruction.direction == "outbound"
    # A return takes no commercial invoice (form 05 or 10 only).
    if instruction.customs and outbound:
        imperial = parties.is_imperial(instruction.ship_from.address)
        forms = customs.to_forms(instruction.customs, instruction.ship_to, imperial)
        options["InternationalForms"] = paperless.add_documents(
            forms, instruction.documents
        )
    elif instruction.documents:
        raise InvalidMessage(
            _lt("UPS takes documents only with what goes through customs.")
        )
    return options


def _to_package(
    instruction: TransportInstruction, parcel: ParcelContent, insured: Money | None
) -> Json:
    imperial = parties.is_imperial(instruction.ship_from.address)
    made: Json = {
        "Description": const.TEXTS.fit(
            "summary", parcel.description or describe(instruction)
        ),
        "Packaging": {"Code": parcel.packaging or const.CUSTOMER_PACKAGING},
        "PackageWeight": parties.to_weight(parcel.weight, imperial),
        **parties.to_dimensions(parcel, imperial),
    }
    if _package_references(instruction):
        made["ReferenceNumber"] = _references(instruction)
    options = rates.to_signature(instruction, by_package=True)
    if insured:
        options["DeclaredValue"] = {
            "CurrencyCode": insured.currency,
            "MonetaryValue": prices.write(insured.amount),
        }
    if parcel.dangerous_goods:
        options["HazMat"] = [
            customs.to_hazmat(goods, number)
            for number, goods in enumerate(parcel.dangerous_goods, 1)
        ]
    return {**made, **({"PackageServiceOptions": options} if options else {})}


def from_shipment(
    answer: Json, instruction: TransportInstruction
) -> TransportConfirmation:
    """Read what was bought.

    :raises InvalidMessage: it names no shipment, or not as many labels as parcels
    """
    results = json_paths.block(answer, "ShipmentResponse.ShipmentResults")
    negotiated = json_paths.block(results, "NegotiatedRateCharges")
    published = json_paths.block(results, "ShipmentCharges")
    total = rates.get_total(negotiated, published)
    return TransportConfirmation(
        reference=instruction.reference,
        shipment_external_id=json_paths.needed(results, NUMBER),
        parcels=_to_labels(instruction, results, "PackageResults", "ShippingLabel"),
        total=total,
        charges=rates.to_charges(published, negotiated, total),
        documents=_from_forms(results, instruction.reference),
        billed_weight=parties.from_weight(results.get("BillingWeight")),
    )


def from_recovery(
    answer: Json | None, instruction: TransportInstruction
) -> TransportConfirmation | None:
    """Read what was bought under our reference; None: nothing was.

    :raises Conflict: several shipments
    :raises InvalidMessage: another number of labels
    """
    found = json_paths.block(answer, "LabelRecoveryResponse")
    if candidates := json_paths.rows(found, "TrackingCandidate"):
        numbers = json_paths.find(candidates, "TrackingNumber")
        raise several(instruction.reference, numbers, "UPS")
    if not json_paths.rows(found, "LabelResults"):
        return None
    return TransportConfirmation(
        reference=instruction.reference,
        shipment_external_id=json_paths.needed(found, NUMBER),
        parcels=_to_labels(instruction, found, "LabelResults", "LabelImage"),
        documents=_from_forms(found, instruction.reference),
    )


def _to_labels(
    instruction: TransportInstruction, results: Json, packages: str, image: str
) -> tuple[ParcelLabel, ...]:
    """UPS answers packages in the order they were asked for."""
    rows, content = json_paths.rows(results, packages), f"{image}.GraphicImage"
    return documents.to_labels(
        instruction, rows, "UPS", "TrackingNumber", content, const.LABEL_SIZE
    )


def _from_forms(results: Json, reference: str) -> tuple[Document, ...]:
    """Customs forms UPS printed."""
    name = f"UPS-{reference.replace('/', '-')}-invoice"
    found = json_paths.find(results, "Form.Image.GraphicImage")
    return tuple(documents.to_document(i, "invoice", name) for i in found)


def to_recovery(instruction: TransportInstruction, account: str) -> Json:
    """Return the question for the labels of our reference."""
    return {
        "LabelRecoveryRequest": {
            "Request": {},
            "LabelSpecification": _to_specification(instruction),
            "TrackingNumbers": [],
            "ReferenceValues": {
                "ReferenceNumber": {"Value": _our_reference(instruction)},
                "ShipperNumber": account,
            },
        }
    }
