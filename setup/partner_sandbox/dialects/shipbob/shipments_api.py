"""Operations that read and cancel shipments."""

from __future__ import annotations

from ...core.message import Answer, Refusal, Request
from . import errors, views
from .api import Group, Routes, number
from .cancelling import cancel_one, refusal
from .model import Shipment

_FINE = ("created", "picked", "packed", "labeled", "shipped", "delivered", "cancelled")


class Shipments(Group):
    """``get-shipment``, ``get-all-shipments-for-order``, timelines, cancels."""

    def routes(self) -> Routes:
        """Operations under ``/shipment`` and ``/order/{orderId}/shipment``."""
        nested = "/order/{orderId}/shipment"
        return [
            ("GET", nested, self.of_order),
            ("GET", "/shipment/{shipmentId}", self.get),
            ("GET", nested + "/{shipmentId}", self.get),
            ("GET", "/shipment/{shipmentId}/timeline", self.timeline),
            ("GET", nested + "/{shipmentId}/timeline", self.timeline),
            ("GET", "/shipment/{shipmentId}/logs", self.timeline),
            ("GET", nested + "/{shipmentId}/logs", self.timeline),
            ("POST", "/shipment/{shipmentId}:cancel", self.cancel),
            ("POST", nested + "/{shipmentId}:cancel", self.cancel),
            ("POST", "/shipment:batchCancel", self.cancel_many),
            ("POST", "/shipment:batchUpdateTrackingUpload", self.uploaded),
        ]

    def find(self, arguments: dict[str, str]) -> Shipment:
        """The shipment a path names. Refuses with 404."""
        found = self.books.shipments.get(number(arguments["shipmentId"], "shipmentId"))
        order = arguments.get("orderId")
        if found is None or (order and found.order.id != number(order, "orderId")):
            raise errors.problem(404, "Not Found")
        return found

    def get(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``get-shipment``."""
        return Answer.of(views.shipment(self.books.catalogue, self.find(arguments)))

    def of_order(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``get-all-shipments-for-order``."""
        order = self.books.orders.get(number(arguments["orderId"], "orderId"))
        if order is None:
            raise errors.problem(404, "Not Found")
        made = [views.shipment(self.books.catalogue, s) for s in order.shipments]
        return Answer.of(made)

    def timeline(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``get-shipment-timeline`` and ``get-shipment-logs``: the same entries."""
        return Answer.of(self.find(arguments).logs)

    def cancel(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``cancel-shipment``: 200 with the shipment, 422 when too late."""
        shipment = self.find(arguments)
        if not shipment.cancellable:
            raise errors.fields(422, {"shipment": [refusal(shipment)]})
        self.floor.cancelled(shipment)
        return Answer.of(views.shipment(self.books.catalogue, shipment))

    def cancel_many(self, request: Request, _: dict[str, str]) -> Answer:
        """``batch-cancel-shipments``: one result each; 422 for an unknown id."""
        ids = request.json_object().get("shipment_ids") or []
        unknown = [i for i in ids if i not in self.books.shipments]
        if unknown or not ids:
            text = f"Unknown shipments: {unknown}" if unknown else "No shipments given."
            raise errors.fields(422, {"shipment_ids": [text]})
        results = [cancel_one(self.floor, self.books.shipments[i]) for i in ids]
        return Answer.of({"results": results})

    def uploaded(self, request: Request, _: dict[str, str]) -> Answer:
        """``mark-tracking-uploaded``."""
        body = request.json_object()
        ids, value = body.get("shipment_ids") or [], body.get("is_tracking_uploaded")
        if not ids or not isinstance(value, bool):
            raise Refusal(Answer.of("shipment_ids and the flag are needed", 400))
        results = []
        for one in ids:
            shipment = self.books.shipments.get(one)
            result: views.Json = {"shipmentId": one, "isSuccess": shipment is not None}
            if shipment is None:
                result["error"] = {"code": "NOT_FOUND", "message": "No such shipment"}
            else:
                shipment.tracking_uploaded = value
            results.append(result)
        good = sum(r["isSuccess"] for r in results)
        total = len(results)
        summary = {"total": total, "successful": good, "failed": total - good}
        return Answer.of({"results": results, "summary": summary})
