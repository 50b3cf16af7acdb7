"""A damaged label is noticed when it comes, and does not stop the others."""

from odoo.tests import tagged

from ..carrier_common import CarrierCase


@tagged("post_install", "-at_install")
class TestLabelFiles(CarrierCase):
    def buy(self):
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        self.carry()
        return delivery.logistics_shipment_ids

    def get_exception(self, shipment):
        return self.env["logistics.exception"].search(
            [("fingerprint", "like", f"file:stock.picking:{shipment.picking_id.id}:")]
        )

    def buy_damaged(self):
        good, type(self).label = self.label, b"%PDF-1.4 damaged"
        try:
            return self.buy()
        finally:
            type(self).label = good

    def test_a_damaged_label_is_kept_as_it_came_with_an_exception(self):
        shipment = self.buy_damaged()
        self.assertEqual(shipment.state, "labelled")
        label = shipment.parcel_ids.label_id
        self.assertEqual(label.raw, b"%PDF-1.4 damaged")
        self.assertEqual(label.mimetype, "application/x-unreadable")
        exception = self.get_exception(shipment)
        self.assertIn("cannot be read", exception.cause)
        self.assertIn("again", exception.remedy)

    def test_a_good_label_opens_no_exception(self):
        shipment = self.buy()
        self.assertFalse(self.get_exception(shipment))
        self.assertEqual(shipment.parcel_ids.label_id.mimetype, "application/pdf")

    def test_the_others_are_printed_and_the_damaged_one_is_named(self):
        shipments = self.buy() | self.buy_damaged() | self.buy()
        action = shipments.action_print_labels()
        self.assertEqual(action["tag"], "display_notification")
        bad = shipments[1].parcel_ids.label_id
        self.assertIn(bad.name, action["params"]["message"])
        self.assertEqual(action["params"]["next"]["type"], "ir.actions.act_url")
        sheet = self.env["ir.attachment"].search([], order="id desc", limit=1)
        self.assertEqual(sheet.name, "labels.pdf")

    def test_a_damaged_label_alone_is_handed_out_as_it_came(self):
        shipment = self.buy_damaged()
        action = shipment.action_print_labels()
        self.assertIn(f"/{shipment.parcel_ids.label_id.id}?", action["url"])
