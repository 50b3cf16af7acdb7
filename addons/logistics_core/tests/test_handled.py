"""What a person decided on stays decided, and the exception says who did what."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..errors import InvalidMessage
from .common import LogisticsCase
from .policy import PolicyCase
from .test_heartbeat import HeartbeatCase

SUPPORT = "logistics_core.group_integration_support"


@tagged("post_install", "-at_install")
class TestHandled(LogisticsCase):
    def setUp(self):
        super().setUp()
        self.support = new_test_user(self.env, "sup", SUPPORT, name="Support person")
        self.failing = {"bad"}
        self.note = False

    def run_drain(self):
        def apply_one(handler, message, canonical):
            if canonical.value in self.failing:
                raise InvalidMessage("no sense")
            if self.note:
                message.sudo().note = self.note

        with self.handling(_apply_one=apply_one):
            self.drain()

    def make_stuck(self, external_id="e1", value="bad", key="K1"):
        message = self.receive(self.fact(external_id, value, key=key))
        self.run_drain()
        return message

    def log(self, exception):
        return " ".join(exception.message_ids.mapped("body"))

    def test_a_copy_of_what_was_handled_opens_nothing(self):
        exception = self.make_stuck().exception_ids
        exception.with_user(self.support).action_resolve()
        copy = self.make_stuck("e2")
        self.assertEqual(copy.state, "cancelled")
        self.assertIn("Handled manually by Support person", copy.note)
        self.assertEqual((exception.state, exception.occurrences), ("resolved", 2))
        self.assertIn(copy, exception.message_ids_involved)
        self.assertEqual(copy.exception_ids, exception)

    def test_what_a_person_retries_after_all_is_asked_about_again(self):
        message = self.make_stuck()
        message.exception_ids.with_user(self.support).action_resolve()
        copy = self.make_stuck("e2", key="K2")
        self.assertEqual(copy.state, "cancelled")
        for one in message, copy:
            one.with_user(self.support).action_replay()
            self.run_drain()
            self.assertEqual(one.state, "invalid")
            self.assertIn("open", one.exception_ids.mapped("state"))

    def test_what_is_ignored_stays_ignored_too(self):
        exception = self.make_stuck().exception_ids
        exception.with_user(self.support).action_ignore()
        self.assertEqual(self.make_stuck("e2").exception_ids.state, "ignored")

    def test_other_content_opens_another_one(self):
        self.failing.add("worse")
        exception = self.make_stuck().exception_ids
        exception.with_user(self.support).action_resolve()
        other = self.make_stuck("e2", "worse")
        self.assertEqual((other.state, other.exception_ids.state), ("invalid", "open"))

    def test_what_closed_by_itself_opens_again(self):
        message = self.make_stuck()
        self.failing.clear()
        message.action_replay()
        self.run_drain()
        self.assertEqual(message.exception_ids.state, "resolved")
        self.failing.add("bad")
        self.assertEqual(self.make_stuck("e2").exception_ids.state, "open")

    def test_conflicts_of_one_key_are_one_exception_that_stays_handled(self):
        for value in ("a", "b", "c"):
            self.receive(self.fact("e1", value))
        exception = self.env["logistics.exception"].search([("kind", "=", "conflict")])
        self.assertEqual((len(exception), exception.involved_count), (1, 2))
        exception.with_user(self.support).action_resolve()
        self.receive(self.fact("e1", "d"))
        last = self.env["logistics.message"].search([], order="id desc", limit=1)
        self.assertEqual((last.state, last.exception_ids), ("cancelled", exception))
        self.assertEqual(exception.state, "resolved")

    def test_the_exception_says_who_retried_what(self):
        message = self.make_stuck()
        exception = message.exception_ids
        exception.with_user(self.support).action_replay()
        self.assertIn("Retried", self.log(exception))
        self.assertIn(message.display_name, self.log(exception))
        author = exception.message_ids.filtered(lambda m: "Retried" in m.body).author_id
        self.assertEqual(author, self.support.partner_id)

    def test_so_does_a_retry_from_the_list_of_messages(self):
        message = self.make_stuck()
        message.with_user(self.support).action_replay()
        self.assertIn("Retried", self.log(message.exception_ids))

    def test_nothing_to_retry_is_said(self):
        message = self.make_stuck()
        message._withdraw()
        action = message.exception_ids.with_user(self.support).action_replay()
        self.assertEqual(action["params"]["type"], "warning")

    def test_accepting_says_that_it_is_queued_and_what_came_of_it(self):
        self.receive(self.fact("e1", "a"))
        self.run_drain()
        self.receive(self.fact("e1", "b"))
        exception = self.env["logistics.exception"].search([("kind", "=", "conflict")])
        action = exception.with_user(self.support).action_accept_conflict()
        self.assertIn("queued", action["params"]["message"])
        self.assertIn("Accepted", self.log(exception))
        self.note = "No effect: it was applied before."
        self.run_drain()
        self.assertEqual(exception.state, "resolved")
        self.assertIn("No effect: it was applied before.", exception.resolution)

    def test_accepting_what_somebody_else_decided_is_refused(self):
        self.receive(self.fact("e1", "a"))
        self.receive(self.fact("e1", "b"))
        exception = self.env["logistics.exception"].search([("kind", "=", "conflict")])
        exception.message_ids_involved._withdraw()
        with self.assertRaises(UserError):
            exception.with_user(self.support).action_accept_conflict()

    def test_what_waits_behind_is_shown(self):
        exception = self.make_stuck().exception_ids
        behind = self.receive(self.fact("e2", "good"), self.fact("e3", "fine"))
        self.receive(self.fact("e4", "other", key="K2"))
        self.assertEqual(exception.behind_count, 2)
        action = exception.with_user(self.support).action_open_behind()
        found = self.env["logistics.message"].search(action["domain"])
        self.assertEqual(found, behind)


@tagged("post_install", "-at_install")
class TestIncidents(HeartbeatCase):
    def make_old(self):
        self.backend.stall_limit = 0
        message = self.enqueue("a")
        self.age(message, 31)
        return message

    def test_a_message_that_is_being_tried_does_not_end_its_incident(self):
        message = self.make_old()
        self.beat()
        incident = self.get_open("age:test_fact")
        for state in ("in_progress", "retrying", "in_progress", "retrying"):
            message.state = state
            self.beat()
        self.assertEqual(self.get_open("age:test_fact"), incident)

    def test_what_comes_and_goes_is_one_incident_with_one_mail(self):
        message = self.make_old()
        self.beat()
        incident = self.get_open("age:test_fact")
        for _time in range(2):
            message.state = "done"
            self.beat()
            self.assertEqual(incident.state, "resolved")
            message.state = "retrying"
            self.beat()
            self.assertEqual(self.get_open("age:test_fact"), incident)
        self.assertEqual(incident.occurrences, 3)
        self.assertEqual(len(self.get_mails()), 1)
        self.assertEqual(len(incident.activity_ids), 1)

    def test_what_comes_back_much_later_is_another_one(self):
        message = self.make_old()
        self.beat()
        incident = self.get_open("age:test_fact")
        message.state = "done"
        self.beat()
        incident.last_seen_at = fields.Datetime.subtract(incident.last_seen_at, hours=1)
        message.state = "retrying"
        self.beat()
        self.assertNotEqual(self.get_open("age:test_fact"), incident)
        self.assertEqual(len(self.get_mails()), 2)

    def test_what_a_person_closed_stays_closed_while_it_lasts(self):
        self.make_old()
        self.beat()
        incident = self.get_open("age:test_fact")
        incident.with_user(self.owner).action_resolve()
        for _time in range(2):
            self.beat()
            self.assertFalse(self.get_open("age:test_fact"))
        incident.invalidate_recordset()
        self.assertEqual(incident.state, "resolved")
        # A day later it is reported again.
        incident.resolved_at = fields.Datetime.subtract(incident.resolved_at, hours=25)
        self.beat()
        again = self.get_open("age:test_fact")
        self.assertTrue(again)
        self.assertNotEqual(again, incident)


@tagged("post_install", "-at_install")
class TestOverview(PolicyCase):
    def test_the_worst_group_speaks_for_the_connection(self):
        self.backend.last_success_at = fields.Datetime.now()
        self.assertEqual((self.backend.status, self.backend.health), ("working", "ok"))
        self.gate.state = "open"
        self.gate.last_error = "no answer"
        self.env.invalidate_all()
        self.assertEqual(self.backend.status, "interrupted")
        self.assertIn("no answer", self.backend.status_reason)
        self.assertEqual(self.backend.health, "down")
        count = len(self.backend.gate_ids)
        self.assertEqual(self.backend.status_text, f"{count - 1} of {count} work")
        self.assertIn(self.gate.operation_group, self.backend.status_details)

    def test_what_is_paused_says_so(self):
        self.backend.write({"state": "paused", "pause_reason": "Stocktaking"})
        self.assertEqual(self.backend.status, "paused")
        self.assertIn("Stocktaking", self.backend.status_reason)
