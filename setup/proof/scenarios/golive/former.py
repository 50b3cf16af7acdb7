"""The former process: what was sent to the partner before Odoo's hub did it."""

from __future__ import annotations

import copy
from typing import Any

from ..waiting import wait_until
from .world import Order, World

ADDRESS = {
    "address1": "2200 West Fulton Street",
    "city": "Chicago",
    "state": "IL",
    "zip_code": "60612",
    "country": "US",
}


def open_before(world: World) -> None:
    """200 open deliveries: 40 are at the partner, 3 of these have left."""
    world.sell(27, "adopted")
    world.sell(10, "adopted by purchase order")
    world.sell(3, "left before")
    world.sell(12, "stays")
    world.sell(148, "sent at the start")
    for order in world.of("adopted", "left before"):
        _send(world, order, order.name)
    for order in world.of("adopted by purchase order"):
        [row] = world.client.read("sale.order", [order.id], ["client_order_ref"])
        _send(world, order, row["client_order_ref"])
    for order in world.of("left before"):
        world.partner.run(order.name)
    # Another system of the account sells goods of its own.
    world.partner.catalogue({"sku": "SHOP-GOODS", "name": "Theirs", "quantity": 20})
    for number in range(6):
        reference = f"SHOP-{number}"
        world.foreign.add(reference)
        _post(world, reference, [("SHOP-GOODS", 1)])


def _send(world: World, order: Order, reference: str) -> None:
    _post(world, reference, list(order.lines))


def _post(world: World, reference: str, lines: list[tuple[str, int]]) -> None:
    """As the former connector did: with line numbers of its own."""
    body = {
        "reference_id": reference,
        "shipping_method": "Standard",
        "type": "DTC",
        "recipient": {"name": "Lakeside Office Supply", "address": ADDRESS},
        "products": [
            {
                "reference_id": sku,
                "name": sku,
                "quantity": quantity,
                "external_line_id": n,
            }
            for n, (sku, quantity) in enumerate(lines, 1)
        ],
    }
    world.ask_partner("POST", "/order", json=body)


def tell_foreign_events(world: World, orders: list[Order]) -> None:
    """Another channel uses our references; its events carry other order ids."""
    for number, picking in enumerate(world.pickings(orders)):
        reference = picking["logistics_reference"]
        found = world.ask_partner("GET", f"/order?ReferenceIds={reference}")
        event = copy.deepcopy(found[0]["shipments"][0])
        event |= {
            "id": 970_000 + number,
            "order_id": 990_000 + number,
            "status": "Completed",
            "actual_fulfillment_date": "2026-12-01T00:00:00+00:00",
            "last_update_at": "2026-12-01T00:00:00+00:00",
            "tracking": {"carrier": "USPS", "tracking_number": f"FOREIGN-{number}"},
        }
        world.partner.send_webhook("order.shipped", payload=event)
    for reference in sorted(world.foreign):
        world.partner.run(reference)


def validate_by_hand(world: World, order: Order) -> None:
    """A person presses *Validate*, and says yes to the question."""
    [picking] = [p for p in world.pickings([order]) if p["state"] != "done"]
    answer = world.client.call("stock.picking", "button_validate", [picking["id"]])
    if isinstance(answer, dict) and answer.get("res_model") == "logistics.validation":
        context = answer["context"]
        ids = world.client.call("logistics.validation", "create", {}, context=context)
        ids = ids if isinstance(ids, list) else [ids]
        world.client.call(
            "logistics.validation", "action_validate", ids, context=context
        )
    wait_until(
        f"{order.name} validated by hand",
        lambda: all(p["state"] == "done" for p in world.pickings([order])),
    )


def take_from_shelf(world: World, orders: list[Order]) -> None:
    """What left by hand leaves the partner's books as well: one shelf."""
    for order in orders:
        [picking] = world.pickings([order])
        lines = world.client.search_read(
            "stock.move.line",
            [("picking_id", "=", picking["id"])],
            ["product_id", "lot_id", "quantity"],
        )
        skus = {product: sku for sku, product in world.products.items()}
        for line in lines:
            entry: dict[str, Any] = {"sku": skus[line["product_id"][0]]}
            quantity = -round(line["quantity"])
            if line["lot_id"]:
                entry["lots"] = [{"lot": line["lot_id"][1], "quantity": quantity}]
            else:
                entry["quantity"] = quantity
            world.partner.catalogue(entry)
