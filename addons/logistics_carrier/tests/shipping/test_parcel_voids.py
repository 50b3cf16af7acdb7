"""One parcel of several is voided: the others live on, and cost less."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.logistics_core.errors import Rejected

from ...canonical import TransportVoid
from ..carrier_common import CarrierCase


@tagged("post_install", "-at_install")
class TestParcelVoids(CarrierCase):
    def bought(self, weight=3.0):
        """Return the shipment of two parcels, of 3 kg and of another weight."""
        other = self.make_product("Anvil", weight=weight)
        delivery = self.make_delivery(self.product, other)
        delivery.move_line_ids[1].quantity = 1
        self.pack(delivery)
        delivery.action_logistics_buy()
        self.carry()
        return delivery.logistics_shipment_ids

    def test_the_parcel_is_cancelled_and_the_shipment_lives_on(self):
        shipment = self.bought(weight=1.0)
        first, second = shipment.parcel_ids.sorted("id")
        self.assertTrue(first.can_void and second.can_void)
        second.action_void()
        self.assertTrue(second.void_requested)
        self.assertFalse(second.can_void)
        self.carry()
        void = self.asked[-1]
        self.assertIsInstance(void, TransportVoid)
        self.assertTrue(void.part)
        self.assertEqual(void.tracking_numbers, (second.tracking_number,))
        self.assertEqual(void.shipment_external_id, shipment.external_id)
        self.assertEqual(
            (first.status, second.status, shipment.state),
            ("created", "cancelled", "labelled"),
        )
        self.assertFalse(second.void_requested or second.next_track_at)
        # 3 kg of 4 kg are left of 9.40 (8.00 and 1.40).
        self.assertEqual(shipment.expected_cost, 7.05)
        self.assertEqual(
            shipment.charge_text, "BASE\tTransport\t6.00\nFUEL\tFuel surcharge\t1.05"
        )
        self.assertEqual(shipment.charges, "Transport: 6.00\nFuel surcharge: 1.05")
        delivery = shipment.picking_id
        self.assertEqual(delivery.carrier_tracking_ref, first.tracking_number)
        self.assertEqual(delivery.carrier_price, 7.05)
        self.assertEqual(shipment.parcel_count, 1)
        self.assertEqual(shipment.tracking_numbers, first.tracking_number)
        self.assertIn(second.tracking_number, delivery.message_ids[0].body)

    def test_what_is_left_is_what_is_printed_shipped_and_voided(self):
        shipment = self.bought()
        first, second = shipment.parcel_ids.sorted("id")
        first.action_void()
        self.carry()
        self.assertEqual(shipment._get_live_parcels(), second)
        action = shipment.action_print_labels()
        self.assertIn(f"/{second.label_id.id}?", action["url"])
        delivery = shipment.picking_id
        delivery.move_line_ids.filtered(
            lambda line: line.result_package_id == first.package_id
        ).unlink()
        shipment._tell_other_content()
        self.assertFalse(delivery.activity_ids)
        shipment.action_void()
        self.carry()
        self.assertEqual(self.asked[-1].tracking_numbers, (second.tracking_number,))
        self.assertFalse(self.asked[-1].part)
        self.assertEqual(shipment.state, "voided")

    def test_the_invoice_is_compared_with_what_is_left(self):
        shipment = self.bought()
        first, second = shipment.parcel_ids.sorted("id")
        second.action_void()
        self.carry()
        invoice = self.env["logistics.freight.invoice"].new(
            {"currency_id": shipment.currency_id.id, "company_id": self.company.id}
        )
        quotes = invoice._get_quotes(shipment, [])
        self.assertEqual(set(quotes), {first._ids})
        self.assertEqual(float(quotes[first._ids].total), shipment.expected_cost)

    def test_the_last_parcel_is_not_voided_alone(self):
        shipment = self.bought()
        first, second = shipment.parcel_ids.sorted("id")
        second.action_void()
        with self.assertRaisesRegex(UserError, "Void the shipment"):
            first.action_void()
        self.carry()
        self.assertFalse(first.can_void)
        with self.assertRaisesRegex(UserError, "Void the shipment"):
            first.action_void()
        self.assertEqual(len(self.asked), 2)

    def test_a_carrier_that_voids_shipments_only_says_so(self):
        shipment = self.bought()
        capable = self.registry["logistics.connector.canonical"]._capabilities
        with self.scripted(_capabilities=capable - {"void_parcel"}):
            self.assertFalse(shipment.can_void_parcel)
            self.assertFalse(shipment.parcel_ids[0].can_void)
            with self.assertRaisesRegex(UserError, "whole shipments only"):
                shipment.parcel_ids[0].action_void()

    def test_what_the_carrier_has_is_not_voided(self):
        shipment = self.bought()
        shipment.parcel_ids[0].status = "picked_up"
        self.assertFalse(shipment.parcel_ids[0].can_void)
        with self.assertRaisesRegex(UserError, "no label that can be voided"):
            shipment.parcel_ids[0].action_void()

    def test_a_refused_void_leaves_the_parcel_live_and_can_be_asked_again(self):
        shipment = self.bought()
        parcel = shipment.parcel_ids[0]
        parcel.action_void()
        self.error = Rejected("Too late")
        self.carry()
        self.assertFalse(parcel.void_requested)
        self.assertEqual(parcel.status, "created")
        self.assertIn("Too late", shipment.error)
        self.assertEqual(shipment.expected_cost, 9.4)
        self.error = None
        # The refused one does not keep back what is asked of the shipment.
        parcel.action_void()
        self.carry()
        self.assertEqual(parcel.status, "cancelled")
        shipment.action_void()
        self.carry()
        self.assertEqual(shipment.state, "voided")

    def test_asking_twice_sends_one_void(self):
        shipment = self.bought()
        shipment.parcel_ids[0].action_void()
        shipment.parcel_ids[0].action_void()
        self.carry()
        shipment.parcel_ids[0].action_void()
        self.carry()
        self.assertEqual(len(self.asked), 2)

    def test_only_warehouse_users_void(self):
        shipment = self.bought()
        person = new_test_user(self.env, "clerk", groups="stock.group_stock_user")
        with self.assertRaises(AccessError):
            shipment.parcel_ids[0].with_user(person).action_void()
