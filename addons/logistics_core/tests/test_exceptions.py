from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import new_test_user, tagged

from ..errors import InvalidMessage, MappingMissing
from .common import LogisticsCase

GROUPS = "logistics_core.group_"


@tagged("post_install", "-at_install")
class TestExceptions(LogisticsCase):
    def setUp(self):
        super().setUp()
        self.exceptions = self.env["logistics.exception"]
        self.error = InvalidMessage("no sense", remedy="Ask.")

    def run_drain(self, error=None, **methods):
        def apply_one(handler, message, canonical):
            if error and canonical.value == "bad":
                raise error

        with self.handling(_apply_one=apply_one, **methods):
            self.drain()

    def make_stuck(self, external_id="e1", key="K1", error=None):
        message = self.receive(self.fact(external_id, "bad", key=key))
        self.run_drain(error or self.error)
        return message

    def open(self, **kw):
        return self.exceptions._open(
            self.backend, "rejected", "Title", "Cause", "Remedy", **kw
        )

    # Races: two transactions open the same exception

    def unseen(self, times):
        """The open twin is not seen so many times, as in another's snapshot."""
        cls = self.registry["logistics.exception"]
        find, left = cls._find_open, [times]

        def find_open(exceptions, vals):
            left[0] -= 1
            return exceptions.browse() if left[0] >= 0 else find(exceptions, vals)

        return patch.object(cls, "_find_open", find_open)

    def test_a_twin_that_was_committed_meanwhile_is_joined(self):
        first = self.open(fingerprint="x")
        with self.unseen(1):
            self.assertEqual(self.open(fingerprint="x"), first)
        self.assertEqual(first.occurrences, 2)

    def test_a_twin_that_our_snapshot_does_not_show_begins_the_transaction_again(self):
        self.open(fingerprint="x")
        with self.unseen(2), self.assertRaises(ConcurrencyError):
            self.open(fingerprint="x")

    def test_the_failure_of_a_message_survives_such_a_race(self):
        error = MappingMissing("no code", map_kind="other", value="X9")
        first = self.make_stuck("e1", "A", error)
        second = self.receive(self.fact("e2", "bad", key="B"))
        with (
            self.unseen(2),
            patch("odoo.addons.logistics_core.transactions.time.sleep") as slept,
        ):
            self.run_drain(error)
        self.assertTrue(slept.called)
        self.assertEqual(second.state, "invalid")
        self.assertEqual(second.exception_ids, first.exception_ids)
        self.assertEqual(second.attempt_count, 1)
        self.assertEqual(first.exception_ids.occurrences, 2)

    def test_one_that_is_closed_while_it_is_joined_is_opened_again(self):
        first = self.open(fingerprint="x")
        cls = self.registry["logistics.exception"]
        find = cls._find_open

        def find_open(exceptions, vals):
            found = find(exceptions, vals)
            exceptions.env.cr.execute(
                "UPDATE logistics_exception SET state = 'resolved' WHERE id = %s",
                [first.id],
            )
            return found

        with patch.object(cls, "_find_open", find_open):
            second = self.open(fingerprint="x")
        self.assertNotEqual(first, second)
        self.assertEqual(second.state, "open")

    # Closing

    def test_ignoring_says_ignored_and_cancels(self):
        message = self.make_stuck()
        exception = message.exception_ids
        exception.action_ignore()
        self.assertEqual((exception.state, message.state), ("ignored", "cancelled"))
        self.assertIn("Ignored by", exception.resolution)

    def test_settling_by_hand_leaves_nothing_that_blocks_its_document(self):
        message = self.make_stuck()
        later = self.receive(self.fact("e2", "good"))
        self.run_drain()
        self.assertEqual(later.state, "pending")
        exception = message.exception_ids
        exception.action_resolve()
        self.assertEqual((exception.state, message.state), ("resolved", "cancelled"))
        self.assertIn("Handled manually by", exception.resolution)
        self.assertIn("Handled manually by", message.note)
        self.run_drain()
        self.assertEqual(later.state, "done")

    def test_it_closes_by_itself_when_its_message_went_through(self):
        message = self.make_stuck()
        exception = message.exception_ids
        exception.action_replay()
        self.run_drain()
        self.assertEqual((message.state, exception.state), ("done", "resolved"))

    def test_what_a_handler_reports_stays_open_though_its_message_is_done(self):
        def apply_one(handler, message, canonical):
            handler.env["logistics.exception"]._open(
                message.backend_id, "rejected", "Odd", "Odd", "Look.", message=message
            )

        message = self.receive(self.fact("e1"))
        with self.handling(_apply_one=apply_one):
            self.drain()
        self.assertEqual(message.state, "done")
        self.assertEqual(message.exception_ids.state, "open")

    def test_a_closed_one_cannot_be_taken(self):
        exception = self.open()
        exception.action_take()
        self.assertEqual(
            (exception.state, exception.user_id), ("in_progress", self.env.user)
        )
        exception.action_resolve()
        exception.action_take()
        self.assertEqual(exception.state, "resolved")

    def test_the_remedies_follow_what_is_stuck(self):
        message = self.make_stuck()
        exception = message.exception_ids
        self.assertTrue(exception.can_replay and exception.can_edit)
        self.assertFalse(exception.can_map or exception.can_accept)
        self.assertEqual(exception.involved_count, 1)
        exception.action_ignore()
        exception.invalidate_recordset()
        self.assertFalse(exception.can_replay or exception.can_edit)

    def test_a_warehouse_user_sees_but_does_not_decide(self):
        user = new_test_user(self.env, "w", groups=GROUPS + "warehouse_user")
        exception = self.make_stuck().exception_ids.with_user(user)
        self.assertTrue(exception.read(["cause", "can_replay"]))
        for action in ("action_take", "action_resolve", "action_ignore"):
            with self.assertRaises(UserError):
                getattr(exception, action)()
        self.assertEqual(exception.state, "open")

    # Quiet, and readable

    def test_a_bad_day_sends_no_mail_for_each(self):
        self.env.user.notification_type = "email"
        mails = self.env["mail.mail"].search_count([])
        notices = self.env["mail.notification"].search_count([])
        for number in range(3):
            self.open(fingerprint=str(number))
        self.env.flush_all()
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(self.env["mail.notification"].search_count([]), notices)

    def test_texts_of_a_partner_are_storable(self):
        exception = self.exceptions._open(
            self.backend, "rejected", "T\x00", "C\x00\ud800" + "x" * 5000, "R\x00"
        )
        self.env.flush_all()
        self.assertEqual(exception.title, "T␀")
        self.assertLessEqual(len(exception.cause), 2000)

    def test_the_age_is_found_and_said_as_a_person_would(self):
        exception = self.open()
        now = fields.Datetime.now()
        for age, bucket, text in (
            (timedelta(seconds=30), "1_hour", "30 s"),
            (timedelta(minutes=42), "1_hour", "42 min"),
            (timedelta(hours=3, minutes=20), "2_day", "3 h 20 min"),
            (timedelta(days=2, hours=5, minutes=3), "3_week", "2 d 5 h"),
            (timedelta(days=30, hours=5), "4_older", "30 d"),
        ):
            exception.opened_at = now - age
            exception.invalidate_recordset(["age_bucket", "age_text"])
            self.assertEqual(exception.age_bucket, bucket)
            self.assertEqual(exception.age_text, text)
            own = [("id", "=", exception.id)]
            found = self.exceptions.search([("age_bucket", "=", bucket), *own])
            self.assertEqual(found, exception, bucket)
            found = self.exceptions.search([("age_bucket", "!=", bucket), *own])
            self.assertFalse(found, bucket)

    def test_the_counts_of_many_messages_cost_few_queries(self):
        exception = self.make_stuck().exception_ids
        messages = self.receive(*[self.fact(f"m{n}", key=f"M{n}") for n in range(200)])
        exception.sudo().message_ids_involved = [
            fields.Command.link(message.id) for message in messages
        ]
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(6):
            self.assertEqual(exception.involved_count, 201)
            self.assertTrue(exception.can_edit)
