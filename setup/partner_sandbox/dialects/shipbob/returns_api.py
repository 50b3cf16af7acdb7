"""Operations on returns, with their webhooks."""

from __future__ import annotations

from typing import Any

from ...core.clock import iso
from ...core.message import Answer, Request
from . import errors
from .api import Group, Routes, cursor_page, names, number
from .model import Product

Json = dict[str, Any]
NEXT = {
    "AwaitingArrival": "Arrived",
    "Arrived": "Processing",
    "Processing": "Completed",
}
_STAMPS = {
    "Arrived": "arrived_date",
    "Processing": "processing_date",
    "Completed": "completed_date",
    "Cancelled": "cancelled_date",
}
_ONLY_LONG = (
    "arrived_date",
    "awaiting_arrival_date",
    "cancelled_date",
    "processing_date",
    "shipment_tracking_number",
    "status_history",
)


class Returns(Group):
    """``create-return-order``, ``get-return-order(s)``, ``cancel-return-order``.

    Kept as ``Returns.PublicReturnDto``; :meth:`advance` moves one on.
    """

    def routes(self) -> Routes:
        """Operations under ``/return``."""
        return [
            ("POST", "/return", self.create),
            ("GET", "/return", self.list_all),
            ("GET", "/return/{id}", self.get),
            ("POST", "/return/{id}:cancel", self.cancel),
        ]

    def create(self, request: Request, _: dict[str, str]) -> Answer:
        """``create-return-order``: 422 for a repeated reference or unknown parts."""
        body = request.json_object()
        if wrong := self._mistakes(body):
            raise errors.api_error(422, wrong[0], wrong)
        made = self._insert(body)
        self._emit("return.created", made)
        return Answer.of(_short(made), 201)

    def _mistakes(self, body: Json) -> list[str]:
        lines = body.get("inventory") or []
        found = []
        if any(r["reference_id"] == body.get("reference_id") for r in self._all()):
            found.append("A return with this reference_id exists already.")
        if (
            self.books.center((body.get("fulfillment_center") or {}).get("id", -1))
            is None
        ):
            found.append("Unknown fulfillment center.")
        if not lines or any(self._product(i) is None for i in lines):
            found.append("Unknown inventory.")
        elif any(int(i.get("quantity") or 0) <= 0 for i in lines):
            found.append("quantity must be greater than 0.")
        shipment = body.get("original_shipment_id")
        if shipment is not None and shipment not in self.books.shipments:
            found.append(f"Unknown shipment {shipment}.")
        return found

    def _all(self) -> list[Json]:
        return list(self.books.returns.values())

    def _product(self, line: Json) -> Product | None:
        return self.books.catalogue.find(inventory_id=line.get("id"))

    def _insert(self, body: Json) -> Json:
        stamp, one = iso(), self.books.next("return", 800_000)
        shipment = self.books.shipments.get(body.get("original_shipment_id") or 0)
        center = self.books.center(body["fulfillment_center"]["id"]) or {}
        tracking = (shipment.tracking or {}) if shipment else {}
        made: Json = {
            "id": one,
            "reference_id": body["reference_id"],
            "status": "AwaitingArrival",
            "return_type": "Regular",
            "channel": {"id": 101, "name": "Logistics Hub"},
            "customer_name": "Logistics Hub",
            "fulfillment_center": {"id": center["id"], "name": center["name"]},
            "insert_date": stamp,
            "awaiting_arrival_date": stamp,
            "arrived_date": None,
            "processing_date": None,
            "completed_date": None,
            "cancelled_date": None,
            "original_shipment_id": body.get("original_shipment_id"),
            "shipment_tracking_number": tracking.get("tracking_number"),
            "store_order_id": shipment.order.reference if shipment else None,
            "tracking_number": body.get("tracking_number"),
            "inventory": [self._line(i) for i in body["inventory"]],
            "status_history": [{"status": "AwaitingArrival", "timestamp": stamp}],
            "transactions": [],
        }
        self.books.returns[one] = made
        return made

    def _line(self, line: Json) -> Json:
        product = self._product(line)
        lot = {"number": line.get("lot_number"), "expiration": line.get("lot_date")}
        return {
            "id": line["id"],
            "name": product.name if product else None,
            "sku": product.sku if product else None,
            "quantity": line["quantity"],
            "barcodes": [],
            "action_requested": {"action": line["requested_action"]},
            "action_taken": [],
            "lot_information": lot | {"minimumShelfLife": None},
        }

    def find(self, arguments: dict[str, str]) -> Json:
        """The return a path names. Refuses with 404."""
        found = self.books.returns.get(number(arguments["id"], "id"))
        if found is None:
            raise errors.problem(404, "Not Found", "No such return")
        return found

    def get(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``get-return-order``."""
        return Answer.of(self.find(arguments))

    def list_all(self, request: Request, _: dict[str, str]) -> Answer:
        """``get-return-orders``."""
        ids, statuses = names(request, "Ids"), names(request, "Status")
        references = names(request, "ReferenceIds")
        found = [
            r
            for r in self._all()
            if (not ids or str(r["id"]) in ids)
            and (not statuses or r["status"] in statuses)
            and (not references or r["reference_id"] in references)
        ]
        return Answer.of(cursor_page(request, found, "Limit"))

    def cancel(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``cancel-return-order``: 400 once it has arrived."""
        found = self.find(arguments)
        if found["status"] != "AwaitingArrival":
            raise errors.problem(400, "Bad Request", f"It is {found['status']}.")
        self._move(found, "Cancelled")
        self._emit("return.updated", found)
        return Answer.of({})

    def advance(self, one: int, actions: list[Json] | None) -> Json:
        """Next status (control API); completing it restocks what is to be restocked.

        :param actions: at completion, per line ``sku``, ``action`` (``Restock``,
            ``Quarantine``, ``Dispose``), ``quantity``, ``reason``; by default what
            was asked for
        """
        found = self.books.returns[one]
        status = NEXT.get(found["status"])
        if status is None:
            raise ValueError(f"return {one} is {found['status']}")
        if status == "Completed":
            self._inspect(found, actions)
        self._move(found, status)
        done = status == "Completed"
        self._emit("return.completed" if done else "return.updated", found)
        return found

    def _inspect(self, found: Json, actions: list[Json] | None) -> None:
        for line in found["inventory"]:
            mine = [a for a in actions or [] if a.get("sku") == line["sku"]]
            asked = line["action_requested"]["action"]
            default = "Restock" if asked == "Default" else asked
            for action in mine or [{"action": default, "quantity": line["quantity"]}]:
                count = int(action.get("quantity", line["quantity"]))
                taken = {"action": action["action"], "quantity_processed": count}
                taken |= {"action_reason": action.get("reason"), "image_url": None}
                line["action_taken"].append(taken)
                if action["action"] == "Restock":
                    self._restock(line, count)
        self.life.stock_came()

    def _restock(self, line: Json, count: int) -> None:
        lot = line["lot_information"]
        part = {"lot": lot["number"], "expiration_date": lot["expiration"]}
        part["quantity"] = count
        entry = {"lots": [part]} if lot["number"] else {"quantity": count}
        self.books.catalogue.add({"sku": line["sku"], **entry})

    def _move(self, found: Json, status: str) -> None:
        stamp = iso()
        found["status"] = status
        found[_STAMPS[status]] = stamp
        found["status_history"].append({"status": status, "timestamp": stamp})

    def _emit(self, topic: str, found: Json) -> None:
        reference = found["store_order_id"] or found["reference_id"]
        self.world.outbox.emit("shipbob", topic, found, reference)


def _short(found: Json) -> Json:
    """``Returns.PublicReturnV1Dto``: the answer to a creation knows less."""
    made = {k: v for k, v in found.items() if k not in _ONLY_LONG}
    kept = ("id", "name", "quantity", "action_requested", "action_taken")
    lines = [{k: line[k] for k in kept} for line in found["inventory"]]
    return made | {"inventory": lines}
