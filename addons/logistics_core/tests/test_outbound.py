from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..envelope import SendResult
from ..errors import ConnectionFailed, NotSupported, OutcomeUnknown, Rejected
from .common import Fact, LogisticsCase


@tagged("post_install", "-at_install")
class TestOutbound(LogisticsCase):
    def setUp(self):
        super().setUp()
        self.sent = []
        self.partner = self.env["res.partner"].create({"name": "Document"})
        self.noted = []

    def enqueue(self, external_id="o1", value="a", key="K1"):
        return self.env["logistics.message"]._enqueue(
            self.backend,
            Fact(value),
            record=self.partner,
            ordering_key=key,
            external_id=external_id,
            correlation_id="S1",
        )

    def run_drain(self, send=None, lookup=None):
        def default(connector, backend, message, canonical):
            self.sent.append(canonical.value)
            return SendResult(external_id="P1")

        scripts = {"_send": send or default}
        if lookup:
            scripts["_lookup"] = lookup
        with (
            self.handling(
                _sent=lambda h, m, c, r: self.noted.append(("sent", r.external_id)),
                _refused=lambda h, m, c, e: self.noted.append(("refused", str(e))),
            ),
            self.scripted(**scripts),
        ):
            self.drain()

    def fail_with(self, error):
        def send(connector, backend, message, canonical):
            self.sent.append(canonical.value)
            raise error

        return send

    def test_a_handler_says_what_is_reported_of_a_refusal(self):
        message, given = self.enqueue(), Rejected("no")

        def refused(handler, message, canonical, error):
            return error.reported(kind="conflict", remedy="Call them.")

        with (
            self.handling(_refused=refused),
            self.scripted(_send=self.fail_with(given)),
        ):
            self.drain()
        exception = message.exception_ids
        self.assertEqual((exception.kind, exception.remedy), ("conflict", "Call them."))
        self.assertEqual((message.state, message.error_kind), ("dead", "conflict"))
        self.assertEqual((given.kind, given.remedy), ("rejected", Rejected.remedy))

    def test_what_is_written_is_sent_once_and_recorded(self):
        message = self.enqueue()
        self.run_drain()
        self.run_drain()
        self.assertEqual(self.sent, ["a"])
        self.assertEqual(message.state, "done")
        self.assertEqual(self.noted, [("sent", "P1")])
        self.assertEqual(message.document_name, "Document")

    def test_the_same_key_is_written_once(self):
        self.assertEqual(self.enqueue(), self.enqueue())

    def test_a_refusal_is_dead_at_once_with_the_partners_words(self):
        message = self.enqueue()
        self.run_drain(self.fail_with(Rejected("zip code missing", code="422")))
        self.assertEqual(message.state, "dead")
        self.assertEqual(message.exception_ids.kind, "rejected")
        self.assertEqual(message.exception_ids.cause, "zip code missing")
        self.assertEqual(self.noted, [("refused", "zip code missing")])
        self.assertEqual(message.attempt_ids.outcome, "permanent")

    def test_an_unreachable_partner_is_tried_again(self):
        message = self.enqueue()
        self.run_drain(self.fail_with(ConnectionFailed("down")))
        self.assertEqual(message.state, "retrying")
        self.assertEqual(self.backend.health, "down")
        message.next_attempt_at = False
        self.run_drain()
        self.assertEqual(message.state, "done")

    def test_an_unknown_outcome_is_looked_up_and_not_sent_again(self):
        message = self.enqueue()
        self.run_drain(self.fail_with(OutcomeUnknown("cut")))
        self.assertTrue(message.outcome_unknown)
        message.next_attempt_at = False
        self.run_drain(lookup=lambda *a: SendResult(external_id="P7"))
        self.assertEqual(self.sent, ["a"])
        self.assertEqual((message.state, self.noted), ("done", [("sent", "P7")]))

    def test_an_unknown_outcome_that_is_not_there_is_sent(self):
        message = self.enqueue()
        self.run_drain(self.fail_with(OutcomeUnknown("cut")))
        message.next_attempt_at = False
        self.run_drain(lookup=lambda *a: None)
        self.assertEqual(self.sent, ["a", "a"])

    def test_an_unknown_outcome_without_lookup_goes_to_a_person(self):
        def lookup(*args):
            raise NotSupported("no")

        message = self.enqueue()
        self.run_drain(self.fail_with(OutcomeUnknown("cut")))
        message.next_attempt_at = False
        self.run_drain(lookup=lookup)
        self.assertEqual(self.sent, ["a"])
        self.assertEqual(message.state, "dead")

    def test_a_worker_that_died_while_sending_leads_to_a_lookup(self):
        message = self.enqueue()
        message.write(
            {
                "state": "in_progress",
                "lease_until": fields.Datetime.now() - timedelta(minutes=1),
            }
        )
        self.sweep()
        self.assertEqual(message.state, "retrying")
        self.run_drain(lookup=lambda *a: SendResult())
        self.assertEqual((message.state, self.sent), ("done", []))

    def test_a_later_message_of_the_key_waits_for_a_stuck_one(self):
        first = self.enqueue("o1", "a")
        second = self.enqueue("o2", "b")
        other = self.enqueue("o3", "c", key="K2")

        def send(connector, backend, message, canonical):
            if canonical.value == "a":
                raise Rejected("no")
            return SendResult()

        self.run_drain(send)
        self.assertEqual(first.state, "dead")
        self.assertEqual(second.state, "pending")
        self.assertEqual(other.state, "done")
        first.action_cancel()
        self.run_drain(send)
        self.assertEqual(second.state, "done")

    def test_an_error_after_sending_never_sends_again(self):
        def sent(handler, message, canonical, result):
            raise ValueError("cannot record")

        message = self.enqueue()
        with (
            self.handling(_sent=sent),
            self.scripted(_send=lambda *a: SendResult()),
            self.assertLogs("odoo.addons.logistics_core", "ERROR"),
        ):
            self.drain()
        self.assertEqual(message.state, "done")
        self.assertIn("cannot record", message.exception_ids.cause)

    def test_a_newer_message_supersedes_an_unsent_one_where_the_type_says_so(self):
        self.fact_type.supersedes = True
        old = self.enqueue("o1", "old")
        new = self.enqueue("o2", "new")
        self.run_drain()
        self.assertEqual(self.sent, ["new"])
        self.assertEqual((old.state, new.state), ("superseded", "done"))

    def test_replay_twice_sends_once(self):
        message = self.enqueue()
        self.run_drain(self.fail_with(Rejected("no")))
        self.sent.clear()
        message.exception_ids.action_replay()
        message.action_replay()
        self.run_drain()
        self.assertEqual(self.sent, ["a"])
        self.assertEqual(message.exception_ids.state, "resolved")

    def test_edit_and_replay_keeps_the_original_and_the_difference(self):
        message = self.enqueue()
        self.run_drain(self.fail_with(Rejected("no")))
        wizard = self.env["logistics.replay"].create(
            {"message_id": message.id, "reason": "typo"}
        )
        wizard.edited = wizard.original.replace('"a"', '"b"')
        copy = self.env["logistics.message"].browse(wizard.action_confirm()["res_id"])
        self.sent.clear()
        self.run_drain()
        self.assertEqual(self.sent, ["b"])
        self.assertEqual((message.state, copy.state), ("cancelled", "done"))
        self.assertIn('"a"', message.canonical)
        self.assertIn("+", copy.edit_difference)
