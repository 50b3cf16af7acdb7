"""Operations on warehouse receiving orders (WRO, an announced receipt)."""

from __future__ import annotations

from typing import Any

from ...core.clock import iso, parse
from ...core.message import Answer, Request
from . import errors
from .api import Group, Routes, moment, names, number, page
from .model import Product

Json = dict[str, Any]
CANCELLABLE = ("Awaiting",)


class Receivings(Group):
    """``create-warehouse-receiving-order``, list, get, boxes, cancel.

    Kept as the vendor shows them, with the boxes beside under ``boxes``.
    """

    def routes(self) -> Routes:
        """Operations under ``/receiving``."""
        return [
            ("POST", "/receiving", self.create),
            ("GET", "/receiving", self.list_all),
            ("GET", "/receiving/{id}", self.get),
            ("GET", "/receiving/{id}/boxes", self.boxes),
            ("POST", "/receiving/{id}:cancel", self.cancel),
        ]

    def create(self, request: Request, _: dict[str, str]) -> Answer:
        """``create-warehouse-receiving-order``: 400 for unknown items or centre."""
        body = request.json_object()
        center = self.books.center((body.get("fulfillment_center") or {}).get("id", -1))
        boxes = body.get("boxes") or []
        lines = [i for box in boxes for i in box.get("box_items") or []]
        wrong: errors.Errors = {}
        if center is None:
            wrong["fulfillment_center"] = ["Unknown fulfillment center."]
        if not lines or any(self._product(i) is None for i in lines):
            wrong["boxes"] = ["Each box needs items of known inventory ids."]
        elif any(int(i.get("quantity") or 0) <= 0 for i in lines):
            wrong["boxes"] = ["quantity must be greater than 0."]
        if wrong or center is None:
            raise errors.fields(400, wrong)
        return Answer.of(_shown(self._insert(body, center, boxes)), 201)

    def _product(self, line: Json) -> Product | None:
        return self.books.catalogue.find(inventory_id=line.get("inventory_id"))

    def _insert(self, body: Json, center: Json, boxes: list[Json]) -> Json:
        wro = self.books.next("wro", 700_000)
        stamp = iso()
        expected: dict[int, int] = {}
        for line in (i for box in boxes for i in box["box_items"]):
            one = int(line["inventory_id"])
            expected[one] = expected.get(one, 0) + int(line["quantity"])
            product = self._product(line)
            if product:
                product.awaiting += int(line["quantity"])
        made: Json = {
            "id": wro,
            "status": "Awaiting",
            "purchase_order_number": body.get("purchase_order_number"),
            "expected_arrival_date": body["expected_arrival_date"],
            "package_type": body["package_type"],
            "box_packaging_type": body["box_packaging_type"],
            "fulfillment_center": center,
            "insert_date": stamp,
            "last_updated_date": stamp,
            "external_sync_timestamp": None,
            "box_labels_uri": None,
            "status_history": [{"id": 1, "status": "Awaiting", "timestamp": stamp}],
            "inventory_quantities": [
                self._quantities(one, count) for one, count in expected.items()
            ],
            "boxes": [self._box(wro, n, box) for n, box in enumerate(boxes, 1)],
        }
        self.books.receivings[wro] = made
        return made

    def _quantities(self, inventory_id: int, expected: int) -> Json:
        product = self.books.catalogue.find(inventory_id=inventory_id)
        return {
            "inventory_id": inventory_id,
            "sku": product.sku if product else None,
            "expected_quantity": expected,
            "received_quantity": 0,
            "stowed_quantity": 0,
        }

    def _box(self, wro: int, place: int, box: Json) -> Json:
        return {
            "box_id": wro * 100 + place,
            "box_number": place,
            "box_status": "Awaiting",
            "tracking_number": box.get("tracking_number"),
            "arrived_date": None,
            "counting_started_date": None,
            "received_date": None,
            "box_items": [
                {
                    "inventory_id": line["inventory_id"],
                    "quantity": line["quantity"],
                    "lot_number": line.get("lot_number"),
                    "lot_date": line.get("lot_date"),
                    "received_quantity": 0,
                    "stowed_quantity": 0,
                }
                for line in box["box_items"]
            ],
        }

    def find(self, arguments: dict[str, str]) -> Json:
        """The WRO a path names. Refuses with 404."""
        wro = self.books.receivings.get(number(arguments["id"], "id"))
        if wro is None:
            raise errors.problem(404, "Not Found", "No such receiving order")
        return wro

    def get(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``get-warehouse-receiving-order``."""
        return Answer.of(_shown(self.find(arguments)))

    def boxes(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``get-warehouse-receiving-order-boxes``."""
        return Answer.of(self.find(arguments)["boxes"])

    def list_all(self, request: Request, _: dict[str, str]) -> Answer:
        """``get-multiple-warehouse-receiving-orders``."""
        found = [w for w in self.books.receivings.values() if _matches(w, request)]
        return Answer.of([_shown(w) for w in page(request, found)])

    def cancel(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``cancel-warehouse-receiving-order``: 422 once something arrived."""
        wro = self.find(arguments)
        if wro["status"] not in CANCELLABLE:
            raise errors.fields(422, {"status": [f"It is already {wro['status']}."]})
        for line in wro["inventory_quantities"]:
            product = self._product(line)
            if product:
                product.awaiting -= line["expected_quantity"]
        set_status(wro, "Cancelled")
        return Answer.of(_shown(wro))

    def receive(self, number_: int, lines: list[Json] | None) -> Json:
        """The goods arrive (control API): stock rises, the WRO ends.

        :param lines: ``sku`` or ``inventory_id``, ``quantity``, ``lot``,
            ``expiration_date``, ``serials``; None receives what was announced
        """
        wro = self.books.receivings[number_]
        announced = [
            line | {"lot": line["lot_number"], "expiration_date": line["lot_date"]}
            for box in wro["boxes"]
            for line in box["box_items"]
        ]
        for line in announced if lines is None else lines:
            self._stow(wro, line)
        for line in wro["inventory_quantities"]:
            product = self._product(line)
            if product:
                product.awaiting = max(0, product.awaiting - line["expected_quantity"])
        rows = wro["inventory_quantities"]
        full = all(r["received_quantity"] >= r["expected_quantity"] for r in rows)
        set_status(wro, "Completed" if full else "Incomplete")
        self.life.stock_came()
        return _shown(wro)

    def _stow(self, wro: Json, line: Json) -> None:
        product = self.books.catalogue.find(sku=line.get("sku")) or self._product(line)
        if product is None:
            raise ValueError(f"unknown product in {line}")
        count = len(line.get("serials") or []) or int(line["quantity"])
        part = {k: line.get(k) for k in ("lot", "expiration_date", "serials")}
        part["quantity"] = count
        lots = {"lots": [part]} if part["lot"] else part
        self.books.catalogue.add({"sku": product.sku, "name": product.name, **lots})
        for row in wro["inventory_quantities"]:
            if row["inventory_id"] == product.inventory_id:
                row["received_quantity"] += count
                row["stowed_quantity"] += count


def set_status(wro: Json, status: str) -> None:
    """Move a WRO on, with its history."""
    stamp = iso()
    wro["status"], wro["last_updated_date"] = status, stamp
    count = len(wro["status_history"]) + 1
    entry = {"id": count, "status": status, "timestamp": stamp}
    wro["status_history"].append(entry)


def _shown(wro: Json) -> Json:
    """``Receiving.V2.WarehouseReceivingOrderViewModel``."""
    return {k: v for k, v in wro.items() if k != "boxes"}


def _matches(wro: Json, request: Request) -> bool:
    wanted = {
        "IDs": str(wro["id"]),
        "Statuses": wro["status"],
        "PurchaseOrderNumbers": wro["purchase_order_number"],
        "FulfillmentCenterIds": str(wro["fulfillment_center"]["id"]),
    }
    for name, value in wanted.items():
        given = names(request, name)
        if given and value not in given:
            return False
    start, end = moment(request, "InsertStartDate"), moment(request, "InsertEndDate")
    at = parse(wro["insert_date"])
    return (start is None or at >= start) and (end is None or at <= end)
