from datetime import datetime, timedelta
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import config

from ..engine.poll.run import PollRun
from ..errors import ConnectionFailed
from .policy import PolicyCase


class HeartbeatCase(PolicyCase):
    def setUp(self):
        super().setUp()
        self.env["queue.job"].search([]).unlink()
        others = self.env["logistics.backend"].search([("id", "!=", self.backend.id)])
        others.state = "draft"
        self.owner = new_test_user(
            self.env,
            "owner",
            "logistics_core.group_integration_manager",
            email="owner@example.com",
        )
        self.backend.owner_id = self.owner

    def beat(self):
        self.env["logistics.heartbeat"]._cron_beat()
        self.env.flush_all()

    def get_open(self, key=None):
        fingerprint = f"heartbeat:{key}" if key else "heartbeat:%"
        return self.env["logistics.exception"].search(
            [
                ("fingerprint", "=like", fingerprint),
                ("state", "in", ("open", "in_progress")),
            ]
        )

    def make_job(self, age, **values):
        lane = self.env["logistics.lane"].search(
            [("backend_id", "=", self.backend.id)], limit=1
        )
        lane.with_delay(
            identity_key=f"logistics.lane:{lane.id}:{age}",
            channel="root.logistics_standard",
        )._job_drain()
        job = self.env["queue.job"].search([], order="id desc", limit=1)
        created = fields.Datetime.now() - timedelta(seconds=age)
        for name, value in {"date_created": created, **values}.items():
            self.set_job(job, name, value)
        return job

    def set_job(self, job, name, value):
        # Jobs are protected against writes; only the runner makes them.
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE queue_job SET {name} = %s WHERE id = %s", [value, job.id]
        )
        job.invalidate_recordset()

    def get_mails(self):
        return self.env["mail.mail"].search([("email_to", "like", "owner@")])

    def age(self, messages, minutes):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE logistics_message SET create_date = create_date - %s"
            " WHERE id = ANY(%s)",
            [timedelta(minutes=minutes), messages.ids],
        )
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestHeartbeat(HeartbeatCase):
    def test_a_dead_job_runner_is_told_once_and_resolves_itself(self):
        job = self.make_job(200)
        self.beat()
        exception = self.get_open("runner")
        self.assertEqual(exception.kind, "stalled")
        self.assertEqual(exception.activity_ids.user_id, self.owner)
        mails = self.get_mails()
        self.assertEqual(len(mails), 1)
        self.assertIn("job runner", mails.body_html)
        self.beat()
        self.assertEqual(self.get_mails(), mails)
        self.assertIn("job runner", self.backend.alerts)
        self.set_job(job, "state", "done")
        self.set_job(job, "date_done", fields.Datetime.now())
        self.beat()
        self.assertEqual(exception.state, "resolved")
        self.assertFalse(exception.activity_ids)
        self.backend.invalidate_recordset(["alerts"])
        self.assertFalse(self.backend.alerts)

    def test_credentials_that_cannot_be_read_are_told_before_they_are_used(self):
        self.backend.auth_token = "hush"
        key = config.options["logistics_secret_key"]
        self.addCleanup(config.options.__setitem__, "logistics_secret_key", key)
        for wrong in (False, Fernet.generate_key().decode()):
            config.options["logistics_secret_key"] = wrong
            self.beat()
            exception = self.get_open("secrets")
            self.assertEqual(exception.backend_id, self.backend)
            config.options["logistics_secret_key"] = key
            self.beat()
            self.assertFalse(self.get_open("secrets"))

    def test_a_text_of_the_partner_is_no_html_in_the_activity(self):
        incident = {
            "backend": self.backend,
            "key": "x",
            "title": "T",
            "cause": '<a href="https://evil.example">Pay</a>\n<img src=x>',
            "remedy": "R",
        }
        self.env["logistics.heartbeat"]._tell(incident)
        note = self.get_open("x").activity_ids.note
        self.assertNotIn("<a", note)
        self.assertNotIn("<img", note)
        self.assertIn("&lt;a href=", note)
        self.assertIn("<br>", note)

    def test_a_busy_job_runner_is_not_dead(self):
        self.make_job(200)
        self.make_job(300, state="started", date_started=fields.Datetime.now())
        self.make_job(100, eta=fields.Datetime.now() + timedelta(hours=1))
        self.beat()
        self.assertFalse(self.get_open())

    def test_a_failed_job_is_told(self):
        self.make_job(10, state="failed")
        self.beat()
        self.assertTrue(self.get_open("jobs"))

    def test_too_few_workers_are_told(self):
        # No channel is named in the tests' configuration: root has one place.
        for workers, is_told in ((0, False), (3, False), (2, True)):
            with patch.dict(config.options, {"workers": workers}):
                self.beat()
            self.assertEqual(bool(self.get_open("workers")), is_told, workers)

    def test_a_lane_that_stands_still_is_told_but_not_a_held_one(self):
        messages = self.enqueue("a")
        self.age(messages, 6)
        hold = self.env["logistics.hold"].create(
            {"backend_id": self.backend.id, "reason": "x"}
        )
        self.beat()
        self.assertFalse(self.get_open())
        hold.action_release()
        self.beat()
        self.assertIn("1 lanes do not move", self.get_open("lanes").title)
        messages.action_cancel()
        self.beat()
        self.assertFalse(self.get_open())

    def test_what_waits_behind_a_stuck_message_is_no_standstill(self):
        first, second = self.enqueue("a", "b")
        (first + second).write({"ordering_key": "K", "lane_id": first.lane_id.id})
        first.state = "dead"
        self.age(first + second, 60)
        self.backend.stall_limit = 5
        self.beat()
        self.assertFalse(self.get_open("lanes"))
        self.assertTrue(self.get_open("age:test_fact"))

    def test_a_message_that_waits_longer_than_its_types_limit_is_told(self):
        self.backend.stall_limit = 0
        self.age(self.enqueue("a"), 31)
        self.beat()
        self.assertTrue(self.get_open("age:test_fact"))
        self.fact_type.max_wait = 60
        self.beat()
        self.assertFalse(self.get_open())

    def test_an_interruption_is_not_told_a_second_time_as_waiting(self):
        messages = self.interrupt()
        self.age(messages, 60)
        self.beat()
        self.assertFalse(self.get_open("age:test_fact"))
        self.assertIn("Interrupted", self.backend.alerts)

    def test_a_partner_silent_in_its_business_hours_is_told(self):
        monday = datetime(2026, 3, 2, 11, 0)
        self.backend.write({"idle_limit": 60, "tz": "UTC", "last_received_at": monday})
        self.backend.last_started_at = monday
        with patch.object(fields.Datetime, "now", lambda: monday.replace(hour=13)):
            self.beat()
        self.assertTrue(self.get_open("idle"))
        self.backend.last_received_at = monday.replace(hour=17, minute=30)
        tuesday = monday.replace(day=3, hour=8, minute=15)
        with patch.object(fields.Datetime, "now", lambda: tuesday):
            self.beat()
        self.assertFalse(self.get_open("idle"))

    def test_a_poll_that_fails_three_times_is_told(self):
        poll = self.env["logistics.poll"].create(
            {"backend_id": self.backend.id, "operation": "x", "name": "Orders"}
        )

        def record(error):
            with self.enter_registry_test_mode():
                poll._record_run(PollRun("x", None), error)
            poll.invalidate_recordset()

        for _n in range(3):
            self.beat()
            self.assertFalse(self.get_open(f"poll:{poll.id}"))
            record(ConnectionFailed("down"))
        self.beat()
        self.assertTrue(self.get_open(f"poll:{poll.id}"))
        record(None)
        self.beat()
        self.assertFalse(self.get_open(f"poll:{poll.id}"))

    def test_a_dead_heartbeat_shows_on_the_backend(self):
        self.beat()
        self.assertFalse(self.backend.alerts)
        self.env["ir.config_parameter"].set_param(
            "logistics_core.heartbeat_at", "2020-01-01 00:00:00"
        )
        self.backend.invalidate_recordset(["alerts"])
        self.assertIn("heartbeat stopped", self.backend.alerts)
