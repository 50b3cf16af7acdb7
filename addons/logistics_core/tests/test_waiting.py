"""Why does it wait, since when, and what ends it: one answer for all who ask."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..errors import ConnectionFailed, PrerequisiteMissing, RateLimited, Rejected
from .policy import PolicyCase


@tagged("post_install", "-at_install")
class TestWaiting(PolicyCase):
    def hold(self, **values):
        return self.env["logistics.hold"].create(
            {"backend_id": self.backend.id, "reason": "Stocktaking", **values}
        )

    def find_wait(self, message):
        self.env.invalidate_all()
        return message._find_waits().get(message)

    def test_what_may_go_does_not_wait(self):
        message = self.enqueue("a")
        self.assertIsNone(self.find_wait(message))
        self.assertEqual(self.gate._get_status(), ("working", False))
        self.assertIsNone(self.backend._find_wait(self.fact_type.id))

    def test_a_hold_says_since_when_and_who_ends_it(self):
        hold = self.hold()
        wait = self.find_wait(self.enqueue("a"))
        self.assertEqual((wait.kind, wait.cause), ("hold", "Stocktaking"))
        self.assertEqual((wait.since, wait.until), (hold.started_at, None))
        self.assertIn("manager", wait.end)
        self.assertEqual(self.gate._get_status()[0], "held")

    def test_a_hold_that_ends_by_itself_says_when(self):
        end = fields.Datetime.now() + timedelta(hours=1)
        self.hold(planned_end=end, ends_by_itself=True)
        self.assertEqual(self.find_wait(self.enqueue("a")).until, end)

    def test_what_came_in_waits_for_its_own_holds_only(self):
        message = self.receive(self.fact("e1"))
        self.hold()
        self.assertIsNone(self.find_wait(message))
        self.hold(direction="in")
        self.assertEqual(self.find_wait(message).kind, "hold")

    def test_a_paused_backend_keeps_both_directions_back(self):
        messages = self.receive(self.fact("e1")) + self.enqueue("a")
        self.backend._pause("Maintenance")
        for message in messages:
            wait = self.find_wait(message)
            self.assertEqual((wait.kind, wait.cause), ("paused", "Maintenance"))
            self.assertEqual(wait.since, self.backend.paused_at)
        self.assertEqual(self.gate._get_status(), ("paused", "Maintenance"))

    def test_an_interruption_names_the_error_and_its_beginning(self):
        self.gate._open(ConnectionFailed("no route"))
        wait = self.find_wait(self.enqueue("a"))
        self.assertEqual((wait.kind, wait.cause), ("interrupted", "no route"))
        self.assertEqual(wait.since, self.gate.opened_at)
        self.assertEqual(self.gate._get_status(), ("interrupted", "no route"))

    def test_a_partner_that_asked_to_slow_down_says_until_when(self):
        self.gate._slow_down(60)
        wait = self.find_wait(self.enqueue("a"))
        self.assertEqual((wait.kind, wait.until), ("limited", self.gate.paused_until))

    def test_a_hold_of_some_documents_hides_no_interruption(self):
        self.hold(res_model="res.partner", domain="[('name', '=', 'Document')]")
        message = self.enqueue("a")
        self.assertEqual(self.find_wait(message).kind, "hold")
        self.assertEqual(self.gate._get_status()[0], "partly")
        self.gate._open(ConnectionFailed("no route"))
        self.assertEqual(self.gate._get_status()[0], "interrupted")

    def test_a_message_for_which_an_earlier_one_is_missing_says_so(self):
        message = self.receive(self.fact("e1"))
        with self.handling(_apply_one=self.miss):
            self.drain()
        wait = self.find_wait(message)
        self.assertEqual((wait.kind, wait.reason), ("prerequisite", "not yet"))
        self.assertEqual(wait.until, message.next_attempt_at)

    @staticmethod
    def miss(handler, message, canonical):
        raise PrerequisiteMissing("not yet")

    def test_what_failed_says_when_it_is_tried_again(self):
        message = self.enqueue("a")
        self.error = RateLimited("slow", retry_after=1)
        self.run_drain()
        self.gate.write({"paused_until": False})
        wait = self.find_wait(message)
        self.assertEqual((wait.kind, wait.until), ("retry", message.next_attempt_at))

    def test_what_is_behind_a_stuck_message_of_its_document_says_so(self):
        first = self.enqueue("a")
        later = self.env["logistics.message"]._enqueue(
            self.backend,
            first._get_canonical(),
            record=self.document,
            ordering_key="a",
            external_id="a2",
        )
        self.error = Rejected("no")
        self.run_drain()
        wait = self.find_wait(later)
        self.assertEqual((wait.kind, wait.cause), ("order", "no"))

    def test_lists_and_forms_show_the_same_answer(self):
        message = self.enqueue("a")
        self.hold()
        wait = self.find_wait(message)
        self.assertEqual(
            (message.waits_for, message.waits_since, message.waits_end),
            (wait.reason, wait.since, wait.end),
        )
        self.assertIn(f"{wait.scope}. {wait.cause}", self.backend.alerts)

    def test_many_messages_are_asked_about_together(self):
        messages = self.enqueue(*[f"m{n}" for n in range(20)])
        self.hold()
        self.find_wait(messages[0])
        self.env.invalidate_all()
        messages.mapped("state")
        with self.assertQueryCount(12):
            self.assertEqual(len(messages._find_waits()), 20)
