"""What is not installed, archived, or beyond what the database takes."""

from unittest.mock import patch

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..envelope import SendResult
from ..errors import RateLimited
from .test_leases import OutboundCase


@tagged("post_install", "-at_install")
class TestConfiguration(OutboundCase):
    def test_an_unknown_type_is_named(self):
        self.fact_type.unlink()
        with self.assertRaisesRegex(UserError, "test_fact"):
            self.enqueue()

    def test_a_type_that_nothing_handles_is_named(self):
        message = self.receive(self.fact("e1"))
        self.drain()
        self.assertEqual((message.state, message.error_kind), ("dead", "not_supported"))
        self.assertIn("test_fact", message.error)

    def test_a_type_without_a_handler_is_sent_all_the_same(self):
        message = self.enqueue()
        with self.scripted(_send=lambda *a: SendResult()):
            self.drain()
        self.assertEqual(message.state, "done")

    def test_an_archived_integration_user_is_one_exception_for_all(self):
        user = self.backend.integration_user_id
        user.active = False
        incoming = self.receive(self.fact("e1"), self.fact("e2", key="K2"))
        outgoing = self.enqueue()
        self.run_drain()
        messages = incoming | outgoing
        self.assertEqual(set(messages.mapped("state")), {"dead"})
        exception = messages.exception_ids
        self.assertEqual(len(exception), 1)
        self.assertIn("archived", exception.cause)
        user.active = True
        exception.action_replay()
        self.run_drain(_apply_one=lambda h, m, c: None)
        self.assertEqual(set(messages.mapped("state")), {"done"})
        self.assertEqual(exception.state, "resolved")

    def test_a_text_too_long_for_its_index_is_the_fault_of_its_message(self):
        def apply_one(handler, message, canonical):
            if canonical.value == "bad":
                raise psycopg2.errors.ProgramLimitExceeded("index row size 2712")

        bad = self.receive(self.fact("e1", "bad"), self.fact("e2", "a", key="K2"))
        with (
            patch.object(
                psycopg2.errors.ProgramLimitExceeded, "pgcode", "54000", create=True
            ),
            self.assertLogs("odoo.addons.logistics_core", "ERROR"),
        ):
            self.run_drain(_apply_one=apply_one)
        self.assertEqual(sorted(bad.mapped("state")), ["dead", "done"])

    def test_a_partner_that_answers_all_the_time_costs_one_write_a_minute(self):
        self.backend._note_contact()
        self.env.flush_all()
        with self.assertQueryCount(0):
            self.backend._note_contact()
            self.env.flush_all()
        error = RateLimited("slow")
        self.backend._note_contact(error)
        self.env.flush_all()
        self.assertEqual(self.backend.last_failure, "slow")
        with self.assertQueryCount(0):
            self.backend._note_contact(error)
            self.env.flush_all()
        self.backend._note_contact()
        self.assertEqual(self.backend.health, "degraded")
