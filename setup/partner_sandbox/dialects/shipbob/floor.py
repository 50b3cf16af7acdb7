"""The warehouse floor: the state changes of a shipment, with logs and webhooks."""

from __future__ import annotations

from typing import Any

from ...core.clock import iso
from ...core.world import World
from . import views
from .books import Books
from .const import LOGS
from .model import Order, Shipment
from .packing import label, pack

Json = dict[str, Any]


class Floor:
    """What people in the warehouse do. Every call holds the world's lock."""

    def __init__(self, world: World, books: Books) -> None:
        self.world = world
        self.books = books

    def open(
        self, order: Order, wanted: dict[str, int], like: Shipment | None
    ) -> Shipment:
        """A new shipment of an order, with what stock there is allocated to it."""
        body = order.request
        made = Shipment(
            id=self.books.next("shipment", 200_000),
            order=order,
            wanted=wanted,
            recipient=like.recipient if like else body["recipient"],
            method=like.method if like else str(body.get("shipping_method")),
            center=like.center
            if like
            else self.books.center(body.get("location_id")) or {},
        )
        order.shipments.append(made)
        self.books.shipments[made.id] = made
        self.log(made, "created")
        self.allocate(made)
        return made

    def allocate(self, shipment: Shipment) -> int:
        """Commit more stock to a shipment; answers the EA still missing."""
        for sku, quantity in shipment.missing.items():
            lots = shipment.chosen_lots.get(sku)
            shipment.items += self.books.catalogue.allocate(sku, quantity, lots)
        return sum(shipment.missing.values())

    def log(self, shipment: Shipment, kind: str, **metadata: str) -> None:
        """Add a timeline entry (``Orders.ShipmentLogViewModel``)."""
        number, name, text = LOGS[kind]
        shipment.updated = shipment.order.updated = iso()
        entry = {"log_type_id": number, "log_type_name": name, "log_type_text": text}
        stamp = {"timestamp": shipment.updated, "metadata": dict(metadata)}
        shipment.logs.append({**entry, **stamp})

    def emit(self, topic: str, shipment: Shipment) -> None:
        """Send a shipment webhook."""
        payload = views.shipment(self.books.catalogue, shipment)
        self.world.outbox.emit("shipbob", topic, payload, shipment.order.reference)

    def resume(self, shipment: Shipment) -> None:
        """Out of a hold or an exception."""
        if shipment.status in ("OnHold", "Exception"):
            shipment.status, shipment.details = "Processing", []
            self.log(shipment, "released")

    def picked(self, shipment: Shipment) -> None:
        """Picking started and done: from now on it cannot be cancelled."""
        self.resume(shipment)
        shipment.stage = "picked"
        shipment.details = [_detail(103, "Picked", "Shipment was picked")]
        self.log(shipment, "picking")
        self.log(shipment, "picked")

    def packed(self, shipment: Shipment, parcels: list[Any] | int | None) -> None:
        """In cartons, not labelled yet."""
        self.resume(shipment)
        shipment.packing = parcels
        pack(self.books, shipment, parcels)
        shipment.stage = "packed"
        shipment.details = [_detail(104, "Packed", "Shipment was packed")]
        self.log(shipment, "packed")

    def labeled(self, shipment: Shipment, step: Json) -> None:
        """Label printed: tracking is known."""
        tracking = label(shipment, step, iso())
        shipment.stage, shipment.status, shipment.details = (
            "labeled",
            "LabeledCreated",
            [],
        )
        self.log(shipment, "labeled", tracking_number=tracking["tracking_number"])

    def announce(self, shipment: Shipment) -> None:
        """``order.shipped``, once per shipment."""
        if not shipment.announced:
            shipment.announced = True
            self.emit("order.shipped", shipment)

    def shipped(self, shipment: Shipment) -> None:
        """Handed to the carrier: the stock is gone."""
        self.books.catalogue.ship(shipment.items)
        shipment.stage, shipment.status = "shipped", "Completed"
        self.log(shipment, "shipped")
        shipment.fulfilled = shipment.updated
        self.announce(shipment)

    def delivered(self, shipment: Shipment) -> None:
        """The carrier reports the delivery."""
        self.log(shipment, "delivered")
        shipment.stage, shipment.delivered = "delivered", shipment.updated
        self.emit("order.shipment.delivered", shipment)

    def held(self, shipment: Shipment, reason: str) -> None:
        """On hold."""
        shipment.status = "OnHold"
        shipment.details = [_detail(201, "ManualHold", reason)]
        self.log(shipment, "on_hold", reason=reason)
        self.emit("order.shipment.on_hold", shipment)

    def stuck(self, shipment: Shipment, reason: str, name: str = "Exception") -> None:
        """An exception: out of stock, address, anything."""
        shipment.status = "Exception"
        shipment.details = [_detail(301, name, reason)]
        self.log(shipment, "exception", reason=reason)
        self.emit("order.shipment.exception", shipment)

    def out_of_stock(self, shipment: Shipment) -> None:
        """Exception for want of stock, unless it says so already."""
        if not any(d["name"] == "OutOfStock" for d in shipment.details):
            self.stuck(shipment, "Not enough inventory", "OutOfStock")

    def cancelled(self, shipment: Shipment) -> None:
        """Cancelled before picking; its stock is free again."""
        self.books.catalogue.release(shipment.items)
        shipment.items = []
        shipment.stage, shipment.status, shipment.details = "cancelled", "Cancelled", []
        self.log(shipment, "cancelled")
        self.emit("order.shipment.cancelled", shipment)

    def split(self, shipment: Shipment, rest: dict[str, int]) -> Shipment:
        """Move a remainder into a shipment of its own."""
        for sku, quantity in rest.items():
            shipment.wanted[sku] = shipment.wanted.get(sku, 0) - quantity
        shipment.wanted = {k: v for k, v in shipment.wanted.items() if v > 0}
        made = self.open(shipment.order, dict(rest), shipment)
        self.log(shipment, "split", shipment_id=str(made.id))
        return made


def _detail(number: int, name: str, text: str) -> Json:
    return {
        "id": number,
        "name": name,
        "description": text,
        "inventory_id": None,
        "exception_fulfillment_center_id": None,
    }
