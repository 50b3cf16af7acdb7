"""The export declaration as DHL writes it. Never imports odoo."""

from __future__ import annotations

from odoo.addons.logistics_carrier.canonical import Commodity, Customs
from odoo.addons.logistics_carrier.tools.declarations import check_incoterm
from odoo.addons.logistics_carrier.tools.goods_lines import (
    GoodsLine,
    check_count,
    to_lines,
)
from odoo.addons.logistics_core.tools.json_paths import Json

from .. import const
from .parties import to_number


def to_declaration(customs: Customs) -> Json:
    """Return invoice, reason and lines.

    :raises InvalidMessage: too many lines, or goods that are worth nothing
    """
    lines = to_lines(customs, const.LINES)
    check_count(lines, const.MOST_LINES, "DHL")
    reason = const.PURPOSES.get(customs.purpose, const.OTHER_PURPOSE)
    return {
        "lineItems": [
            to_line(number, *line, reason) for number, line in enumerate(lines, 1)
        ],
        "invoice": {
            "number": const.TEXTS.fit("invoice_number", customs.invoice_number),
            "date": customs.invoice_date.isoformat(),
        },
        "exportReason": const.TEXTS.fit("reason", customs.purpose),
        "exportReasonType": reason,
        "shipmentType": "personal" if customs.purpose == "personal" else "commercial",
    }


def to_line(number: int, goods: Commodity, line: GoodsLine, reason: str) -> Json:
    """Return one line; `price` is of one unit."""
    weight = to_number(line.weight, "0.001")
    texts, whose = const.TEXTS, goods.sku or goods.description
    made: Json = {
        "number": number,
        "description": texts.fit("description", line.description, whose),
        "price": to_number(line.price),
        "quantity": {"value": int(line.quantity), "unitOfMeasurement": line.unit},
        "exportReasonType": reason,
        "manufacturerCountry": goods.origin_country,
        "weight": {"netValue": weight, "grossValue": weight},
    }
    if goods.hs_code:
        code = texts.fit("hs_code", goods.hs_code, whose)
        made["commodityCodes"] = [{"typeCode": "outbound", "value": code}]
    return made


def get_incoterm(customs: Customs | None) -> str:
    """Return the incoterm; without customs nobody asks for one, but DHL.

    :raises InvalidMessage: one DHL does not know
    """
    incoterm = customs.incoterm if customs else const.DEFAULT_INCOTERM
    return check_incoterm(incoterm, const.INCOTERMS, "DHL")
