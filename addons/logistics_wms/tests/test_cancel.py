from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import (
    ConnectionFailed,
    NotSupported,
    OutcomeUnknown,
    Rejected,
)
from odoo.addons.logistics_wms.tests.common import WmsCase

CANCEL = "outbound_cancel"
CHANGE = "outbound_change"


@tagged("post_install", "-at_install")
class TestCancel(WmsCase):
    def test_what_was_not_sent_is_withdrawn_at_once(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        picking.action_cancel()
        self.settle()
        self.assertEqual(picking.state, "cancel")
        self.assertEqual(picking.logistics_state, "cancelled")
        self.assertEqual(self.get_messages(picking).state, "cancelled")
        self.assertFalse(self.get_messages(picking, CANCEL))

    def test_an_order_that_was_not_sent_is_cancelled_at_once(self):
        order = self.make_order((self.mug, 1))
        order.action_cancel()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(order.picking_ids.state, "cancel")
        self.assertEqual(self.get_messages(order.picking_ids).state, "cancelled")

    def test_the_partner_is_asked_and_agrees(self):
        picking = self.release((self.mug, 1), external_id="ORD-77")
        order = picking.sale_id
        action = order.action_cancel()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(order.state, "sale")
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(picking.logistics_state, "cancel_requested")
        message = self.get_messages(picking, CANCEL)
        canonical = self.send(message)
        self.assertEqual(canonical.order_external_id, "ORD-77")
        self.assertEqual(canonical.reference, picking.logistics_reference)
        self.assertEqual(picking.state, "cancel")
        self.assertEqual(picking.logistics_state, "cancelled")
        self.assertEqual(order.state, "cancel")
        self.assertFalse(order.logistics_cancel_requested)

    def test_a_single_delivery_is_cancelled_without_its_order(self):
        picking = self.release((self.mug, 1))
        picking.action_cancel()
        self.send(self.get_messages(picking, CANCEL))
        self.assertEqual(picking.state, "cancel")
        self.assertEqual(picking.sale_id.state, "sale")

    def test_asking_twice_sends_one_question(self):
        picking = self.release((self.mug, 1))
        picking.action_cancel()
        picking.action_cancel()
        picking.sale_id.action_cancel()
        self.assertEqual(len(self.get_messages(picking, CANCEL)), 1)
        self.send(self.get_messages(picking, CANCEL))
        self.assertEqual(picking.sale_id.state, "cancel")

    def test_too_late_leaves_everything_and_says_what_to_do(self):
        picking = self.release((self.mug, 1))
        order = picking.sale_id
        self.receive(self.status(picking, "packed"))
        order.action_cancel()
        self.send(self.get_messages(picking, CANCEL), Rejected("It is packed."))
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.logistics_cancel_requested)
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(picking.logistics_state, "packed")
        exception = self.get_exceptions("cancel_refused")
        self.assertIn("return", exception.remedy)
        self.receive(self.shipment(picking, (self.mug, 1)))
        self.assertEqual(picking.state, "done")

    def test_after_a_refusal_it_can_be_asked_again(self):
        picking = self.release((self.mug, 1))
        picking.action_cancel()
        self.send(self.get_messages(picking, CANCEL), Rejected("Not now."))
        picking.action_cancel()
        self.assertEqual(len(self.get_messages(picking, CANCEL)), 2)

    def test_a_partner_that_cannot_be_asked(self):
        picking = self.release((self.mug, 1))
        picking.action_cancel()
        self.send(self.get_messages(picking, CANCEL), NotSupported("no"))
        self.assertEqual(picking.logistics_state, "accepted")
        self.assertTrue(self.get_exceptions("cancel_refused"))

    def test_no_network_is_no_answer(self):
        picking = self.release((self.mug, 1))
        picking.action_cancel()
        self.send(self.get_messages(picking, CANCEL), ConnectionFailed("down"))
        self.assertEqual(picking.logistics_state, "cancel_requested")
        self.assertFalse(self.get_exceptions())

    def test_an_answer_that_comes_later_decides(self):
        picking = self.release((self.mug, 1))
        picking.sale_id.action_cancel()
        self.send(self.get_messages(picking, CANCEL), SendResult(state="sent"))
        self.assertEqual(picking.logistics_state, "cancel_requested")
        self.receive(self.status(picking, "cancelled"))
        self.assertEqual(picking.state, "cancel")
        self.assertEqual(picking.sale_id.state, "cancel")
        self.assertFalse(self.get_exceptions())

    def test_progress_while_the_answer_is_awaited_is_kept(self):
        picking = self.release((self.mug, 1))
        picking.action_cancel()
        self.receive(self.status(picking, "picking"))
        self.assertEqual(picking.logistics_state, "cancel_requested")
        self.send(self.get_messages(picking, CANCEL), Rejected("Too late."))
        self.assertEqual(picking.logistics_state, "picking")

    def test_shipped_while_the_answer_is_awaited(self):
        picking = self.release((self.mug, 1))
        order = picking.sale_id
        order.action_cancel()
        self.receive(self.shipment(picking, (self.mug, 1)))
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.logistics_state, "shipped")
        self.assertFalse(order.logistics_cancel_requested)
        self.send(self.get_messages(picking, CANCEL), Rejected("Shipped."))
        self.assertEqual(order.state, "sale")
        self.assertTrue(self.get_exceptions("cancel_refused"))

    def test_partly_shipped_then_the_rest_is_cancelled(self):
        picking = self.release((self.mug, 5))
        order = picking.sale_id
        order.action_cancel()
        self.receive(self.shipment(picking, (self.mug, 2)))
        rest = picking.backorder_ids
        self.assertEqual(rest.logistics_state, "cancel_requested")
        self.send(self.get_messages(code=CANCEL))
        self.assertEqual(rest.state, "cancel")
        self.assertEqual(picking.state, "done")

    def test_a_message_on_its_way_is_not_withdrawn(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        message.state = "in_progress"
        picking.action_cancel()
        self.assertEqual(message.state, "in_progress")
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(picking.logistics_state, "cancel_requested")
        message._set_sent([(message, SendResult("ORD-5"))])
        self.assertEqual(picking.logistics_state, "cancel_requested")
        canonical = self.send(self.get_messages(picking, CANCEL))
        self.assertEqual(canonical.order_external_id, "ORD-5")
        self.assertEqual(picking.state, "cancel")

    def test_a_message_whose_outcome_is_unknown_is_not_withdrawn(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        self.send(message, OutcomeUnknown("timeout"))
        picking.action_cancel()
        self.assertEqual(picking.logistics_state, "cancel_requested")
        self.assertEqual(picking.state, "assigned")

    def test_refused_while_its_cancellation_waits(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        message.state = "in_progress"
        picking.sale_id.action_cancel()
        message._set_refused(Rejected("Bad address."))
        self.settle()
        self.assertEqual(picking.state, "cancel")
        self.assertEqual(picking.sale_id.state, "cancel")
        self.assertEqual(self.get_messages(picking, CANCEL).state, "cancelled")

    def test_a_rejected_delivery_is_cancelled_at_once(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        self.send(self.get_messages(picking), Rejected("Bad address."))
        picking.sale_id.action_cancel()
        self.assertEqual(picking.sale_id.state, "cancel")

    def test_what_waits_of_a_cancelled_order_is_not_released(self):
        rare = self.make_product("RARE", stock=1)
        order = self.make_order((rare, 3))
        first = order.picking_ids.filtered("logistics_reference")
        rest = order.picking_ids - first
        self.send(self.get_messages(first))
        order.action_cancel()
        self.add_stock(rare, 2)
        rest.action_assign()
        self.settle()
        self.assertFalse(self.get_messages(rest))
        self.send(self.get_messages(first, CANCEL), Rejected("Too late."))
        self.assertEqual(len(self.get_messages(rest)), 1)

    def test_the_rest_goes_on_when_a_split_part_is_cancelled(self):
        picking = self.release((self.mug, 5))
        picking.move_ids.quantity = 3
        picking.action_split_transfer()
        part = picking.backorder_ids
        self.settle()
        self.assertEqual(part.logistics_reference, picking.logistics_reference)
        self.assertFalse(self.get_messages(code=CHANGE))
        part.move_ids._action_cancel()
        self.settle()
        self.assertEqual(part.logistics_state, "cancelled")
        change = self.get_messages(code=CHANGE)._get_canonical()
        self.assertEqual(change.lines[0].quantity, 3)
        message = self.receive(self.status(picking, "packed"))
        self.assertEqual(message.state, "done")
        self.assertEqual(picking.logistics_state, "packed")

    def test_a_released_delivery_cannot_be_deleted(self):
        picking = self.release((self.mug, 1))
        with self.assertRaises(UserError):
            picking.unlink()


@tagged("post_install", "-at_install")
class TestChange(WmsCase):
    def get_lines(self, message):
        return {
            line.sku: float(line.quantity) for line in message._get_canonical().lines
        }

    def test_before_sending_the_instruction_is_rebuilt(self):
        order = self.make_order((self.mug, 1))
        picking = order.picking_ids
        order.order_line.product_uom_qty = 4
        self.settle()
        message = self.get_messages(picking)
        self.assertEqual(len(message), 1)
        self.assertEqual(self.get_lines(message), {"MUG": 4})
        self.customer.street = "1 New Street"
        self.settle()
        self.assertEqual(message._get_canonical().ship_to.street, "1 New Street")

    def test_after_sending_a_change_is_told(self):
        picking = self.release((self.mug, 1), external_id="ORD-9")
        picking.sale_id.order_line.product_uom_qty = 4
        self.settle()
        message = self.get_messages(picking, CHANGE)
        canonical = self.send(message)
        self.assertEqual(canonical.order_external_id, "ORD-9")
        self.assertEqual(canonical.lines[0].uom, "EA")
        self.assertEqual(canonical.lines[0].quantity, 4)
        self.assertIsNone(canonical.ship_to)
        picking.move_ids.product_uom_qty = 4
        self.settle()
        self.assertEqual(len(self.get_messages(picking, CHANGE)), 1, "sent again")

    def test_less_and_more_lines(self):
        picking = self.release((self.mug, 5), (self.tea, 1))
        order = picking.sale_id
        order.order_line[0].product_uom_qty = 3
        order.order_line[1].product_uom_qty = 0
        self.settle()
        message = self.get_messages(picking, CHANGE)
        self.assertEqual(self.get_lines(message), {"MUG": 3})

    def test_several_edits_before_sending_are_one_change(self):
        picking = self.release((self.mug, 1))
        for quantity in (2, 3):
            picking.sale_id.order_line.product_uom_qty = quantity
            self.settle()
        open_changes = self.get_messages(picking, CHANGE).filtered(
            lambda m: m.state == "pending"
        )
        self.assertEqual(self.get_lines(open_changes), {"MUG": 3})

    def test_another_address(self):
        picking = self.release((self.mug, 1))
        self.customer.write({"street": "1 New Street", "zip": "SW1Y 4LE"})
        self.settle()
        canonical = self.get_messages(picking, CHANGE)._get_canonical()
        self.assertEqual(canonical.ship_to.street, "1 New Street")
        self.assertIsNone(canonical.lines)

    def test_what_does_not_matter_is_not_told(self):
        picking = self.release((self.mug, 1))
        picking.do_unreserve()
        picking.action_assign()
        picking.user_id = self.env.user
        self.customer.comment = "Nice"
        self.settle()
        self.assertFalse(self.get_messages(picking, CHANGE))

    def test_a_line_of_nothing_is_not_told(self):
        picking = self.release((self.mug, 1))
        picking.move_ids.copy({"product_id": self.tea.id, "product_uom_qty": 0})
        picking.move_ids._action_confirm(merge=False)
        self.settle()
        self.assertEqual(len(picking.move_ids), 2)
        self.assertFalse(self.get_messages(picking, CHANGE))

    def test_the_partners_refusal_is_an_exception(self):
        picking = self.release((self.mug, 1))
        picking.sale_id.order_line.product_uom_qty = 4
        self.settle()
        self.send(self.get_messages(picking, CHANGE), Rejected("It is packed."))
        exception = self.get_exceptions("change_refused")
        self.assertIn("ships what was sent before", exception.remedy)
        self.assertEqual(picking.logistics_state, "accepted")

    def test_changed_back_after_a_refusal_there_is_nothing_to_tell(self):
        picking = self.release((self.mug, 1))
        picking.sale_id.order_line.product_uom_qty = 4
        self.settle()
        self.send(self.get_messages(picking, CHANGE), Rejected("It is packed."))
        picking.sale_id.order_line.product_uom_qty = 1
        self.settle()
        self.assertEqual(len(self.get_messages(picking, CHANGE)), 1)

    def test_nothing_left_to_ship_is_a_cancellation(self):
        picking = self.release((self.mug, 1))
        picking.sale_id.order_line.product_uom_qty = 0
        self.settle()
        self.assertEqual(len(self.get_messages(code=CANCEL)), 1)

    def test_a_change_after_a_partial_shipment_counts_what_left(self):
        picking = self.release((self.mug, 5))
        self.receive(self.shipment(picking, (self.mug, 3)))
        picking.sale_id.order_line.product_uom_qty = 7
        self.settle()
        message = self.get_messages(picking.backorder_ids, CHANGE)
        self.assertEqual(self.get_lines(message), {"MUG": 7})

    def test_a_split_dozen_is_not_a_change(self):
        self.env["ir.config_parameter"].set_param("stock.propagate_uom", "1")
        picking = self.release((self.mug, 1, self.env.ref("uom.product_uom_dozen")))
        self.receive(self.shipment(picking, (self.mug, 7)))
        rest = picking.backorder_ids
        self.assertEqual(self.get_quantity(self.mug), 93)
        rest.do_unreserve()
        rest.action_assign()
        self.settle()
        self.assertFalse(self.get_messages(code=CHANGE))
        self.receive(self.shipment(rest, (self.mug, 5)))
        self.assertEqual(rest.state, "done")
        self.assertEqual(self.get_quantity(self.mug), 88)
        self.assertAlmostEqual(picking.sale_id.order_line.qty_delivered, 1, 1)
