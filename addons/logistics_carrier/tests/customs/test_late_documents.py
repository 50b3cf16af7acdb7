"""Documents that are added after the label was bought."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.logistics_core.errors import Rejected

from ...canonical import DocumentRules
from ..documents_common import FIRST, DocumentCase


@tagged("post_install", "-at_install")
class TestLateDocuments(DocumentCase):
    def test_documents_added_later_are_uploaded_and_attached_together(self):
        with self.rules(FIRST):
            delivery = self.labelled()
            self.assertFalse(delivery.logistics_can_send_documents)
            self.attach(delivery, "commercial_invoice", "certificate_of_origin")
            self.assertTrue(delivery.logistics_can_send_documents)
            delivery.action_logistics_send_documents()
            self.carry()
            self.carry()
        (attached,) = self.papers("attach")
        shipment = delivery.logistics_shipment_ids
        documents = delivery.logistics_document_ids.sorted("id")
        keys = [document.external_id for document in attached.documents]
        self.assertEqual(keys, documents.mapped("external_id"))
        self.assertEqual(set(keys), {"DOC1", "DOC2"})
        self.assertEqual(attached.shipment_external_id, shipment.external_id)
        self.assertEqual(attached.tracking_numbers, ("TRK0001",))
        self.assertTrue(attached.labelled_at)
        self.assertEqual(set(documents.mapped("state")), {"sent"})
        self.assertEqual(set(documents.mapped("group_external_id")), {"GROUP1"})

    def test_a_group_that_was_attached_is_told_whole_with_what_is_new(self):
        with self.rules(FIRST):
            delivery = self.labelled()
            for kind in ("commercial_invoice", "certificate_of_origin"):
                self.attach(delivery, kind)
                delivery.action_logistics_send_documents()
                self.carry()
                self.carry()
        attached = self.papers("attach")[-1]
        self.assertEqual(attached.group_external_id, "GROUP1")
        self.assertEqual([d.external_id for d in attached.documents], ["DOC1", "DOC2"])

    def test_a_refused_upload_does_not_keep_back_the_others(self):
        self.answers["upload"] = [Rejected("Unreadable file")]
        with self.rules(FIRST):
            delivery = self.labelled()
            self.attach(delivery, "commercial_invoice", "certificate_of_origin")
            delivery.action_logistics_send_documents()
            self.carry()
            self.carry()
        states = delivery.logistics_document_ids.mapped("state")
        self.assertEqual(sorted(states), ["failed", "sent"])
        self.assertEqual(len(self.papers("attach")[0].documents), 1)

    def test_without_uploads_they_are_attached_with_their_content(self):
        delivery = self.labelled()
        self.attach(delivery, "commercial_invoice")
        delivery.action_logistics_send_documents()
        self.carry()
        (attached,) = self.papers("attach")
        self.assertTrue(attached.documents[0].content)
        self.assertEqual(delivery.logistics_document_ids.state, "sent")

    def test_a_refused_attachment_can_be_sent_again(self):
        self.answers["attach"] = [Rejected("Too late")]
        delivery = self.labelled()
        document = self.attach(delivery, "commercial_invoice")
        delivery.action_logistics_send_documents()
        self.carry()
        self.assertEqual((document.state, document.error), ("failed", "Too late"))
        delivery.action_logistics_send_documents()
        self.carry()
        self.assertEqual((document.state, document.error), ("sent", False))

    def test_limits_count_what_the_shipment_has(self):
        rules = DocumentRules(max_count=1, late_needs_first=True)
        with self.rules(rules):
            delivery = self.labelled("commercial_invoice")
            self.attach(delivery, "certificate_of_origin")
            with self.assertRaisesRegex(UserError, "1 documents"):
                delivery.action_logistics_send_documents()
            other = self.labelled()
            self.attach(other, "certificate_of_origin")
            with self.assertRaisesRegex(UserError, "only where the label was bought"):
                other.action_logistics_send_documents()

    def test_a_carrier_that_needs_time_is_not_asked_before(self):
        with self.rules(DocumentRules(late_wait=600)):
            delivery = self.labelled()
            self.attach(delivery, "certificate_of_origin")
            delivery.action_logistics_send_documents()
            self.carry()
            self.assertFalse(self.papers("attach"))
            shipment = delivery.logistics_shipment_ids
            bought = shipment._get_messages("transport_instruction")
            bought.done_at = "2026-01-01 00:00:00"
            message = shipment._get_messages("transport_document")
            self.assertEqual((message.state, message.attempt_count), ("pending", 0))
            message.next_attempt_at = False
            self.carry()
        self.assertEqual(len(self.papers("attach")), 1)

    def test_a_shipment_taken_back_gets_no_more_documents(self):
        with self.rules(DocumentRules(late_wait=600)):
            delivery = self.labelled()
            self.attach(delivery, "certificate_of_origin")
            delivery.action_logistics_send_documents()
            self.carry()
            delivery.logistics_shipment_ids.action_void()
            self.carry()
            self.carry()
        self.assertFalse(self.papers("attach"))
        self.assertEqual(delivery.logistics_document_ids.state, "draft")
