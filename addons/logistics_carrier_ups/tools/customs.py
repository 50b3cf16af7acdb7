"""Customs data and dangerous goods as UPS writes them. Never imports odoo."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal
from typing import Any

from odoo.addons.logistics_carrier.canonical import (
    Commodity,
    Customs,
    DangerousGoods,
    Party,
)
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt

from .. import const
from . import parties

Json = dict[str, Any]


def to_forms(customs: Customs, buyer: Party, imperial: bool) -> Json:
    """Return the commercial invoice UPS prints.

    :raises InvalidMessage: an incoterm UPS does not know
    """
    if customs.incoterm not in const.INCOTERMS:
        raise InvalidMessage(
            _lt(
                "UPS does not know the incoterm %(incoterm)s.",
                incoterm=customs.incoterm,
            ),
            remedy=_lt(
                "Choose one of %(incoterms)s.",
                incoterms=", ".join(sorted(const.INCOTERMS)),
            ),
        )
    return {
        "FormType": [const.INVOICE_FORM],
        "InvoiceNumber": customs.invoice_number[:35],
        "InvoiceDate": f"{customs.invoice_date:%Y%m%d}",
        "TermsOfShipment": customs.incoterm,
        "ReasonForExport": const.PURPOSES.get(customs.purpose, customs.purpose)[:20],
        "CurrencyCode": customs.total.currency,
        "Contacts": {"SoldTo": parties.to_ship_party(buyer)},
        "Product": [to_product(line, imperial) for line in customs.commodities],
    }


def to_product(line: Commodity, imperial: bool) -> Json:
    """Return one kind of goods."""
    text = line.description
    unit = const.UNITS.get(line.unit, const.OTHER_UNIT)
    made: Json = {
        "Description": [text[start : start + 35] for start in range(0, 105, 35)],
        "Unit": {
            "Number": str(int(line.quantity.to_integral_value(ROUND_UP))),
            "UnitOfMeasurement": {"Code": unit},
            "Value": parties.to_amount(line.value.amount),
        },
        "OriginCountryCode": line.origin_country,
        "ProductWeight": parties.to_weight(line.weight * line.quantity, imperial),
    }
    made["Description"] = [part for part in made["Description"] if part]
    if line.hs_code:
        made["CommodityCode"] = line.hs_code.replace(".", "")
    if line.sku:
        made["PartNumber"] = line.sku[:35]
    return made


def to_hazmat(goods: DangerousGoods, number: int) -> Json:
    """Return one chemical record, declared as fully regulated.

    :raises InvalidMessage: a regulation UPS does not carry under
    """
    mode = const.HAZMAT_MODES.get(goods.regulation)
    if not mode:
        raise InvalidMessage(
            _lt(
                "UPS carries no dangerous goods under %(regulation)s.",
                regulation=goods.regulation,
            ),
            remedy=_lt(
                "Choose one of %(modes)s.",
                modes=", ".join(const.HAZMAT_MODES),
            ),
        )
    made: Json = {
        "ChemicalRecordIdentifier": str(number),
        "IDNumber": f"UN{goods.un_number}",
        "ProperShippingName": goods.proper_shipping_name[:150],
        "ClassDivisionNumber": goods.hazard_class[:7],
        "Quantity": str(goods.quantity.quantize(Decimal("0.1"), ROUND_UP))[:5],
        "UOM": goods.unit[:10],
        "RegulationSet": goods.regulation,
        "TransportationMode": mode,
        "CommodityRegulatedLevelCode": const.FULLY_REGULATED,
    }
    if goods.packing_group:
        made["PackagingGroupType"] = goods.packing_group
    return made
