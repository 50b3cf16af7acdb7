"""Own documents at DHL Express; the sandbox remembers them."""

import base64
import hashlib

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DhlExpressCase

PDF = b"%PDF-1.4 invoice"
JPEG = b"\xff\xd8 origin"


@tagged("post_install", "-at_install")
class TestDhlExpressDocuments(DhlExpressCase):
    def setUp(self):
        super().setUp()
        self.method.logistics_service = "P"

    def attach(self, delivery, kind, name="invoice.pdf", content=PDF):
        return self.env["logistics.customs.document"].create(
            {
                "picking_id": delivery.id,
                "kind": kind,
                "file": base64.b64encode(content),
                "file_name": name,
            }
        )

    def shipped(self, delivery):
        delivery.action_logistics_buy()
        self.drain()
        return delivery.logistics_shipment_ids.sorted("id")[-1]

    def documents(self):
        """Return DHL's documents: {(kind, shipment, digest)}."""
        found = self.at_carrier()["documents"]
        return sorted((d["kind"], d["shipment"], d["sha256"]) for d in found)

    def pass_time(self, shipment):
        """Let ten minutes pass, here and at DHL."""
        self.sandbox.call("POST", "/dhl_express/age", {"seconds": 601})
        messages = self.env["logistics.message"].search([("done_at", "!=", False)])
        messages.done_at = "2026-01-01 00:00:00"
        attempts = messages.browse().search([]).attempt_ids
        attempts.started_at = "2026-01-01 00:00:00"
        waiting = shipment._get_messages("transport_document")
        waiting.next_attempt_at = False

    def test_documents_go_with_the_label(self):
        delivery = self.make_export()
        invoice = self.attach(delivery, "commercial_invoice")
        origin = self.attach(delivery, "certificate_of_origin", "o.jpg", JPEG)
        shipment = self.shipped(delivery)
        self.assertEqual(shipment.state, "labelled", shipment.error)
        number = shipment.external_id
        self.assertEqual(
            self.documents(),
            [
                ("CIN", number, hashlib.sha256(PDF).hexdigest()),
                ("COO", number, hashlib.sha256(JPEG).hexdigest()),
            ],
        )
        self.assertEqual((invoice.state, origin.state), ("sent", "sent"))

    def test_a_lost_answer_leaves_one_shipment_with_its_documents(self):
        self.sandbox.rules(
            {"action": "timeout_after_commit", "path": "^/shipments$", "times": 1}
        )
        delivery = self.make_export()
        document = self.attach(delivery, "commercial_invoice")
        shipment = self.shipped(delivery)
        self.again()
        self.assertEqual(shipment.state, "labelled", shipment.error)
        self.assertEqual(document.state, "sent")
        self.assertEqual([d[1] for d in self.documents()], [shipment.external_id])
        self.assertEqual(self.at_carrier()["orphans"], [])

    def test_later_documents_wait_ten_minutes(self):
        delivery = self.make_export()
        self.attach(delivery, "commercial_invoice")
        shipment = self.shipped(delivery)
        late = self.attach(delivery, "certificate_of_origin", "o.jpg", JPEG)
        delivery.action_logistics_send_documents()
        self.drain()
        self.assertEqual((late.state, len(self.documents())), ("requested", 1))
        self.pass_time(shipment)
        self.drain()
        self.assertEqual((late.state, late.error), ("sent", False))
        self.assertEqual([d[0] for d in self.documents()], ["CIN", "COO"])

    def test_a_lost_answer_of_a_later_document_leaves_one(self):
        delivery = self.make_export()
        self.attach(delivery, "commercial_invoice")
        shipment = self.shipped(delivery)
        late = self.attach(delivery, "certificate_of_origin", "o.jpg", JPEG)
        delivery.action_logistics_send_documents()
        self.sandbox.rules(
            {"action": "timeout_after_commit", "path": "upload-image$", "times": 1}
        )
        self.pass_time(shipment)
        self.drain()
        self.assertEqual(late.state, "requested")
        # DHL may have it: it is not asked again before ten minutes have passed.
        shipment._get_messages("transport_document").next_attempt_at = False
        self.drain()
        self.assertEqual(late.state, "requested")
        self.pass_time(shipment)
        self.drain()
        self.assertEqual((late.state, late.error), ("sent", False))
        self.assertEqual([d[0] for d in self.documents()], ["CIN", "COO"])

    def test_a_label_bought_without_documents_gets_none_later(self):
        delivery = self.make_export()
        self.shipped(delivery)
        self.attach(delivery, "commercial_invoice")
        with self.assertRaisesRegex(UserError, "only where the label was bought"):
            delivery.action_logistics_send_documents()

    def test_dhl_s_kinds_are_told_before_anything_is_sent(self):
        delivery = self.make_export()
        self.attach(delivery, "packing_list", "list.xlsx", b"PK")
        with self.assertRaises(UserError) as caught:
            delivery.action_logistics_buy()
        self.assertIn("as Packing list", str(caught.exception))
        self.assertIn("format of “list.xlsx”", str(caught.exception))
        self.assertFalse(delivery.logistics_shipment_ids)

    def test_single_parcels_are_not_voided(self):
        delivery = self.make_export()
        shipment = self.shipped(delivery)
        self.assertFalse(shipment.parcel_ids[0].can_void)
        with self.assertRaisesRegex(UserError, "whole shipments only"):
            shipment.parcel_ids[0].action_void()
