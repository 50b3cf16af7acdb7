"""What ShipBob has already of an order that Odoo did not send. Never imports odoo."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any

from odoo.addons.logistics_core.tools import json_fields as read
from odoo.addons.logistics_wms.tools.partner_order import PartnerOrder

from .. import const, translator
from . import shipped

Json = dict[str, Any]


def to_partner_order(order: Json) -> PartnerOrder:
    """Return what ShipBob has of an order that Odoo did not send."""
    ordered: Counter[str] = Counter()
    for line in read.children(order, "products"):
        unit = read.text(line, "quantity_unit_of_measure_code") or const.INVENTORY_UNIT
        sku = read.text(line, "reference_id") or read.text(line, "sku") or "?"
        key = sku if unit == const.INVENTORY_UNIT else f"{sku} ({unit})"
        ordered[key] += read.whole(line, "quantity") or 0
    left = {}
    for shipment in read.children(order, "shipments"):
        if translator.shipment_status(shipment) == "shipped":
            goods: Counter[str] = Counter()
            products = read.children(shipment, "products")
            for line in shipped.from_products(products, order):
                goods[line.sku] += int(line.quantity)
            left[read.needed(shipment, "id")] = _decimals(goods)
    status = read.text(order, "status")
    ends = {"Cancelled": "cancelled", "Fulfilled": "shipped"}
    facts = (
        replace(fact, external_id=f"adopted:{fact.external_id}")
        for fact in translator.poll_envelopes(order)
    )
    return PartnerOrder(
        reference=read.needed(order, "reference_id"),
        external_id=read.needed(order, "id"),
        status=ends.get(status or "", "open"),
        ordered=_decimals(ordered),
        shipped=left,
        facts=tuple(facts),
    )


def _decimals(goods: Counter[str]) -> dict[str, Decimal]:
    return {sku: Decimal(quantity) for sku, quantity in goods.items()}
