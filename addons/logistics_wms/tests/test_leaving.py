"""The connection of a warehouse ends: its deliveries are ordinary ones."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.logistics_wms.tests.common import WmsCase


@tagged("post_install", "-at_install")
class TestLeaving(WmsCase):
    def uninstall(self):
        """Do what Odoo does with the connections of a connector that goes."""
        self.backend.sudo().write({"connector": "disconnected"})
        self.settle()

    def assert_ordinary(self, picking):
        self.assertFalse(picking.logistics_backend_id)
        self.assertFalse(picking.logistics_reference)
        self.assertFalse(picking.logistics_at_partner)
        self.assertIn("was ended", str(picking.message_ids.mapped("body")))

    def test_what_the_partner_had_can_be_validated(self):
        picking = self.release((self.mug, 1))
        self.uninstall()
        self.assert_ordinary(picking)
        picking.move_ids.picked = True
        self.assertIs(picking.button_validate(), True)
        self.settle()
        self.assertEqual(picking.state, "done")

    def test_what_the_partner_had_can_be_cancelled(self):
        pickings = self.env["stock.picking"]
        for state in ("accepted", "picking", "held", "cancel"):
            picking = self.release((self.mug, 1))
            if state == "cancel":
                picking.sale_id.action_cancel()
                self.settle()
            else:
                self.receive(self.status(picking, state, reason="x"))
            pickings |= picking
        self.uninstall()
        for picking in pickings:
            self.assert_ordinary(picking)
            picking.sale_id.action_cancel()
            self.settle()
            self.assertEqual(picking.state, "cancel")
            self.assertEqual(picking.sale_id.state, "cancel")

    def test_the_history_stays(self):
        shipped = self.release((self.mug, 1))
        self.receive(self.shipment(shipped, (self.mug, 1)))
        waiting = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(waiting)
        self.uninstall()
        self.assertEqual(message.state, "cancelled")
        self.assertEqual(shipped.logistics_state, "shipped")
        self.assertEqual(shipped.logistics_backend_id, self.backend)
        self.assertTrue(shipped.logistics_order_external_id)
        self.assertGreater(shipped.logistics_message_count, 1)
        self.assertEqual(waiting.logistics_message_count, 1)

    def test_another_partner_gets_nothing_that_the_first_may_ship(self):
        picking = self.release((self.mug, 1))
        waiting = self.make_order((self.mug, 1)).picking_ids
        other = self.backend.copy({"name": "Another partner", "state": "running"})
        self.route.copy({"backend_id": other.id, "name": "Other"})
        self.uninstall()
        self.assertEqual(picking.logistics_state, "held")
        self.assertIn("may still ship it", picking.logistics_hold_reason)
        picking._logistics_touch()
        waiting._logistics_touch()
        self.settle()
        self.assertFalse(picking.logistics_reference)
        self.assertEqual(waiting.logistics_backend_id, other)
        picking.action_logistics_release_hold()
        self.settle()
        self.assertEqual(picking.logistics_backend_id, other)

    def test_a_connection_in_use_is_not_archived_or_deleted_but_disconnected(self):
        picking = self.release((self.mug, 1))
        with self.assertRaisesRegex(UserError, "Press Disconnect"):
            self.backend.active = False
        with self.assertRaises(UserError):
            self.backend.unlink()
        wizard = self.env["logistics.disconnect"].create(
            {"backend_ids": self.backend.ids}
        )
        self.assertIn("1 deliveries are at the partner", wizard.effects)
        wizard.action_confirm()
        self.settle()
        self.assert_ordinary(picking)
        self.assertFalse(self.backend.active)

    def test_a_delivery_whose_connection_is_gone_is_not_at_a_partner(self):
        picking = self.release((self.mug, 1))
        # As an uninstallation left it that did not say good-bye.
        self.env.cr.execute(
            "UPDATE stock_picking SET logistics_backend_id = NULL WHERE id = %s",
            [picking.id],
        )
        picking.invalidate_recordset()
        picking.sale_id.action_cancel()
        self.settle()
        self.assertEqual(picking.state, "cancel")
