"""Operations on orders: create, list, get, cancel, estimate, stored JSON."""

from __future__ import annotations

import json
from typing import Any

from ...core.message import Answer, Request
from . import errors, order_checks, views
from .api import Group, Routes, number, page
from .cancelling import cancel_order
from .model import Order
from .order_filter import OrderFilter

Json = dict[str, Any]


class Orders(Group):
    """``create-order``, ``get-order(s)``, ``cancel-order`` and their like."""

    def routes(self) -> Routes:
        """Operations under ``/order``."""
        return [
            ("POST", "/order", self.create),
            ("GET", "/order", self.list_all),
            ("GET", "/order/{orderId}", self.get),
            ("POST", "/order/{orderId}:cancel", self.cancel),
            ("GET", "/order/{orderId}/store-order-json", self.stored),
            ("POST", "/order:estimate", self.estimate),
        ]

    def create(self, request: Request, _: dict[str, str]) -> Answer:
        """``create-order``: 201; 400 shape; 422 repeated, address, product."""
        body = request.json
        if wrong := order_checks.shape(body):
            raise errors.fields(400, wrong)
        if body["reference_id"] in self.books.by_reference:
            text = "Cannot insert order with existing ReferenceId"
            raise errors.fields(422, {"reference_id": [text]})
        settings = self.world.settings
        wrong = order_checks.address(
            body["recipient"]["address"], settings.undeliverable
        )
        wrong |= order_checks.content(self.books, body, settings.strict_catalogue)
        if self.books.center(body.get("location_id")) is None:
            wrong["location_id"] = [f"No location {body['location_id']}."]
        if wrong:
            raise errors.fields(422, wrong)
        return Answer.of(views.order(self.books.catalogue, self._insert(body)), 201)

    def _insert(self, body: Json) -> Order:
        if body["shipping_method"] not in self.books.methods:
            self.books.methods.append(body["shipping_method"])
        lines = [self._line(line) for line in body["products"]]
        number = self.books.next("order", 100_000)
        order = Order(number, body["reference_id"], body, lines)
        self.books.orders[order.id] = order
        self.books.by_reference[order.reference] = order
        self.life.begin(order)
        return order

    def _line(self, line: Json) -> Json:
        """The line with its product named both ways, and its quantity in EA."""
        product = order_checks.product_of(self.books, line)
        if product is None:
            entry = {"sku": line["reference_id"], "name": line.get("name")}
            product = self.books.catalogue.add(entry)
        unit = line.get("quantity_unit_of_measure_code") or "EA"
        factor = 1 if unit == "EA" else product.units[unit]
        named = {"id": product.product_id, "reference_id": product.sku}
        named["sku"] = line.get("sku") or product.sku
        return line | named | {"quantity_ea": line["quantity"] * factor}

    def _find(self, arguments: dict[str, str]) -> Order:
        order = self.books.orders.get(number(arguments["orderId"], "orderId"))
        if order is None:
            raise errors.problem(404, "Not Found")
        return order

    def get(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``get-order``."""
        return Answer.of(views.order(self.books.catalogue, self._find(arguments)))

    def list_all(self, request: Request, _: dict[str, str]) -> Answer:
        """``get-orders``: filters are joined by and; newest last by default."""
        found = OrderFilter(request).select(self.books)
        if (request.argument("SortOrder") or "").lower() in ("newest", "desc"):
            found.reverse()
        shown = page(request, found)
        return Answer.of([views.order(self.books.catalogue, o) for o in shown])

    def cancel(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``cancel-order``: see :mod:`cancelling`."""
        order = self._find(arguments)
        return Answer.of(
            cancel_order(self.floor, order, self.world.settings.late_cancel)
        )

    def stored(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``get-order-store-data``: the request's body as a JSON string."""
        return Answer.of(json.dumps(self._find(arguments).request))

    def estimate(self, request: Request, _: dict[str, str]) -> Answer:
        """``estimate-fulfillment-cost-for-order``: 2.50 plus 0.50 per EA, in USD."""
        body = request.json_object()
        lines = body.get("products") or []
        if not lines or not isinstance(body.get("address"), dict):
            raise errors.fields(
                400, {"products": ["products and address are required."]}
            )
        if any(order_checks.product_of(self.books, line) is None for line in lines):
            raise errors.fields(422, {"products": ["Unknown product."]})
        units = sum(int(line["quantity"]) for line in lines)
        center = self.books.center(None) or {}
        made = [
            {
                "shipping_method": method,
                "estimated_price": 2.5 + 0.5 * units,
                "estimated_currency_code": "USD",
                "total_weight_oz": 8.0 * units,
                "fulfillment_center": {"id": center["id"], "name": center["name"]},
            }
            for method in body.get("shipping_methods") or self.books.methods
        ]
        return Answer.of({"estimates": made})
