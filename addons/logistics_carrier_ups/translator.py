"""Shipments between the canonical model and UPS, in pairs. Never imports odoo."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from odoo.addons.logistics_carrier.canonical import (
    AccessPoint,
    Billing,
    Document,
    ParcelContent,
    ParcelLabel,
    Party,
    RateRequest,
    TransportConfirmation,
    TransportInstruction,
)
from odoo.addons.logistics_core.errors import InvalidMessage

from . import const
from .tools import customs, labels, paperless, parties, rates

Json = dict[str, Any]


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
    shipment: Json = {
        "Description": _describe(instruction),
        "Shipper": {**parties.to_ship_party(ours), "ShipperNumber": account},
        "ShipTo": parties.to_receiver(instruction.ship_to, receiver),
        "ShipFrom": sender,
        "PaymentInformation": {"ShipmentCharge": _to_charges(instruction, account)},
        "ShipmentRatingOptions": {"NegotiatedRatesIndicator": "Y"},
        "Service": {"Code": instruction.service},
        "ShipmentDate": f"{instruction.ship_date:%Y%m%d}",
        "Package": [_to_package(instruction, parcel) for parcel in instruction.parcels],
    }
    if not _package_references(instruction):
        shipment["ReferenceNumber"] = _references(instruction)
    if instruction.ship_to.address.email:
        shipment["ShipTo"]["EMailAddress"] = instruction.ship_to.address.email[:50]
    if instruction.direction == "return":
        shipment["ReturnService"] = {"Code": const.PRINT_RETURN_LABEL}
    if point:
        code = const.ACCESS_POINT_DELIVERY
        shipment["ShipmentIndicationType"] = [{"Code": code}]
        shipment["AlternateDeliveryAddress"] = _to_point(point)
    if options := _to_options(instruction):
        shipment["ShipmentServiceOptions"] = options
    if instruction.customs:
        total = instruction.customs.total
        shipment["InvoiceLineTotal"] = {
            "CurrencyCode": total.currency,
            "MonetaryValue": str(max(1, round(total.amount))),
        }
    return {
        "ShipmentRequest": {
            "Request": {
                "RequestOption": "nonvalidate",
                "TransactionReference": {"CustomerContext": instruction.reference},
            },
            "Shipment": shipment,
            "LabelSpecification": _to_specification(instruction),
        }
    }


def _to_specification(instruction: TransportInstruction) -> Json:
    return {
        "LabelImageFormat": {"Code": labels.ASKED[instruction.label_format]},
        "LabelStockSize": {"Height": "6", "Width": "4"},
    }


def _our_party(instruction: TransportInstruction) -> Party:
    """The account's holder: a return is addressed to it."""
    outbound = instruction.direction == "outbound"
    return instruction.ship_from if outbound else instruction.ship_to


def _describe(instruction: TransportInstruction) -> str:
    goods = instruction.customs.commodities if instruction.customs else ()
    text = instruction.description or ", ".join(line.description for line in goods)
    return (text or "Goods")[:50]


def _package_references(instruction: TransportInstruction) -> bool:
    ends = parties.to_ends(instruction.ship_from, instruction.ship_to)
    return ends in const.PACKAGE_REFERENCES


def _references(instruction: TransportInstruction) -> list[Json]:
    """Our reference first: it is what a lost shipment is looked up by."""
    known = [instruction.reference]
    known += [instruction.customer_reference or instruction.order_name or ""]
    return [{"Value": text[:35]} for text in dict.fromkeys(known) if text]


def _to_charges(instruction: TransportInstruction, account: str) -> list[Json]:
    made = [{"Type": "01", **_to_payer(instruction.billing, account)}]
    if instruction.customs and instruction.customs.incoterm == "DDP":
        made.append({"Type": "02", "BillShipper": {"AccountNumber": account}})
    return made


