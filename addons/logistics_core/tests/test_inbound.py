from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.tests import tagged

from ..engine.inbound import drain
from ..engine.inbound.batch import Batch
from ..engine.inbound.drain import CONTENTION_TRIES
from ..errors import InvalidMessage, MappingMissing, PrerequisiteMissing, RateLimited
from .common import LogisticsCase, drain_lane


@tagged("post_install", "-at_install")
class TestInbound(LogisticsCase):
    def setUp(self):
        super().setUp()
        self.applied = []
        self.errors = {}

    def apply_one(self, handler, message, canonical):
        error = self.errors.get(canonical.value)
        if error:
            raise error
        self.applied.append(canonical.value)

    def run_drain(self):
        with self.handling(_apply_one=lambda h, m, c: self.apply_one(h, m, c)):
            self.drain()

    def test_a_fact_is_applied_once_and_done(self):
        message = self.receive(self.fact("e1", "a"))
        self.run_drain()
        self.run_drain()
        self.assertEqual(self.applied, ["a"])
        self.assertEqual(message.state, "done")
        self.assertTrue(message.done_at)
        self.assertEqual(message.attempt_ids.mapped("outcome"), ["ok"])

    def test_a_duplicate_is_not_stored_again(self):
        self.receive(self.fact("e1", "a"))
        new, duplicates = self.env["logistics.message"]._receive(
            self.backend, [self.fact("e1", "a"), self.fact("e2", "b")]
        )
        self.assertEqual((new.external_id, duplicates), ("e2", 1))
        self.run_drain()
        self.assertEqual(sorted(self.applied), ["a", "b"])

    def test_same_key_with_another_body_is_a_conflict_and_never_applied(self):
        self.receive(self.fact("e1", "a"))
        self.receive(self.fact("e1", "other"))
        self.run_drain()
        self.assertEqual(self.applied, ["a"])
        exception = self.env["logistics.exception"].search(
            [("backend_id", "=", self.backend.id)]
        )
        self.assertEqual(exception.kind, "conflict")
        self.assertIn("other", exception.message_ids_involved.payload)

    def test_the_key_of_another_backend_does_not_collide(self):
        other = self.make_backend()
        self.receive(self.fact("e1", "a"))
        self.assertTrue(self.receive(self.fact("e1", "b"), backend=other))

    def test_facts_of_a_key_are_applied_in_sequence(self):
        self.receive(
            self.fact("e3", "third", sequence=3),
            self.fact("e1", "first", sequence=1),
            self.fact("e2", "second", sequence=2),
        )
        self.run_drain()
        self.assertEqual(self.applied, ["first", "second", "third"])

    def test_a_failing_fact_parks_its_own_key_only(self):
        self.errors["bad"] = InvalidMessage("no sense")
        messages = self.receive(
            self.fact("a1", "bad", key="A"),
            self.fact("a2", "later", key="A"),
            *[self.fact(f"b{n}", f"b{n}", key=f"B{n}") for n in range(9)],
        )
        self.run_drain()
        self.assertEqual(sorted(self.applied), [f"b{n}" for n in range(9)])
        by_id = {m.external_id: m for m in messages}
        self.assertEqual(by_id["a1"].state, "invalid")
        self.assertEqual(by_id["a2"].state, "pending")
        self.run_drain()
        self.assertEqual(by_id["a2"].state, "pending")

    def test_the_culprit_of_a_batch_is_found_and_its_effects_undone(self):
        def apply(handler, items):
            for _message, fact in items:
                handler.env["res.partner"].sudo().create({"name": fact.value})
                if fact.value == "bad":
                    raise ValueError("broken")

        self.receive(*[self.fact(f"e{n}", v, key=v) for n, v in enumerate("abcd")])
        self.receive(self.fact("e9", "bad", key="z"))
        with (
            self.handling(_apply=apply),
            self.assertLogs("odoo.addons.logistics_core", "ERROR"),
        ):
            self.drain()
        names = self.env["res.partner"].search([("name", "in", list("abcd"))])
        self.assertEqual(len(names), 4)
        self.assertFalse(self.env["res.partner"].search([("name", "=", "bad")]))
        dead = self.env["logistics.message"].search([("external_id", "=", "e9")])
        self.assertEqual((dead.state, dead.error), ("dead", "broken"))

    def test_a_transient_error_is_tried_again_not_before_retry_after(self):
        self.errors["a"] = RateLimited("slow down", retry_after=120)
        message = self.receive(self.fact("e1", "a"))
        self.run_drain()
        self.assertEqual(message.state, "retrying")
        wait = (message.next_attempt_at - fields.Datetime.now()).total_seconds()
        self.assertGreater(wait, 110)
        self.assertLess(wait, 140)
        self.run_drain()
        self.assertEqual(message.attempt_count, 1)

    def test_too_many_attempts_end_in_a_dead_letter_with_its_cause(self):
        self.errors["a"] = RateLimited("slow down")
        message = self.receive(self.fact("e1", "a"))
        for _n in range(3):
            message.next_attempt_at = False
            self.run_drain()
        self.assertEqual(message.state, "dead")
        self.assertEqual(message.exception_ids.cause, "slow down")

    def test_a_fact_too_early_waits_without_blocking_and_is_woken(self):
        self.errors["delivered"] = PrerequisiteMissing("not shipped yet")
        early = self.receive(self.fact("e1", "delivered"))
        self.run_drain()
        self.assertEqual(early.state, "deferred")
        self.errors.clear()
        self.receive(self.fact("e2", "shipped"))
        self.run_drain()
        self.run_drain()
        self.assertEqual(self.applied, ["shipped", "delivered"])

    def test_a_fact_that_waits_is_looked_at_again_even_if_nobody_wakes_it(self):
        self.errors["delivered"] = PrerequisiteMissing("not shipped yet")
        early = self.receive(self.fact("e1", "delivered"))
        for _n in range(5):
            early.next_attempt_at = fields.Datetime.now() - timedelta(seconds=1)
            self.run_drain()
        self.assertEqual((early.state, early.attempt_count), ("deferred", 5))
        self.errors.clear()
        self.run_drain()
        self.assertEqual(self.applied, [])
        early.next_attempt_at = fields.Datetime.now() - timedelta(seconds=1)
        self.run_drain()
        self.assertEqual(self.applied, ["delivered"])

    def test_a_fact_that_waited_too_long_is_a_dead_letter(self):
        self.errors["delivered"] = PrerequisiteMissing("not shipped yet")
        early = self.receive(self.fact("e1", "delivered"))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE logistics_message"
            " SET create_date = create_date - interval '30 days' WHERE id = %s",
            [early.id],
        )
        early.invalidate_recordset()
        self.run_drain()
        self.assertEqual(early.state, "dead")
        self.assertEqual(early.exception_ids.kind, "prerequisite")

    def test_one_missing_value_is_one_exception_and_its_map_releases_all(self):
        self.errors["a"] = MappingMissing("no code", map_kind="other", value="X9")
        messages = self.receive(
            *[self.fact(f"e{n}", "a", key=f"K{n}") for n in range(3)]
        )
        self.run_drain()
        exception = messages.exception_ids
        self.assertEqual(len(exception), 1)
        self.assertEqual(exception.message_ids_involved, messages)
        self.errors.clear()
        self.env["logistics.value.map"].create(
            {
                "backend_id": self.backend.id,
                "kind": "other",
                "odoo_value": "nine",
                "external_value": "X9",
            }
        ).action_approve()
        self.run_drain()
        self.assertEqual(set(messages.mapped("state")), {"done"})
        self.assertEqual(exception.state, "resolved")

    def test_a_paused_backend_keeps_what_comes_in(self):
        self.backend._pause("stock count")
        message = self.receive(self.fact("e1", "a"))
        self.run_drain()
        self.assertEqual((message.state, self.applied), ("pending", []))
        self.backend.action_resume()
        self.run_drain()
        self.assertEqual(self.applied, ["a"])

    def test_handlers_run_as_the_integration_user_of_the_company(self):
        seen = []

        def apply_one(handler, message, canonical):
            seen.append((handler.env.user, handler.env.su, handler.env.company))

        self.receive(self.fact("e1", "a"))
        with self.handling(_apply_one=apply_one):
            self.drain()
        user = self.backend.integration_user_id
        self.assertEqual(seen, [(user, False, self.backend.company_id)])
        self.assertFalse(user.has_group("base.group_system"))

    def test_what_cannot_be_translated_is_invalid_and_kept(self):
        envelope = self.fact("e1", "a")
        message = self.receive(
            type(envelope)("e1", "test_fact", "K", '{"_message_type": "nonsense"}')
        )
        self.run_drain()
        self.assertEqual(message.state, "invalid")
        self.assertEqual(message.payload, '{"_message_type": "nonsense"}')
        self.assertEqual(message.exception_ids.kind, "invalid_message")

    def test_after_contention_the_batch_is_tried_again_then_a_smaller_one(self):
        messages = self.receive(*[self.fact(f"e{n}", f"v{n}") for n in range(30)])
        lane, sizes = messages.lane_id, []
        drain_batch = type(lane)._drain_inbound_batch

        def lose_twice(lane, size):
            sizes.append(size)
            if len(sizes) <= 2:
                raise psycopg2.errors.SerializationFailure
            return drain_batch(lane, size)

        with (
            patch.object(drain.time, "sleep"),
            patch.object(type(lane), "_drain_inbound_batch", lose_twice),
            self.handling(_apply_one=lambda h, m, c: self.apply_one(h, m, c)),
            self.enter_registry_test_mode(),
        ):
            drain_lane(lane)
        self.assertEqual(sizes[:3], [100, 100, 25])
        self.assertEqual(len(self.applied), 30)

    def drain_noting_exclusion(self, is_exclusive):
        """Drain one message; return [whether it was applied alone]."""
        lanes, alone, seen = self.registry["logistics.lane"], [], []
        be_exclusive = lanes._exclusively

        @contextmanager
        def noted(lane):
            with be_exclusive(lane):
                alone.append(True)
                yield
                alone.pop()

        def apply_one(handler, message, canonical):
            seen.append(bool(alone))

        with (
            patch.object(lanes, "_exclusively", noted),
            self.handling(_apply_one=apply_one, _is_exclusive=is_exclusive),
        ):
            message = self.receive(self.fact("e1", "a"))
            self.drain()
        self.assertEqual(message.state, "done")
        return seen

    def test_what_waits_is_found_by_its_lane_only(self):
        """A second index of it would be as empty and taken by chance."""
        self.env.cr.execute(
            "SELECT indexname FROM pg_indexes"
            " WHERE tablename = 'logistics_message' AND indexdef LIKE '%pending%'"
        )
        self.assertEqual(self.env.cr.fetchall(), [("logistics_message_open_idx",)])

    def test_what_must_not_be_applied_in_parallel_is_applied_alone(self):
        self.assertEqual(self.drain_noting_exclusion(True), [True])

    def test_other_messages_need_not_be_alone(self):
        self.assertEqual(self.drain_noting_exclusion(False), [False])

    def test_contention_without_end_fails_no_job_and_loses_nothing(self):
        message = self.receive(self.fact("e1", "a"))
        error = psycopg2.errors.SerializationFailure()
        with (
            patch.object(drain.time, "sleep"),
            patch.object(Batch, "apply", side_effect=error) as process,
        ):
            self.drain()
        self.assertEqual(process.call_count, 1 + CONTENTION_TRIES)
        self.assertEqual(message.state, "pending")
