"""What differs from ShipBob's book, and how that is changed. Never imports odoo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from odoo.addons.logistics_core.errors import NotSupported, Rejected
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_fields as read
from odoo.addons.logistics_core.tools.error_text import error_text
from odoo.addons.logistics_core.tools.json_paths import Json, filled, to_fields
from odoo.addons.logistics_wms.canonical import Address, InstructionLine
from odoo.addons.logistics_wms.tools.spelling import folded, pick, plain

from .. import const
from .products import to_quantity


def differences(order: Json, body: Json) -> list[str]:
    """Say in what an order found at ShipBob is not the one we would create.

    Compared is what ShipBob does not rewrite. Apart from the products, what it does not
    report counts as equal.
    """
    ours, theirs = _get_facts(body), _get_facts(order)
    told = [name for name in ours if theirs[name] or name == "products"]
    return [name for name in told if ours[name] != theirs[name]]


def _get_facts(order: Json) -> dict[str, Any]:
    recipient = read.child(order, "recipient")
    address = read.child(recipient, "address")
    lines = read.children(order, "products")
    unit = "quantity_unit_of_measure_code"
    return {
        "products": Counter(
            (
                folded(read.text(line, "reference_id")),
                line.get("quantity"),
                line.get(unit) or "EA",
            )
            for line in lines
        ),
        "line numbers": Counter(i for i in (_line_id(line) for line in lines) if i),
        "name": _plain(recipient.get("name")),
        "postal code": _plain(address.get("zip_code")),
        "country": _plain(address.get("country")),
    }


def _line_id(line: Json) -> int | None:
    return read.whole(line, "external_line_id")


def _plain(value: Any) -> str:
    return "".join(c for c in str(value or "").casefold() if c.isalnum())


def to_address(to: Address) -> Json:
    """Return `Orders.UpdateAddressRequest` (operation update-shipment-address)."""
    return to_fields(to, const.UPDATED_ADDRESS)


def to_quantities(lines: Iterable[InstructionLine]) -> Counter[str]:
    """Return eaches by SKU: a shipment's items have no other unit."""
    wanted: Counter[str] = Counter()
    for line in lines:
        if line.uom != const.INVENTORY_UNIT:
            raise NotSupported(
                _lt("ShipBob changes quantities in EA, not in %(uom)s.", uom=line.uom)
            )
        wanted[plain(line.sku)] += to_quantity(line)
    return wanted


def respelled(quantities: Counter[str], wanted: Iterable[str]) -> Counter[str]:
    """Return ShipBob's quantities by SKU, SKUs as we write them."""
    spelled: Counter[str] = Counter()
    for sku, quantity in quantities.items():
        spelled[pick(sku, wanted) or sku] += quantity
    return spelled


def to_items(wanted: Counter[str], items: list[Json], new: dict[str, int]) -> Json:
    """Return `Orders.UpdateLineItemsRequest`: always the complete list.

    A SKU whose quantity stays keeps its lots. ShipBob wants the same
    `is_manually_assigned_lot` on all items.

    :param items: answer of get-shipment-line-items
    :param new: inventory ids of the SKUs that the shipment does not have yet
    """
    lots = [read.child(item, "lot") for item in items]
    manual = any(lot.get("selection_method") == "Specific" for lot in lots)
    made: list[Json] = []
    for sku, quantity in wanted.items():
        held = [item for item in items if pick(item_sku(item), wanted) == sku]
        if held and sum(read.whole(i, "quantity") or 0 for i in held) == quantity:
            made += map(_to_item, held)
        elif manual:
            raise Rejected(
                _lt("Lots were chosen for this shipment: change it at ShipBob.")
            )
        else:
            inventory_id = held[0].get("inventory_id") if held else new[sku]
            made.append({"inventory_id": inventory_id, "quantity": quantity})
    return {"items": [item | {"is_manually_assigned_lot": manual} for item in made]}


def to_service(service_id: int, shipment_ids: list[int]) -> Json:
    """Return `Orders.BulkUpdateShippingServiceRequest`."""
    return {
        "reason": "Changed by the merchant",
        "requested_shipping_service_id": service_id,
        "shipment_ids": shipment_ids,
    }


def check_results(answer: Json) -> None:
    """Raise Rejected unless all of `Orders.BulkActionApiResponse` succeeded."""
    failed = [
        result
        for result in read.children(answer, "results")
        if result.get("is_success") is False
    ]
    if failed:
        errors = [read.child(result, "error") for result in failed]
        raise Rejected(
            _lt("ShipBob does not change it: %s", error_text(errors)),
            code=read.text(errors[0], "code"),
        )


def item_sku(item: Json) -> str | None:
    """Return the SKU of `Orders.ShipmentLineItemDetail`."""
    return read.text(read.child(item, "product_variant"), "sku")


def _to_item(item: Json) -> Json:
    lot = read.child(item, "lot")
    same = {key: item.get(key) for key in ("inventory_id", "quantity")}
    return same | filled({key: lot.get(key) for key in ("lot_number", "lot_date")})
