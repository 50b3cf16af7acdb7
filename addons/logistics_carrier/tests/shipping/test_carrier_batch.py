"""Batches at carriers: requests wait for them, and each finds its own result."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.tests import Form, tagged

from odoo.addons.logistics_core.engine.outbound import drain
from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import (
    InvalidMessage,
    OutcomeUnknown,
    Rejected,
    StillWorking,
)

from ...canonical import BatchFailure, TransportBatchConfirmation
from ..carrier_common import CarrierCase

BATCH = "transport_batch"


@tagged("post_install", "-at_install")
class TestCarrierBatch(CarrierCase):
    """`self.steps` is what was asked, (verb, reference), in order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend.write({"batch_labels": True, "batch_from": 2})
        # A desk shared by several messages would undo, on the one connection of a
        # test, what was recorded about the first of them.
        cls.enterClassContext(patch.object(drain, "ROUNDS", 1))
        # For the carrier there is a batch when it was sent, a label when it is through.
        cls.capable = cls.registry["logistics.connector.canonical"]._capabilities

    def setUp(self):
        super().setUp()
        self.steps, self.failures = [], {}
        self.sent, self.is_through, self.labels = None, False, set()

    @contextmanager
    def batching(self):
        with self.scripted(
            _capabilities=self.capable | {BATCH},
            _send=lambda _c, _b, _m, canonical: self.send(canonical),
            _lookup=lambda _c, _b, message, canonical: self.look(message, canonical),
            _get_batch_key=lambda _c, _b, instruction: self.key(instruction),
        ):
            yield

    def send(self, canonical):
        self.steps.append(("send", canonical.reference))
        if canonical.message_type != BATCH:
            return SendResult(response=self.confirm(canonical))
        if self.error:
            raise self.error
        self.sent = canonical
        raise StillWorking("At work", retry_after=10)

    def look(self, message, canonical):
        self.steps.append(("look", canonical.reference))
        if canonical.message_type == BATCH:
            return self.look_at_batch()
        if canonical.reference in self.labels:
            return SendResult(response=self.confirm(canonical))
        if text := message._get_document().batch_error:
            raise Rejected(text)
        return None

    def look_at_batch(self):
        if self.sent is None:
            return None
        if not self.is_through:
            raise StillWorking("At work", retry_after=10)
        failures = tuple(BatchFailure(*pair) for pair in self.failures.items())
        self.labels = set(self.sent.shipments) - self.failures.keys()
        answer = TransportBatchConfirmation("B", "X-1", len(self.labels), failures)
        return SendResult("X-1", response=answer)

    def key(self, instruction):
        if instruction.label_format == "PNG":
            raise InvalidMessage("No pictures")
        return None if instruction.label_format == "ZPL" else "any"

    def start(self, count=3, method=None):
        deliveries = self.env["stock.picking"]
        for _number in range(count):
            deliveries |= self.make_delivery(method=method or self.method)
        with self.batching():
            action = deliveries.action_logistics_buy_many()
        return self.env["logistics.label.batch"].browse(action["res_id"])

    def go_on(self, rounds=1):
        """Let all that waits be due, and drain."""
        for _round in range(rounds):
            waiting = self.env["logistics.message"].search(
                [("next_attempt_at", "!=", False)]
            )
            waiting.next_attempt_at = fields.Datetime.now()
            with self.batching():
                self.drain()

    def get_message(self):
        return self.env["logistics.message"].search([("type_id.code", "=", BATCH)])

    def test_nothing_is_asked_before_the_carrier_may_have_it(self):
        wave = self.start()
        batch = wave.carrier_batch_ids
        self.assertEqual((batch.state, batch.shipment_count), ("requested", 3))
        self.assertEqual(batch.shipment_ids, wave.line_ids.shipment_id)
        message = self.get_message()
        self.assertTrue(message.outcome_unknown)
        names = wave.line_ids.shipment_id.mapped("name")
        self.assertEqual(message._get_canonical().shipments, tuple(sorted(names)))
        self.go_on(2)
        reference = batch.reference
        expected = [("look", reference), ("send", reference), ("look", reference)]
        self.assertEqual(self.steps, expected)
        self.assertEqual((wave.waiting_count, message.attempt_count), (3, 0))

    def test_each_shipment_finds_its_own_label_at_the_end(self):
        wave = self.start()
        self.go_on()
        self.is_through = True
        self.go_on(2)
        batch = wave.carrier_batch_ids
        self.assertEqual((batch.state, batch.external_id), ("done", "X-1"))
        self.assertEqual((batch.completed_count, batch.failed_count), (3, 0))
        self.assertEqual(wave.done_count, 3)
        sent = [reference for verb, reference in self.steps if verb == "send"]
        self.assertEqual(sent, [batch.reference])

    def test_a_failure_is_told_on_its_shipment_and_mended_alone(self):
        wave = self.start()
        self.go_on()
        bad = wave.line_ids[1].shipment_id
        self.failures, self.is_through = {bad.name: "No such street"}, True
        self.go_on(2)
        self.assertEqual((wave.done_count, wave.problem_count), (2, 1))
        self.assertEqual((bad.state, bad.error), ("failed", "No such street"))
        self.failures = {}
        bad.picking_id.partner_id.street = "Rue 2"
        wave.action_retry()
        self.assertFalse(bad.batch_error or bad.carrier_batch_id)
        self.go_on()
        self.assertEqual(self.steps[-1], ("send", bad.name))
        request = bad._get_messages("transport_instruction")._get_canonical()
        self.assertEqual(request.ship_to.address.street, "Rue 2")
        self.assertEqual(wave.done_count, 3)

    def test_a_failed_shipment_can_be_taken_back(self):
        wave = self.start()
        self.go_on()
        bad = wave.line_ids[0].shipment_id
        self.failures, self.is_through = {bad.name: "No"}, True
        self.go_on(2)
        bad.action_void()
        self.assertEqual(bad.state, "voided")

    def test_what_the_batch_does_not_know_is_bought_by_itself(self):
        wave = self.start()
        self.go_on()
        self.is_through = True
        forgotten = wave.line_ids[2].shipment_id.name
        known = tuple(n for n in self.sent.shipments if n != forgotten)
        self.sent = type(self.sent)(self.sent.reference, known)
        self.go_on(2)
        self.assertEqual(wave.done_count, 3)
        sent = [reference for verb, reference in self.steps if verb == "send"]
        self.assertEqual(sent, [wave.carrier_batch_ids.reference, forgotten])

    def test_a_refused_batch_holds_nothing_up(self):
        self.error = Rejected("Batches are not in your plan")
        wave = self.start()
        self.go_on(2)
        batch = wave.carrier_batch_ids
        self.assertEqual((batch.state, wave.done_count), ("failed", 3))
        self.assertIn("not in your plan", batch.error)

    def test_after_a_lost_answer_the_batch_is_looked_up(self):
        wave = self.start()
        self.error = OutcomeUnknown("The socket was cut")
        self.go_on()
        self.error = None
        self.go_on(2)
        looks = [
            s for s in self.steps if s == ("look", wave.carrier_batch_ids.reference)
        ]
        self.assertGreaterEqual(len(looks), 3)
        self.is_through = True
        self.go_on(2)
        self.assertEqual(wave.done_count, 3)

    def test_a_cancelled_batch_holds_nothing_up(self):
        wave = self.start()
        self.get_message()._withdraw()
        self.go_on()
        self.assertEqual(wave.done_count, 3)

    def test_a_second_wave_does_not_take_what_the_first_has(self):
        wave = self.start()
        with self.batching():
            again = wave.line_ids.picking_id.action_logistics_buy_many()
        other = self.env["logistics.label.batch"].browse(again["res_id"])
        self.assertFalse(other.carrier_batch_ids)
        self.assertEqual(other.line_ids.shipment_id, wave.line_ids.shipment_id)

    def test_only_what_fits_and_is_many_is_batched(self):
        for label_format, count in (("ZPL", 3), ("PNG", 3), ("PDF", 1)):
            self.method.logistics_label_format = label_format
            self.assertFalse(self.start(count).carrier_batch_ids, label_format)
        self.backend.batch_labels = False
        self.assertFalse(self.start().carrier_batch_ids)
        self.go_on()
        self.assertFalse([s for s in self.steps if s[0] == "look"])

    def test_without_the_capability_nothing_changes(self):
        deliveries = self.make_delivery() | self.make_delivery()
        action = deliveries.action_logistics_buy_many()
        wave = self.env["logistics.label.batch"].browse(action["res_id"])
        self.assertFalse(wave.carrier_batch_ids or self.backend.can_batch)
        with self.scripted(_capabilities=self.capable | {BATCH}):
            self.backend.invalidate_recordset()
            form = Form(self.backend)
            self.assertTrue(form.can_batch)
            form.batch_from = 50
            form.save()
        self.assertEqual(self.backend.batch_from, 50)

    def test_large_waves_are_several_batches(self):
        with patch(
            "odoo.addons.logistics_carrier.shipping.carrier_batch.MOST_SHIPMENTS",
            2,
        ):
            wave = self.start(5)
        counts = sorted(wave.carrier_batch_ids.mapped("shipment_count"))
        self.assertEqual(counts, [1, 2, 2])
        references = set(wave.carrier_batch_ids.mapped("reference"))
        self.assertEqual(len(references), 3)
