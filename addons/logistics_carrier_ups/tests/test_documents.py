"""Own documents at UPS, and single parcels voided; the sandbox remembers both."""

import base64
import hashlib

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.logistics_carrier.canonical import TrackedParcel

from .common import UpsCase

PDF = b"%PDF-1.4 invoice"
JPEG = b"\xff\xd8 origin"


class UpsDocumentCase(UpsCase):
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
        self.again()
        return delivery.logistics_shipment_ids.sorted("id")[-1]

    def again(self):
        """Let what waits, also for its documents, be tried now."""
        domain = [("state", "in", ("retrying", "deferred", "pending"))]
        self.env["logistics.message"].search(domain).next_attempt_at = False
        self.drain()

    def documents(self):
        """Return UPS's documents: {key: (kind, shipment, digest)}."""
        found = self.at_carrier()["documents"]
        return {d["id"]: (d["kind"], d["shipment"], d["sha256"]) for d in found}


@tagged("post_install", "-at_install")
class TestUpsDocuments(UpsDocumentCase):
    def test_documents_go_with_their_shipment(self):
        delivery = self.make_export()
        invoice = self.attach(delivery, "commercial_invoice")
        origin = self.attach(delivery, "certificate_of_origin", "o.jpeg", JPEG)
        shipment = self.shipped(delivery)
        self.assertEqual(shipment.state, "labelled", shipment.error)
        number = shipment.external_id
        self.assertEqual(
            self.documents(),
            {
                invoice.external_id: ("002", number, hashlib.sha256(PDF).hexdigest()),
                origin.external_id: ("003", number, hashlib.sha256(JPEG).hexdigest()),
            },
        )
        self.assertEqual((invoice.state, origin.state), ("sent", "sent"))
        # Ours goes along, so UPS prints none.
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "stock.picking"), ("res_id", "=", delivery.id)]
        )
        self.assertFalse(files.filtered(lambda f: "invoice" in f.name))

    def test_a_lost_answer_of_an_upload_leaves_the_right_document(self):
        self.sandbox.rules(
            {"action": "timeout_after_commit", "path": "/upload$", "times": 1}
        )
        delivery = self.make_export()
        document = self.attach(delivery, "commercial_invoice")
        delivery.action_logistics_buy()
        self.drain()
        self.assertEqual(self.at_carrier()["live_labels"], 0)
        self.again()
        self.again()
        shipment = delivery.logistics_shipment_ids
        self.assertEqual(shipment.state, "labelled", shipment.error)
        named = {k: v for k, v in self.documents().items() if v[1]}
        self.assertEqual(list(named), [document.external_id])
        self.assertEqual(named[document.external_id][1], shipment.external_id)

    def test_a_lost_answer_of_the_label_keeps_its_documents(self):
        self.sandbox.rules(
            {"action": "timeout_after_commit", "path": "/ship$", "times": 1}
        )
        delivery = self.make_export()
        document = self.attach(delivery, "commercial_invoice")
        shipment = self.shipped(delivery)
        self.again()
        self.assertEqual(shipment.state, "labelled", shipment.error)
        self.assertEqual(document.state, "sent")
        self.assertEqual(
            self.documents()[document.external_id][1], shipment.external_id
        )
        self.assertEqual(self.at_carrier()["duplicates"], {})

    def test_a_document_added_later_is_pushed_to_the_shipment(self):
        delivery = self.make_export()
        shipment = self.shipped(delivery)
        first = self.attach(delivery, "packing_list")
        delivery.action_logistics_send_documents()
        self.drain()
        self.again()
        self.assertEqual((first.state, first.error), ("sent", False))
        second = self.attach(delivery, "declaration", "d.jpg", JPEG)
        self.sandbox.rules(
            {"action": "timeout_after_commit", "path": "/image$", "times": 1}
        )
        delivery.action_logistics_send_documents()
        self.drain()
        self.again()
        self.again()
        self.assertEqual(second.state, "sent")
        shipments = {found[1] for found in self.documents().values()}
        self.assertEqual(shipments, {shipment.external_id})
        self.assertEqual(len(self.documents()), 2)
        self.assertEqual(first.group_external_id, second.group_external_id)

    def test_a_void_deletes_the_documents(self):
        delivery = self.make_export()
        document = self.attach(delivery, "commercial_invoice")
        shipment = self.shipped(delivery)
        shipment.action_void()
        self.drain()
        self.again()
        self.assertEqual(shipment.state, "voided")
        self.assertEqual(self.documents(), {})
        self.assertEqual(document.state, "draft")
        new = self.shipped(delivery)
        self.assertNotEqual(new, shipment)
        self.assertEqual(self.documents()[document.external_id][1], new.external_id)

    def test_ups_s_limits_are_told_before_anything_is_sent(self):
        delivery = self.make_export()
        self.attach(delivery, "proforma_invoice")
        self.attach(delivery, "other", "large.pdf", PDF + b" " * 1024 * 1024)
        with self.assertRaises(UserError) as caught:
            delivery.action_logistics_buy()
        self.assertIn("as Pro forma invoice", str(caught.exception))
        self.assertIn("1.0 MB", str(caught.exception))
        self.assertFalse(self.documents())


