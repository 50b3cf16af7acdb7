"""What a worker that died leaves behind."""

from datetime import datetime, timedelta
from unittest.mock import patch

import psycopg2.errors

from odoo import fields
from odoo.tests import tagged

from .. import transactions
from ..engine.lane.crash import MAX_CRASHES
from ..envelope import SendResult
from ..errors import TransientError
from .common import Fact, LogisticsCase, drain_lane


class WorkerDied(BaseException):
    """Stands for kill -9: nothing catches it, nothing is recorded."""


@tagged("post_install", "-at_install")
class TestCrash(LogisticsCase):
    def setUp(self):
        super().setUp()
        self.applied = []

    def apply_one(self, handler, message, canonical):
        if canonical.value == "killer":
            raise WorkerDied
        self.applied.append(canonical.value)

    def drain_until_death(self):
        """Drain once; return whether the worker died."""
        died = False
        with self.handling(_apply_one=lambda h, m, c: self.apply_one(h, m, c)):
            try:
                self.drain()
            except WorkerDied:
                died = True
        self.env.invalidate_all()
        return died

    def test_a_killer_becomes_a_dead_letter_and_the_others_go_through(self):
        messages = self.receive(
            self.fact("k", "killer", key="A"),
            self.fact("k2", "behind the killer", key="A"),
            *[self.fact(f"e{n}", f"v{n}", key=f"B{n}") for n in range(20)],
        )
        # One lane, as in the worst case.
        messages.write({"lane_id": messages[0].lane_id.id})
        self.env.flush_all()
        deaths = 0
        while self.drain_until_death():
            deaths += 1
            self.assertLessEqual(deaths, MAX_CRASHES + 1)
        killer = messages.filtered(lambda m: m.external_id == "k")
        self.assertEqual(deaths, MAX_CRASHES + 1)
        self.assertEqual(killer.state, "dead")
        self.assertIn("worker died", killer.exception_ids.cause)
        self.assertEqual(set(self.applied), {f"v{n}" for n in range(20)})
        self.assertEqual(
            messages.filtered(lambda m: m.external_id == "k2").state, "pending"
        )
        self.assertFalse(messages.lane_id.filtered("draining"))

    def test_the_others_do_not_wait_until_the_killer_is_buried(self):
        messages = self.receive(
            self.fact("k", "killer", key="A"), self.fact("e", "fine", key="B")
        )
        messages.write({"lane_id": messages[0].lane_id.id})
        self.env.flush_all()
        for _n in range(3):
            self.assertTrue(self.drain_until_death())
        self.assertEqual(self.applied[-1:], ["fine"])
        self.assertEqual(
            messages.filtered(lambda m: m.external_id == "e").state, "done"
        )

    def suspect(self, **values):
        """Return a message whose lane's drain died; it is suspected already."""
        message = self.receive(self.fact("e1", "a"))
        message.write({"crash_count": MAX_CRASHES - 1, **values})
        now = fields.Datetime.now()
        message.lane_id.write({"draining": True, "draining_since": now})
        self.env.flush_all()
        return message

    def test_a_message_that_fails_while_the_worker_lives_is_acquitted(self):
        message = self.suspect()

        def refuse(handler, message, canonical):
            raise TransientError("not now")

        with self.handling(_apply_one=refuse):
            self.drain()
        self.assertEqual((message.state, message.crash_count), ("retrying", 0))

    def test_contention_is_no_crash(self):
        message = self.suspect()
        lane, met = message.lane_id, []

        def lose(lane, *args, **options):
            raise psycopg2.errors.SerializationFailure

        with (
            patch.object(transactions.time, "sleep"),
            patch.object(type(lane), "_drain_inbound_batch", lose),
            self.own_transactions(),
        ):
            # assertRaises would roll back what was noted.
            try:
                drain_lane(lane)
            except psycopg2.errors.SerializationFailure as error:
                met.append(error)
        self.env.invalidate_all()
        self.assertTrue(met)
        self.assertEqual((message.state, message.crash_count), ("pending", 0))

    def test_who_waits_for_the_exclusive_lock_is_not_suspected(self):
        message = self.suspect()
        lanes = type(message.lane_id)
        with patch.object(lanes, "_exclusively", side_effect=WorkerDied):
            self.assertTrue(self.drain_until_death())
        self.assertEqual(message.crash_count, MAX_CRASHES - 1)

    def test_what_a_restart_of_postgresql_explains_is_no_crash(self):
        message = self.suspect(crash_count=MAX_CRASHES, leased_at=datetime(2001, 1, 1))
        self.assertFalse(self.drain_until_death())
        self.assertEqual(message.state, "done")

    def test_after_a_restart_of_postgresql_nobody_goes_carefully(self):
        lane = self.suspect().lane_id
        lane.draining_since = datetime(2001, 1, 1)
        with patch.object(type(lane), "_drain_carefully") as carefully:
            self.assertFalse(self.drain_until_death())
        carefully.assert_not_called()

    def test_a_crash_since_postgresql_started_counts(self):
        message = self.suspect(crash_count=MAX_CRASHES, leased_at=fields.Datetime.now())
        self.assertFalse(self.drain_until_death())
        self.assertEqual(message.state, "dead")

    def test_a_drain_that_ends_leaves_no_mark(self):
        self.receive(self.fact("e1", "a"))
        self.assertFalse(self.drain_until_death())
        lanes = self.env["logistics.lane"].search([("draining", "=", True)])
        self.assertFalse(lanes)

    def test_a_message_that_kills_its_sender_is_a_dead_letter(self):
        message = self.env["logistics.message"]._enqueue(
            self.backend,
            Fact("x"),
            record=self.backend.company_id.partner_id,
            ordering_key="K",
            external_id="o1",
        )
        for _n in range(MAX_CRASHES + 1):
            message.write(
                {
                    "state": "in_progress",
                    "attempt_count": message.attempt_count + 1,
                    "lease_until": fields.Datetime.now() - timedelta(minutes=1),
                }
            )
            self.sweep()
        self.assertEqual(message.state, "dead")
        self.assertIn("worker died", message.exception_ids.cause)

    def test_the_sweeper_rings_for_what_a_lost_doorbell_left(self):
        message = self.receive(self.fact("e1", "a"))
        self.env["queue.job"].sudo().search([]).unlink()
        self.sweep()
        key = f"logistics.lane:{message.lane_id.id}:"
        jobs = self.env["queue.job"].sudo().search([("identity_key", "=", key)])
        self.assertEqual(len(jobs), 1)
        self.sweep()
        self.assertEqual(jobs.search([("identity_key", "=", key)]), jobs)

    def test_a_job_whose_worker_died_is_given_back_to_the_runner(self):
        message = self.receive(self.fact("e1", "a"))
        message.lane_id._ring_now()
        job = self.env["queue.job"].sudo().search([], order="id desc", limit=1)
        long_ago = fields.Datetime.now() - timedelta(minutes=1)
        job.write({"state": "started", "date_started": long_ago})
        self.sweep()
        self.assertEqual(job.state, "pending")

    def test_a_message_that_comes_while_a_drain_runs_is_not_lost(self):
        """The doorbell finds the lane taken; the drain itself looks again."""
        first = self.receive(self.fact("e1", "first"))
        lane = first.lane_id
        rung = []

        def apply_one(handler, message, canonical):
            self.applied.append(canonical.value)
            if canonical.value == "first":
                late = self.receive(self.fact("e2", "late"))
                late.lane_id._ring_now()

        with (
            self.handling(_apply_one=apply_one),
            self.enter_registry_test_mode(),
            patch.object(type(lane), "_ring", lambda self, eta=None: rung.append(eta)),
        ):
            lane._job_drain()
        # Applied by the same drain, or rung for at once after it.
        self.assertTrue(rung == [None] or self.applied == ["first", "late"])

    def test_a_claim_that_someone_else_took_over_is_not_recorded(self):
        message = self.env["logistics.message"]._enqueue(
            self.backend,
            Fact("x"),
            record=self.backend.company_id.partner_id,
            ordering_key="K",
            external_id="o1",
        )

        def send(connector, backend, message, canonical):
            message.env.cr.execute(
                "UPDATE logistics_message SET attempt_count = attempt_count + 1"
                " WHERE id = %s",
                [message.id],
            )
            message.env.cr.commit()
            return SendResult()

        with self.handling(), self.scripted(_send=send):
            self.drain()
        message.invalidate_recordset()
        self.assertEqual(message.state, "in_progress")
