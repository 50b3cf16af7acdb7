"""Webhooks in: what ShipBob did becomes done deliveries."""

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_wms_shipbob.tests.common import ShipbobCase


class TestShipbobFlow(ShipbobCase):
    def setUp(self):
        super().setUp()
        self.subscribe()

    def fulfil(self, picking, *steps):
        """Let the partner work through a plan; return the messages it caused."""
        if steps:
            self.sandbox.plan(picking.logistics_reference, list(steps))
        self.sandbox.run(picking.logistics_reference)
        return self.take_webhooks(picking)

    def order_in_dozens(self):
        """Let deliveries keep the unit of the sale, and return it."""
        self.env["ir.config_parameter"].set_param("stock.propagate_uom", "1")
        return self.env.ref("uom.product_uom_dozen")

    def assert_done(self, messages):
        self.assertEqual(
            set(messages.mapped("state")), {"done"}, messages.mapped("error")
        )

    def test_shipped_order_is_a_done_delivery_with_tracking(self):
        picking = self.released((self.mug, 3))
        self.assert_done(self.fulfil(picking))
        self.assertEqual((picking.state, picking.logistics_state), ("done", "shipped"))
        self.assertEqual(picking.move_ids.quantity, 3)
        self.assertTrue(picking.carrier_tracking_ref)
        self.assertEqual(picking.logistics_transport_state, "delivered")
        self.assertEqual(self.get_quantity(self.mug), 97)

    def test_same_webhook_again_changes_nothing(self):
        picking = self.released((self.mug, 3))
        self.fulfil(picking)
        self.assertFalse(self.take_webhooks(picking))
        self.assertEqual(self.get_quantity(self.mug), 97)

    def test_poll_after_the_webhook_has_no_second_effect(self):
        picking = self.released((self.mug, 3))
        self.fulfil(picking)
        messages, _cursor = self.poll("orders")
        self.assertEqual(len(messages), 2)
        self.assert_done(messages)
        self.assertEqual(self.get_quantity(self.mug), 97)

    def test_partial_shipment_leaves_a_backorder_that_ships_later(self):
        picking = self.released((self.mug, 5))
        part = {"kind": "ship", "lines": [{"sku": "MUG", "quantity": 2}]}
        self.assert_done(self.fulfil(picking, part, "manual"))
        rest = picking.backorder_ids
        self.assertEqual((picking.move_ids.quantity, picking.state), (2, "done"))
        self.assertEqual(rest.move_ids.product_uom_qty, 3)
        self.assertEqual(rest.logistics_reference, picking.logistics_reference)
        self.sandbox.run(picking.logistics_reference)
        self.assert_done(self.take_webhooks(picking))
        self.assertEqual(rest.state, "done")
        self.assertEqual(self.get_quantity(self.mug), 95)

    def test_change_after_a_part_left_concerns_the_rest(self):
        picking = self.released((self.mug, 5))
        part = {"kind": "ship", "lines": [{"sku": "MUG", "quantity": 2}]}
        self.fulfil(picking, part, "manual")
        rest = picking.backorder_ids
        rest.move_ids.product_uom_qty = 4
        self.settle()
        self.assertFalse(self.transmit(self.get_messages(rest, "outbound_change")))
        wanted = [s["wanted"] for s in self.at_partner(picking)["shipments"]]
        self.assertEqual(wanted, [{"MUG": 2}, {"MUG": 4}])

    def test_lots_and_serials_are_the_partner_s(self):
        soap = self.make_product("SOAP", tracking="lot")
        clock = self.make_product("CLOCK", tracking="serial")
        for product, name, quantity in (
            (soap, "L1", 5),
            (soap, "L2", 5),
            (clock, "S1", 1),
            (clock, "S2", 1),
        ):
            self.make_lot(product, name, quantity)
        lots = [
            {"lot": "L1", "quantity": 2, "expiration_date": "2027-05-01"},
            {"lot": "L2", "quantity": 5, "expiration_date": "2028-05-01"},
        ]
        self.stock_at_partner("SOAP", lots=lots)
        self.stock_at_partner("CLOCK", serials=["S1", "S2"])
        picking = self.released((soap, 3), (clock, 1))
        self.assert_done(self.fulfil(picking))
        shipped = {line.lot_id.name: line.quantity for line in picking.move_line_ids}
        self.assertEqual(shipped, {"L1": 2, "L2": 1, "S1": 1})

    def test_two_cartons_are_two_packages_with_their_sscc(self):
        picking = self.released((self.mug, 4))
        pack = {"kind": "pack", "parcels": 2}
        self.assert_done(self.fulfil(picking, "pick", pack, "ship"))
        packages = picking.move_line_ids.result_package_id
        self.assertEqual(len(packages), 2)
        self.assertTrue(all(len(name) == 18 for name in packages.mapped("name")))

    def test_dozen_is_ordered_in_eaches_and_comes_back_as_dozen(self):
        dozen = self.order_in_dozens()
        picking = self.released((self.mug, 2, dozen))
        ordered = ("MUG", 24, "EA", 24, picking.move_ids.id)
        self.assertEqual(self.get_ordered(picking), [ordered])
        self.assert_done(self.fulfil(picking))
        self.assertEqual(picking.move_ids.quantity, 2)
        self.assertEqual(self.get_quantity(self.mug), 76)

    def test_case_with_a_code_is_ordered_as_case(self):
        dozen = self.order_in_dozens()
        self.env["logistics.value.map"].create(
            {
                "backend_id": self.backend.id,
                "kind": "uom",
                "odoo_value": dozen.with_context(lang=None).name,
                "external_value": "CS",
                "state": "approved",
            }
        )
        self.sandbox.catalogue({"sku": "MUG", "units": {"CS": 12}})
        picking = self.released((self.mug, 2, dozen))
        ordered = ("MUG", 2, "CS", 24, picking.move_ids.id)
        self.assertEqual(self.get_ordered(picking), [ordered])
        self.assert_done(self.fulfil(picking))
        self.assertEqual(picking.move_ids.quantity, 2)

    def test_hold_shows_the_reason_until_it_goes_on(self):
        picking = self.released((self.mug, 1))
        hold = {"kind": "hold", "reason": "Missing customs info"}
        self.assert_done(self.fulfil(picking, hold, "release", "pick", "ship"))
        self.assertEqual(picking.logistics_state, "held")
        self.assertIn("Missing customs info", picking.logistics_hold_reason)
        self.sandbox.run(picking.logistics_reference)
        self.assert_done(self.take_webhooks(picking))
        self.assertEqual(picking.state, "done")

    def test_cancelled_there_is_told(self):
        picking = self.released((self.mug, 1))
        self.assert_done(self.fulfil(picking, "cancel"))
        self.assertEqual(picking.logistics_state, "cancelled")

    def test_webhook_without_topic_is_refused(self):
        with self.assertRaises(InvalidMessage):
            self.connector._receive(self.backend, {"webhook-id": "1"}, b"{}")

    def test_webhook_that_is_not_text_is_refused(self):
        headers = {"x-webhook-topic": "order.shipped", "webhook-id": "1"}
        with self.assertRaises(InvalidMessage):
            self.connector._receive(self.backend, headers, b"\xff\xfe")