def _to_payer(billing: Billing, account: str) -> Json:
    if billing.payer == "sender":
        return {"BillShipper": {"AccountNumber": billing.account or account}}
    if not billing.account:
        raise InvalidMessage(
            "UPS needs the account of whoever pays.",
            remedy="Enter the payer's UPS account, then replay the message.",
        )
    place = {"PostalCode": parties.to_zip(billing.zip)} if billing.zip else {}
    if billing.payer == "recipient":
        return {"BillReceiver": {"AccountNumber": billing.account, "Address": place}}
    if not billing.country:
        raise InvalidMessage("UPS needs the country of the third party's account.")
    place["CountryCode"] = billing.country
    return {"BillThirdParty": {"AccountNumber": billing.account, "Address": place}}


def _to_point(point: AccessPoint) -> Json:
    return {
        "Name": point.name[:35],
        "AttentionName": point.name[:35],
        "UPSAccessPointID": point.external_id,
        "Address": parties.to_address(point.address),
    }


def _to_options(instruction: TransportInstruction) -> Json:
    options: Json = {}
    if instruction.saturday:
        options["SaturdayDeliveryIndicator"] = ""
    code = const.SHIPMENT_SIGNATURE.get(instruction.signature)
    if code and not _package_signature(instruction):
        options["DeliveryConfirmation"] = {"DCISType": code}
    outbound = instruction.direction == "outbound"
    # A return takes no commercial invoice (form 05 or 10 only).
    if instruction.customs and outbound:
        imperial = parties.is_imperial(instruction.ship_from.address)
        forms = customs.to_forms(instruction.customs, instruction.ship_to, imperial)
        options["InternationalForms"] = paperless.add_documents(
            forms, instruction.documents
        )
    elif instruction.documents:
        raise InvalidMessage("UPS takes documents only with what goes through customs.")
    return options


def _package_signature(instruction: TransportInstruction) -> bool:
    ends = parties.to_ends(instruction.ship_from, instruction.ship_to)
    return const.PACKAGE_SIGNATURES.issuperset(ends)


def _to_package(instruction: TransportInstruction, parcel: ParcelContent) -> Json:
    imperial = parties.is_imperial(instruction.ship_from.address)
    made: Json = {
        "Description": (parcel.description or _describe(instruction))[:35],
        "Packaging": {"Code": parcel.packaging or const.CUSTOMER_PACKAGING},
        "PackageWeight": parties.to_weight(parcel.weight, imperial),
        **parties.to_dimensions(parcel, imperial),
    }
    if _package_references(instruction):
        made["ReferenceNumber"] = _references(instruction)
    options: Json = {}
    code = const.PACKAGE_SIGNATURE.get(instruction.signature)
    if code and _package_signature(instruction):
        options["DeliveryConfirmation"] = {"DCISType": code}
    if instruction.insurance:
        options["DeclaredValue"] = _to_share(instruction, parcel)
    if parcel.dangerous_goods:
        options["HazMat"] = [
            customs.to_hazmat(goods, number)
            for number, goods in enumerate(parcel.dangerous_goods, 1)
        ]
    return {**made, **({"PackageServiceOptions": options} if options else {})}


def _to_share(instruction: TransportInstruction, parcel: ParcelContent) -> Json:
    """A parcel's part of the insured sum, by value where all values are known."""
    assert instruction.insurance
    values = [p.value.amount for p in instruction.parcels if p.value]
    whole = sum(values, Decimal(0))
    part = Decimal(1) / len(instruction.parcels)
    if parcel.value and whole and len(values) == len(instruction.parcels):
        part = parcel.value.amount / whole
    return {
        "CurrencyCode": instruction.insurance.currency,
        "MonetaryValue": parties.to_amount(instruction.insurance.amount * part),
    }


