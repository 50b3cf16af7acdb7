"""Cancelling, in time and too late.

The contract gives both a 422 and a 200 whose ``status`` is ``Failure``. Here an order
with nothing open any more is "not in a cancellable state" (422), an order whose
shipments are being worked on answers 200 with the result per shipment. The setting
``late_cancel`` fixes one of the two.
"""

from __future__ import annotations

from typing import Any

from . import errors, views
from .floor import Floor
from .model import Order, Shipment

Json = dict[str, Any]


def cancel_order(floor: Floor, order: Order, late: str) -> Json:
    """``Orders.CanceledOrderViewModel``. Refuses with 422."""
    opened = [s for s in order.shipments if s.open]
    possible = any(s.cancellable for s in opened)
    if not possible and (late == "422" or (late == "auto" and not opened)):
        text = f"Order {order.id} cannot be cancelled: it is {order.status}."
        raise errors.fields(422, {"order": [text]})
    results = [cancel_one(floor, s) for s in order.shipments]
    done = [r["is_success"] for r in results]
    outcome = "Success" if all(done) else "PartialSuccess" if any(done) else "Failure"
    return {
        "order_id": order.id,
        "order": views.order(floor.books.catalogue, order),
        "status": outcome,
        "canceled_shipment_results": results,
    }


def cancel_one(floor: Floor, shipment: Shipment) -> Json:
    """``Orders.CanceledShipmentViewModel``."""
    possible = shipment.cancellable
    reason = "Shipment was cancelled." if possible else refusal(shipment)
    if possible:
        floor.cancelled(shipment)
    return {
        "shipment_id": shipment.id,
        "action": "Cancel",
        "is_success": possible,
        "reason": reason,
    }


def refusal(shipment: Shipment) -> str:
    """Why it is too late."""
    return (
        f"Shipment {shipment.id} cannot be cancelled: it is already {shipment.stage}."
    )
