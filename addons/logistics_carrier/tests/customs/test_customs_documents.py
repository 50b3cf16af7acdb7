"""Own documents for customs: none is missing, none is wrong, none is left behind."""

import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import OutcomeUnknown, Rejected

from ...canonical import TransportInstruction
from ..documents_common import FIRST, DocumentCase


@tagged("post_install", "-at_install")
class TestCustomsDocuments(DocumentCase):
    def test_they_go_with_the_label_and_no_message_keeps_their_content(self):
        delivery = self.labelled("commercial_invoice")
        document = delivery.logistics_document_ids
        (instruction,) = self.asked
        (paper,) = instruction.documents
        self.assertEqual(base64.b64decode(paper.content), self.content)
        self.assertEqual((paper.kind, paper.name), ("commercial_invoice", "paper.pdf"))
        self.assertEqual(document.state, "sent")
        self.assertEqual(document.shipment_id, delivery.logistics_shipment_ids)
        messages = self.env["logistics.message"].search([])
        self.assertFalse(
            messages.filtered(lambda m: paper.content[:40] in (m.canonical or ""))
        )

    def test_what_the_carrier_does_not_take_is_said_before_anything_is_sent(self):
        delivery = self.make_export("packing_list", "commercial_invoice")
        self.attach(delivery, "commercial_invoice", name="list.exe", content=b"MZ")
        invoice = delivery.logistics_document_ids[1]
        invoice.file = base64.b64encode(self.content + b"x" * 5001)
        fake = self.attach(delivery, "other", name="fake.pdf", content=b"x")
        with self.rules(FIRST), self.assertRaises(UserError) as caught:
            delivery.action_logistics_buy()
        text = str(caught.exception)
        for words in (
            "2 documents with a shipment, not 4",
            "as Packing list, only as: Commercial invoice, Certificate of origin",
            "format of “list.exe”, only: pdf",
            "takes 0.0 MB",
            "“fake.pdf” is empty or not the format",
        ):
            self.assertIn(words, text)
        self.assertFalse(delivery.logistics_shipment_ids)
        self.assertEqual(fake.state, "draft")

    def test_a_carrier_without_paperless_trade_is_told_apart(self):
        delivery = self.make_export("commercial_invoice")
        capable = self.registry["logistics.connector.canonical"]._capabilities
        with (
            self.scripted(_capabilities=capable - {"paperless_documents"}),
            self.assertRaisesRegex(UserError, "takes no documents of ours"),
        ):
            delivery.action_logistics_buy()
        inland = self.make_delivery()
        self.attach(inland, "commercial_invoice")
        with self.assertRaisesRegex(UserError, "No customs border"):
            inland.action_logistics_buy()

    def test_documents_go_with_shipments_out_only(self):
        delivery = self.labelled("commercial_invoice")
        delivery.action_logistics_return_label()
        self.carry()
        self.assertEqual(self.asked[-1].direction, "return")
        self.assertFalse(self.asked[-1].documents)

    def test_uploaded_documents_are_named_by_their_key(self):
        delivery = self.make_export("commercial_invoice", "certificate_of_origin")
        with self.rules(FIRST):
            delivery.action_logistics_buy()
            self.carry()
            self.again()
        uploads, instruction = self.papers("upload"), self.asked[-1]
        self.assertEqual(len(uploads), 2)
        self.assertTrue(all(u.documents[0].content for u in uploads))
        keys = {u.documents[0].reference: n for n, u in enumerate(uploads, 1)}
        named = {d.reference: d.external_id for d in instruction.documents}
        self.assertEqual(named, {r: f"DOC{n}" for r, n in keys.items()})
        self.assertFalse(any(d.content for d in instruction.documents))
        documents = delivery.logistics_document_ids
        self.assertEqual(set(documents.mapped("state")), {"sent"})
        self.assertEqual(
            {str(d.id): d.external_id for d in documents},
            {r: f"DOC{n}" for r, n in keys.items()},
        )

    def test_no_label_is_bought_while_an_upload_is_open(self):
        delivery = self.make_export("commercial_invoice")
        self.answers["upload"] = [OutcomeUnknown("The socket was cut"), None]
        with self.rules(FIRST), self.scripted(_lookup=lambda *args: None):
            delivery.action_logistics_buy()
            self.carry()
            self.again()
            shipment = delivery.logistics_shipment_ids
            self.assertEqual(len(self.papers("upload")), 2)
            self.again()
        kinds = [type(m) for m in self.asked]
        self.assertEqual(kinds.count(TransportInstruction), 1)
        self.assertIs(kinds[-1], TransportInstruction)
        self.assertEqual(shipment.state, "labelled")
        # The key of the answer that came, and no other one.
        self.assertEqual(self.asked[-1].documents[0].external_id, "DOC2")
        self.assertEqual(delivery.logistics_document_ids.external_id, "DOC2")

    def test_a_refused_document_stops_the_label_until_it_is_replaced(self):
        delivery = self.make_export("commercial_invoice", "certificate_of_origin")
        self.answers["upload"] = [Rejected("Unreadable file"), None]
        with self.rules(FIRST):
            delivery.action_logistics_buy()
            self.carry()
            self.again()
            shipment = delivery.logistics_shipment_ids
            self.assertEqual(shipment.state, "failed")
            self.assertIn("Unreadable file", shipment.error)
            documents = delivery.logistics_document_ids
            refused = documents.filtered(lambda d: d.state == "failed")
            self.assertEqual(len(refused), 1)
            self.assertEqual((documents - refused).state, "uploaded")
            refused.file = base64.b64encode(self.content + b"\n")
            delivery.action_logistics_buy()
            self.carry()
            self.again()
        self.assertEqual(shipment.state, "labelled")
        self.assertEqual(len(self.papers("upload")), 3)
        self.assertEqual(len(self.asked[-1].documents), 2)
        self.assertEqual(set(documents.mapped("state")), {"sent"})

    def test_a_void_deletes_them_at_the_carrier_and_the_next_label_takes_them(self):
        with self.rules(FIRST):
            delivery = self.labelled("commercial_invoice")
            self.again()
            document = delivery.logistics_document_ids
            self.assertEqual((document.state, document.external_id), ("sent", "DOC1"))
            delivery.logistics_shipment_ids.action_void()
            self.carry()
            self.carry()
            (deleted,) = self.papers("delete")
            self.assertEqual(deleted.documents[0].external_id, "DOC1")
            self.assertEqual((document.state, document.external_id), ("draft", False))
            delivery.action_logistics_buy()
            self.carry()
            self.again()
        self.assertEqual(self.asked[-1].documents[0].external_id, "DOC2")
        self.assertEqual(document.shipment_id.state, "labelled")

    def test_what_was_uploaded_for_nothing_is_deleted(self):
        delivery = self.make_export("commercial_invoice")
        with self.rules(FIRST):
            delivery.action_logistics_buy()
            shipment = delivery.logistics_shipment_ids
            upload = delivery.logistics_document_ids._get_uploads()
            upload.state = "in_progress"
            shipment.action_void()
            self.assertEqual(shipment.state, "voided")
            # Its answer comes after the shipment was taken back.
            upload._set_sent([(upload, SendResult("DOC9"))])
            self.carry()
        (deleted,) = self.papers("delete")
        self.assertEqual(deleted.documents[0].external_id, "DOC9")
        self.assertFalse(delivery.logistics_document_ids.external_id)

    def test_an_upload_not_sent_yet_is_withdrawn_with_its_shipment(self):
        delivery = self.make_export("commercial_invoice")
        with self.rules(FIRST):
            delivery.action_logistics_buy()
            delivery.logistics_shipment_ids.action_void()
            self.carry()
        self.assertFalse(self.asked)
        self.assertEqual(delivery.logistics_document_ids.state, "draft")

    def test_what_goes_with_a_shipment_is_not_changed(self):
        document = self.labelled("commercial_invoice").logistics_document_ids
        for change in (
            lambda: document.write({"file": base64.b64encode(b"%PDF other")}),
            lambda: document.write({"kind": "other"}),
            document.unlink,
        ):
            with self.assertRaisesRegex(UserError, "cannot be changed"):
                change()

    def test_states_and_keys_are_not_written_by_hand(self):
        delivery = self.make_export("commercial_invoice")
        worker = new_test_user(self.env, "worker", groups="stock.group_stock_user")
        document = delivery.logistics_document_ids.with_user(worker)
        with self.assertRaises(AccessError):
            document.write({"state": "sent"})
        with self.assertRaises(AccessError):
            document.write({"external_id": "DOC1"})
        document.write({"kind": "other"})
        document.unlink()

    def test_the_form_of_the_delivery_takes_a_document(self):
        delivery = self.make_delivery(self.declared, customer=self.swiss)
        with Form(delivery) as form, form.logistics_document_ids.new() as line:
            line.kind = "certificate_of_origin"
            line.file = base64.b64encode(self.content)
            line.file_name = "origin.pdf"
        self.assertEqual(delivery.logistics_document_ids.file_name, "origin.pdf")