def from_shipment(
    answer: Json, instruction: TransportInstruction
) -> TransportConfirmation:
    """Read what was bought.

    :raises InvalidMessage: it names no shipment, or not as many labels as parcels
    """
    results = (answer.get("ShipmentResponse") or {}).get("ShipmentResults") or {}
    negotiated = results.get("NegotiatedRateCharges") or {}
    published = results.get("ShipmentCharges") or {}
    total = (
        rates.money(negotiated.get("TotalChargesWithTaxes"))
        or rates.money(negotiated.get("TotalCharge"))
        or rates.money(published.get("TotalChargesWithTaxes"))
        or rates.money(published.get("TotalCharges"))
    )
    packages = parties.as_list(results.get("PackageResults"))
    found = [(p, (p.get("ShippingLabel") or {}).get("GraphicImage")) for p in packages]
    return TransportConfirmation(
        reference=instruction.reference,
        shipment_external_id=_identify(results),
        parcels=_to_labels(instruction, found),
        total=total,
        charges=rates.to_charges(published, negotiated, total) if total else (),
        documents=_from_forms(results.get("Form"), instruction.reference),
        billed_weight=parties.from_weight(results.get("BillingWeight")),
    )


def from_recovery(
    answer: Json, instruction: TransportInstruction
) -> TransportConfirmation | None:
    """Read what was bought under our reference; None: nothing was.

    :raises InvalidMessage: several shipments, or another number of labels
    """
    found = answer.get("LabelRecoveryResponse") or {}
    if parties.as_list(found.get("TrackingCandidate")):
        raise InvalidMessage(
            f"UPS has several shipments of the reference {instruction.reference}.",
            remedy="Void those that are too many at UPS, then replay the message.",
        )
    results = parties.as_list(found.get("LabelResults"))
    if not results:
        return None
    parts = [(r, (r.get("LabelImage") or {}).get("GraphicImage")) for r in results]
    return TransportConfirmation(
        reference=instruction.reference,
        shipment_external_id=_identify(found),
        parcels=_to_labels(instruction, parts),
        total=None,
        documents=_from_forms(found.get("Form"), instruction.reference),
    )


def _identify(results: Json) -> str:
    number = results.get("ShipmentIdentificationNumber")
    if not number:
        raise InvalidMessage("UPS's answer names no shipment.")
    return str(number)


def _to_labels(
    instruction: TransportInstruction, found: list[tuple[Json, Any]]
) -> tuple[ParcelLabel, ...]:
    """UPS answers packages in the order they were asked for."""
    if len(found) != len(instruction.parcels):
        raise InvalidMessage(
            f"UPS answers {len(found)} labels for {len(instruction.parcels)} parcels."
        )
    kind = "return_label" if instruction.direction == "return" else "label"
    made = []
    for parcel, (package, image) in zip(instruction.parcels, found, strict=True):
        number = str(package.get("TrackingNumber") or "")
        if not number:
            raise InvalidMessage("UPS's answer names a parcel without its number.")
        name = f"UPS-{number}"
        label = (
            labels.to_label(image, instruction.label_format, name, kind)
            if image
            else None
        )
        made.append(ParcelLabel(parcel.reference, number, label=label))
    return tuple(made)


def _from_forms(form: Any, reference: str) -> tuple[Document, ...]:
    """Customs forms UPS printed."""
    found = [(item.get("Image") or {}).get("GraphicImage") for item in _forms(form)]
    name = f"UPS-{reference.replace('/', '-')}-invoice"
    return tuple(labels.to_document(i, "invoice", name) for i in found if i)


def _forms(form: Any) -> list[Json]:
    return parties.as_list(form)


def to_recovery(instruction: TransportInstruction, account: str) -> Json:
    """Return the question for the labels of our reference."""
    return {
        "LabelRecoveryRequest": {
            "Request": {},
            "LabelSpecification": _to_specification(instruction),
            "TrackingNumbers": [],
            "ReferenceValues": {
                "ReferenceNumber": {"Value": instruction.reference[:35]},
                "ShipperNumber": account,
            },
        }
    }


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
