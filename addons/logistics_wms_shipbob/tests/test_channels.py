"""Orders of other channels of the account are recorded, never applied to ours."""

import json

from odoo.addons.logistics_core.errors import Conflict
from odoo.addons.logistics_wms_shipbob import const, translator
from odoo.addons.logistics_wms_shipbob.tests.common import ShipbobCase


class TestShipbobChannels(ShipbobCase):
    def tell(self, topic, shipment, **values):
        """Receive a webhook about a shipment, changed by `values`."""
        headers = {
            "x-webhook-topic": topic,
            "webhook-id": f"msg_{next(self.numbers)}",
        }
        body = json.dumps(shipment | values).encode()
        return self.take(self.connector._receive(self.backend, headers, body))

    def get_shipment(self, picking):
        order = self.connector._get_order(self.backend, picking.logistics_reference)
        return order["shipments"][0]

    def test_another_order_under_our_reference_is_a_conflict(self):
        picking = self.released((self.mug, 1))
        self.sandbox.advance(picking.logistics_reference)
        for topic in const.TOPIC_STATUS:
            shipment = self.get_shipment(picking)
            message = self.tell(
                topic,
                shipment,
                id=99_000,
                order_id=98_000,
                delivery_date="2026-03-02T10:00:00Z",
            )
            self.assertEqual(message.error_kind, "conflict", topic)
        self.assertNotEqual(picking.state, "done")
        self.assertFalse(picking.carrier_tracking_ref)
        self.assertFalse(picking.logistics_hold_reason)
        (exception,) = self.get_exceptions()
        self.assertIn("98000", exception.cause)
        self.sandbox.run(picking.logistics_reference)
        self.poll("orders")
        self.assertEqual(picking.state, "done")

    def test_five_shipments_of_another_channel_make_no_exception(self):
        shipment = self.get_shipment(self.released((self.mug, 1)))
        for number in range(5):
            foreign = {
                "id": 99_000 + number,
                "order_id": 98_000 + number,
                "reference_id": f"SHOP-{number}",
                "delivery_date": "2026-03-02T10:00:00Z",
            }
            for topic in ("order.shipped", "order.shipment.delivered"):
                message = self.tell(topic, shipment, **foreign)
                self.assertEqual(message.state, "done", message.error)
        self.assertFalse(self.get_exceptions())

    def test_what_we_do_not_understand_of_another_channel_is_recorded(self):
        shipment = self.get_shipment(self.released((self.mug, 1)))
        parts = [{"id": 1, "quantity": 1}, {"id": 2, "quantity": 1}]
        bundle = [{"id": 5, "sku": "SET", "inventory_items": parts}]
        foreign = {"id": 99_000, "order_id": 98_000, "products": bundle}
        for reference in ("SHOP-1", None):
            message = self.tell(
                "order.shipped", shipment, reference_id=reference, **foreign
            )
            self.assertEqual(message.state, "done", message.error)
        self.assertFalse(self.get_exceptions())

    def test_what_we_do_not_understand_of_ours_is_an_exception(self):
        picking = self.released((self.mug, 1))
        shipment = self.get_shipment(picking)
        message = self.tell("order.shipped", shipment, products=[])
        self.assertEqual(message.error_kind, "invalid_message")

    def test_a_polled_order_of_another_channel_is_recorded(self):
        picking = self.released((self.mug, 1))
        self.sandbox.run(picking.logistics_reference)
        order = self.connector._get_order(self.backend, picking.logistics_reference)
        order["channel"] = {"id": 202, "name": "Another shop"}
        messages = self.take(list(translator.poll_envelopes(order)))
        self.assertEqual(set(messages.mapped("state")), {"done"})
        self.assertNotEqual(picking.state, "done")
        self.assertFalse(self.get_exceptions())

    def test_an_order_of_our_channel_that_odoo_does_not_know_is_told(self):
        picking = self.released((self.mug, 1))
        order = self.connector._get_order(self.backend, picking.logistics_reference)
        order["reference_id"] = "BY-HAND"
        order["shipments"][0].update(reference_id="BY-HAND", order_id=98_000)
        messages = self.take(list(translator.poll_envelopes(order)))
        self.assertEqual(messages.error_kind, "unknown_document")

    def test_an_order_of_somebody_else_is_neither_cancelled_nor_changed(self):
        for ask in ("cancel", "change"):
            picking = self.released((self.mug, 1))
            self.env["logistics.binding"].search(
                [("kind", "=", "order"), ("res_id", "=", picking.id)]
            ).external_id = f"98{picking.id}"
            if ask == "cancel":
                picking.action_cancel()
            else:
                picking.move_ids.product_uom_qty = 3
            self.settle()
            error = self.transmit(self.get_messages(picking, f"outbound_{ask}"))
            self.assertIsInstance(error, Conflict)
            (shipment,) = self.at_partner(picking)["shipments"]
            self.assertEqual(shipment["wanted"], {"MUG": 1})
            self.assertNotEqual(self.at_partner(picking)["status"], "Cancelled")

    def test_a_renamed_product_comes_back(self):
        picking = self.released((self.mug, 2))
        self.mug.default_code = "MUG-2"
        self.settle()
        self.sandbox.run(picking.logistics_reference)
        self.poll("orders")
        self.assertEqual(picking.state, "done")
        self.assertFalse(self.get_exceptions())

    def test_spaces_around_a_sku(self):
        pad = self.make_product("PAD ")
        self.stock_at_partner("PAD", 10)
        picking = self.released((pad, 2), (self.mug, 1))
        picking.move_ids.filtered(lambda m: m.product_id == pad).product_uom_qty = 1
        self.settle()
        change = self.get_messages(picking, "outbound_change")
        self.assertFalse(self.transmit(change))
        self.sandbox.run(picking.logistics_reference)
        self.poll("orders")
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.get_quantity(pad), 99)
        self.poll("inventory")
        level = self.env["logistics.stock.level"].search([("product_id", "=", pad.id)])
        self.assertTrue(level)
