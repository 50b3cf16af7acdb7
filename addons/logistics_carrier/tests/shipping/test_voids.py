"""Voids and returns: exactly the shipment's own labels."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import Rejected

from ...canonical import TransportVoid
from ..carrier_common import CarrierCase


@tagged("post_install", "-at_install")
class TestVoids(CarrierCase):
    def bought(self):
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        self.carry()
        return delivery

    def test_a_void_names_only_the_shipments_own_references(self):
        first, second = self.bought(), self.bought()
        first.logistics_shipment_ids.action_void()
        self.carry()
        void = self.asked[-1]
        self.assertIsInstance(void, TransportVoid)
        self.assertEqual(void.tracking_numbers, ("TRK0001",))
        self.assertEqual(first.logistics_shipment_ids.state, "voided")
        self.assertFalse(first.carrier_tracking_ref)
        self.assertEqual(second.logistics_shipment_ids.state, "labelled")

    def test_after_a_void_a_new_label_has_a_new_reference(self):
        delivery = self.bought()
        delivery.logistics_shipment_ids.action_void()
        self.carry()
        delivery.action_logistics_buy()
        self.carry()
        self.assertNotEqual(self.asked[-1].reference, self.asked[0].reference)
        self.assertEqual(delivery.carrier_tracking_ref, "TRK0002")

    def test_what_was_not_sent_yet_is_withdrawn(self):
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        delivery.logistics_shipment_ids.action_void()
        self.carry()
        self.assertFalse(self.asked)
        self.assertEqual(delivery.logistics_shipment_ids.state, "voided")

    def test_what_is_under_way_is_voided_once_its_label_is_known(self):
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        shipment = delivery.logistics_shipment_ids
        message = shipment._get_messages("transport_instruction")
        message.state = "in_progress"
        shipment.action_void()
        self.assertEqual(shipment.state, "void_requested")
        canonical = message._get_canonical()
        result = SendResult(response=self.confirm(canonical))
        message._set_sent([(message, result)])
        self.assertEqual(shipment.state, "void_requested")
        self.carry()
        self.assertEqual(shipment.state, "voided")
        self.assertEqual([type(m) for m in self.asked], [TransportVoid])

    def test_a_label_that_was_not_bought_yet_is_not_bought_after_a_void(self):
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        shipment = delivery.logistics_shipment_ids
        message = shipment._get_messages("transport_instruction")
        message.state = "in_progress"
        delivery.action_cancel()
        self.assertEqual(shipment.state, "void_requested")
        # Its attempt did not reach the carrier.
        message.state = "pending"
        self.carry()
        self.assertFalse(self.asked)
        self.assertEqual(message.state, "cancelled")
        self.assertEqual(shipment.state, "voided")

    def test_no_label_is_bought_for_a_delivery_that_was_cancelled_otherwise(self):
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        delivery.move_ids._action_cancel()
        self.assertEqual(delivery.state, "cancel")
        self.carry()
        shipment = delivery.logistics_shipment_ids
        message = shipment._get_messages("transport_instruction")
        self.assertFalse(self.asked)
        self.assertEqual(message.state, "cancelled")
        self.assertIn("cancelled", message.note)
        self.assertEqual(shipment.state, "voided")
        self.assertFalse(message.exception_ids)

    def test_a_refused_void_leaves_the_label_live(self):
        delivery = self.bought()
        delivery.logistics_shipment_ids.action_void()
        self.error = Rejected("Too late")
        self.carry()
        shipment = delivery.logistics_shipment_ids
        self.assertEqual((shipment.state, shipment.error), ("labelled", "Too late"))
        self.assertEqual(delivery.carrier_tracking_ref, "TRK0001")
        self.error = None
        shipment.action_void()
        self.carry()
        self.assertEqual(shipment.state, "voided")

    def test_a_carrier_without_void_says_how_to_proceed(self):
        delivery = self.bought()
        shipment = delivery.logistics_shipment_ids
        with self.scripted(_capabilities=frozenset({"transport_instruction"})):
            self.assertFalse(shipment.can_void)
            with self.assertRaisesRegex(UserError, "not used"):
                shipment.action_void()
        shipment.action_mark_unused()
        self.assertEqual(shipment.state, "voided")

    def test_cancelling_a_delivery_takes_its_label_back(self):
        delivery = self.bought()
        delivery.action_cancel()
        self.carry()
        self.assertEqual(delivery.logistics_shipment_ids.state, "voided")

    def test_odoos_own_cancel_button_voids(self):
        delivery = self.make_delivery()
        self.validate(delivery)
        self.carry()
        delivery.cancel_shipment()
        self.carry()
        self.assertEqual(delivery.logistics_shipment_ids.state, "voided")

    def test_a_return_label_swaps_sender_and_recipient(self):
        delivery = self.bought()
        delivery.carrier_id.get_return_label_from_portal = True
        delivery.action_logistics_return_label()
        self.carry()
        back = self.asked[-1]
        self.assertEqual(back.direction, "return")
        self.assertEqual(back.ship_from.address.city, "Lyon")
        self.assertEqual(back.ship_to.address.city, "Marseille")
        self.assertEqual(back.return_of, f"X-{self.asked[0].reference}")
        self.assertEqual(len(delivery.return_label_ids), 1)
        self.assertTrue(delivery.return_label_ids.access_token)
        self.assertEqual(delivery.carrier_tracking_ref, "TRK0001")

    def test_the_return_of_a_delivery_gets_its_label_there(self):
        delivery = self.make_delivery()
        self.validate(delivery)
        self.carry()
        wizard = self.env["stock.return.picking"].create({"picking_id": delivery.id})
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.carrier_id = self.method
        back.print_return_label()
        self.carry()
        request = self.asked[-1]
        self.assertEqual(request.direction, "return")
        self.assertEqual(request.ship_from.address.city, "Lyon")
        self.assertEqual(str(request.parcels[0].weight), "1.5")
        self.assertEqual(request.return_of, f"X-{self.asked[0].reference}")
        self.assertEqual(len(back.return_label_ids), 1)

    def test_return_labels_come_with_the_delivery_when_the_method_says_so(self):
        self.method.return_label_on_delivery = True
        delivery = self.make_delivery()
        self.validate(delivery)
        self.carry()
        self.carry()
        directions = [m.direction for m in self.asked]
        self.assertEqual(directions, ["outbound", "return"])
        self.assertEqual(self.asked[1].return_of, f"X-{self.asked[0].reference}")
