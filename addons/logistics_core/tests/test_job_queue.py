"""What we use of queue_job is there as we use it: a new version is looked at first."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import TransactionCase, tagged

from odoo.addons.queue_job.jobrunner import runner

from ..engine import job_queue

COLUMNS = {
    "queue_job": {
        "identity_key": "character varying",
        "state": "character varying",
        "channel": "character varying",
        "name": "character varying",
        "eta": "timestamp without time zone",
        "date_created": "timestamp without time zone",
        "date_enqueued": "timestamp without time zone",
        "date_started": "timestamp without time zone",
        "date_done": "timestamp without time zone",
    },
    "queue_job_lock": {"queue_job_id": "integer"},
}
STATES = {
    "wait_dependencies",
    "pending",
    "enqueued",
    "started",
    "done",
    "cancelled",
    "failed",
}


@tagged("post_install", "-at_install")
class TestJobQueue(TransactionCase):
    def setUp(self):
        super().setUp()
        self.jobs = self.env["queue.job"].sudo()
        self.jobs.search([]).unlink()
        self.lane = self.env["logistics.lane"].search([], limit=1)
        if not self.lane:
            self.env["logistics.backend"].create({"name": "Partner"})
            self.lane = self.env["logistics.lane"].search([], limit=1)

    def ring(self, **options):
        key = job_queue.get_drain_key(self.lane.id, options.get("eta"))
        job_queue.enqueue(
            self.lane, "Drain", service_class="bulk", key=key, **options
        )._job_drain()
        self.env.flush_all()
        return self.jobs.search([], order="id desc", limit=1)

    def set_state(self, job, state, **times):
        job.flush_recordset()
        values = {"state": state, **times}
        columns = ", ".join(f"{name} = %s" for name in values)
        self.env.cr.execute(
            f"UPDATE queue_job SET {columns} WHERE id = %s", [*values.values(), job.id]
        )
        self.env.invalidate_all()

    def ago(self, seconds):
        return fields.Datetime.now() - timedelta(seconds=seconds)

    def test_the_columns_that_are_read_exist_with_their_types(self):
        for table, columns in COLUMNS.items():
            self.env.cr.execute(
                "SELECT column_name, data_type FROM information_schema.columns"
                " WHERE table_name = %s AND table_schema = current_schema",
                [table],
            )
            found = dict(self.env.cr.fetchall())
            self.assertEqual({c: found.get(c) for c in columns}, columns, table)

    def test_jobs_have_the_states_that_are_asked_for(self):
        known = {name for name, _label in self.jobs._fields["state"].selection}
        self.assertEqual(known, STATES)

    def test_a_job_is_enqueued_as_asked_and_once_for_its_key(self):
        job = self.ring(eta=fields.Datetime.now() + timedelta(hours=1))
        self.assertEqual(job.channel, "root.logistics_bulk")
        self.assertTrue(job.identity_key.startswith(f"logistics.lane:{self.lane.id}:"))
        self.assertEqual((job.state, job.method_name), ("pending", "_job_drain"))
        self.assertEqual((job.max_retries, job.name), (0, "Drain"))
        self.assertTrue(job.eta)
        self.ring()
        self.ring()
        self.assertEqual(self.jobs.search_count([]), 2)

    def test_every_channel_that_is_used_exists(self):
        known = set(self.env["queue.job.channel"].search([]).mapped("complete_name"))
        self.assertLessEqual(set(job_queue.CHANNELS.values()), known)

    def test_waiting_keys_are_those_of_jobs_that_no_worker_has_started(self):
        job = self.ring()
        for state, waits in (("pending", 1), ("enqueued", 1), ("started", 0)):
            self.set_state(job, state)
            self.env.cr.execute(job_queue.WAITING_KEYS, [[job.identity_key]])
            self.assertEqual(len(self.env.cr.fetchall()), waits, state)

    def test_a_drain_of_other_lanes_that_is_due_is_seen(self):
        job = self.ring()
        self.set_state(job, "pending", date_created=self.ago(60))
        has = job_queue.has_waiting
        self.assertTrue(has(self.env.cr, "bulk", []))
        self.assertFalse(has(self.env.cr, "standard", []))
        self.assertFalse(has(self.env.cr, "bulk", [self.lane.id]))

    def test_dead_jobs_are_given_back_and_living_ones_left_alone(self):
        job = self.ring()
        for state, seconds, expected in (
            ("started", 60, "pending"),
            ("started", 0, "started"),
            ("enqueued", 60, "pending"),
        ):
            since = self.ago(seconds)
            self.set_state(job, state, date_started=since, date_enqueued=since)
            job_queue.requeue_dead(self.env.cr)
            self.env.invalidate_all()
            self.assertEqual(job.state, expected, (state, seconds))

    def test_the_jobs_of_lanes_are_listed_with_whether_they_are_started(self):
        job = self.ring()
        self.assertEqual(job_queue.get_drain_jobs(self.env.cr), {self.lane.id: False})
        self.set_state(job, "started")
        self.assertEqual(job_queue.get_drain_jobs(self.env.cr), {self.lane.id: True})

    def test_a_standstill_is_told_from_a_queue_that_moves(self):
        job, now = self.ring(), fields.Datetime.now()
        self.set_state(job, "pending", date_created=self.ago(600))
        waits = job_queue.get_standstill(self.env.cr, now, 120)
        self.assertAlmostEqual((now - waits).total_seconds(), 600, delta=5)
        other = self.ring(eta=now + timedelta(hours=1))
        self.set_state(other, "started", date_started=now)
        self.assertIsNone(job_queue.get_standstill(self.env.cr, now, 120))

    def test_failed_jobs_are_counted(self):
        self.set_state(self.ring(), "failed")
        self.assertEqual(job_queue.count_failed(self.env.cr), (1, "Drain"))

    def test_the_runners_channels_are_read_as_it_reads_them(self):
        channels = "root:6,root.logistics_bulk:2,root.other"
        with patch.dict(runner.os.environ, {"ODOO_QUEUE_JOB_CHANNELS": channels}):
            self.assertEqual(job_queue.get_capacity("root.logistics_bulk"), 2)
            self.assertEqual(job_queue.get_capacity("root.logistics_realtime"), 6)
            self.assertEqual(job_queue.get_capacity("root"), 6)
