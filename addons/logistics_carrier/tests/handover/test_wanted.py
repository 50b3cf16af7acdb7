"""What was true when it was queued is looked at again when it is sent."""

from unittest.mock import patch

from odoo import fields
from odoo.tests import Form, tagged

from ...canonical import TransportPickupConfirmation
from .test_manifest import SHEET, HandoverCase


@tagged("post_install", "-at_install")
class TestStillWanted(HandoverCase):
    def test_what_was_voided_while_queued_is_not_on_the_manifest(self):
        kept, gone = self.make_shipment("T1"), self.make_shipment("T2")
        with self.carrier("transport_manifest", answers=[SHEET]) as partner:
            manifest = self.schedule._close_day()
            gone.state = "voided"
            self.drain()
        [sent] = self.get_sent(partner)
        self.assertEqual(sent.tracking_numbers, ("T1",))
        self.assertEqual(sent.shipment_external_ids, (kept.external_id,))
        self.assertEqual((manifest.state, kept.state), ("done", "manifested"))
        self.assertEqual(gone.state, "voided")

    def test_a_manifest_of_voided_shipments_is_not_sent(self):
        gone = self.make_shipment("T1")
        with self.carrier("transport_manifest", answers=[]) as partner:
            manifest = self.schedule._close_day()
            gone.state = "void_requested"
            self.drain()
        self.assertFalse(self.get_sent(partner))
        self.assertEqual(manifest.state, "failed")
        self.assertIn("voided", manifest.error)
        self.assertFalse(gone.manifest_id)

    def test_a_pickup_whose_day_is_over_is_not_booked(self):
        self.make_shipment("T1")
        answer = TransportPickupConfirmation("PRN-1")
        with self.carrier("transport_pickup", answers=[answer]) as partner:
            form = Form(self.env["logistics.pickup"])
            form.backend_id, form.warehouse_id = self.backend, self.warehouse
            form.date = fields.Date.today()
            pickup = form.save()
            pickup.action_book()
            self.env.flush_all()
            later = fields.Datetime.add(fields.Datetime.now(), days=2)
            with patch.object(fields.Datetime, "now", lambda: later):
                self.drain()
            self.assertFalse(self.get_sent(partner))
            self.assertEqual(pickup.state, "failed")
            self.assertIn("closed at", pickup.error)
            self.assertTrue(pickup.activity_ids)
            pickup.date = fields.Date.add(fields.Date.today(), days=1)
            pickup.action_book()
            self.drain()
        self.assertEqual(pickup.state, "booked")
