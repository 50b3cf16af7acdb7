"""Operations that change a shipment before it is picked."""

from __future__ import annotations

from typing import Any

from ...core.message import Answer, Request
from . import errors, order_checks, views
from .api import Group, Routes, number
from .model import Item, Shipment

Json = dict[str, Any]
_NAMES = {
    "street_address1": "address1",
    "street_address2": "address2",
    "city": "city",
    "state": "state",
    "zip_code": "zip_code",
    "country_code": "country",
    "company_name": "company_name",
}
_PERSON = {"recipient_name": "name", "email": "email", "phone_number": "phone_number"}


class Changes(Group):
    """``update-shipment-address``, line items, shipping service."""

    def routes(self) -> Routes:
        """Operations ``:updateAddress``, ``:getLineItems`` and so on."""
        return [
            ("PUT", "/shipment/{shipmentId}:updateAddress", self.address),
            ("GET", "/shipment/{shipmentId}:getLineItems", self.lines),
            ("POST", "/shipment/{shipmentId}:updateLineItems", self.update_lines),
            ("PUT", "/shipment:bulkUpdateShippingService", self.service),
        ]

    def _find(self, arguments: dict[str, str], missing: int) -> Shipment:
        found = self.books.shipments.get(number(arguments["shipmentId"], "shipmentId"))
        if found is None:
            raise errors.coded(missing, "NOT_FOUND", "No such shipment")
        return found

    def _changeable(self, arguments: dict[str, str]) -> Shipment:
        shipment = self._find(arguments, 400)
        if not shipment.cancellable:
            text = f"Shipment {shipment.id} is already {shipment.stage}."
            raise errors.coded(400, "CONFLICT", text)
        return shipment

    def address(self, request: Request, arguments: dict[str, str]) -> Answer:
        """``update-shipment-address``: 400 when picked or undeliverable."""
        shipment, body = self._changeable(arguments), request.json_object()
        old = shipment.recipient
        new = {to: body[name] for name, to in _NAMES.items() if name in body}
        address = old["address"] | new
        wrong = order_checks.address(address, self.world.settings.undeliverable)
        if wrong or not body.get("street_address1") or not body.get("city"):
            text = "; ".join(m for ms in wrong.values() for m in ms)
            text = text or "street_address1 and city are required"
            raise errors.coded(400, "VALIDATION_ERROR", text)
        person = {to: body[name] for name, to in _PERSON.items() if body.get(name)}
        shipment.recipient = old | person | {"address": address}
        self.floor.log(shipment, "updated", field="address")
        return Answer.of({"id": shipment.id, "is_success": True})

    def lines(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``get-shipment-line-items``."""
        shipment = self._find(arguments, 404)
        items = views.with_missing(shipment)
        held = {id(i) for i in shipment.items}
        return Answer.of([self._line(shipment, i, id(i) in held) for i in items])

    def _line(self, shipment: Shipment, item: Item, held: bool) -> Json:
        product = self.books.catalogue.products[item.sku]
        made: Json = {
            "inventory_id": product.inventory_id,
            "quantity": item.quantity,
            "committed_quantity": item.quantity if held else 0,
            "is_hazmat": False,
            "is_lot": product.lot_tracked,
            "serial_numbers": list(item.serials),
            "product_variant": {
                "id": product.variant_id,
                "name": product.name,
                "sku": product.sku,
            },
        }
        if item.lot:
            chosen = item.sku in shipment.chosen_lots
            made["lot"] = {
                "lot_number": item.lot,
                "lot_date": item.expiration,
                "selection_method": "Specific" if chosen else "ShipbobChooses",
            }
        return made

    def update_lines(self, request: Request, arguments: dict[str, str]) -> Answer:
        """``update-shipment-line-items``: the whole list, lots may be chosen."""
        shipment = self._changeable(arguments)
        wanted, lots = self._read_lines(request.json_object().get("items"))
        before = dict(shipment.wanted)
        self.books.catalogue.release(shipment.items)
        shipment.items, shipment.wanted, shipment.chosen_lots = [], wanted, lots
        if self.floor.allocate(shipment):
            self.floor.out_of_stock(shipment)
        else:
            self.floor.resume(shipment)
        self.floor.log(shipment, "updated", field="line_items")
        changes = [self._change(s, before, wanted) for s in before | wanted]
        changed = [c for c in changes if c["previous_value"] != c["new_value"]]
        made = {"id": shipment.id, "is_success": True, "shipment_line_items": changed}
        return Answer.of(made)

    def _read_lines(
        self, items: Any
    ) -> tuple[dict[str, int], dict[str, list[tuple[str, int]]]]:
        wanted: dict[str, int] = {}
        lots: dict[str, list[tuple[str, int]]] = {}
        for item in items if isinstance(items, list) else []:
            product = self.books.catalogue.find(inventory_id=item.get("inventory_id"))
            quantity = item.get("quantity")
            if product is None or not isinstance(quantity, int) or quantity < 0:
                text = f"inventory {item.get('inventory_id')}, quantity {quantity}"
                raise errors.coded(400, "INVALID_PARAMETER", text)
            if quantity:
                wanted[product.sku] = wanted.get(product.sku, 0) + quantity
            if item.get("lot_number") and item.get("is_manually_assigned_lot"):
                chosen = lots.setdefault(product.sku, [])
                chosen.append((item["lot_number"], quantity))
        if not wanted:
            raise errors.coded(400, "INVALID_PARAMETER", "items must not be empty")
        return wanted, lots

    def _change(self, sku: str, before: dict[str, int], after: dict[str, int]) -> Json:
        old, new = before.get(sku), after.get(sku)
        action = "Added" if old is None else "Removed" if new is None else "Updated"
        return {
            "inventory_id": self.books.catalogue.products[sku].inventory_id,
            "action": action,
            "previous_value": None if old is None else str(old),
            "new_value": None if new is None else str(new),
        }

    def service(self, request: Request, _: dict[str, str]) -> Answer:
        """``bulk-update-shipping-service``: by the id of a shipping method."""
        body = request.json_object()
        wanted = int(body.get("requested_shipping_service_id") or 0)
        if not 1 <= wanted <= len(self.books.methods):
            raise errors.coded(
                400, "INVALID_PARAMETER", f"no shipping service {wanted}"
            )
        results = [
            self._set_service(one, self.books.methods[wanted - 1])
            for one in body.get("shipment_ids") or []
        ]
        good = sum(r["is_success"] for r in results)
        total = len(results)
        summary = {"total": total, "successful": good, "failed": total - good}
        return Answer.of({"results": results, "summary": summary})

    def _set_service(self, one: int, method: str) -> Json:
        shipment = self.books.shipments.get(one)
        if shipment is None or shipment.stage not in ("new", "picked", "packed"):
            code = "NOT_FOUND" if shipment is None else "CONFLICT"
            error = {"code": code, "message": "The service cannot be changed."}
            return {"id": one, "is_success": False, "error": error}
        shipment.method = method
        self.floor.log(shipment, "updated", field="shipping_service")
        return {"id": one, "is_success": True}
