"""ShipBob on the wire: orders, their changes and cancellations."""

from odoo import models

from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import Conflict, OutcomeUnknown, Rejected
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools.error_text import error_text
from odoo.addons.logistics_wms.tools.spelling import pick

from .. import const, translator
from ..tools import changes


class LogisticsConnectorShipbob(models.AbstractModel):
    _inherit = "logistics.connector.shipbob"

    _changeable = frozenset({"ship_to", "lines", "carrier_service"})

    def _get_changeable(self, told):
        known = super()._get_changeable(told)
        # Amounts in another currency were not sent: there is nothing to change.
        return known if told.currency == "USD" else known | {"unit_price"}

    def _send_order(self, backend, message, instruction):
        body = self._prepare_order(backend, instruction, message)
        headers = self._get_channel(backend)
        try:
            order = self._call(backend, "create-order", json=body, headers=headers)
        except Rejected as error:
            # 422 is also the answer to a reference that is there already.
            found = error.http_status == 422 and self._find_order(backend, body)
            if not found:
                raise
            return found
        if not order.get("id"):
            raise OutcomeUnknown(_lt("ShipBob's answer names no order."))
        return SendResult(external_id=str(order["id"]))

    def _lookup_order(self, backend, message, instruction):
        body = self._prepare_order(backend, instruction, message)
        return self._find_order(backend, body)

    def _prepare_order(self, backend, instruction, message=None):
        """Return the order; what its route says counts more than the connection."""
        picking = message and message._get_document()
        route = (picking or self.env["stock.picking"]).sudo().logistics_route_id
        return translator.to_order(
            instruction,
            type=route._get_shipbob_order_type(backend),
            location_id=route._get_shipbob_location(backend),
            sales_channel=route.shipbob_sales_channel
            or backend.shipbob_sales_channel
            or None,
            shipping_terms=backend._get_shipbob_terms(),
        )

    def _get_reads(self, backend, route):
        """Return also what ShipBob reads of orders to businesses."""
        if route._get_shipbob_order_type(backend) == "B2B":
            return self._reads | {"customer_reference", "dates"}
        return self._reads

    def _get_order(self, backend, reference, known=None):
        """Return our channel's order of this reference, or None.

        :param known: ShipBob's id of our order, once it is known
        :raises Conflict: the reference belongs to another order
        """
        orders = self._call(
            backend,
            "get-orders",
            params={"ReferenceIds": reference},
            headers=self._get_channel(backend),
        )
        own = self._get_own_channel(backend)
        same = [
            order
            for order in orders
            if order.get("reference_id") == reference
            and translator.get_channel(order) in (None, own)
        ]
        ours = [order for order in same if known in (None, "", str(order.get("id")))]
        if same and not ours:
            raise Conflict(
                _lt(
                    "ShipBob has its order %(theirs)s under our reference"
                    " %(reference)s. Our order is %(ours)s.",
                    theirs=same[0].get("id"),
                    reference=reference,
                    ours=known,
                )
            )
        return ours[0] if ours else None

    def _find_order(self, backend, body):
        """Return the result of an order that is at ShipBob already, or None.

        :raises Conflict: the reference belongs to an order with other content
        :raises Rejected: the order was cancelled; ShipBob uses a reference once
        """
        order = self._get_order(backend, body["reference_id"])
        if order is None:
            return None
        if order.get("status") == "Cancelled":
            raise Rejected(
                _lt("The order was cancelled at ShipBob."),
                remedy=_lt("Cancel the delivery and make a new one."),
            )
        others = changes.differences(order, body)
        self._check_same(backend, body["reference_id"], others)
        note = self.env._("ShipBob had this order already.")
        return SendResult(external_id=str(order["id"]), note=note)

    def _send_cancel(self, backend, message, cancel):
        order = self._get_order(backend, cancel.reference, cancel.order_external_id)
        if order is None or order.get("status") == "Cancelled":
            return SendResult(note=self.env._("ShipBob has no such order any more."))
        answer = self._call(backend, "cancel-order", order["id"])
        if answer.get("status") != "Success":
            results = answer.get("canceled_shipment_results") or ()
            reasons = [r.get("reason") for r in results if not r.get("is_success")]
            text = error_text(reasons) or answer.get("status")
            raise Rejected(
                _lt("ShipBob does not cancel: %s", text),
                code=answer.get("status"),
            )
        return SendResult(external_id=str(order["id"]))

    def _send_change(self, backend, message, change):
        known = change.order_external_id
        order = self._get_order(backend, change.reference, known) or {}
        shipments = order.get("shipments") or ()
        opened = [s for s in shipments if str(s.get("status")) in const.OPEN_SHIPMENT]
        if not opened:
            raise Rejected(_lt("ShipBob has no open shipment of this order."))
        if change.lines is not None:
            self._change_lines(backend, order, opened, change.lines)
        for shipment in opened if change.ship_to else ():
            body = changes.to_address(change.ship_to)
            self._change(backend, "update-shipment-address", shipment["id"], body)
        if "carrier_service" in change.changed:
            self._change_service(backend, opened, change)
        return SendResult(external_id=str(order["id"]))

    def _change_lines(self, backend, order, opened, lines):
        if len(opened) > 1:
            raise Rejected(
                _lt("The order is in %s shipments: change it there.", len(opened))
            )
        wanted = changes.to_quantities(lines)
        wanted -= changes.respelled(translator.shipped_quantities(order), wanted)
        key = opened[0]["id"]
        items = self._call(backend, "get-shipment-line-items", key)
        new = wanted.keys() - {pick(changes.item_sku(i), wanted) for i in items}
        ids = {sku: self._get_inventory_id(backend, sku) for sku in new}
        body = changes.to_items(wanted, items, ids)
        self._change(backend, "update-shipment-line-items", key, body)

    def _change_service(self, backend, opened, change):
        """Have open shipments shipped with another of ShipBob's methods."""
        methods = self._call(backend, "get-shipping-methods")
        wanted = change.carrier_service
        ids = [m["id"] for m in methods if m.get("name") == wanted and m.get("active")]
        if not ids:
            raise Rejected(
                _lt("ShipBob has no active shipping method “%s”.", wanted),
                remedy=_lt(
                    "Correct the value map of the delivery method, or add the method"
                    " at ShipBob, then retry."
                ),
            )
        body = changes.to_service(ids[0], [shipment["id"] for shipment in opened])
        answer = self._call(backend, "bulk-update-shipping-service", json=body)
        changes.check_results(answer)

    def _change(self, backend, operation, key, body):
        """Send a change; ShipBob may refuse it with status 200."""
        answer = self._call(backend, operation, key, json=body)
        if answer.get("is_success") is False:
            error = answer.get("error") or {}
            text = error_text(error)
            raise Rejected(
                _lt("ShipBob does not change it: %s", text),
                code=error.get("code"),
            )

    def _get_inventory_id(self, backend, sku):
        _product, variant = self._find_variant(backend, sku)
        inventory_id = ((variant or {}).get("inventory") or {}).get("inventory_id")
        if not inventory_id:
            raise Rejected(_lt("ShipBob has no inventory of %s.", sku))
        return inventory_id
