"""The account of a carrier is gone: goods leave, rates say so, labels stay."""

from odoo.tests import tagged

from ..carrier_common import CarrierCase


@tagged("post_install", "-at_install")
class TestLeaving(CarrierCase):
    def uninstall(self):
        """Do what Odoo does with the connections of a connector that goes."""
        self.backend.sudo().write({"connector": "disconnected"})
        self.env.flush_all()

    def test_shipments_and_parcels_stay_readable(self):
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        self.carry()
        shipment = delivery.logistics_shipment_ids
        self.uninstall()
        self.assertEqual(shipment.state, "labelled")
        self.assertEqual(shipment.backend_id, self.backend)
        self.assertTrue(shipment.parcel_ids.tracking_number)
        self.assertFalse(shipment.can_void)

    def test_a_label_that_was_asked_for_is_said_to_be_open(self):
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        shipment = delivery.logistics_shipment_ids
        self.assertEqual(shipment.state, "requested")
        self.assertIn(shipment.name, self.backend._describe_end())
        self.uninstall()
        self.assertEqual(shipment.state, "failed")
        self.assertIn("was ended", shipment.error)

    def test_its_methods_are_archived_and_said_before(self):
        self.assertIn(self.method.name, self.backend._describe_end())
        self.uninstall()
        self.assertFalse(self.method.active)

    def test_its_cut_offs_end_and_what_waited_is_closed(self):
        schedule = self.env["logistics.carrier.schedule"].create(
            {"backend_id": self.backend.id, "warehouse_id": self.warehouse.id}
        )
        pickup = self.env["logistics.pickup"].create(
            {"backend_id": self.backend.id, "warehouse_id": self.warehouse.id}
        )
        pickup.state = "requested"
        self.uninstall()
        self.assertFalse(schedule.active)
        self.assertEqual(pickup.state, "failed")
        self.assertIn("was ended", str(pickup.message_ids.mapped("body")))

    def test_a_delivery_with_its_method_is_validated_without_a_label(self):
        delivery = self.make_delivery()
        self.uninstall()
        delivery.move_ids.picked = True
        delivery.with_context(skip_sms=True).button_validate()
        self.assertEqual(delivery.state, "done")
        self.assertFalse(delivery.logistics_shipment_ids)
        self.assertIn("No label", str(delivery.message_ids.mapped("body")))

    def test_rating_says_that_the_account_is_gone(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [(0, 0, {"product_id": self.product.id})],
            }
        )
        self.uninstall()
        answer = self.method.rate_shipment(order)
        self.assertFalse(answer["success"])
        self.assertIn("was ended", answer["error_message"])
        # As an earlier uninstallation left it.
        self.env.cr.execute(
            "UPDATE delivery_carrier SET logistics_backend_id = NULL WHERE id = %s",
            [self.method.id],
        )
        self.method.invalidate_recordset()
        answer = self.method.rate_shipment(order)
        self.assertIn("was ended", answer["error_message"])