@tagged("post_install", "-at_install")
class TestUpsParcelVoid(UpsDocumentCase):
    def voided(self):
        return self.at_carrier()["voided"]

    def two(self):
        delivery = self.make_delivery(self.product, self.make_product("Cup", weight=1))
        self.pack(delivery)
        shipment = self.shipped(delivery)
        return shipment, *shipment.parcel_ids.sorted("id")

    def test_one_parcel_is_voided_and_the_other_is_carried(self):
        shipment, first, second = self.two()
        cost = shipment.expected_cost
        # The first parcel's number is the shipment's too.
        first.action_void()
        self.drain()
        self.assertEqual(self.voided(), [first.tracking_number])
        self.assertEqual((first.status, second.status), ("cancelled", "created"))
        self.assertEqual(shipment.state, "labelled")
        self.assertLess(shipment.expected_cost, cost)
        self.sandbox.carrier_run(second.tracking_number)
        for parcel in (first, second):
            asked = [TrackedParcel(parcel.tracking_number)]
            self.receive(*self.connector._track(self.backend, asked))
        self.drain()
        self.assertEqual((first.status, second.status), ("cancelled", "delivered"))
        self.assertEqual(shipment.state, "delivered")

    def test_a_lost_answer_is_looked_up_and_not_voided_again(self):
        shipment, first, second = self.two()
        self.sandbox.rules(
            {"action": "timeout_after_commit", "path": "/void/", "times": 1}
        )
        second.action_void()
        self.drain()
        self.assertTrue(second.void_requested)
        self.again()
        self.assertEqual((first.status, second.status), ("created", "cancelled"))
        self.assertEqual(self.voided(), [second.tracking_number])
        asked = self.sandbox.requests()["items"]
        voids = [item for item in asked if "/void/" in item["path"]]
        self.assertEqual(len(voids), 1)

    def test_a_void_that_ups_never_had_is_sent_again(self):
        shipment, first, second = self.two()
        self.sandbox.rules({"action": "cut_before", "path": "/void/", "times": 1})
        second.action_void()
        self.drain()
        self.again()
        self.assertEqual(second.status, "cancelled")
        self.assertEqual(self.voided(), [second.tracking_number])

    def test_a_parcel_that_ups_has_is_not_voided(self):
        shipment, first, second = self.two()
        self.sandbox.carrier_advance(second.tracking_number)
        second.action_void()
        self.drain()
        self.assertEqual(second.status, "created")
        self.assertIn("expired", shipment.error)
        self.assertFalse(self.voided())

    def test_the_rest_is_voided_with_its_shipment(self):
        shipment, first, second = self.two()
        second.action_void()
        self.drain()
        shipment.action_void()
        self.drain()
        self.assertEqual(shipment.state, "voided")
        self.assertEqual(self.at_carrier()["live_labels"], 0)
