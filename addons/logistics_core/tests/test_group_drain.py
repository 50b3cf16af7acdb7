from contextlib import closing
from unittest.mock import patch

from odoo.sql_db import db_connect
from odoo.tests import tagged

from ..engine.lane import drain, time_slice
from .common import LogisticsCase

CAPACITY = "odoo.addons.logistics_core.engine.job_queue.get_capacity"


@tagged("post_install", "-at_install")
class TestGroupDrain(LogisticsCase):
    """One job drains the lanes beside its own; doorbells count workers, not lanes."""

    def setUp(self):
        super().setUp()
        self.patch(time_slice, "LINGER_SECONDS", 0)
        self.batches = []

    def spread(self, count=40):
        """Receive facts of many documents; return their messages in several lanes."""
        messages = self.receive(
            *[self.fact(f"e{n}", f"v{n}", key=f"K{n}") for n in range(count)]
        )
        self.assertGreater(len(messages.lane_id), 3)
        return messages

    def run_job(self, lane, capacity=1, is_exclusive=False):
        def apply(handler, items):
            self.batches.append([canonical.value for _message, canonical in items])

        with (
            self.handling(_apply=apply, _is_exclusive=is_exclusive),
            self.own_transactions(),
            patch(CAPACITY, lambda channel: capacity),
        ):
            lane._job_drain()
        self.env.invalidate_all()

    def count_jobs(self):
        return (
            self.env["queue.job"]
            .sudo()
            .search_count([("identity_key", "like", "logistics.lane:%")])
        )

    def test_a_burst_over_many_lanes_is_one_batch(self):
        messages = self.spread()
        self.run_job(messages[0].lane_id)
        self.assertEqual([len(batch) for batch in self.batches], [40])
        self.assertEqual(set(messages.mapped("state")), {"done"})
        self.assertFalse(messages.lane_id.filtered("draining"))

    def test_a_job_leaves_their_share_to_the_others(self):
        messages = self.spread()
        self.run_job(messages[0].lane_id, capacity=2)
        self.assertGreater(len(self.batches), 1)
        self.assertEqual(sum(map(len, self.batches)), 40)

    def spread_exclusive(self, count=40):
        with self.handling(_is_exclusive=True):
            return self.receive(
                *[self.fact(f"x{n}", f"v{n}", key=f"K{n}") for n in range(count)]
            )

    def test_what_must_not_run_in_parallel_is_no_matter_of_shares(self):
        messages = self.spread_exclusive()
        self.run_job(messages[0].lane_id, capacity=2, is_exclusive=True)
        self.assertEqual([len(batch) for batch in self.batches], [40])

    def test_exclusive_messages_of_all_classes_have_one_lane(self):
        messages = self.spread_exclusive(10)
        self.assertEqual(len(messages.lane_id), 1)
        self.fact_type.service_class = "bulk"
        with self.handling(_is_exclusive=True):
            later = self.receive(self.fact("later", key="other"))
        self.assertEqual(later.lane_id, messages.lane_id)
        others = self.spread()
        self.assertNotIn(messages.lane_id, others.lane_id)

    def test_two_drains_never_apply_exclusive_messages_at_a_time(self):
        messages = self.spread_exclusive()
        with closing(db_connect(self.env.cr.dbname).cursor()) as other:
            self.assertTrue(messages.lane_id._try_lock(other))
            self.run_job(messages[0].lane_id, capacity=2, is_exclusive=True)
        self.assertEqual(self.batches, [])
        self.assertEqual(set(messages.mapped("state")), {"pending"})
        self.assertFalse(messages.lane_id.draining)

    def test_what_turns_out_to_be_exclusive_is_left_to_the_lane_it_belongs_in(self):
        messages = self.spread()
        lanes, rung = type(messages.lane_id), []
        with patch.object(lanes, "_ring_after_commit", lambda lane: rung.append(lane)):
            self.run_job(messages[0].lane_id, is_exclusive=True)
        self.assertEqual(self.batches, [])
        self.assertEqual(set(messages.mapped("state")), {"pending"})
        self.assertEqual(set(messages.mapped("attempt_count")), {0})
        serial = messages.lane_id
        self.assertEqual(serial.ids, [serial._get_serial_id(self.backend.id)])
        self.assertEqual(set(rung[0].ids), set(serial.ids))
        self.run_job(serial, is_exclusive=True)
        self.assertEqual([len(batch) for batch in self.batches], [40])

    def test_exclusive_messages_of_a_key_keep_their_order(self):
        with self.handling(_is_exclusive=True):
            for n in range(3):
                facts = [self.fact(f"{n}-{k}", f"{k}-{n}", key=k) for k in "ABC"]
                messages = self.receive(*facts)
        self.run_job(messages.lane_id, is_exclusive=True)
        values = [value for batch in self.batches for value in batch]
        self.assertEqual([v for v in values if v[0] == "B"], ["B-0", "B-1", "B-2"])

    def test_it_lets_more_gather_only_while_nothing_waits(self):
        messages = self.spread(10)
        pauses = []

        def sleep(seconds):
            messages.invalidate_recordset()
            pauses.append((seconds, messages.mapped("state").count("pending")))

        with patch.object(time_slice.time, "sleep", sleep):
            self.run_job(messages[0].lane_id, capacity=2)
        self.assertGreater(len(self.batches), 1)
        self.assertEqual(pauses, [(drain.GATHER_SECONDS, 0)])

    def pauses_beside_others(self):
        """Drain one lane while others have the rest; return the pauses it made."""
        messages = self.spread(10)
        first, *others = messages.lane_id.sorted("id")
        pauses = []
        with closing(db_connect(self.env.cr.dbname).cursor()) as other:
            for lane in others:
                self.assertTrue(lane._try_lock(other))
                lane.draining = True
            with patch.object(time_slice.time, "sleep", pauses.append):
                self.run_job(first, capacity=2)
        done = messages.filtered(lambda message: message.state == "done")
        self.assertEqual(done.lane_id, first)
        return pauses

    def test_it_lets_more_gather_while_others_drain_the_rest(self):
        pauses = self.pauses_beside_others()
        self.assertEqual(pauses, [drain.GATHER_SECONDS])

    def test_what_a_job_holds_it_drains_however_small_its_share(self):
        lanes = self.spread().lane_id.sorted("id")
        slice_ = time_slice.TimeSlice(lanes[0])
        held = lanes[1:4]
        with self.own_transactions(), patch(CAPACITY, lambda channel: len(lanes)):
            taken = lanes[0]._take_lanes(slice_, self.env.cr, held)
        self.assertEqual(taken, held)

    def test_a_turn_that_is_over_stays_over(self):
        lane = self.receive(self.fact("e1")).lane_id
        slice_ = time_slice.TimeSlice(lane)
        with patch.object(type(lane), "_should_yield", side_effect=[True, False]):
            for _time in range(2):
                slice_.asked_at -= time_slice.YIELD_SECONDS
                self.assertTrue(slice_.is_over())

    def test_a_doorbell_of_a_deleted_backend_rings_for_nobody(self):
        lane = self.receive(self.fact("e1")).lane_id
        self.env["logistics.message"].search([]).unlink()
        self.backend.unlink()
        self.assertFalse(lane.exists())
        self.run_job(lane)
        self.assertEqual(self.batches, [])

    def test_order_is_kept_within_each_key(self):
        for n in range(3):
            self.receive(
                *[self.fact(f"{n}-{k}", f"{k}-{n}", key=f"K{k}") for k in range(20)]
            )
        lane = self.env["logistics.message"].search([], limit=1).lane_id
        self.run_job(lane)
        values = [value for batch in self.batches for value in batch]
        for k in range(20):
            own = [value for value in values if value.startswith(f"{k}-")]
            self.assertEqual(own, [f"{k}-0", f"{k}-1", f"{k}-2"])

    def test_doorbells_are_as_many_as_workers(self):
        messages = self.spread()
        self.env["queue.job"].sudo().search([]).unlink()
        with patch(CAPACITY, lambda channel: 2):
            messages.lane_id._ring_now()
            self.assertEqual(self.count_jobs(), 2)
            messages.lane_id._ring_now()
            self.assertEqual(self.count_jobs(), 2)

    def test_a_lane_that_is_being_drained_needs_no_doorbell(self):
        lane = self.receive(self.fact("e1")).lane_id
        self.env["queue.job"].sudo().search([]).unlink()
        lane.draining = True
        self.env.flush_all()
        lane._ring_now()
        self.assertEqual(self.count_jobs(), 0)
        # The sweeper knows that nobody holds it.
        self.sweep()
        self.assertEqual(self.count_jobs(), 1)

    def test_what_comes_while_a_job_waits_for_more_is_taken_by_it(self):
        first = self.receive(self.fact("e1", "first"))
        self.patch(time_slice, "LINGER_SECONDS", 0.2)
        seen = []

        def apply(handler, items):
            for _message, canonical in items:
                seen.append(canonical.value)
                if canonical.value == "first":
                    self.receive(self.fact("e2", "second", key="another"))

        with self.handling(_apply=apply), self.own_transactions():
            first.lane_id._job_drain()
        self.assertEqual(seen, ["first", "second"])

    def test_a_flood_that_comes_while_a_job_waits_is_left_to_several(self):
        first = self.receive(self.fact("first", "first"))
        self.env["queue.job"].sudo().search([]).unlink()
        self.patch(time_slice, "LINGER_SECONDS", 0.2)
        flood = []

        def sleep(seconds):
            if seconds == time_slice.LOOK_SECONDS and not flood:
                flood.append(self.spread(150))

        with patch.object(time_slice.time, "sleep", sleep):
            self.run_job(first.lane_id)
        self.assertEqual([len(batch) for batch in self.batches], [1, 100])
        self.assertEqual(flood[0].mapped("state").count("pending"), 50)
        self.assertGreater(self.count_jobs(), 0)
