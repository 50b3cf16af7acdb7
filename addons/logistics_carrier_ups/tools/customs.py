"""Customs data and dangerous goods as UPS writes them. Never imports odoo."""

from __future__ import annotations

from odoo.addons.logistics_carrier.canonical import (
    Commodity,
    Customs,
    DangerousGoods,
    Party,
)
from odoo.addons.logistics_carrier.tools import prices, units
from odoo.addons.logistics_carrier.tools.declarations import (
    check_incoterm,
    to_pieces,
)
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools.json_paths import Json, filled

from .. import const
from . import parties


def to_forms(customs: Customs, buyer: Party, imperial: bool) -> Json:
    """Return the commercial invoice UPS prints.

    :raises InvalidMessage: an incoterm UPS does not know
    """
    return {
        "FormType": [const.INVOICE_FORM],
        "InvoiceNumber": customs.invoice_number[:35],
        "InvoiceDate": f"{customs.invoice_date:%Y%m%d}",
        "TermsOfShipment": check_incoterm(customs.incoterm, const.INCOTERMS, "UPS"),
        "ReasonForExport": const.PURPOSES.get(customs.purpose, customs.purpose)[:20],
        "CurrencyCode": customs.total.currency,
        "Contacts": {"SoldTo": parties.to_ship_party(buyer)},
        "Product": [to_product(line, imperial) for line in customs.commodities],
    }


def to_product(line: Commodity, imperial: bool) -> Json:
    """Return one kind of goods."""
    text = line.description
    parts = [text[start : start + 35] for start in range(0, 105, 35)]
    unit = const.UNITS.get(line.unit, const.OTHER_UNIT)
    return filled(
        {
            "Description": [part for part in parts if part],
            "Unit": {
                "Number": str(to_pieces(line.quantity)),
                "UnitOfMeasurement": {"Code": unit},
                "Value": prices.write(line.value.amount),
            },
            "OriginCountryCode": line.origin_country,
            "ProductWeight": parties.to_weight(line.weight * line.quantity, imperial),
            "CommodityCode": (line.hs_code or "").replace(".", ""),
            "PartNumber": (line.sku or "")[:35],
        }
    )


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
    return filled(
        {
            "ChemicalRecordIdentifier": str(number),
            "IDNumber": f"UN{goods.un_number}",
            "ProperShippingName": goods.proper_shipping_name[:150],
            "ClassDivisionNumber": goods.hazard_class[:7],
            "PackagingGroupType": goods.packing_group,
            "Quantity": str(units.round_up(goods.quantity, "0.1"))[:5],
            "UOM": goods.unit[:10],
            "RegulationSet": goods.regulation,
            "TransportationMode": mode,
            "CommodityRegulatedLevelCode": const.FULLY_REGULATED,
        }
    )
