"""What was queued is looked at again before it is sent: nothing leaves twice."""

from odoo.tests import tagged

from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import ConnectionFailed, OutcomeUnknown
from odoo.addons.logistics_wms.tests.common import WmsCase

INSTRUCTION = "outbound_instruction"
CHANGE = "outbound_change"
CANCEL = "outbound_cancel"


@tagged("post_install", "-at_install")
class TestWanted(WmsCase):
    def validate(self, pickings):
        """Press *Validate*, without a question."""
        pickings.move_ids.picked = True
        result = pickings.with_context(skip_backorder=True).button_validate()
        self.assertIs(result, True)
        self.settle()

    def assert_withdrawn(self, message, words=""):
        self.assertEqual(message.state, "cancelled")
        self.assertIn(words, message.note)
        self.assertFalse(self.get_exceptions())

    # Before the send

    def test_validated_by_hand_while_the_partner_is_paused(self):
        self.backend._pause("Stocktaking")
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        self.validate(picking)
        self.assert_withdrawn(message, "validated")
        self.assertFalse(picking.logistics_state)
        self.assertFalse(picking.logistics_backend_id)
        self.assertIn("Not sent", picking.message_ids[0].body)
        self.assertFalse(self.get_messages(picking, CANCEL))

    def test_a_batch_validated_by_hand(self):
        self.backend._pause("Stocktaking")
        pickings = self.make_order((self.mug, 1)).picking_ids
        pickings |= self.make_order((self.tea, 1)).picking_ids
        messages = self.get_messages(pickings)
        batch = pickings.batch_id or self.env["stock.picking.batch"].create(
            {"picking_ids": [(6, 0, pickings.ids)]}
        )
        pickings.move_ids.picked = True
        batch.action_done()
        self.settle()
        self.assertEqual(set(pickings.mapped("state")), {"done"})
        for message in messages:
            self.assert_withdrawn(message, "validated")

    def test_a_part_validated_by_hand_leaves_the_rest_to_the_partner(self):
        picking = self.make_order((self.mug, 5)).picking_ids
        message = self.get_messages(picking)
        picking.move_ids.quantity = 2
        self.validate(picking)
        self.assert_withdrawn(message, "validated")
        rest = picking.backorder_ids
        rest.action_assign()
        self.settle()
        self.assertEqual(rest.logistics_reference, rest.name)
        canonical = self.send(self.get_messages(rest))
        self.assertEqual([line.quantity for line in canonical.lines], [3])

    def test_unreserved_before_the_send_and_reserved_again(self):
        picking = self.make_order((self.mug, 5)).picking_ids
        message = self.get_messages(picking)
        picking.do_unreserve()
        self.settle()
        self.assert_withdrawn(message, "reserved")
        self.assertFalse(picking.logistics_state)
        picking.action_assign()
        self.settle()
        self.assertEqual(picking.logistics_reference, f"{picking.name}-2")
        self.send(self.get_messages(picking)[-1])
        self.assertEqual(picking.logistics_state, "accepted")

    def test_partly_unreserved_before_the_send(self):
        picking = self.make_order((self.mug, 5), (self.tea, 1)).picking_ids
        message = self.get_messages(picking)
        picking.move_ids.filtered(lambda m: m.product_id == self.tea)._do_unreserve()
        self.settle()
        self.assert_withdrawn(message, "reserved")
        again = self.get_messages(picking)[-1]
        lines = again._get_canonical().lines
        self.assertEqual([line.sku for line in lines], ["MUG"])

    def test_cancelled_deleted_and_replayed(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        picking.action_cancel()
        self.settle()
        self.assert_withdrawn(message, "taken back")
        picking.unlink()
        self.settle()
        message.action_replay()
        self.assertIsNone(self.send(message))
        self.assert_withdrawn(message, "deleted")

    # At the send: what no hook of Odoo noticed

    def test_looked_at_again_when_it_is_sent(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        picking.move_ids.picked = True
        picking._action_done()
        # The engine has claimed it before the end of that transaction.
        self.assertIsNone(self.send(message))
        self.assert_withdrawn(message, "validated")
        self.assertFalse(picking.logistics_reference)

    def test_a_delivery_that_is_not_reserved_any_more_when_it_is_sent(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        picking.do_unreserve()
        self.assertIsNone(self.send(message))
        self.assert_withdrawn(message, "reserved")
        picking.action_assign()
        self.settle()
        self.assertEqual(len(self.get_messages(picking)), 2)

    def test_another_route_takes_over_what_was_not_sent(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        other = self.backend.copy({"name": "Another partner", "state": "running"})
        self.route.backend_id = other
        self.assertIsNone(self.send(message))
        self.assert_withdrawn(message, "route")
        self.assertEqual(picking.logistics_backend_id, other)
        self.assertEqual(
            self.env["logistics.message"].search_count(
                [("backend_id", "=", other.id), ("res_id", "=", picking.id)]
            ),
            1,
        )

    def test_a_route_that_was_archived_sends_nothing(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        self.route.active = False
        self.assertIsNone(self.send(message))
        self.assert_withdrawn(message, "route")
        self.assertFalse(picking.logistics_state)

    def test_what_may_have_arrived_is_looked_up_first(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        self.send(message, OutcomeUnknown("timeout"))
        self.validate(picking.with_context(skip_logistics_partner=True))
        self.assertEqual(picking.logistics_state, "cancel_requested")
        connector = type(self.env["logistics.connector.canonical"])
        self.patch(connector, "_lookup", lambda *args: SendResult("ORD-9"))
        self.send(message)
        self.assertEqual(message.state, "done")
        self.assertEqual(self.get_messages(picking, CANCEL).state, "pending")

    def test_what_did_not_arrive_after_all_is_not_sent_again(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        self.send(message, OutcomeUnknown("timeout"))
        self.validate(picking.with_context(skip_logistics_partner=True))
        connector = type(self.env["logistics.connector.canonical"])
        self.patch(connector, "_lookup", lambda *args: None)
        self.assertIsNone(self.send(message))
        self.assert_withdrawn(message, "validated")
        self.assertEqual(self.get_messages(picking, CANCEL).state, "cancelled")
        self.assertEqual(picking.logistics_state, "cancelled")

    def test_a_failed_send_is_withdrawn_when_its_cancellation_is_asked(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        message.state = "in_progress"
        picking.action_cancel()
        self.assertEqual(picking.logistics_state, "cancel_requested")
        message._set_refused(ConnectionFailed("down"))
        self.assertIsNone(self.send(message))
        self.assertEqual(message.state, "cancelled")
        self.assertEqual(picking.state, "cancel")
        self.assertEqual(self.get_messages(picking, CANCEL).state, "cancelled")

    def test_a_change_of_what_was_shipped_is_not_sent(self):
        picking = self.release((self.mug, 2))
        picking.move_ids.product_uom_qty = 1
        self.settle()
        message = self.get_messages(picking, CHANGE)
        self.receive(self.shipment(picking, (self.mug, 1), remaining="closed"))
        self.assertIsNone(self.send(message))
        self.assert_withdrawn(message, "nothing is left")

    def test_a_cancellation_of_what_the_partner_closed_is_not_sent(self):
        picking = self.release((self.mug, 2))
        picking.action_cancel()
        message = self.get_messages(picking, CANCEL)
        self.receive(self.status(picking, "cancelled"))
        self.assertIsNone(self.send(message))
        self.assert_withdrawn(message, "no open order")

    def test_a_cancellation_of_what_was_shipped_is_answered_here(self):
        picking = self.release((self.mug, 2))
        picking.action_cancel()
        message = self.get_messages(picking, CANCEL)
        self.receive(self.shipment(picking, (self.mug, 2)))
        self.assertIsNone(self.send(message))
        self.assertTrue(self.get_exceptions("cancel_refused"))

    def test_a_deleted_product_is_not_sent(self):
        product = self.make_product("GONE", stock=0)
        product._logistics_send(self.backend)
        message = self.get_messages(product)
        product.product_tmpl_id.unlink()
        self.assertIsNone(self.send(message))
        self.assert_withdrawn(message, "deleted")

    # At the partner

    def test_a_person_is_asked_before_validating_what_the_partner_has(self):
        picking = self.release((self.mug, 1))
        self.assertTrue(picking.logistics_at_partner)
        picking.move_ids.picked = True
        action = picking.button_validate()
        self.assertEqual(action["res_model"], "logistics.validation")
        self.assertEqual(picking.state, "assigned")
        wizard = (
            self.env["logistics.validation"]
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(wizard.picking_ids, picking)
        self.assertIs(wizard.action_validate(), True)
        self.settle()
        self.assertEqual(picking.state, "done")
        self.assertTrue(picking.logistics_by_hand)
        self.assertEqual(picking.logistics_state, "cancel_requested")
        self.send(self.get_messages(picking, CANCEL))
        self.assertEqual(picking.logistics_state, "cancelled")
        self.assertEqual(picking.state, "done")

    def test_a_batch_asks_for_those_the_partner_has(self):
        sent = self.release((self.mug, 1))
        own = self.make_order((self.tea, 1)).picking_ids
        pickings = sent | own
        batch = pickings.batch_id or self.env["stock.picking.batch"].create(
            {"picking_ids": [(6, 0, pickings.ids)]}
        )
        pickings.move_ids.picked = True
        action = batch.action_done()
        self.assertEqual(action["res_model"], "logistics.validation")
        wizard = (
            self.env["logistics.validation"]
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(wizard.picking_ids, sent)
        wizard.action_validate()
        self.settle()
        self.assertEqual(set(pickings.mapped("state")), {"done"})
        self.assertEqual(sent.logistics_state, "cancel_requested")
        self.assertEqual(self.get_messages(own).state, "cancelled")

    def test_the_question_does_not_hide_that_of_odoo(self):
        picking = self.release((self.mug, 5))
        picking.move_ids.quantity = 2
        picking.move_ids.picked = True
        action = picking.button_validate()
        wizard = (
            self.env["logistics.validation"]
            .with_context(**action["context"])
            .create({})
        )
        following = wizard.action_validate()
        self.assertEqual(following["res_model"], "stock.backorder.confirmation")

    def test_the_partner_refuses_after_a_validation_by_hand(self):
        picking = self.release((self.mug, 1))
        self.validate(picking.with_context(skip_logistics_partner=True))
        self.receive(self.shipment(picking, (self.mug, 1)))
        self.assertIsNone(self.send(self.get_messages(picking, CANCEL)))
        exception = self.get_exceptions("cancel_refused")
        self.assertIn("twice", exception.remedy)
        self.assertEqual(self.get_quantity(self.mug), 99)

    def test_a_part_validated_by_hand_is_taken_off_the_partners_order(self):
        picking = self.release((self.mug, 5), (self.tea, 2))
        mug, tea = picking.move_ids.sorted("id")
        mug.quantity = 2
        tea.quantity = 0
        mug.picked = True
        picking.with_context(
            skip_backorder=True, skip_logistics_partner=True
        ).button_validate()
        self.settle()
        rest = picking.backorder_ids
        self.assertEqual(rest.logistics_state, "accepted")
        self.assertTrue(picking.logistics_by_hand)
        canonical = self.send(self.get_messages(code=CHANGE))
        self.assertEqual(
            {line.sku: line.quantity for line in canonical.lines},
            {"MUG": 3, "TEA": 2},
        )
        self.receive(self.shipment(rest, (self.mug, 3), (self.tea, 2)))
        self.assertEqual(rest.state, "done")
        self.assertEqual(self.get_quantity(self.mug), 95)

    def test_a_done_that_no_button_made_is_settled_too(self):
        picking = self.release((self.mug, 1))
        picking.move_ids.picked = True
        picking._action_done()
        self.settle()
        self.assertTrue(self.get_messages(picking, CANCEL))


@tagged("post_install", "-at_install")
class TestShippedAfterHand(WmsCase):
    def validated(self, *lines):
        """Return a delivery that a person validated while the partner had it."""
        picking = self.release(*lines)
        picking.move_ids.picked = True
        picking.with_context(
            skip_backorder=True, skip_logistics_partner=True
        ).button_validate()
        self.settle()
        return picking

    def test_the_shipment_adds_its_tracking_and_moves_nothing(self):
        picking = self.validated((self.mug, 2))
        shipment = self.shipment(picking, (self.mug, 2))
        message = self.receive(shipment)
        self.assertEqual(message.state, "done")
        self.assertIn("no stock was moved", message.note)
        number = shipment.parcels[0].tracking_number
        self.assertEqual(picking.carrier_tracking_ref, number)
        package = picking.move_line_ids.result_package_id
        self.assertEqual(package.logistics_tracking_ref, number)
        self.assertEqual(picking.carrier_tracking_url, shipment.parcels[0].tracking_url)
        self.assertEqual(picking.logistics_state, "shipped")
        self.assertEqual(self.get_quantity(self.mug), 98)
        customers = picking.location_dest_id
        self.assertEqual(self.get_quantity(self.mug, customers), 2)
        self.assertEqual(picking.sale_id.order_line.qty_delivered, 2)
        self.assertFalse(self.get_exceptions())
        again = self.receive(shipment)
        self.assertIn("before", again.note)
        self.assertEqual(self.get_quantity(self.mug), 98)

    def test_own_packages_get_the_numbers(self):
        picking = self.release((self.mug, 2))
        picking.action_put_in_pack()
        package = picking.move_line_ids.result_package_id
        picking.move_ids.picked = True
        picking.with_context(skip_logistics_partner=True).button_validate()
        self.settle()
        shipment = self.shipment(picking, (self.mug, 2))
        self.receive(shipment)
        self.assertEqual(picking.move_line_ids.result_package_id, package)
        self.assertEqual(
            package.logistics_tracking_ref, shipment.parcels[0].tracking_number
        )

    def test_differences_are_an_exception(self):
        tea = self.make_product("LOT", tracking="lot")
        self.make_lot(tea, "L1", 5)
        picking = self.validated((tea, 2), (self.mug, 2))
        message = self.receive(
            self.shipment(
                picking,
                (tea, 3, [("L2", 3)]),
                (self.mug, 1),
                ("OTHER", 1),
                remaining="closed",
            )
        )
        self.assertEqual(message.state, "done")
        cause = self.get_exceptions("validated_by_hand").cause
        for words in ("L2", "LOT: the partner shipped 3", "MUG: the partner", "OTHER"):
            self.assertIn(words, cause)
        self.assertTrue(picking.carrier_tracking_ref)
        self.assertEqual(self.get_quantity(self.mug), 98)

    def test_two_shipments_of_one_delivery(self):
        picking = self.validated((self.mug, 3))
        self.receive(self.shipment(picking, (self.mug, 1)))
        self.receive(self.shipment(picking, (self.mug, 2), remaining="closed"))
        self.assertFalse(self.get_exceptions())
        self.assertEqual(len(picking.carrier_tracking_ref.split(",")), 2)
        self.assertEqual(self.get_quantity(self.mug), 97)

    def test_another_shipment_of_what_the_partner_shipped_is_named_so(self):
        picking = self.release((self.mug, 1))
        self.receive(self.shipment(picking, (self.mug, 1)))
        message = self.receive(self.shipment(picking, (self.mug, 1)))
        self.assert_invalid(message, "already_shipped")
        self.assertEqual(self.get_quantity(self.mug), 99)
