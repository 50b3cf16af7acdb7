"""The root of ShipBob's state, and the report that an outside checker compares."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from .const import CENTERS, SHIPPING_METHODS
from .ledger import (
    FEES,
    PICK_EACH,
    RECEIVING,
    RETURN,
    SHIPPING,
    SHIPPING_EACH,
    Done,
    Ledger,
)
from .model import Item, Order, Product, Shipment
from .stock import Catalogue

Json = dict[str, Any]


class Books:
    """All of one partner's records. Guarded by the world's lock."""

    def __init__(self) -> None:
        self.catalogue = Catalogue()
        self.orders: dict[int, Order] = {}
        self.by_reference: dict[str, Order] = {}
        self.shipments: dict[int, Shipment] = {}
        self.plans: dict[str, list[Json]] = {}
        self.methods = list(SHIPPING_METHODS)
        self.receivings: dict[int, Json] = {}
        self.returns: dict[int, Json] = {}
        self.simulations: dict[str, Json] = {}
        self.ledger = Ledger()
        self._counters: dict[str, Iterator[int]] = defaultdict(
            lambda: itertools.count(1)
        )

    def next(self, kind: str, base: int = 0) -> int:
        """Next id of a kind; ids depend on nothing but the order of events."""
        return base + next(self._counters[kind])

    def center(self, number: int | None) -> Json | None:
        """A fulfilment centre; the first one when none is asked for."""
        if number is None:
            return dict(CENTERS[0])
        return next((dict(c) for c in CENTERS if c["id"] == number), None)

    def order_of(self, reference: str) -> Order:
        """An order by the client's reference. Raises LookupError."""
        if reference not in self.by_reference:
            raise LookupError(f"no order {reference!r}")
        return self.by_reference[reference]

    def accrue(self) -> None:
        """Charge what was done and is not charged yet."""
        self.ledger.accrue(_done(self))

    def report(self) -> Json:
        """``{"orders": [...], "stock": {sku: ...}}``; quantities in EA."""
        return {
            "orders": [order_report(o) for o in self.orders.values()],
            "stock": {s: stock_report(p) for s, p in self.catalogue.products.items()},
        }


def order_report(order: Order) -> Json:
    """One order with what was really shipped of it."""
    return {
        "reference": order.reference,
        "id": order.id,
        "status": order.status,
        "waiting_for": order.parked,
        "problems": list(order.problems),
        "lines": [
            {
                "reference_id": line["reference_id"],
                "quantity": line["quantity"],
                "unit": line.get("quantity_unit_of_measure_code") or "EA",
                "quantity_ea": line["quantity_ea"],
                "external_line_id": line.get("external_line_id"),
            }
            for line in order.lines
        ],
        "shipments": [shipment_report(s) for s in order.shipments],
        "next_steps": [step["kind"] for step in order.steps],
    }


def shipment_report(shipment: Shipment) -> Json:
    """One shipment: lines are its allocation, once shipped its contents."""
    tracking = shipment.tracking or {}
    return {
        "id": shipment.id,
        "status": shipment.status,
        "stage": shipment.stage,
        "wanted": dict(shipment.wanted),
        "lines": [
            {"reference_id": sku, **_sums([i for i in shipment.items if i.sku == sku])}
            for sku in dict.fromkeys(i.sku for i in shipment.items)
        ],
        "cartons": [
            {
                "id": parcel.id,
                "sscc": parcel.sscc,
                "lines": [
                    {"reference_id": i.sku, "quantity": i.quantity, "lot": i.lot}
                    | {"serials": list(i.serials)}
                    for i in parcel.items
                ],
            }
            for parcel in shipment.parcels
        ],
        "carrier": tracking.get("carrier"),
        "tracking_number": tracking.get("tracking_number"),
        "shipped_at": shipment.fulfilled,
        "delivered_at": shipment.delivered,
    }


def _sums(items: list[Item]) -> Json:
    lots: dict[str, int] = defaultdict(int)
    for item in items:
        if item.lot:
            lots[item.lot] += item.quantity
    return {
        "quantity": sum(i.quantity for i in items),
        "lots": [{"lot": lot, "quantity": n} for lot, n in lots.items()],
        "serials": [s for i in items for s in i.serials],
    }


def stock_report(product: Product) -> Json:
    """One product's stock in EA."""
    return {
        "on_hand": product.on_hand,
        "committed": product.committed,
        "shipped": product.shipped,
        "lots": {b.lot: b.on_hand for b in product.buckets if b.lot},
        "serials": [s for b in product.buckets for s in b.serials],
    }


def _done(books: Books) -> Iterator[Done]:
    """Yield what costs."""
    for shipment in books.shipments.values():
        if shipment.stage in ("shipped", "delivered"):
            count = sum(item.quantity for item in shipment.items)
            fees = [
                ("Shipping", "Shipping", SHIPPING + SHIPPING_EACH * count),
                ("Shipping", "Per Pick Fee", PICK_EACH * count),
            ]
            yield "Shipment", shipment.id, shipment.center["name"], fees
    for wro in books.receivings.values():
        if wro["status"] in ("Completed", "Incomplete"):
            place = wro["fulfillment_center"]["name"]
            yield "WRO", wro["id"], place, [("Inbound Fee", FEES[3], RECEIVING)]
    for one in books.returns.values():
        if one["status"] == "Completed":
            place = one["fulfillment_center"]["name"]
            yield "Return", one["id"], place, [("Return", FEES[4], RETURN)]
