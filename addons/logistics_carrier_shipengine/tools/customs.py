"""What customs and dangerous goods rules want to know. Never imports odoo."""

from __future__ import annotations

from odoo.addons.logistics_carrier.canonical import (
    Commodity,
    DangerousGoods,
    Money,
    ParcelContent,
    TransportInstruction,
)
from odoo.addons.logistics_carrier.tools.declarations import (
    check_incoterm,
    get_registrations,
)
from odoo.addons.logistics_carrier.tools.goods_lines import GoodsLine, to_lines
from odoo.addons.logistics_carrier.tools.texts import summarize
from odoo.addons.logistics_core.tools.json_paths import Json, filled

from .. import const
from .measures import is_imperial, to_weight


def to_amount(money: Money) -> Json:
    """Return `monetary_value`."""
    return {"currency": money.currency, "amount": float(money.amount)}


def to_tax_identifiers(instruction: TransportInstruction) -> list[Json]:
    """Return the `tax_identifier` of sender and recipient; only with customs."""
    if not instruction.customs:
        return []
    parties = {"shipper": instruction.ship_from, "recipient": instruction.ship_to}
    return [
        {
            "taxable_entity_type": role,
            "identifier_type": kind,
            "issuing_authority": issuer,
            "value": value,
        }
        for role, party in parties.items()
        for kind, value, issuer in get_registrations(party)
    ]


def to_customs(instruction: TransportInstruction) -> Json:
    """Return `international_shipment_options`, empty when nothing is declared.

    :raises InvalidMessage: an incoterm that ShipEngine does not know, or goods that
        are worth nothing
    """
    customs = instruction.customs
    if customs is None:
        return {}
    incoterm = check_incoterm(customs.incoterm, const.INCOTERMS, "ShipEngine")
    imperial = is_imperial(instruction.ship_from)
    contents, explanation = const.CONTENTS[customs.purpose]
    body: Json = {
        "contents": contents,
        "contents_explanation": explanation,
        "non_delivery": "return_to_sender",
        "terms_of_trade_code": incoterm,
        "invoice_additional_details": {"invoice_number": customs.invoice_number},
        "customs_items": [
            _to_item(*line, imperial) for line in to_lines(customs, const.LINES)
        ],
    }
    return filled(body)


def _to_item(goods: Commodity, line: GoodsLine, imperial: bool) -> Json:
    """Return `customs_item`; its quantity is whole, its value that of one."""
    whose = goods.sku or goods.description
    body: Json = {
        "description": const.TEXTS.fit("description", line.description, whose),
        "quantity": int(line.quantity),
        "value": float(line.price),
        "value_currency": goods.value.currency,
        "weight": to_weight(line.weight / line.quantity, imperial),
        "country_of_origin": goods.origin_country,
        "unit_of_measure": line.unit,
        "harmonized_tariff_code": goods.hs_code,
        "sku": goods.sku,
    }
    return filled(body)


def to_products(parcel: ParcelContent) -> list[Json]:
    """Return `products` that carry the dangerous goods of a parcel."""
    return [
        {
            "description": summarize(
                goods.proper_shipping_name, const.TEXTS.limits["description"]
            ),
            "quantity": 1,
            "dangerous_goods": [_to_dangerous(goods)],
        }
        for goods in parcel.dangerous_goods
    ]


def _to_dangerous(goods: DangerousGoods) -> Json:
    body: Json = {
        "id_number": f"UN{goods.un_number}",
        "shipping_name": goods.proper_shipping_name,
        "product_class": goods.hazard_class,
        "dangerous_amount": {"amount": float(goods.quantity), "unit": goods.unit},
        "quantity": 1,
        "regulation_authority": goods.regulation,
    }
    group = (goods.packing_group or "").upper().removeprefix("PG").strip()
    if group in const.PACKING_GROUPS:
        body["packaging_group"] = const.PACKING_GROUPS[group]
    if goods.regulation in const.TRANSPORT_MEANS:
        body["transport_mean"] = const.TRANSPORT_MEANS[goods.regulation]
    return body
