"""Compare Odoo with the partner's books; every difference is one sentence."""

from __future__ import annotations

from collections import Counter
from typing import Any

from .data import ITEMS, MasterData
from .orders import Order, Orders

Quantities = dict[tuple[str, str | None], int]


def audit(orders: Orders, played: list[Order], data: MasterData) -> list[str]:
    """Return what disagrees; an empty list is the proof."""
    problems = []
    for order in played:
        mine = [
            *_check_outcome(orders, order),
            *_check_goods(orders, order, data),
            *_check_tracking(orders, order),
            *_check_invoice(orders, order),
        ]
        problems += [f"{order.name} ({order.case.title}): {text}" for text in mine]
    problems += _check_stock(orders, data)
    return problems


def _check_outcome(orders: Orders, order: Order) -> list[str]:
    problems = []
    done = [p for p in order.pickings if p["state"] == "done"]
    if len(done) != order.case.deliveries:
        problems.append(f"{len(done)} deliveries done, not {order.case.deliveries}")
    if outcome(order) != order.case.outcome:
        problems.append(f"ended as {outcome(order)}, not {order.case.outcome}")
    counts = Counter(entry["reference"] for entry in orders.partner_orders(order))
    doubled = [reference for reference, count in counts.items() if count > 1]
    problems += [f"{reference} exists twice at the partner" for reference in doubled]
    return problems


def outcome(order: Order) -> str:
    """How the order ended, in one word."""
    if order.state == "cancel":
        return "cancelled"
    states = {picking["logistics_state"] for picking in order.pickings}
    if "rejected" in states:
        return "rejected"
    open_ones = [p for p in order.pickings if p["state"] not in ("done", "cancel")]
    return "open" if open_ones else "shipped"


def _check_goods(orders: Orders, order: Order, data: MasterData) -> list[str]:
    skus = {product: sku for sku, product in data.products.items()}
    ours: Counter = Counter()
    for line in order.shipped:
        lot = line["lot_id"][1] if line["lot_id"] else None
        ours[skus[line["product_id"][0]], lot] += round(line["quantity_product_uom"])
    theirs: Counter = Counter()
    for shipment in _shipped(orders, order):
        for line in shipment["lines"]:
            theirs.update(_quantities(line))
    if ours == theirs:
        return []
    return [f"Odoo shipped {dict(ours)}, the partner {dict(theirs)}"]


def _shipped(orders: Orders, order: Order) -> list[dict[str, Any]]:
    return [
        shipment
        for entry in orders.partner_orders(order)
        for shipment in entry["shipments"]
        if shipment["tracking_number"]
    ]


def _quantities(line: dict[str, Any]) -> Quantities:
    sku = line["reference_id"]
    if line.get("serials"):
        return dict.fromkeys(((sku, serial) for serial in line["serials"]), 1)
    if line.get("lots"):
        return {(sku, lot["lot"]): lot["quantity"] for lot in line["lots"]}
    return {(sku, None): line["quantity"]}


def _check_tracking(orders: Orders, order: Order) -> list[str]:
    theirs = {shipment["tracking_number"] for shipment in _shipped(orders, order)}
    if theirs == set(tracking(order)):
        return []
    return [f"tracking {sorted(tracking(order))}, the partner's {sorted(theirs)}"]


def tracking(order: Order) -> list[str]:
    """Every tracking number of the order's deliveries."""
    numbers = []
    for picking in order.pickings:
        numbers += (picking["carrier_tracking_ref"] or "").split(",")
    return list(dict.fromkeys(number for number in numbers if number))


def _check_invoice(orders: Orders, order: Order) -> list[str]:
    lines = orders.client.search_read(
        "sale.order.line",
        [("order_id", "=", order.id), ("is_delivery", "=", False)],
        ["name", "qty_delivered", "qty_invoiced"],
    )
    return [
        f"{line['qty_invoiced']} invoiced of {line['qty_delivered']} delivered"
        f" {line['name']}"
        for line in lines
        if line["qty_invoiced"] != line["qty_delivered"]
    ]


def _check_stock(orders: Orders, data: MasterData) -> list[str]:
    stock = orders.partner.books()["stock"]
    problems = []
    for item in ITEMS:
        quants = orders.client.search_read(
            "stock.quant",
            [
                ("product_id", "=", data.products[item.sku]),
                ("location_id", "=", data.location),
            ],
            ["quantity", "lot_id"],
        )
        ours = sum(round(quant["quantity"]) for quant in quants)
        theirs = stock.get(item.sku, {}).get("on_hand", 0)
        if ours != theirs:
            problems.append(f"stock of {item.sku}: {ours}, the partner's {theirs}")
        if item.lots:
            by_lot: Counter = Counter()
            for quant in quants:
                by_lot[quant["lot_id"][1]] += round(quant["quantity"])
            if +by_lot != +Counter(stock[item.sku]["lots"]):
                problems.append(f"lots of {item.sku}: {dict(by_lot)}")
    return problems
