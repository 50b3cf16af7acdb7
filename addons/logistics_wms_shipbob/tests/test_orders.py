"""Orders out: created once, cancelled and changed as ShipBob's answer decides."""

from odoo.addons.logistics_core.errors import (
    AuthenticationFailed,
    Conflict,
    OutcomeUnknown,
    RateLimited,
    Rejected,
)
from odoo.addons.logistics_wms_shipbob.tests.common import ShipbobCase


class TestShipbobOrders(ShipbobCase):
    def get_orders(self):
        return self.sandbox.books()["orders"]

    def test_order_arrives_with_our_lines_and_its_id_comes_back(self):
        picking = self.released((self.mug, 3), (self.tea, 1))
        self.assertEqual(picking.logistics_state, "accepted")
        self.assertTrue(picking.logistics_order_external_id)
        (order,) = self.get_orders()
        self.assertEqual(order["reference"], picking.logistics_reference)
        mugs, tea = picking.move_ids.ids
        self.assertEqual(
            self.get_ordered(picking),
            [("MUG", 3, "EA", 3, mugs), ("TEA", 1, "EA", 1, tea)],
        )

    def test_answer_that_got_lost_leads_to_one_order(self):
        _picking, message = self.deliver((self.mug, 1))
        self.sandbox.rules(
            {"action": "timeout_after_commit", "method": "POST", "times": 1}
        )
        self.assertIsInstance(self.transmit(message), OutcomeUnknown)
        self.assertTrue(message.outcome_unknown)
        self.assertFalse(self.transmit(message))
        self.assertEqual(message.state, "done")
        self.assertEqual(len(self.get_orders()), 1)
        asked = [r["method"] for r in self.sandbox.requests()["items"]]
        self.assertEqual(asked, ["POST", "GET"])  # looked up, not sent again

    def test_server_error_before_the_order_is_followed_by_a_second_try(self):
        _picking, message = self.deliver((self.mug, 1))
        self.sandbox.rules(
            {"action": "status", "status": 500, "method": "POST", "times": 1}
        )
        self.assertIsInstance(self.transmit(message), OutcomeUnknown)
        self.assertFalse(self.transmit(message))
        self.assertEqual(len(self.get_orders()), 1)

    def test_broken_answer_is_an_unknown_outcome(self):
        _picking, message = self.deliver((self.mug, 1))
        self.sandbox.rules({"action": "malformed", "method": "POST", "times": 1})
        self.assertIsInstance(self.transmit(message), OutcomeUnknown)
        self.assertFalse(self.transmit(message))
        self.assertEqual(len(self.get_orders()), 1)

    def test_reference_that_is_there_with_the_same_order_is_success(self):
        _picking, message = self.deliver((self.mug, 1))
        self.assertFalse(self.transmit(message))
        self.assertFalse(self.transmit(message))
        self.assertEqual(message.state, "done")
        self.assertIn("already", message.note)

    def test_reference_that_is_there_with_another_order_is_a_conflict(self):
        picking, message = self.deliver((self.mug, 1))
        self.assertFalse(self.transmit(message))
        picking.move_ids.product_uom_qty = 2
        message._set_canonical(
            picking._prepare_outbound_instruction(
                self.backend, picking.logistics_reference
            )
        )
        error = self.transmit(message)
        self.assertIsInstance(error, Conflict)
        self.assertIn("products", str(error))
        self.assertEqual(message.error_kind, "conflict")

    def test_unknown_sku_is_told_in_shipbob_s_words_and_heals_by_replay(self):
        picking, message = self.deliver((self.make_product("NEW"), 1))
        error = self.transmit(message)
        self.assertIsInstance(error, Rejected)
        self.assertIn("NEW", str(error))
        self.assertEqual(picking.logistics_state, "rejected")
        self.stock_at_partner("NEW", 5)
        self.assertFalse(self.transmit(message))

    def test_limit_names_the_wait(self):
        _picking, message = self.deliver((self.mug, 1))
        self.sandbox.rules(
            {"action": "status", "status": 429, "retry_after": 7, "times": 1}
        )
        error = self.transmit(message)
        self.assertIsInstance(error, RateLimited)
        self.assertEqual(error.retry_after, 7)
        self.assertEqual(message.state, "retrying")

    def test_wrong_token_is_an_authentication_problem(self):
        _picking, message = self.deliver((self.mug, 1))
        self.backend.shipbob_token = "wrong"
        self.assertIsInstance(self.transmit(message), AuthenticationFailed)

    def test_missing_channel_says_what_to_press(self):
        _picking, message = self.deliver((self.mug, 1))
        self.backend.shipbob_channel_id = 0
        error = self.transmit(message)
        self.assertIsInstance(error, AuthenticationFailed)
        self.assertIn("Test connection", error.remedy)

    # Cancelling

    def cancel(self, picking):
        picking.action_cancel()
        self.settle()
        return self.transmit(self.get_messages(picking, "outbound_cancel"))

    def test_cancelled_in_time_is_cancelled_on_both_sides(self):
        picking = self.released((self.mug, 1))
        self.assertFalse(self.cancel(picking))
        self.assertEqual(picking.state, "cancel")
        self.assertEqual(self.at_partner(picking)["status"], "Cancelled")

    def test_cancelled_too_late_ships_after_all(self):
        for late in ("422", "failure"):
            self.sandbox.settings(late_cancel=late)
            picking = self.released((self.mug, 1))
            self.sandbox.advance(picking.logistics_reference)
            error = self.cancel(picking)
            self.assertIsInstance(error, Rejected)
            self.assertIn("cannot be cancelled", str(error))
            self.assertNotEqual(picking.state, "cancel")

    def test_lost_answer_to_a_cancellation_is_found_out(self):
        picking = self.released((self.mug, 1))
        self.sandbox.rules(
            {"action": "timeout_after_commit", "path": "cancel", "times": 1}
        )
        self.assertIsInstance(self.cancel(picking), OutcomeUnknown)
        message = self.get_messages(picking, "outbound_cancel")
        self.assertFalse(self.transmit(message))
        self.assertEqual(picking.state, "cancel")

    def test_order_that_was_cancelled_there_is_not_taken_for_success(self):
        picking, message = self.deliver((self.mug, 1))
        self.assertFalse(self.transmit(message))
        self.sandbox.plan(picking.logistics_reference, ["cancel"])
        self.sandbox.advance(picking.logistics_reference)
        error = self.transmit(message)
        self.assertIsInstance(error, Rejected)
        self.assertIn("cancelled", str(error))

    # Changing

    def change(self, picking):
        self.settle()
        return self.transmit(self.get_messages(picking, "outbound_change")[-1])

    def test_changed_address_is_taken_over(self):
        picking = self.released((self.mug, 1))
        self.customer.street = "10 Downing Street"
        picking._logistics_touch()
        self.assertFalse(self.change(picking))
        order = self.connector._get_order(self.backend, picking.logistics_reference)
        address = order["shipments"][0]["recipient"]["address"]
        self.assertEqual(address["address1"], "10 Downing Street")

    def test_changed_quantities_are_taken_over(self):
        picking = self.released((self.mug, 1), (self.tea, 2))
        picking.move_ids[0].product_uom_qty = 4
        self.assertFalse(self.change(picking))
        order = self.at_partner(picking)
        (shipment,) = order["shipments"]
        self.assertEqual(shipment["wanted"], {"MUG": 4, "TEA": 2})

    def test_change_after_picking_is_refused_with_the_reason(self):
        picking = self.released((self.mug, 1))
        self.sandbox.advance(picking.logistics_reference)
        self.customer.street = "10 Downing Street"
        picking._logistics_touch()
        error = self.change(picking)
        self.assertIsInstance(error, Rejected)
        self.assertIn("already picked", str(error))

    def test_changed_delivery_method_is_taken_over(self):
        service = self.env["product.product"].create(
            {"name": "Freight", "type": "service"}
        )
        express = self.env["delivery.carrier"].create(
            {"name": "Express", "product_id": service.id}
        )
        self.env["logistics.value.map"].create(
            {
                "backend_id": self.backend.id,
                "kind": "carrier_service",
                "odoo_value": "Express",
                "external_value": "Pigeon post",
                "state": "approved",
            }
        )
        picking = self.released((self.mug, 1))
        picking.carrier_id = express
        error = self.change(picking)
        self.assertIsInstance(error, Rejected)
        self.assertIn("no active shipping method", str(error))
        other = self.released((self.mug, 1), carrier_id=express.id)
        self.assertEqual(other.logistics_state, "accepted")  # ShipBob knows it now
        message = self.get_messages(picking, "outbound_change")[-1]
        self.assertFalse(self.transmit(message))
        order = self.connector._get_order(self.backend, picking.logistics_reference)
        self.assertEqual(order["shipments"][0]["ship_option"], "Pigeon post")

    def test_what_shipbob_cannot_change_is_said_to_the_user(self):
        picking = self.released((self.mug, 1))
        picking.write({"priority": "1", "note": "Ring twice"})
        self.settle()
        self.assertFalse(self.get_messages(picking, "outbound_change"))
        cause = self.get_exceptions("change_not_told").cause
        self.assertIn("Urgent", cause)
        self.assertIn("Ring twice", cause)

    # Products

    def test_product_is_created_then_updated(self):
        product = self.make_product("LAMP", barcode="4006381333931", weight=2)
        for _time in range(2):
            product._logistics_send(self.backend)
            messages = self.get_messages(product, "item_master")
            self.assertFalse(self.transmit(messages[-1]))
            product.name = "Lamp, blue"
        known = self.env["logistics.binding"]._get_external_id(
            self.backend, "product", product
        )
        _product, variant = self.connector._find_variant(self.backend, "LAMP")
        self.assertEqual(known, str(variant["id"]))
        self.assertEqual(variant["name"], "Lamp, blue")
        self.assertEqual(variant["gtin"], "4006381333931")

    def test_product_with_another_sku_is_the_same_product_there(self):
        product = self.make_product("LAMP")
        keys = []
        for sku in ("LAMP", "LAMP-2"):
            product.default_code = sku
            product._logistics_send(self.backend)
            message = self.get_messages(product, "item_master")[-1]
            self.assertFalse(self.transmit(message))
            keys.append(self.connector._find_variant(self.backend, sku)[1]["id"])
        self.assertEqual(keys[0], keys[1])
        self.assertEqual(self.connector._find_variant(self.backend, "LAMP")[1], None)
