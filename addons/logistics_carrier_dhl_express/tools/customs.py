"""The export declaration as DHL writes it. Never imports odoo."""

from __future__ import annotations

from odoo.addons.logistics_carrier.canonical import Commodity, Customs
from odoo.addons.logistics_carrier.tools.declarations import (
    check_incoterm,
    to_pieces,
)
from odoo.addons.logistics_core.tools.json_paths import Json

from .. import const
from .parties import to_number


def to_declaration(customs: Customs) -> Json:
    """Return invoice, reason and lines."""
    reason = const.PURPOSES.get(customs.purpose, const.OTHER_PURPOSE)
    return {
        "lineItems": [
            to_line(number, line, reason)
            for number, line in enumerate(customs.commodities, 1)
        ],
        "invoice": {
            "number": customs.invoice_number[:35],
            "date": customs.invoice_date.isoformat(),
        },
        "exportReason": customs.purpose[:30],
        "exportReasonType": reason,
        "shipmentType": "personal" if customs.purpose == "personal" else "commercial",
    }


def to_line(number: int, line: Commodity, reason: str) -> Json:
    """Return one kind of goods; `price` is of one unit."""
    weight = to_number(line.weight * line.quantity, "0.001")
    made: Json = {
        "number": number,
        "description": line.description[:512],
        "price": to_number(line.value.amount),
        "quantity": {
            "value": to_pieces(line.quantity),
            "unitOfMeasurement": const.UNITS.get(line.unit, const.OTHER_UNIT),
        },
        "exportReasonType": reason,
        "manufacturerCountry": line.origin_country,
        "weight": {"netValue": weight, "grossValue": weight},
    }
    if line.hs_code:
        code = {"typeCode": "outbound", "value": line.hs_code[:18]}
        made["commodityCodes"] = [code]
    return made


def get_incoterm(customs: Customs | None) -> str:
    """Return the incoterm; without customs nobody asks for one, but DHL.

    :raises InvalidMessage: one DHL does not know
    """
    incoterm = customs.incoterm if customs else const.DEFAULT_INCOTERM
    return check_incoterm(incoterm, const.INCOTERMS, "DHL")
