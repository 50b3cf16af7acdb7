"""What was open before the cut-over is not sent; it is adopted, or stays."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import UserError

from odoo.addons.logistics_wms.tests.common import WmsCase
from odoo.addons.logistics_wms.tools.partner_order import PartnerOrder


class TestCutover(WmsCase):
    def setUp(self):
        super().setUp()
        self.route.cutover_at = self.env.cr.now() + timedelta(days=1)
        self.partner_has = {}

    def order_at_partner(self, reference, *goods, **values):
        """The partner has an order that Odoo did not send."""
        content = {product.default_code: Decimal(n) for product, n in goods}
        order = PartnerOrder(reference, f"X-{reference}", "open", content)
        self.partner_has[reference] = replace(order, **values)

    def look(self):
        adoption = self.env["logistics.adoption"]._make(self.backend)
        self.press(adoption.action_look_up)
        return adoption

    def press(self, button):
        connector = type(self.env["logistics.connector.canonical"])
        find = patch.object(connector, "_find_orders", self.find_orders)
        with find:
            button()
        self.settle()

    def find_orders(self, _backend, references):
        return [self.partner_has[r] for r in references if r in self.partner_has]

    def test_a_delivery_made_before_is_not_sent(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        picking.priority = "1"
        self.settle()
        self.assertFalse(picking.logistics_state)
        self.assertFalse(self.get_messages(picking))

    def test_one_made_after_is_sent_at_once(self):
        self.route.cutover_at = self.env.cr.now() - timedelta(days=1)
        picking = self.make_order((self.mug, 1)).picking_ids
        self.assertEqual(picking.logistics_state, "to_release")

    def test_a_new_route_leaves_alone_what_is_there(self):
        route = self.route.copy({"name": "Another"})
        self.assertEqual(route.cutover_at, self.env.cr.now())

    def test_the_rest_of_an_old_delivery_is_not_sent_either(self):
        picking = self.make_order((self.mug, 5)).picking_ids
        self.route.cutover_at = picking.create_date + timedelta(seconds=1)
        picking.move_ids.quantity = 2
        picking.move_ids.picked = True
        picking._action_done()
        self.settle()
        rest = picking.backorder_ids
        self.env.cr.execute(
            "UPDATE stock_picking SET create_date = %s WHERE id = %s",
            [self.route.cutover_at + timedelta(days=1), rest.id],
        )
        rest.invalidate_recordset()
        rest.action_assign()
        rest._logistics_touch()
        self.settle()
        self.assertEqual(rest.state, "assigned")
        self.assertFalse(rest.logistics_state)

    def test_a_person_sends_an_old_delivery_and_its_rest_follows(self):
        picking = self.make_order((self.mug, 150)).picking_ids
        self.assertEqual(picking.state, "assigned")
        picking.action_logistics_release()
        self.settle()
        rest = picking.backorder_ids
        self.assertEqual(picking.logistics_state, "to_release")
        self.add_stock(self.mug, 100)
        rest.action_assign()
        self.settle()
        self.assertEqual(rest.logistics_state, "to_release")

    def test_start_is_refused_while_old_deliveries_are_not_decided(self):
        self.make_order((self.mug, 1))
        self.backend.state = "draft"
        with self.assertRaisesRegex(UserError, "1 open deliveries are not decided"):
            self.backend.action_start()
        adoption = self.look()
        adoption.action_rest_stays()
        self.press(adoption.action_apply)
        self.backend.action_start()
        self.assertEqual(self.backend.state, "running")

    def test_without_a_cut_over_all_that_is_open_would_be_sent(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        self.route.cutover_at = False
        self.assertEqual(self.route._get_backlog(), picking)

    def test_what_will_happen_is_shown_and_nothing_done(self):
        mine = self.make_order((self.mug, 1)).picking_ids
        other = self.make_order((self.tea, 1)).picking_ids
        self.order_at_partner(mine.name, (self.mug, 1))
        adoption = self.look()
        by_picking = {line.picking_id: line for line in adoption.line_ids}
        self.assertEqual(by_picking[mine].decision, "adopt")
        self.assertIn("shipment will validate", by_picking[mine].outlook)
        self.assertEqual(by_picking[other].decision, "later")
        self.assertIn("not sent", by_picking[other].outlook)
        self.assertFalse(mine.logistics_reference)
        self.assertEqual((adoption.adopt_count, adoption.later_count), (1, 1))

    def adopt(self, picking, *goods, reference=None, **values):
        self.order_at_partner(reference or picking.name, *goods, **values)
        adoption = self.look()
        self.press(adoption.action_apply)
        return adoption.line_ids.filtered(lambda line: line.picking_id == picking)

    def test_an_adopted_delivery_is_shipped_by_the_partner_and_never_sent(self):
        picking = self.make_order((self.mug, 3)).picking_ids
        line = self.adopt(picking, (self.mug, 3))
        self.assertEqual(line.result, "Adopted.")
        self.assertEqual(picking.logistics_state, "accepted")
        self.assertEqual(picking.logistics_order_external_id, f"X-{picking.name}")
        self.assertEqual(self.get_messages(picking).mapped("state"), ["done"])
        self.receive(self.shipment(picking, (self.mug, 3)))
        self.assertEqual(picking.state, "done")

    def test_it_is_found_by_the_order_s_name_and_by_what_a_person_typed(self):
        first = self.make_order((self.mug, 1)).picking_ids
        second = self.make_order((self.tea, 1)).picking_ids
        self.order_at_partner(first.sale_id.name, (self.mug, 1))
        self.order_at_partner("OLD-7", (self.tea, 1))
        adoption = self.look()
        adoption.line_ids.filtered(
            lambda line: line.picking_id == second
        ).reference = "OLD-7"
        self.press(adoption.action_look_up)
        self.press(adoption.action_apply)
        self.assertEqual(first.logistics_reference, first.sale_id.name)
        self.assertEqual(second.logistics_reference, "OLD-7")

    def test_other_goods_are_not_adopted_and_it_is_said(self):
        picking = self.make_order((self.mug, 3)).picking_ids
        self.order_at_partner(picking.name, (self.mug, 2))
        line = self.look().line_ids
        self.assertEqual(line.decision, "later")
        self.assertIn("2 MUG", line.outlook)
        self.assertIn("3 MUG", line.outlook)
        line.decision = "adopt"
        self.press(line.adoption_id.action_apply)
        self.assertIn("Not done", line.result)
        self.assertFalse(picking.logistics_reference)

    def test_one_that_fails_does_not_stop_the_others(self):
        good = self.make_order((self.mug, 1)).picking_ids
        bad = self.make_order((self.tea, 1)).picking_ids
        self.order_at_partner(good.name, (self.mug, 1))
        self.order_at_partner(bad.name, (self.tea, 1))
        adoption = self.look()
        del self.partner_has[bad.name]
        self.press(adoption.action_apply)
        self.assertEqual(good.logistics_state, "accepted")
        self.assertFalse(bad.logistics_state)

    def test_one_order_of_the_partner_is_one_delivery(self):
        order = self.make_order((self.mug, 1))
        twin = order.picking_ids.copy()
        twin.action_confirm()
        twin.action_assign()
        self.order_at_partner(order.name, (self.mug, 1))
        adoption = self.look()
        self.assertEqual(adoption.line_ids.mapped("decision").count("adopt"), 1)

    def test_what_the_partner_has_is_not_sent_again(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        self.order_at_partner(picking.name, (self.mug, 1))
        adoption = self.look()
        adoption.line_ids.decision = "send"
        self.press(adoption.action_apply)
        self.assertIn("has it already", adoption.line_ids.result)
        self.assertFalse(self.get_messages(picking))

    def test_what_it_does_not_have_is_sent_when_a_person_says_so(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        adoption = self.look()
        adoption.line_ids.decision = "send"
        self.press(adoption.action_apply)
        self.assertEqual(picking.logistics_state, "to_release")

    def test_the_rest_is_sent_in_bulk_but_not_what_the_partner_has_otherwise(self):
        free = self.make_order((self.mug, 1)).picking_ids
        differs = self.make_order((self.tea, 2)).picking_ids
        self.order_at_partner(differs.name, (self.tea, 1))
        adoption = self.look()
        adoption.action_rest_sent()
        self.press(adoption.action_apply)
        self.assertEqual(free.logistics_state, "to_release")
        self.assertFalse(differs.logistics_state)

    def test_what_stays_is_validated_as_until_now_and_asked_about_no_more(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        adoption = self.look()
        adoption.action_rest_stays()
        self.press(adoption.action_apply)
        self.assertFalse(self.route._get_backlog())
        picking.button_validate()
        self.settle()
        self.assertEqual(picking.state, "done")
        self.assertFalse(self.get_messages(picking))

    def test_changes_and_cancellations_of_what_was_adopted_reach_the_partner(self):
        picking = self.make_order((self.mug, 3)).picking_ids
        self.adopt(picking, (self.mug, 3))
        picking.move_ids.product_uom_qty = 2
        self.settle()
        self.assertTrue(self.get_messages(picking, "outbound_change"))
        picking.action_cancel()
        cancel = self.get_messages(picking, "outbound_cancel")
        self.assertEqual(cancel._get_canonical().order_external_id, f"X-{picking.name}")

    def test_only_the_rest_of_what_left_before_is_adopted(self):
        picking = self.make_order((self.mug, 5)).picking_ids
        picking.move_ids.quantity = 2
        picking.move_ids.picked = True
        picking._action_done()
        rest = picking.backorder_ids
        shipped = {"S-1": {"MUG": Decimal(2)}}
        self.adopt(rest, (self.mug, 5), reference=rest.sale_id.name, shipped=shipped)
        self.assertEqual(rest.logistics_state, "accepted")
        before = self.shipment(rest, (self.mug, 2), shipment_external_id="S-1")
        self.receive(before)
        self.assertEqual(rest.state, "assigned")
        self.receive(self.shipment(rest, (self.mug, 3)))
        self.assertEqual(rest.state, "done")
        self.assertEqual(self.get_quantity(self.mug), 95)

    def test_what_came_before_the_adoption_is_applied_after_it(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        early = replace(self.shipment(picking, (self.mug, 1)), reference=picking.name)
        message = self.receive(early)
        self.adopt(picking, (self.mug, 1))
        self.assertNotIn(message.state, ("invalid", "dead"))

    def test_a_new_connector_adopts_what_the_former_one_sent(self):
        self.route.cutover_at = self.env.cr.now() - timedelta(days=1)
        picking = self.release((self.mug, 2))
        reference = picking.logistics_reference
        self.backend._disconnect("Exchanged")
        self.settle()
        self.assertFalse(picking.logistics_reference)
        new = self.env["logistics.backend"].create(
            {
                "name": "New connector",
                "base_url": "https://new.example.com",
                "state": "running",
                "wms_default_carrier_service": "STD",
            }
        )
        self.route.copy(
            {
                "backend_id": new.id,
                "active": True,
                "cutover_at": self.env.cr.now() + timedelta(seconds=1),
            }
        )
        picking.priority = "1"
        self.settle()
        self.assertFalse(picking.logistics_reference)  # not sent a second time
        self.backend = new
        self.adopt(picking, (self.mug, 2), reference=reference)
        self.assertEqual(picking.logistics_state, "accepted")
        self.receive(self.shipment(picking, (self.mug, 2)))
        self.assertEqual(picking.state, "done")

    def test_what_a_former_connection_shipped_is_no_exception_at_the_new_one(self):
        self.route.cutover_at = self.env.cr.now() - timedelta(days=1)
        picking = self.release((self.mug, 2))
        fact = self.shipment(picking, (self.mug, 2))
        self.receive(fact)
        self.backend = self.backend.copy({"name": "New", "state": "running"})
        again = self.receive(fact)
        self.assertEqual(again.state, "done")
        self.assertIn("another connection", again.note)
        self.assertFalse(self.get_exceptions())
        stranger = self.receive(replace(fact, reference="NOBODY-1"))
        self.assertNotEqual(stranger.state, "done")

    def test_what_is_to_be_sent_waits_for_the_start(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        self.backend.state = "draft"
        adoption = self.look()
        adoption.line_ids.decision = "send"
        self.press(adoption.action_apply)
        self.assertFalse(picking.logistics_reference)
        self.backend.action_start()
        self.settle()
        self.assertEqual(picking.logistics_state, "to_release")
