"""Shipments are validated as the button does it, and no dialog stops them."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.logistics_core.tests.common import process_inbound
from odoo.addons.logistics_wms.tests.common import WmsCase


@tagged("post_install", "-at_install")
class TestValidation(WmsCase):
    def setUp(self):
        super().setUp()
        self.type = self.warehouse.out_type_id

    def batch_by_contact(self):
        """Odoo's own default of new warehouses, written out."""
        self.type.write({"auto_batch": True, "batch_group_by_partner": True})

    def test_an_order_can_be_confirmed_after_one_of_a_batch_was_shipped(self):
        self.batch_by_contact()
        first = self.release((self.mug, 1))
        second = self.release((self.mug, 1))
        self.assertTrue(first.batch_id)
        self.assertEqual(first.batch_id, second.batch_id)
        batch = second.batch_id
        self.receive(self.shipment(first, (self.mug, 1)))
        self.assertEqual(first.state, "done")
        self.assertFalse(first.batch_id)
        third = self.make_order((self.mug, 1)).picking_ids
        self.assertEqual(third.batch_id, batch)
        self.assertEqual(third.logistics_state, "to_release")

    def test_a_whole_batch_that_was_shipped_stays_together_and_is_done(self):
        self.batch_by_contact()
        pickings = self.release((self.mug, 1)) | self.release((self.mug, 1))
        batch = pickings.batch_id
        lanes = type(self.env["logistics.lane"])
        first = self.env["logistics.lane"].search(
            [("backend_id", "=", self.backend.id), ("direction", "=", "in")], limit=1
        )
        self.patch(lanes, "_get_lane_ids", lambda *args: (first.id,))
        self.receive(*(self.shipment(p, (self.mug, 1)) for p in pickings))
        self.assertEqual(set(pickings.mapped("state")), {"done"})
        self.assertEqual(pickings.batch_id, batch)
        self.assertEqual(batch.state, "done")

    def test_a_backorder_joins_a_batch_and_the_partner_ships_it(self):
        self.batch_by_contact()
        picking = self.release((self.mug, 5))
        self.receive(self.shipment(picking, (self.mug, 2)))
        rest = picking.backorder_ids
        self.assertTrue(rest.batch_id)
        self.assertFalse(picking.batch_id == rest.batch_id)
        self.make_order((self.mug, 1))
        self.receive(self.shipment(rest, (self.mug, 3)))
        self.assertEqual(rest.state, "done")
        self.make_order((self.mug, 1))

    def test_a_delivery_in_a_wave_is_validated(self):
        picking = self.release((self.mug, 2))
        other = self.release((self.tea, 1))
        wave = self.env["stock.picking.batch"].create(
            {
                "is_wave": True,
                "picking_type_id": self.type.id,
                "picking_ids": [(6, 0, (picking | other).ids)],
            }
        )
        wave.action_confirm()
        self.receive(self.shipment(picking, (self.mug, 2)))
        self.assertEqual(picking.state, "done")
        self.assertEqual(wave.picking_ids, other)
        self.assertEqual(wave.state, "in_progress")

    def test_each_policy_for_backorders_follows_the_partner(self):
        for policy in ("ask", "always", "never"):
            self.type.create_backorder = policy
            picking = self.release((self.mug, 5), (self.tea, 1))
            message = self.receive(self.shipment(picking, (self.mug, 2)))
            self.assertEqual(message.state, "done", policy)
            rest = picking.backorder_ids
            self.assertEqual(
                {m.product_id: m.product_uom_qty for m in rest.move_ids},
                {self.mug: 3, self.tea: 1},
                policy,
            )
            self.assertEqual(rest.logistics_reference, picking.logistics_reference)
            self.assertEqual(rest.logistics_state, "accepted")
            self.receive(self.shipment(rest, (self.mug, 3), (self.tea, 1)))
            self.assertEqual(rest.state, "done", policy)

    def test_a_rest_that_the_partner_closes_is_cancelled_under_each_policy(self):
        self.backend.wms_short_policy = "cancel"
        for policy in ("ask", "always", "never"):
            self.type.create_backorder = policy
            picking = self.release((self.mug, 5))
            self.receive(self.shipment(picking, (self.mug, 2), remaining="closed"))
            self.assertEqual(picking.state, "done", policy)
            self.assertFalse(
                picking.sale_id.picking_ids.filtered(
                    lambda p: p.state not in ("done", "cancel")
                ),
                policy,
            )

    def test_what_others_do_at_the_button_happens(self):
        pressed = []
        pickings = type(self.env["stock.picking"])
        original = pickings.button_validate

        def press(records):
            pressed.append(records)
            return original(records)

        self.patch(pickings, "button_validate", press)
        picking = self.release((self.mug, 2))
        self.receive(self.shipment(picking, (self.mug, 1)))
        self.assertEqual([records.ids for records in pressed], [picking.ids])

    def test_a_dialog_of_another_addon_is_named_and_nothing_is_half_done(self):
        picking = self.release((self.mug, 2))
        dialog = {
            "type": "ir.actions.act_window",
            "name": "Weigh the pallet",
            "res_model": "pallet.scale",
        }
        pickings = type(self.env["stock.picking"])
        original = pickings._pre_action_done_hook
        self.patch(pickings, "_pre_action_done_hook", lambda records: dialog)
        message = self.receive(self.shipment(picking, (self.mug, 2)))
        self.assert_invalid(message, "validation_stopped", done=picking)
        exception = self.get_exceptions("validation_stopped")
        self.assertIn("Weigh the pallet", exception.cause)
        self.assertIn("pallet.scale", exception.cause)
        self.assertEqual(picking.logistics_state, "accepted")
        self.patch(pickings, "_pre_action_done_hook", original)
        message.action_replay()
        process_inbound(message)
        self.assertEqual(picking.state, "done")

    def test_an_error_at_the_button_leaves_nothing_half_done(self):
        picking = self.release((self.mug, 2))

        def refuse(records):
            raise UserError(records.env._("The scale is broken."))

        self.patch(type(picking), "button_validate", refuse)
        message = self.receive(self.shipment(picking, (self.mug, 2)))
        self.assertEqual(message.state, "dead")
        self.assertIn("scale", message.error)
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(picking.logistics_state, "accepted")

    def test_expired_goods_that_left_have_left(self):
        if "expiration_date" not in self.env["stock.lot"]._fields:
            self.skipTest("product_expiry is not installed")
        milk = self.make_product("MILK", tracking="lot", use_expiration_date=True)
        lot = self.make_lot(milk, "M1", 5, expiration_date="2099-01-01 00:00:00")
        picking = self.release((milk, 2))
        lot.write({"expiration_date": "2020-01-01", "removal_date": "2020-01-01"})
        self.receive(self.shipment(picking, (milk, 2, [(lot.name, 2)])))
        self.assertEqual(picking.state, "done")

    def test_a_text_message_is_only_sent_once_its_costs_were_accepted(self):
        if "has_received_warning_stock_sms" not in self.env["res.company"]._fields:
            self.skipTest("stock_sms is not installed")
        pickings = type(self.env["stock.picking"])
        original = pickings._send_confirmation_email
        skipped = []

        def send(records):
            skipped.append(records.env.context.get("skip_sms"))
            return original(records)

        self.patch(pickings, "_send_confirmation_email", send)
        for agreed in (False, True):
            self.env.company.has_received_warning_stock_sms = agreed
            picking = self.release((self.mug, 1))
            self.receive(self.shipment(picking, (self.mug, 1)))
            self.assertEqual(picking.state, "done")
            # Never while the shipment is recorded.
            self.assertTrue(all(skipped))
            skipped.clear()
            picking._job_logistics_notify()
            self.assertEqual(skipped, [not agreed])
            skipped.clear()

    def test_an_order_is_cancelled_by_its_own_button(self):
        pressed = []
        orders = type(self.env["sale.order"])
        original = orders.action_cancel

        def press(records):
            pressed.append(records.ids)
            return original(records)

        picking = self.release((self.mug, 1))
        order = picking.sale_id
        order.action_cancel()
        self.patch(orders, "action_cancel", press)
        self.send(self.get_messages(picking, "outbound_cancel"))
        self.assertEqual(order.state, "cancel")
        self.assertEqual(pressed, [order.ids])

    def test_an_order_that_was_locked_meanwhile_is_left_to_a_person(self):
        picking = self.release((self.mug, 1))
        order = picking.sale_id
        order.action_cancel()
        order.locked = True
        message = self.get_messages(picking, "outbound_cancel")
        self.send(message)
        self.assertEqual(message.state, "done")
        self.assertEqual(picking.state, "cancel")
        self.assertEqual(order.state, "sale")
        self.assertIn("locked", order.message_ids[0].body)
