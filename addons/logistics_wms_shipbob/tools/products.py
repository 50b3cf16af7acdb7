"""Products out and stock in. Never imports odoo.

Weights: ounces at ShipBob, kilograms here.
"""

from __future__ import annotations

from decimal import Decimal

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import gs1
from odoo.addons.logistics_core.tools import json_fields as read
from odoo.addons.logistics_core.tools.json_paths import Json, filled
from odoo.addons.logistics_wms.canonical import (
    InstructionLine,
    InventoryReport,
    ItemMaster,
    StockLine,
    UnreadLine,
)
from odoo.addons.logistics_wms.tools.spelling import pick

from .. import const

KG_PER_OZ = Decimal("0.028349523125")


def to_quantity(line: InstructionLine) -> int:
    """Return the whole number of ShipBob's unit; raise InvalidMessage else."""
    if line.uom not in const.UNITS:
        raise InvalidMessage(
            _lt(
                "ShipBob knows the units %(units)s, not %(uom)r (%(sku)s). "
                "Map the unit of measure to one of them.",
                units=", ".join(const.UNITS),
                uom=line.uom,
                sku=line.sku,
            )
        )
    if line.quantity <= 0 or line.quantity != line.quantity.to_integral_value():
        raise InvalidMessage(
            _lt(
                "ShipBob ships whole numbers of %(uom)s, not %(quantity)s "
                "(%(sku)s). Change the quantity or map a smaller unit.",
                uom=line.uom,
                quantity=line.quantity,
                sku=line.sku,
            )
        )
    return int(line.quantity)


def to_codes(barcode: str | None) -> Json:
    """Return `gtin` or `upc` when the barcode is one."""
    code = gs1.gtin_or_upc(barcode)
    return {code[0]: code[1]} if code else {}


def to_product(item: ItemMaster) -> Json:
    """Return `Products.CreateProductRequestModelV5` (operation create-product)."""
    serial_scan = {"is_enabled": item.tracking == "serial"}
    variant = _to_variant(item) | {
        "sku": item.sku,
        "lot_information": {"is_lot": item.tracking == "lot"},
        "fulfillment_settings": {"serial_scan": serial_scan},
    }
    return {"name": item.name, "type_id": "1", "variants": [variant]}


def to_product_update(
    item: ItemMaster, variant_id: int, known_as: str | None = None
) -> Json:
    """Return `Products.UpdateProductRequestModelV5` (operation update-product).

    Tracking and handling are set once: the warehouse refines them later. The SKU is
    changed when the product has another one since, not for its spelling.

    :param known_as: the variant's SKU at ShipBob
    """
    changes = _to_variant(item) | {"id": variant_id}
    if known_as and pick(item.sku, [known_as]) is None:
        changes["sku"] = item.sku
    return {"name": item.name, "variants": [changes]}


def _to_variant(item: ItemMaster) -> Json:
    customs = {
        "hs_tariff_code": item.hs_code,
        "country_code_of_origin": item.origin_country,
    }
    body = {
        "name": item.name,
        "status_id": "0" if item.active else "1",
        "weight": float(round(item.weight / KG_PER_OZ, 2)) if item.weight else None,
        "barcodes": [{"value": item.barcode}] if item.barcode else None,
        "customs": filled(customs),
    }
    return filled(body) | to_codes(item.barcode)


def get_variants(product: Json) -> list[Json]:
    """Return the variants of `Products.ProductViewModelV5`."""
    return read.children(product, "variants")


def find_variant(product: Json, sku: str) -> Json | None:
    """Return the variant of `Products.ProductViewModelV5` that has this SKU."""
    variants: dict[str, Json] = {}
    for variant in get_variants(product):
        variants.setdefault(read.text(variant, "sku") or "", variant)
    name = pick(sku, variants)
    return variants[name] if name else None


def from_inventory(data: Json) -> InventoryReport:
    """Translate a page of stock as the connector's poll puts it together.

    :param data: `taken_at`, `location`, `complete`; `items` of
        get-all-inventory-levels (or -grouped-by-fulfillment-center), `lots` of
        get-all-inventory-levels-grouped-by-lot
    """
    taken_at = read.moment(data, "taken_at")
    if taken_at is None:
        raise InvalidMessage(_lt("A stock report needs its time."))
    lots = {read.text(i, "inventory_id"): i for i in read.children(data, "lots")}
    location = read.text(data, "location")
    lines: list[StockLine] = []
    unread: list[UnreadLine] = []
    for item in read.children(data, "items"):
        try:
            known = lots.get(read.text(item, "inventory_id"))
            lines += _stock_lines(item, known, location)
        except InvalidMessage as error:  # the other products are not to blame
            name = item.get("sku") or item.get("inventory_id")
            unread.append(UnreadLine(str(name)[:80], str(error)))
    complete = data.get("complete") is True
    return InventoryReport(tuple(lines), taken_at, location, complete, tuple(unread))


def _stock_lines(
    item: Json, lots: Json | None, location: str | None
) -> list[StockLine]:
    if not read.text(item, "sku"):
        return []
    levels = read.children(lots or {}, "lots") or [item]
    return [_stock_line(item, level, location) for level in levels]


def _stock_line(item: Json, level: Json, location: str | None) -> StockLine:
    places = read.children(level, "locations") if location else [level]
    here = [p for p in places if p is level or read.text(p, "location_id") == location]
    figures = here[0] if here else {}
    prefix = "total_" if "total_on_hand_quantity" in figures else ""
    names = ("on_hand", "fulfillable", "committed")
    keys = (f"{prefix}{name}_quantity" for name in names)
    counts = [Decimal(read.whole(figures, k, negative=True) or 0) for k in keys]
    expires = read.moment(level, "lot_date")
    return StockLine(
        sku=read.needed(item, "sku"),
        on_hand=counts[0],
        available=counts[1],
        committed=counts[2],
        uom=const.INVENTORY_UNIT,
        lot=read.text(level, "lot_number"),
        expires_on=expires.date() if expires else None,
        external_id=read.text(item, "inventory_id"),
    )
