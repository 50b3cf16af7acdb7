"""Waves bought as ShipEngine's batches: each shipment keeps its own result."""

from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.logistics_core.engine.outbound import drain

from .common import GROUND, ShipengineCase

PURCHASE = "/v1/labels"
GATHER = "^/v1/batches$"


@tagged("post_install", "-at_install")
class TestShipengineBatches(ShipengineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend.write({"batch_labels": True, "batch_from": 2})
        # A desk shared by several messages would undo, on the one connection of a
        # test, what was recorded about the first of them.
        cls.enterClassContext(patch.object(drain, "ROUNDS", 1))

    def start(self, count=3, customers=None):
        """Ask for the labels of a wave; return its label batch."""
        customers = customers or [self.customer] * count
        deliveries = self.env["stock.picking"]
        for customer in customers:
            deliveries |= self.make_delivery(customer=customer)
        action = deliveries.action_logistics_buy_many()
        return self.env["logistics.label.batch"].browse(action["res_id"])

    def due(self, wave):
        """Let all that waits be due now, then drain."""
        waiting = self.env["logistics.message"].search(
            [("backend_id", "=", self.backend.id), ("next_attempt_at", "!=", False)]
        )
        waiting.next_attempt_at = fields.Datetime.subtract(
            fields.Datetime.now(), minutes=1
        )
        self.drain()
        wave.invalidate_recordset()

    def finish(self, wave, rounds=4):
        for _round in range(rounds):
            self.due(wave)

    def find_requests(self, method, path):
        return [
            r
            for r in self.sandbox.requests()["items"]
            if r["method"] == method and r["path"].endswith(path)
        ]

    def test_a_wave_is_bought_as_one_batch(self):
        wave = self.start()
        self.assertEqual(wave.carrier_batch_ids.state, "requested")
        self.drain()
        self.assertEqual(wave.waiting_count, 3)
        self.assertEqual(self.get_books()["live_labels"], 0)
        self.finish(wave)
        batch = wave.carrier_batch_ids
        self.assertEqual((batch.state, batch.completed_count), ("done", 3))
        self.assertEqual((wave.done_count, wave.problem_count), (3, 0))
        parcels = wave.line_ids.shipment_id.parcel_ids
        self.assertEqual(len(set(parcels.mapped("tracking_number"))), 3)
        for parcel in parcels:
            self.assertEqual(parcel.label_id.raw[:5], b"%PDF-")
            self.assertGreater(parcel.shipment_id.expected_cost, 0)
        books = self.get_books()
        self.assertEqual(books["live_labels"], 3)
        self.assertFalse(books["duplicates"] or books["orphans"])
        self.assertFalse(self.find_requests("POST", PURCHASE))
        self.assertEqual(len(self.find_requests("POST", "/v1/batches")), 1)

    def test_what_the_batch_refused_is_reported_and_fixed_one_by_one(self):
        nowhere = self.make_customer(city="Nowhere")
        wave = self.start(customers=[self.customer, nowhere, self.customer])
        self.drain()
        self.finish(wave)
        batch = wave.carrier_batch_ids
        self.assertEqual((batch.completed_count, batch.failed_count), (2, 1))
        self.assertEqual((wave.done_count, wave.problem_count), (2, 1))
        (line,) = wave.line_ids.filtered(lambda x: x.result == "problem")
        self.assertEqual(line.picking_id.partner_id, nowhere)
        self.assertIn("Nowhere", line.message)
        nowhere.city = "Lyon"
        wave.action_retry()
        self.finish(wave, 2)
        self.assertEqual((wave.done_count, wave.problem_count), (3, 0))
        books = self.get_books()
        self.assertEqual(books["live_labels"], 3)
        self.assertFalse(books["duplicates"] or books["orphans"])
        self.assertEqual(line.shipment_id.name, line.picking_id.name)

    def test_answers_that_got_lost_lead_to_one_batch(self):
        for path in ("^/v1/shipments$", GATHER):
            self.sandbox.rules(
                {
                    "action": "timeout_after_commit",
                    "method": "POST",
                    "path": path,
                    "times": 1,
                }
            )
        wave = self.start()
        self.drain()
        self.finish(wave, 8)
        self.assertEqual(wave.done_count, 3)
        self.assertEqual(len(wave.carrier_batch_ids), 1)
        self.assertEqual(len(self.find_requests("POST", "/v1/batches")), 1)
        books = self.get_books()
        self.assertEqual(books["live_labels"], 3)
        self.assertFalse(books["duplicates"] or books["orphans"])

    def test_a_refused_batch_is_bought_label_by_label(self):
        self.sandbox.rules(
            {"action": "status", "status": 400, "method": "POST", "path": GATHER}
        )
        wave = self.start()
        self.drain()
        self.finish(wave, 3)
        self.assertEqual(wave.carrier_batch_ids.state, "failed")
        self.assertTrue(wave.carrier_batch_ids.error)
        self.assertEqual(wave.done_count, 3)
        self.assertEqual(self.get_books()["live_labels"], 3)
        self.assertFalse(self.get_books()["duplicates"])

    def test_a_batch_that_a_person_cancelled_holds_nothing_up(self):
        wave = self.start()
        message = self.env["logistics.message"].search(
            [("type_id.code", "=", "transport_batch")]
        )
        message._withdraw()
        self.finish(wave, 2)
        self.assertEqual(wave.done_count, 3)
        self.assertFalse(self.find_requests("POST", "/v1/batches"))

    def test_a_batch_that_never_ends_is_given_up(self):
        wave = self.start()
        self.drain()
        message = self.env["logistics.message"].search(
            [("type_id.code", "=", "transport_batch")]
        )
        message.queued_at = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        self.finish(wave, 1)
        self.assertEqual(message.state, "dead")
        self.assertEqual(wave.carrier_batch_ids.state, "failed")
        self.finish(wave, 2)
        self.assertEqual(self.get_books()["live_labels"], 3)
        self.assertFalse(self.get_books()["duplicates"])

    def test_a_shipment_taken_back_is_voided_when_the_batch_is_through(self):
        wave = self.start()
        self.drain()
        gone = wave.line_ids[0].shipment_id
        gone.action_void()
        self.assertEqual(gone.state, "void_requested")
        self.finish(wave, 5)
        self.assertEqual(gone.state, "voided")
        self.assertEqual(self.get_books()["live_labels"], 2)

    def test_small_waves_and_test_labels_are_bought_label_by_label(self):
        self.backend.batch_from = 4
        wave = self.start()
        self.assertFalse(wave.carrier_batch_ids)
        self.backend.write({"batch_from": 1, "shipengine_test_labels": True})
        wave = self.start(1)
        self.assertFalse(wave.carrier_batch_ids)
        self.backend.write({"batch_labels": False, "shipengine_test_labels": False})
        wave = self.start(1)
        self.assertFalse(wave.carrier_batch_ids)
        self.drain()
        self.assertEqual(self.get_books()["live_labels"], 5)

    def test_formats_go_in_batches_of_their_own(self):
        zebra = self.make_method("Zebra", GROUND, logistics_label_format="ZPL")
        first = self.make_delivery() | self.make_delivery()
        second = self.make_delivery(method=zebra) | self.make_delivery(method=zebra)
        action = (first | second).action_logistics_buy_many()
        wave = self.env["logistics.label.batch"].browse(action["res_id"])
        self.assertEqual(wave.carrier_batch_ids.mapped("shipment_count"), [2, 2])
        self.drain()
        self.finish(wave)
        self.assertEqual(wave.done_count, 4)
        labels = second.logistics_shipment_ids.parcel_ids.label_id
        for label in labels:
            self.assertTrue(label.raw.startswith(b"^XA"))
