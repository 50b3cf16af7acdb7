"""Counted from both ledgers: Odoo's deliveries and the partner's books."""

from __future__ import annotations

from collections import Counter
from typing import Any

from .world import ITEMS, RENAMED, Order, World

Goods = Counter[str]


class Count:
    """What went wrong, by kind; each list holds a sentence per case."""

    def __init__(self, world: World, connections: list[int]) -> None:
        self.world = world
        self.connections = connections
        self.books = world.partner.books()
        self.orders = {entry["reference"]: entry for entry in self.books["orders"]}
        self.pickings = world.pickings()
        self.by_order: dict[int, list[dict[str, Any]]] = {}
        for picking in self.pickings:
            self.by_order.setdefault(picking["sale_id"][0], []).append(picking)
        self.skus = {product: sku for sku, product in world.products.items()}

    def shipped_twice(self) -> list[str]:
        """More left than was ordered, by the partner and by hand together."""
        problems = []
        for order in self.world.orders:
            left = self._left(order)
            ordered = Counter(dict(order.lines))
            surplus = left - ordered
            if surplus:
                problems.append(f"{order.name} ({order.story}): {dict(surplus)}")
        return problems

    def _left(self, order: Order) -> Goods:
        """What really left: the partner's shipments, and what people took."""
        left: Goods = Counter()
        for picking in self.by_order.get(order.id, []):
            left += self._at_partner(picking["logistics_reference"])
            if picking["state"] == "done" and not picking["carrier_tracking_ref"]:
                left += self._in_odoo(picking["id"])
        return left

    def _at_partner(self, reference: str | None) -> Goods:
        """What the partner shipped, under the SKUs of the first day."""
        goods: Goods = Counter()
        entry = self.orders.get(reference or "")
        for shipment in entry["shipments"] if entry else ():
            if shipment["tracking_number"]:
                for line in shipment["lines"]:
                    goods[_first_sku(line["reference_id"])] += line["quantity"]
        return goods

    def _in_odoo(self, picking_id: int) -> Goods:
        goods: Goods = Counter()
        for line in self.world.client.search_read(
            "stock.move.line",
            [("picking_id", "=", picking_id), ("state", "=", "done")],
            ["product_id", "quantity_product_uom"],
        ):
            sku = self.skus[line["product_id"][0]]
            goods[sku] += round(line["quantity_product_uom"])
        return goods

    def orphaned(self) -> list[str]:
        """Orders that only one side knows."""
        known = {p["logistics_reference"] for p in self.pickings}
        problems = [
            f"{reference}: the partner has it, no delivery does"
            for reference in self.orders
            if reference not in known | self.world.foreign
        ]
        for picking in self.pickings:
            reference = picking["logistics_reference"]
            if reference and reference not in self.orders:
                problems.append(f"{picking['name']}: the partner has no {reference}")
        doubled = Counter(entry["reference"] for entry in self.books["orders"])
        problems += [f"{name}: twice" for name, number in doubled.items() if number > 1]
        return problems

    def foreign_applied(self) -> list[str]:
        """Deliveries with a tracking number that is not of their order."""
        problems = []
        for picking in self.pickings:
            entry = self.orders.get(picking["logistics_reference"] or "")
            theirs = {
                shipment["tracking_number"]
                for shipment in (entry["shipments"] if entry else ())
            }
            ours = set(filter(None, (picking["carrier_tracking_ref"] or "").split(",")))
            if ours - theirs:
                problems.append(f"{picking['name']}: {sorted(ours - theirs)}")
        return problems

    def stock_differences(self) -> list[str]:
        """Odoo's quantities and the partner's, by product and by lot."""
        problems = []
        for item in ITEMS:
            quants = self.world.client.search_read(
                "stock.quant",
                [
                    ("product_id", "=", self.world.products[item.sku]),
                    ("location_id", "=", self.world.location),
                ],
                ["quantity", "lot_id"],
            )
            ours: Counter = Counter()
            for quant in quants:
                lot = quant["lot_id"][1] if quant["lot_id"] else ""
                ours[lot] += round(quant["quantity"])
            theirs: Counter = Counter()
            for sku, stock in self.books["stock"].items():
                if _first_sku(sku) == item.sku:
                    theirs.update(stock["lots"] or {"": stock["on_hand"]})
            if +ours != +theirs:
                problems.append(f"{item.sku}: {dict(+ours)}, partner {dict(+theirs)}")
        return problems

    def blocked_orders(self) -> list[str]:
        """Orders whose goods do not leave although nothing is missing."""
        problems = []
        for order in self.world.orders:
            states = {p["state"] for p in self.by_order.get(order.id, [])}
            if states != {"done"}:
                problems.append(f"{order.name} ({order.story}): {sorted(states)}")
        return problems

    def unexplained(self) -> list[str]:
        """Exceptions that nobody caused, messages that do not end."""
        client, backends = self.world.client, ("backend_id", "in", self.connections)
        exceptions = client.search_read(
            "logistics.exception",
            [backends, ("state", "in", ("open", "in_progress"))],
            ["kind", "title", "cause"],
        )
        messages = client.search_read(
            "logistics.message",
            [
                backends,
                ("state", "in", ("dead", "retrying", "deferred", "in_progress")),
            ],
            ["type_id", "state", "ordering_key", "error"],
        )
        return [
            *(f"{x['kind']}: {x['title']}: {x['cause']}" for x in exceptions),
            *(f"{m['ordering_key']} {m['state']}: {m['error']}" for m in messages),
        ]


def _first_sku(sku: str) -> str:
    """Return the SKU that a product had on the first day."""
    return {new: old for old, new in RENAMED.items()}.get(sku, sku)
