"""Customs data and dangerous goods as UPS writes them. Never imports odoo."""

from __future__ import annotations

from odoo.addons.logistics_carrier.canonical import (
    Commodity,
    Customs,
    DangerousGoods,
    Party,
)
from odoo.addons.logistics_carrier.tools import prices, units
from odoo.addons.logistics_carrier.tools.declarations import check_incoterm
from odoo.addons.logistics_carrier.tools.goods_lines import (
    GoodsLine,
    check_count,
    to_lines,
)
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools.json_paths import Json, filled

from .. import const
from . import parties


def to_forms(customs: Customs, buyer: Party, imperial: bool) -> Json:
    """Return the commercial invoice UPS prints.

    :raises InvalidMessage: an incoterm UPS does not know, too many lines, or goods
        that are worth nothing
    """
    lines = to_lines(customs, const.LINES)
    check_count(lines, const.MOST_LINES, "UPS")
    reason = const.PURPOSES.get(customs.purpose, customs.purpose)
    return {
        "FormType": [const.INVOICE_FORM],
        "InvoiceNumber": const.TEXTS.fit("invoice_number", customs.invoice_number),
        "InvoiceDate": f"{customs.invoice_date:%Y%m%d}",
        "TermsOfShipment": check_incoterm(customs.incoterm, const.INCOTERMS, "UPS"),
        "ReasonForExport": const.TEXTS.fit("reason", reason),
        "CurrencyCode": customs.total.currency,
        "Contacts": {"SoldTo": parties.to_ship_party(buyer)},
        "Product": [to_product(*line, imperial) for line in lines],
    }


def to_product(goods: Commodity, line: GoodsLine, imperial: bool) -> Json:
    """Return one line of the invoice.

    :raises InvalidMessage: a text of it is too long
    """
    texts, whose = const.TEXTS, goods.sku or goods.description
    return filled(
        {
            "Description": texts.wrap(
                "description", line.description, const.DESCRIPTION_LINES, whose
            ),
            "Unit": {
                "Number": f"{line.quantity:f}",
                "UnitOfMeasurement": {"Code": line.unit},
                "Value": prices.write_exact(line.price),
            },
            "OriginCountryCode": goods.origin_country,
            "ProductWeight": parties.to_weight(line.weight, imperial),
            "CommodityCode": texts.fit(
                "hs_code", (goods.hs_code or "").replace(".", ""), whose
            ),
            "PartNumber": texts.fit("sku", goods.sku),
        }
    )


def to_hazmat(goods: DangerousGoods, number: int) -> Json:
    """Return one chemical record, declared as fully regulated.

    :raises InvalidMessage: a regulation UPS does not carry under, or a text of it is
        too long
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
    texts, whose = const.TEXTS, f"UN{goods.un_number}"
    quantity = str(units.round_up(goods.quantity, "0.1"))
    return filled(
        {
            "ChemicalRecordIdentifier": str(number),
            "IDNumber": f"UN{goods.un_number}",
            "ProperShippingName": texts.fit(
                "shipping_name", goods.proper_shipping_name, whose
            ),
            "ClassDivisionNumber": texts.fit("hazard_class", goods.hazard_class, whose),
            "PackagingGroupType": goods.packing_group,
            "Quantity": texts.fit("quantity", quantity, whose),
            "UOM": texts.fit("unit", goods.unit, whose),
            "RegulationSet": goods.regulation,
            "TransportationMode": mode,
            "CommodityRegulatedLevelCode": const.FULLY_REGULATED,
        }
    )
