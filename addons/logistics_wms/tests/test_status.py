from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.logistics_wms.tests.common import NOON, WmsCase


@tagged("post_install", "-at_install")
class TestStatus(WmsCase):
    def test_progress_moves_forward_only(self):
        picking = self.release((self.mug, 1))
        for status in ("accepted", "picking", "packed"):
            self.receive(self.status(picking, status))
            self.assertEqual(picking.logistics_state, status)
        late = self.receive(self.status(picking, "picking"))
        self.assertEqual(late.state, "done")
        self.assertIn("No effect", late.note)
        self.assertEqual(picking.logistics_state, "packed")

    def test_progress_after_shipped_changes_nothing(self):
        picking = self.release((self.mug, 1))
        self.receive(self.shipment(picking, (self.mug, 1)))
        for status in ("picking", "held", "cancelled", "rejected"):
            late = self.receive(self.status(picking, status))
            self.assertEqual(late.state, "done")
        self.assertEqual(picking.logistics_state, "shipped")
        self.assertFalse(self.get_exceptions())

    def test_a_status_may_come_before_our_own_record_of_the_send(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        self.receive(self.status(picking, "accepted"))
        self.send(self.get_messages(picking))
        self.assertEqual(picking.logistics_state, "accepted")

    def test_a_partner_that_picks_gets_no_more_lines(self):
        order = self.make_order((self.mug, 1))
        picking = order.picking_ids
        self.send(self.get_messages(picking))
        self.receive(self.status(picking, "picking"))
        order.order_line.product_uom_qty = 3
        self.settle()
        more = order.picking_ids - picking
        self.assertEqual(more.move_ids.product_uom_qty, 2)
        self.assertEqual(more.logistics_reference, more.name)
        self.assertFalse(self.get_messages(picking, "outbound_change"))

    def test_a_hold_shows_why_and_since_when_and_ends_by_itself(self):
        picking = self.release((self.mug, 1))
        self.receive(self.status(picking, "accepted"))
        self.receive(
            self.status(picking, "held", reason="Out of boxes", occurred_at=NOON)
        )
        self.assertEqual(picking.logistics_state, "held")
        self.assertEqual(picking.logistics_waits_for, "Out of boxes")
        self.assertEqual(picking.logistics_hold_since, NOON.replace(tzinfo=None))
        self.assertEqual(self.get_exceptions("partner_hold").severity, "1_warning")
        late = self.receive(
            self.status(picking, "accepted", occurred_at=NOON - timedelta(hours=1))
        )
        self.assertIn("No effect", late.note)
        self.assertEqual(picking.logistics_state, "held", "a late report ended it")
        self.receive(
            self.status(picking, "picking", occurred_at=NOON + timedelta(hours=1))
        )
        self.assertEqual(picking.logistics_state, "picking")
        self.assertFalse(picking.logistics_hold_reason)
        self.assertFalse(self.get_exceptions("partner_hold"))

    def test_a_rejection_is_an_exception_with_its_reason(self):
        picking = self.release((self.mug, 1))
        self.receive(self.status(picking, "rejected", reason="Bad address"))
        self.assertEqual(picking.logistics_state, "rejected")
        exception = self.get_exceptions("rejected")
        self.assertEqual(exception.cause, "Bad address")
        self.assertEqual(exception.res_id, picking.id)
        picking.action_logistics_release()
        self.settle()
        self.assertEqual(picking.logistics_reference, f"{picking.name}-2")
        self.assertEqual(len(self.get_messages(picking)), 2)

    def test_a_cancellation_nobody_asked_for_is_an_exception(self):
        picking = self.release((self.mug, 1))
        self.receive(self.status(picking, "cancelled", reason="Lost"))
        self.assertEqual(picking.logistics_state, "cancelled")
        self.assertEqual(picking.state, "assigned")
        exception = self.get_exceptions("partner_cancelled")
        self.assertTrue(exception.can_release)
        exception.action_release_delivery()
        self.settle()
        self.assertEqual(picking.logistics_state, "to_release")

    def test_a_cancelled_delivery_that_goes_on_is_an_exception(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        picking.action_cancel()
        for fact in (
            self.status(picking, "picking"),
            self.shipment(picking, (self.mug, 1)),
        ):
            message = self.receive(fact)
            self.assert_invalid(message, "cancelled_delivery")
            message._withdraw()
        self.assertEqual(self.get_quantity(self.mug), 100)

    def test_an_unknown_reference_is_refused(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        fact = self.status(picking, "accepted")
        picking.logistics_reference = "OTHER"
        self.assert_invalid(self.receive(fact), "unknown_document")
