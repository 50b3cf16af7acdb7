"""Batches follow ShipEngine's OpenAPI, and no answer of theirs buys anything twice."""

from __future__ import annotations

from dataclasses import replace

from shipengine_case import ShipengineContractCase, error_body, samples

from odoo.addons.logistics_carrier.canonical import TransportBatch
from odoo.addons.logistics_core.errors import (
    LogisticsError,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    RemoteUnavailable,
    StillWorking,
)

BATCH = TransportBatch("0123456789abcdef0123", ("S/1", "S/2"))
KEY = "se-0123456789abcdef0123"
SEND, LOOK = "_send_batch", "_lookup_batch"
ABSENT = (404, error_body(), {})
TAKEN = (400, error_body(error_code="identifier_conflict"), {})


def created(*references):
    shipments = [
        {"external_shipment_id": name, "shipment_id": f"se-9{n}"}
        for n, name in enumerate(references, 1)
    ]
    return 200, {"has_errors": False, "shipments": shipments}, {}


class TestShipengineContractBatches(ShipengineContractCase):
    def setUp(self):
        super().setUp()
        full = replace(samples.FULL, access_point=None)
        requests = (
            replace(samples.PLAIN, reference="S/1"),
            replace(full, reference="S/2", label_format="PDF"),
        )
        for request in requests:
            self.env["logistics.message"]._enqueue(
                self.backend,
                request,
                record=self.backend,
                ordering_key=request.reference,
                external_id=request.reference,
            )
        self.message = self.env["logistics.message"]._enqueue(
            self.backend,
            BATCH,
            record=self.backend,
            ordering_key="batch",
            external_id="batch",
        )
        self.message.outcome_unknown = True

    def ask(self, verb):
        """Return the result, or the error it ends with."""
        self.seen.clear()
        try:
            return getattr(self.connector, verb)(self.backend, self.message, BATCH)
        except LogisticsError as error:
            return error

    def batch(self, **values):
        _status, body = self.get_success("get_batch_by_external_id")
        body.update({"status": "processing", "errors": 0, **values})
        return 200, body, {}

    def test_shipments_then_their_batch(self):
        self.answers["create_shipments"] = created("S/1", "S/2")
        self.assertIsInstance(self.ask(SEND), StillWorking)
        self.assertEqual(self.seen, ["create_shipments", "create_batch"])

    def test_what_is_there_already_is_not_created_again(self):
        self.answers["create_shipments"] = TAKEN
        found = {"shipment_id": "se-91", "shipment_status": "pending"}
        self.answers["get_shipment_by_external_id"] = (200, found, {})
        self.assertIsInstance(self.ask(SEND), StillWorking)
        self.assertEqual(self.seen.count("get_shipment_by_external_id"), 2)
        self.assertEqual(self.seen[-1], "create_batch")

    def test_what_has_a_label_or_is_refused_is_left_out(self):
        self.answers["create_shipments"] = TAKEN
        found = {"shipment_id": "se-91", "shipment_status": "label_purchased"}
        for answer in ((200, found, {}), ABSENT):
            self.answers["get_shipment_by_external_id"] = answer
            self.assertEqual(self.ask(SEND).response.completed, 0)
            self.assertNotIn("create_batch", self.seen)
        self.answers["create_shipments"] = (400, error_body(), {})
        self.assertEqual(self.ask(SEND).response.completed, 0)

    def test_requests_taken_at_the_same_moment_are_in_the_batch(self):
        self.answers["create_shipments"] = created("S/1", "S/2")
        requests = self.env["logistics.message"].search(
            [("external_id", "in", BATCH.shipments)]
        )
        requests.write({"state": "in_progress"})
        self.assertIsInstance(self.ask(SEND), StillWorking)
        requests.write({"state": "cancelled"})
        self.assertEqual(self.ask(SEND).response.completed, 0)
        self.assertFalse(self.seen)
        self.answers["get_batch_by_external_id"] = self.batch(status="open")
        self.assertEqual(self.ask(LOOK).response.completed, 0)

    def test_a_batch_whose_answer_is_unknown_is_looked_up(self):
        for name in ("create_shipments", "create_batch"):
            for status, kind in (
                (500, OutcomeUnknown),
                (503, RemoteUnavailable),
                (429, RateLimited),
            ):
                self.answers.clear()
                self.answers["create_shipments"] = created("S/1", "S/2")
                self.answers[name] = (status, error_body(), {})
                with self.subTest(name, status=status):
                    self.assertIsInstance(self.ask(SEND), kind)
        self.answers.clear()
        self.answers["get_batch_by_external_id"] = ABSENT
        self.assertIsNone(self.ask(LOOK))

    def test_a_batch_at_work_is_asked_for_again(self):
        for status in ("queued", "processing", "notifying"):
            self.answers["get_batch_by_external_id"] = self.batch(status=status)
            error = self.ask(LOOK)
            self.assertIsInstance(error, StillWorking)
            self.assertEqual(error.retry_after, 10)
        self.assertEqual(self.seen, ["get_batch_by_external_id"])

    def test_a_batch_that_was_only_created_is_processed(self):
        self.answers["get_batch_by_external_id"] = self.batch(status="open")
        self.assertIsInstance(self.ask(LOOK), StillWorking)
        self.assertEqual(self.seen[-1], "process_batch")

    def test_its_end_names_each_failure_once(self):
        self.answers["get_batch_by_external_id"] = self.batch(
            status="completed_with_errors", errors=1, completed=1, batch_id="se-7"
        )
        item = {"error": "No such street", "external_shipment_id": "S/2"}
        page = {"errors": [item, item, {"error": "?"}], "links": {}}
        self.answers["list_batch_errors"] = (200, page, {})
        result = self.ask(LOOK)
        self.assertEqual(result.external_id, "se-7")
        answer = result.response
        self.assertEqual(answer.completed, 1)
        told = [(failure.reference, failure.text) for failure in answer.failures]
        self.assertEqual(told, [("S/2", "No such street")])

    def test_errors_are_read_page_by_page(self):
        self.answers["get_batch_by_external_id"] = self.batch(
            status="completed_with_errors", errors=150
        )
        item = {"error": "No", "external_shipment_id": "S/2"}
        self.answers["list_batch_errors"] = (200, {"errors": [item] * 100}, {})
        pages = iter([100, 50])
        read = self.connector._call_json

        def call(connector, backend, operation, *args, **kw):
            if operation == "list_batch_errors":
                answer = {"errors": [item] * next(pages)}
                self.answers["list_batch_errors"] = (200, answer, {})
            return read(backend, operation, *args, **kw)

        with self.scripted("shipengine", _call_json=call):
            self.ask(LOOK)
        self.assertEqual(self.seen.count("list_batch_errors"), 2)

    def test_a_label_of_a_known_shipment_is_bought_by_its_id(self):
        instruction = replace(samples.PLAIN, reference="S/1")
        type(self).parcels = 1
        self.answers["create_label"] = TAKEN
        self.answers["get_label_by_external_shipment_id"] = ABSENT
        found = {"shipment_id": "se-91", "shipment_status": "pending"}
        self.answers["get_shipment_by_external_id"] = (200, found, {})
        label = self.get_success("get_label_by_external_shipment_id")[1]
        self.answers["create_label_from_shipment"] = (200, label, {})
        result = self.connector._send_shipment(self.backend, None, instruction)
        self.assertEqual(result.external_id, label["label_id"])
        self.assertEqual(
            self.seen[-2:], ["update_shipment", "create_label_from_shipment"]
        )

    def test_a_shipment_in_the_making_is_not_bought(self):
        instruction = replace(samples.PLAIN, reference="S/1")
        self.answers["create_label"] = TAKEN
        self.answers["get_label_by_external_shipment_id"] = ABSENT
        for status, kind in (
            ("processing", OutcomeUnknown),
            ("label_purchased", Rejected),
            ("cancelled", Rejected),
        ):
            found = {"shipment_id": "se-91", "shipment_status": status}
            self.answers["get_shipment_by_external_id"] = (200, found, {})
            with self.assertRaises(kind):
                self.connector._send_shipment(self.backend, None, instruction)
        self.assertNotIn("create_label_from_shipment", self.seen)
