from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.logistics_core.tests.common import process_inbound
from odoo.addons.logistics_wms.canonical import Parcel
from odoo.addons.logistics_wms.tests.common import NOON, WmsCase


@tagged("post_install", "-at_install")
class TestShipment(WmsCase):
    def test_full_shipment_validates_the_delivery(self):
        picking = self.release((self.mug, 2), (self.tea, 1))
        shipment = self.shipment(picking, (self.mug, 2), (self.tea, 1))
        message = self.receive(shipment)
        self.assertEqual(message.state, "done")
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.logistics_state, "shipped")
        self.assertEqual(picking.sale_id.logistics_state, "shipped")
        self.assertFalse(picking.backorder_ids)
        self.assertEqual(self.get_quantity(self.mug), 98)
        self.assertEqual(picking.sale_id.order_line.mapped("qty_delivered"), [2, 1])
        self.assertEqual(message._get_document(), picking)
        self.assertEqual(picking.logistics_state_at, NOON.replace(tzinfo=None))

    def test_the_same_shipment_again_changes_nothing(self):
        picking = self.release((self.mug, 2))
        shipment = self.shipment(picking, (self.mug, 1))
        self.receive(shipment)
        again = self.receive(shipment)
        self.assertEqual(again.state, "done")
        self.assertIn("No effect", again.note)
        self.assertEqual(self.get_quantity(self.mug), 99)
        self.assertEqual(len(picking.backorder_ids), 1)
        self.assertEqual(picking.backorder_ids.state, "assigned")

    def test_the_same_shipment_twice_in_one_batch(self):
        picking = self.release((self.mug, 2))
        shipment = self.shipment(picking, (self.mug, 1))
        messages = self.receive(shipment, shipment)
        self.assertEqual(messages.mapped("state"), ["done", "done"])
        self.assertEqual(self.get_quantity(self.mug), 99)

    def test_one_shipment_id_for_two_deliveries_in_one_batch_is_a_conflict(self):
        first, second = (self.release((self.mug, 1)) for _number in range(2))
        messages = self.receive(
            *(
                self.shipment(picking, (self.mug, 1), shipment_external_id="SAME")
                for picking in (first, second)
            )
        )
        self.assertEqual(messages[0].state, "done")
        self.assertEqual(first.state, "done")
        self.assertEqual(second.state, "assigned")
        self.assertEqual(self.get_quantity(self.mug), 99)

    def test_a_shipment_without_an_id_is_known_by_its_content(self):
        picking = self.release((self.mug, 2))
        shipment = self.shipment(picking, (self.mug, 1), shipment_external_id=None)
        self.receive(shipment)
        self.receive(shipment)
        self.assertEqual(self.get_quantity(self.mug), 99)

    def test_partial_then_rest(self):
        picking = self.release((self.mug, 5))
        reference = picking.logistics_reference
        self.receive(self.shipment(picking, (self.mug, 3)))
        rest = picking.backorder_ids
        self.assertEqual(picking.state, "done")
        self.assertEqual(rest.move_ids.product_uom_qty, 2)
        self.assertEqual(rest.logistics_reference, reference)
        self.assertEqual(rest.logistics_state, "accepted")
        self.assertEqual(rest.logistics_correlation_id, picking.sale_id.name)
        self.assertFalse(self.get_messages(rest), "sent again")
        self.assertEqual(picking.sale_id.logistics_state, "partial")
        self.receive(self.shipment(rest, (self.mug, 2)))
        self.assertEqual(rest.state, "done")
        self.assertEqual(picking.sale_id.logistics_state, "shipped")
        self.assertEqual(picking.sale_id.order_line.qty_delivered, 5)
        self.assertEqual(len(self.get_messages(code="outbound_instruction")), 1)
        self.assertFalse(self.get_messages(code="outbound_change"))

    def test_lines_are_matched_by_our_line_first(self):
        order = self.make_order((self.mug, 1), (self.mug, 2))
        picking = order.picking_ids
        self.send(self.get_messages(picking))
        first, second = picking.move_ids
        parcel = Parcel(lines=(self.line(self.mug, 2, line_id=second.id),))
        self.receive(self.shipment(picking, parcels=(parcel,)))
        self.assertEqual(second.state, "done")
        self.assertEqual(second.quantity, 2)
        rest = picking.backorder_ids
        self.assertEqual(rest.move_ids, first)
        parcel = Parcel(lines=(self.line(self.mug, 1, line_id=first.id),))
        self.receive(self.shipment(rest, parcels=(parcel,)))
        self.assertEqual(first.state, "done")

    def test_a_backorder_answers_to_the_line_of_its_origin(self):
        picking = self.release((self.mug, 3))
        line_id = picking.move_ids.id
        parcel = Parcel(lines=(self.line(self.mug, 1, line_id=line_id),))
        self.receive(self.shipment(picking, parcels=(parcel,)))
        rest = picking.backorder_ids
        self.assertNotEqual(rest.move_ids.id, line_id)
        parcel = Parcel(lines=(self.line(self.mug, 2, line_id=line_id),))
        self.receive(self.shipment(rest, parcels=(parcel,)))
        self.assertEqual(rest.state, "done")

    def test_closed_short_is_released_again(self):
        picking = self.release((self.mug, 5))
        self.receive(self.shipment(picking, (self.mug, 3), remaining="closed"))
        rest = picking.backorder_ids
        self.assertEqual(rest.logistics_reference, rest.name)
        self.assertEqual(rest.logistics_state, "to_release")
        message = self.get_messages(rest)
        self.assertEqual(message.external_id, rest.name)
        self.assertEqual(message._get_canonical().lines[0].quantity, Decimal(2))
        self.assertEqual(message._get_canonical().lines[0].line_id, rest.move_ids.id)
        self.assertEqual(message.correlation_id, picking.sale_id.name)

    def test_closed_short_is_cancelled_when_the_backend_says_so(self):
        self.backend.wms_short_policy = "cancel"
        picking = self.release((self.mug, 5), (self.tea, 1))
        self.receive(self.shipment(picking, (self.mug, 3), remaining="closed"))
        self.assertEqual(picking.state, "done")
        self.assertFalse(picking.backorder_ids.filtered(lambda p: p.state != "cancel"))
        self.assertEqual(picking.sale_id.order_line.mapped("qty_delivered"), [3, 0])
        self.assertEqual(len(self.get_messages(code="outbound_instruction")), 1)

    def test_an_operation_type_without_backorders_still_waits_for_the_rest(self):
        self.warehouse.out_type_id.create_backorder = "never"
        picking = self.release((self.mug, 5))
        self.receive(self.shipment(picking, (self.mug, 3)))
        self.assertEqual(picking.backorder_ids.state, "assigned")

    def test_over_within_tolerance_is_applied_with_a_warning(self):
        self.backend.wms_over_tolerance = 10
        picking = self.release((self.mug, 10))
        message = self.receive(self.shipment(picking, (self.mug, 11)))
        self.assertEqual(message.state, "done")
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.get_quantity(self.mug), 89)
        exception = self.get_exceptions("over_shipment")
        self.assertEqual(exception.severity, "1_warning")
        self.assertEqual(exception.res_id, picking.id)

    def test_over_beyond_tolerance_is_refused(self):
        picking = self.release((self.mug, 10))
        message = self.receive(self.shipment(picking, (self.mug, 11)))
        self.assert_invalid(message, "over_shipment", done=picking)
        self.assertEqual(self.get_quantity(self.mug), 100)
        self.backend.wms_over_tolerance = 10
        message.action_replay()
        process_inbound(message)
        self.assertEqual(picking.state, "done")

    def test_impossible_quantities_are_refused(self):
        picking = self.release((self.mug, 1))
        for quantity in (0, -1, 10**9):
            message = self.receive(
                self.shipment(picking, (self.mug, quantity)), key=f"bad{quantity}"
            )
            self.assert_invalid(message, "invalid_message", done=picking)
            message._withdraw()

    def test_an_unknown_reference_is_refused(self):
        picking = self.release((self.mug, 1))
        shipment = self.shipment(picking, (self.mug, 1), reference="WH/OUT/99999")
        self.assert_invalid(self.receive(shipment), "unknown_document", done=picking)

    def test_another_partner_cannot_ship_it(self):
        picking = self.release((self.mug, 1))
        other = self.backend.copy({"name": "Other partner", "state": "running"})
        self.backend = other
        message = self.receive(self.shipment(picking, (self.mug, 1)))
        self.assert_invalid(message, "unknown_document", done=picking)

    def test_an_unknown_sku_is_refused(self):
        picking = self.release((self.mug, 1))
        message = self.receive(self.shipment(picking, ("NOPE", 1)))
        self.assert_invalid(message, "unknown_product", done=picking)

    def test_a_product_that_was_not_ordered_is_refused(self):
        picking = self.release((self.mug, 1))
        message = self.receive(self.shipment(picking, (self.mug, 1), (self.tea, 1)))
        self.assert_invalid(message, "unknown_product", done=picking)

    def test_many_shipments_are_one_validation(self):
        pickings = self.env["stock.picking"]
        for _number in range(5):
            pickings |= self.release((self.mug, 2))
        done = []
        original = type(pickings)._action_done

        def count(records):
            done.append(len(records))
            return original(records)

        self.patch(type(pickings), "_action_done", count)
        # A batch is of one lane; which lane a document gets is chance.
        lanes = type(self.env["logistics.lane"])
        first = self.env["logistics.lane"].search(
            [("backend_id", "=", self.backend.id), ("direction", "=", "in")], limit=1
        )
        self.patch(lanes, "_get_lane_ids", lambda *args: (first.id,))
        messages = self.receive(
            *(self.shipment(picking, (self.mug, 2)) for picking in pickings)
        )
        self.assertEqual(set(messages.mapped("state")), {"done"})
        self.assertEqual(done, [5])
        self.assertEqual(set(pickings.mapped("state")), {"done"})

    def test_one_bad_shipment_does_not_stop_the_batch(self):
        pickings = self.env["stock.picking"]
        for _number in range(4):
            pickings |= self.release((self.mug, 1))
        messages = self.receive(
            *(
                self.shipment(picking, (self.mug, 1 if number != 2 else 5))
                for number, picking in enumerate(pickings)
            )
        )
        self.assertEqual(messages.mapped("state"), ["done", "done", "dead", "done"])
        self.assertEqual(self.get_quantity(self.mug), 97)

    def test_progress_and_shipment_of_one_delivery_in_one_batch(self):
        picking = self.release((self.mug, 3))
        messages = self.receive(
            self.status(picking, "accepted"),
            self.status(picking, "picking"),
            self.shipment(picking, (self.mug, 1)),
            self.shipment(picking, (self.mug, 2), occurred_at=NOON + timedelta(days=1)),
        )
        self.assertEqual(set(messages.mapped("state")), {"done"})
        self.assertEqual(picking.sale_id.order_line.qty_delivered, 3)

    def test_a_shipment_for_what_was_validated_by_hand_moves_no_stock(self):
        picking = self.release((self.mug, 1))
        picking.move_ids.picked = True
        picking.with_context(skip_logistics_partner=True).button_validate()
        message = self.receive(self.shipment(picking, (self.mug, 1)))
        self.assertIn("no stock was moved", message.note)
        self.assertTrue(picking.carrier_tracking_ref)
        self.assertEqual(self.get_quantity(self.mug), 99)

    def test_stock_is_taken_from_where_it_was_reserved(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        pen = self.make_product("PEN", stock=0)
        self.add_stock(pen, 10, location=shelf)
        picking = self.release((pen, 6))
        self.receive(self.shipment(picking, (pen, 4)))
        self.assertEqual(self.get_quantity(pen, shelf), 6)
        quants = self.env["stock.quant"].search([("product_id", "=", pen.id)])
        self.assertFalse(quants.filtered(lambda q: q.quantity < 0))
        self.assertEqual(picking.backorder_ids.move_ids.quantity, 2)

    def test_what_the_partner_shipped_without_stock_in_odoo_is_believed(self):
        picking = self.release((self.mug, 2))
        picking.do_unreserve()
        self.receive(self.shipment(picking, (self.mug, 2)))
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.get_quantity(self.mug), 98)

    def test_services_and_goods_that_are_not_counted(self):
        service = self.env["product.product"].create(
            {"name": "Engraving", "type": "service", "default_code": "SVC"}
        )
        flyer = self.make_product("FLYER", is_storable=False)
        picking = self.release((flyer, 2), (service, 1))
        self.assertEqual(picking.move_ids.product_id, flyer)
        self.receive(self.shipment(picking, (flyer, 1)))
        self.receive(self.shipment(picking.backorder_ids, (flyer, 1)))
        self.assertEqual(picking.backorder_ids.state, "done")

    def test_a_known_shipment_may_tell_that_the_rest_will_not_come(self):
        picking = self.release((self.mug, 5))
        shipment = self.shipment(picking, (self.mug, 3))
        self.receive(shipment)
        rest = picking.backorder_ids
        self.assertEqual(rest.logistics_reference, picking.logistics_reference)
        self.receive(replace(shipment, remaining="closed"))
        self.assertEqual(rest.logistics_reference, rest.name)
        self.assertEqual(len(self.get_messages(rest)), 1)
        self.assertEqual(self.get_quantity(self.mug), 97)

    def test_what_came_in_joins_the_timeline_of_the_order(self):
        picking = self.release((self.mug, 1))
        message = self.receive(self.shipment(picking, (self.mug, 1)))
        self.assertEqual(message.correlation_id, picking.sale_id.name)
        self.assertEqual(picking.sale_id.logistics_message_count, 2)

    def test_a_return_keeps_the_correlation(self):
        picking = self.release((self.mug, 1))
        self.receive(self.shipment(picking, (self.mug, 1)))
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        self.assertEqual(back.logistics_correlation_id, picking.sale_id.name)
        self.assertFalse(back.logistics_reference)

    def test_a_duplicate_is_not_the_partners(self):
        picking = self.release((self.mug, 1))
        copy = picking.copy()
        copy.action_confirm()
        copy.action_assign()
        self.settle()
        self.assertEqual(copy.logistics_reference, copy.name)
        self.assertEqual(
            self.get_messages(copy)._get_canonical().lines[0].line_id,
            copy.move_ids.id,
        )
