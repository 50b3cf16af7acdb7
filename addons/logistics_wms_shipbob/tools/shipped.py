"""What a shipment of ShipBob contains. Pure functions, never imports odoo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_fields as read
from odoo.addons.logistics_core.tools.json_paths import Json
from odoo.addons.logistics_wms.canonical import LotQuantity, ShippedLine
from odoo.addons.logistics_wms.tools.spelling import pick

from .. import const


def from_products(products: list[Json], order: Json) -> tuple[ShippedLine, ...]:
    """Translate `Orders.ShipmentProductViewModel`s.

    While allocations are reported, what is not allocated did not leave.
    """
    items = [i for p in products for i in read.children(p, "inventory_items")]
    told = any(read.whole(item, "quantity_committed") for item in items)
    lines = (_from_product(product, order, told) for product in products)
    return tuple(line for line in lines if line.quantity)


def _from_product(product: Json, order: Json, told: bool) -> ShippedLine:
    sku = read.needed(product, "reference_id", "sku")
    items = read.children(product, "inventory_items")
    if len({read.text(item, "id") for item in items}) > 1:
        raise InvalidMessage(
            _lt("%(sku)s is a bundle at ShipBob: order its parts instead.", sku=sku)
        )
    lots: dict[str | None, LotQuantity] = {}
    for part in (part for item in items for part in _from_item(item, told)):
        same = lots.get(part.lot, replace(part, quantity=Decimal(0)))
        lots[part.lot] = replace(same, quantity=same.quantity + part.quantity)
    return ShippedLine(
        sku=sku,
        quantity=sum((lot.quantity for lot in lots.values()), Decimal(0)),
        uom=const.INVENTORY_UNIT,
        lots=tuple(lots.values()) if any(lots) else (),
        line_id=_line_id(sku, order),
        external_id=read.text(product, "id"),
    )


def _line_id(sku: str, order: Json) -> int | None:
    """Return our line; none when the SKU was ordered on several."""
    ordered = read.children(order, "products")
    by_sku: dict[str, list[Json]] = {}
    for line in ordered:
        by_sku.setdefault(read.text(line, "reference_id") or "", []).append(line)
    lines = by_sku.get(pick(sku, by_sku) or sku, [])
    return read.whole(lines[0], "external_line_id") if len(lines) == 1 else None


def _from_item(item: Json, told: bool) -> Iterator[LotQuantity]:
    """Yield `Orders.InventoryViewModel` by serial, the rest by lot."""
    quantity = read.whole(item, "quantity") or 0
    if told:
        quantity = min(quantity, read.whole(item, "quantity_committed") or 0)
    serials = read.texts(item, "serial_numbers")
    if len(serials) > quantity:
        raise InvalidMessage(
            _lt(
                "ShipBob names %(count)s serials for %(quantity)s.",
                count=len(serials),
                quantity=quantity,
            )
        )
    expires = read.moment(item, "expiration_date")
    yield from (LotQuantity(Decimal(1), serial, expires) for serial in serials)
    if rest := quantity - len(serials):
        yield LotQuantity(Decimal(rest), read.text(item, "lot"), expires)
