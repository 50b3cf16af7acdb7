"""UPS's answers about own documents and single parcels, beside those of success."""

from __future__ import annotations

from dataclasses import replace

from carrier_case import samples
from test_logistics_carrier_ups_contract import (
    DELETE,
    KEYS,
    NUMBER,
    OK,
    OTHER,
    PART,
    PUSH,
    UpsContractCase,
)

from odoo.addons.logistics_core.errors import InvalidMessage, OutcomeUnknown, Rejected

UPLOAD = ("_send_document", None, samples.UPLOAD)


class TestUpsDocuments(UpsContractCase):
    def test_the_key_of_an_upload_is_the_one_ups_answers(self):
        self.assertEqual(self.call(*UPLOAD).external_id, KEYS[0])
        single = {"UploadResponse": {"FormsHistoryDocumentID": {"DocumentID": KEYS[1]}}}
        self.answers["Upload"] = (200, single)
        self.assertEqual(self.call(*UPLOAD).external_id, KEYS[1])

    def test_an_upload_without_one_key_is_asked_for_again(self):
        for numbers in ([], list(KEYS)):
            found = {"FormsHistoryDocumentID": {"DocumentID": numbers}}
            error = self.get_error("Upload", 200, {"UploadResponse": found}, UPLOAD)
            self.assertIsInstance(error, OutcomeUnknown)
        self.assertIsInstance(self.get_error("Upload", 500, {}, UPLOAD), OutcomeUnknown)
        # It is uploaded again: nothing refers to the first one.
        lookup = ("_lookup", None, samples.UPLOAD)
        self.assertIsNone(self.call(*lookup))

    def test_a_push_that_is_not_confirmed_has_an_unknown_outcome(self):
        push = ("_send_document", None, PUSH)
        self.assertEqual(self.call(*push).external_id, KEYS[1])
        failed = {"Response": {"ResponseStatus": {"Code": "0"}}}
        error = self.get_error(
            "PushToImageRepository",
            200,
            {"PushToImageRepositoryResponse": failed},
            push,
        )
        self.assertIsInstance(error, OutcomeUnknown)

    def test_a_document_that_is_gone_is_deleted(self):
        delete = ("_send_document", None, DELETE)
        for status, message in ((400, "Document does not exist"), (404, "Nothing")):
            body = {"response": {"errors": [{"code": "1", "message": message}]}}
            self.answers["Delete"] = (status, body)
            self.assertEqual(self.call(*delete).external_id, KEYS[0])
        body = {"response": {"errors": [{"code": "1", "message": "Wrong account"}]}}
        self.assertIsInstance(self.get_error("Delete", 400, body, delete), Rejected)

    def test_nothing_is_sent_that_lacks_its_key_or_content(self):
        empty = replace(samples.INVOICE, content=None)
        for call in (
            replace(samples.UPLOAD, documents=(empty,)),
            replace(PUSH, documents=(samples.INVOICE,)),
            replace(PUSH, shipment_external_id=None),
        ):
            with self.assertRaises(InvalidMessage):
                self.call("_send_document", None, call)
        self.assertEqual(self.seen, [])

    def test_the_test_environment_takes_smaller_files(self):
        self.backend.environment = "sandbox"
        small = self.connector._get_document_rules(self.backend)
        self.backend.environment = "production"
        large = self.connector._get_document_rules(self.backend)
        self.assertEqual((small.max_bytes, large.max_bytes), (1048576, 10485760))

    def test_a_part_is_void_when_its_own_package_is(self):
        def answer(own, other="0", summary="1"):
            packages = [
                {"TrackingNumber": OTHER, "Status": {"Code": own}},
                {"TrackingNumber": NUMBER, "Status": {"Code": other}},
            ]
            status = {"Status": {"Code": summary, "Description": "Partly"}}
            body = {"SummaryResult": status, "PackageLevelResults": packages}
            return {"VoidShipmentResponse": body}

        part = ("_send_void", None, PART)
        for summary in ("0", "1"):
            self.answers["VoidShipment"] = (200, answer("1", summary=summary))
            self.assertEqual(self.call(*part).external_id, NUMBER)
        error = self.get_error("VoidShipment", 200, answer("0"), part)
        self.assertIsInstance(error, Rejected)
        self.assertIn(OTHER, str(error))
        self.assertNotIn(NUMBER, str(error))
        without = {"VoidShipmentResponse": {"SummaryResult": OK}}
        self.answers["VoidShipment"] = (200, without)
        self.assertTrue(self.call(*part))

    def test_only_the_parcel_is_named(self):
        asked = []
        check = type(self).documents.check
        self.addCleanup(setattr, type(self).documents, "check", check)

        def note(request, base):
            asked.append(request.url)
            return check(request, base)

        type(self).documents.check = note
        self.call("_send_void", None, PART)
        self.call("_send_void", None, replace(PART, part=False))
        self.assertTrue(asked[0].endswith(f"/{NUMBER}?trackingnumber={OTHER}"))
        self.assertTrue(asked[1].endswith(f"/{NUMBER}"))
