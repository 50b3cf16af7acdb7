from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..errors import ConnectionFailed, PrerequisiteMissing, RateLimited, Rejected
from .policy import PolicyCase


@tagged("post_install", "-at_install")
class TestBreaker(PolicyCase):
    def get_exceptions(self):
        return self.env["logistics.exception"].search(
            [("backend_id", "=", self.backend.id), ("fingerprint", "=like", "breaker%")]
        )

    def test_it_opens_at_the_threshold_and_nothing_goes_out(self):
        self.interrupt(4)
        self.assertEqual(self.gate.state, "closed")
        self.enqueue("fifth")
        self.run_drain()
        self.assertEqual(self.gate.state, "open")
        self.forget_sent()
        waiting = self.enqueue("w1", "w2")
        self.run_drain()
        self.assertEqual(self.sent, [])
        self.assertEqual(set(waiting.mapped("state")), {"pending"})
        self.assertEqual(set(waiting.mapped("attempt_count")), {0})
        self.assertIn("down", waiting[0].waits_for)

    def test_a_failure_is_counted_before_it_makes_room_for_the_next_send(self):
        self.error = ConnectionFailed("down")
        lanes = self.registry["logistics.lane"]
        record, counted = lanes._record_all, []

        def recording(lane, outcomes):
            self.gate.invalidate_recordset()
            counted.append((self.gate.failures, len(self.sent)))
            return record(lane, outcomes)

        self.enqueue("one", "two", "three")
        with patch.object(lanes, "_record_all", recording):
            self.run_drain()
        self.assertEqual(len(self.sent), 3)
        self.assertTrue(counted)
        for failures, sent in counted:
            self.assertEqual(failures, sent)

    def test_failures_that_cannot_be_counted_are_recorded_all_the_same(self):
        self.error = ConnectionFailed("down")
        [message] = self.enqueue("one")
        lanes = self.registry["logistics.lane"]
        lost = psycopg2.OperationalError("server closed the connection")
        with patch.object(lanes, "_note_outcomes", side_effect=lost):
            self.run_drain()
        self.assertEqual(message.state, "retrying")
        self.assertEqual(message.error_kind, "connection")

    def test_one_exception_per_opening_with_the_events_in_its_chatter(self):
        self.interrupt()
        exception = self.get_exceptions()
        self.assertEqual(len(exception), 1)
        self.assertEqual(exception.state, "open")
        self.passed = 20
        self.enqueue("probe")
        self.run_drain()
        self.assertEqual(self.get_exceptions(), exception)
        self.passed = 120
        self.error = None
        self.enqueue("probe2")
        self.run_drain()
        self.assertEqual(exception.state, "resolved")
        bodies = " ".join(exception.message_ids.mapped("body"))
        self.assertIn("Interrupted after", bodies)
        self.assertIn("answers again", bodies)

    def test_one_probe_at_a_time_and_longer_waits_after_each_that_fails(self):
        self.interrupt()
        self.enqueue("p1", "p2", "p3")
        self.passed = 14
        self.run_drain()
        self.assertEqual(self.sent, [])
        self.passed = 16
        self.run_drain()
        self.assertEqual(len(self.sent), 1)
        self.assertEqual(self.gate.state, "open")
        self.passed = 16 + 29
        self.run_drain()
        self.assertEqual(len(self.sent), 1)
        self.passed = 16 + 31
        self.run_drain()
        self.assertEqual(len(self.sent), 2)

    def test_success_closes_it_and_the_release_is_paced(self):
        self.interrupt()
        self.enqueue(*[f"w{n}" for n in range(31)])
        self.passed = 16
        self.error = None
        self.run_drain()
        self.assertEqual(self.gate.state, "closed")
        self.assertEqual(len(self.sent), 31)
        # The probe; then a rate that begins at 1/s and doubles every 5 s.
        self.assertLessEqual(self.count_sent(5), 10)
        self.assertLessEqual(self.count_sent(10), 22)
        self.assertGreater(self.count_sent(30), 29)

    def test_refusals_early_facts_and_429_do_not_open_it(self):
        for error in (Rejected("no"), RateLimited("slow", retry_after=1)):
            self.error = error
            self.enqueue(*[f"{error}{n}" for n in range(6)])
            self.run_drain()
            self.passed += 10
        self.assertEqual(self.gate.state, "closed")
        with self.enter_registry_test_mode():
            self.gate._note(PrerequisiteMissing("x"), True)
        self.assertEqual(self.gate.failures, 0)

    def test_few_failures_among_many_successes_do_not_open_it(self):
        self.gate.failures = 4
        self.gate.successes = 40
        self.gate.window_from = self.gate._now()
        self.gate.flush_recordset()
        self.error = ConnectionFailed("once")
        self.enqueue("a")
        self.run_drain()
        self.assertEqual((self.gate.state, self.gate.failures), ("closed", 5))

    def test_failures_of_an_earlier_window_are_forgotten(self):
        self.interrupt(4)
        self.passed = 61
        self.enqueue("later")
        self.run_drain()
        self.assertEqual((self.gate.state, self.gate.failures), ("closed", 1))

    def test_other_groups_and_other_backends_go_on(self):
        self.fact_type.retry_delay = 3600  # a slow machine makes no retry due
        self.interrupt()
        self.error = None
        other = self.make_backend()
        self.enqueue("other", backend=other)
        self.run_drain(other)
        self.fact_type.operation_group = "products"
        self.env.flush_all()
        self.enqueue("group")
        self.run_drain()
        self.assertEqual(self.sent, ["other", "group"])

    def test_a_probe_that_proves_nothing_leaves_the_next_one_to_try(self):
        self.interrupt()
        self.passed = 16
        self.gate._start_probe()
        with self.enter_registry_test_mode():
            self.gate._note(Rejected("not sent"), False)
        self.assertEqual(self.gate.state, "open")
        self.assertTrue(self.gate._get_probe_allowance())

    def test_a_probe_whose_worker_died_is_followed_by_another(self):
        self.interrupt()
        self.passed = 16
        self.gate._start_probe()
        self.assertFalse(self.gate._get_probe_allowance())
        self.passed = 16 + 301
        self.assertTrue(self.gate._get_probe_allowance())

    def test_a_later_message_of_another_group_does_not_overtake_its_key(self):
        self.interrupt()
        self.error = None
        change = self.env["logistics.message.type"].create(
            {"code": "test_change", "name": "Change", "operation_group": "products"}
        )
        self.enqueue("K")
        later = self.enqueue("later")
        later.write({"ordering_key": "K", "type_id": change.id, "sequence": 9})
        later.lane_id = (
            self.env["logistics.message"].search([("external_id", "=", "K")]).lane_id
        )
        self.run_drain()
        self.assertEqual(self.sent, [])

    def test_only_managers_close_it_by_hand(self):
        self.interrupt()
        support = new_test_user(
            self.env, "support", "logistics_core.group_integration_support"
        )
        manager = new_test_user(
            self.env, "manager", "logistics_core.group_integration_manager"
        )
        with self.assertRaises(AccessError):
            self.gate.with_user(support).action_reset()
        self.gate.with_user(manager).action_reset()
        self.assertEqual(self.gate.state, "closed")
        self.assertEqual(self.get_exceptions().state, "resolved")
        self.assertIn("manager", self.get_exceptions().resolution)

    def test_polls_wait_while_polling_is_interrupted(self):
        gate = self.env["logistics.gate"]._get_all(self.backend)["polls"]
        poll = self.env["logistics.poll"].create(
            {"backend_id": self.backend.id, "operation": "x", "name": "X"}
        )
        runs = []

        def fetch(connector, backend, run):
            runs.append(run.operation)
            raise ConnectionFailed("down")

        with self.enter_registry_test_mode(), self.scripted(_poll=fetch):
            for _n in range(7):
                poll._job_poll()
            self.assertEqual(len(runs), 5)
            gate.invalidate_recordset()
            poll.invalidate_recordset()
            self.assertEqual(gate.state, "open")
            self.assertEqual(poll.failure_count, 5)
            self.passed = 20
            poll._job_poll()
        self.assertEqual(len(runs), 6)
        self.assertEqual(self.gate.state, "closed")
