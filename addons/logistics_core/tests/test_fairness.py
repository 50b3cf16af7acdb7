from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import config

from ..engine import job_queue
from ..engine.lane import places, time_slice
from ..engine.outbound import drain
from .common import LogisticsCase


@tagged("post_install", "-at_install")
class TestFairness(LogisticsCase):
    def setUp(self):
        super().setUp()
        backends = self.env["logistics.backend"]
        backends.search([("id", "!=", self.backend.id)]).state = "draft"
        self.other = backends.create({"name": "Other"})
        self.other.state = "running"
        self.set_machine(capacity=4, cores=2)

    def set_machine(self, capacity, cores):
        self.startPatcher(
            patch.object(job_queue, "get_capacity", lambda _channel: capacity)
        )
        self.startPatcher(patch.object(places, "count_cores", lambda: cores))

    def get_places(self, direction):
        self.env.flush_all()
        lane = self.env["logistics.lane"].search(
            [("backend_id", "=", self.backend.id), ("direction", "=", direction)],
            limit=1,
        )
        return list(lane._get_places())

    def test_a_backend_that_is_alone_has_all_places(self):
        self.assertEqual(self.get_places("in"), [0, 1, 2, 3])

    def test_next_to_others_what_comes_in_leaves_a_core_free(self):
        self.other.last_received_at = fields.Datetime.now()
        self.assertEqual(self.get_places("in"), [0])
        self.set_machine(capacity=4, cores=16)
        self.assertEqual(self.get_places("in"), [0, 1, 2])

    def test_the_core_is_left_free_while_others_are_busy_only(self):
        now = fields.Datetime.now()
        self.other.last_received_at = fields.Datetime.subtract(now, minutes=2)
        self.assertEqual(sorted(self.get_places("in")), [0, 1, 2])
        self.other.last_received_at = fields.Datetime.subtract(now, minutes=20)
        self.assertEqual(self.get_places("in"), [0, 1, 2, 3])

    def test_what_goes_out_waits_for_partners_and_needs_no_core(self):
        self.other.last_success_at = fields.Datetime.now()
        self.assertEqual(self.get_places("out"), [2, 1, 0])

    def test_no_more_jobs_wait_than_can_run(self):
        self.set_machine(capacity=2, cores=2)
        lanes = self.env["logistics.lane"].search(
            [("backend_id", "=", self.backend.id), ("direction", "=", "in")]
        )
        lanes = lanes.filtered(lambda lane: lane.service_class == "standard")
        jobs = self.env["queue.job"].search_count
        for _time in range(2):
            lanes._ring_now()
            keys = [f"logistics.lane:{lane.id}:" for lane in lanes]
            self.assertEqual(jobs([("identity_key", "in", keys)]), 2)

    def test_there_is_always_a_place(self):
        self.other.last_received_at = fields.Datetime.now()
        self.set_machine(capacity=1, cores=1)
        self.assertEqual(self.get_places("in"), [0])
        self.assertEqual(self.get_places("out"), [0])

    def test_a_person_may_say_how_many(self):
        self.other.last_received_at = fields.Datetime.now()
        self.backend.max_drains = 3
        self.assertEqual(self.get_places("in"), [0, 1, 2])

    def test_a_drain_that_keeps_a_core_busy_steps_back(self):
        steps = []
        self.startPatcher(patch.object(time_slice, "background"))
        time_slice.background.step_back = steps.append
        lane = self.env["logistics.lane"].search([], limit=1)
        with patch.object(time_slice, "time") as clock:
            clock.monotonic.return_value = clock.thread_time.return_value = 100.0
            slice_ = time_slice.TimeSlice(lane)
            clock.monotonic.return_value, clock.thread_time.return_value = 100.6, 100.2
            slice_.is_over()
            self.assertFalse(steps)
            clock.thread_time.return_value = 100.4
            slice_.is_over()
            self.assertEqual(len(steps), 1)

    def test_a_drain_sends_no_more_at_once_than_there_are_connections(self):
        slots = drain.LogisticsBackend._get_send_slots
        for connections, wanted in ((64, 16), (32, 14), (12, 4), (4, 1), (1, 1)):
            with patch.dict(config.options, {"db_maxconn": connections}):
                self.assertEqual(slots(self.backend), wanted, connections)
