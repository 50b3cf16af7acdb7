import threading
import time
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api, fields
from odoo.tests import TransactionCase, tagged

from ..engine.gate.limiter import RateLimiter
from ..errors import RateLimited, Throttled
from .policy import PolicyCase


@tagged("post_install", "-at_install")
class TestLimit(PolicyCase):
    def test_requests_go_out_at_the_rate_that_is_allowed(self):
        self.gate.write({"rate_requests": 60, "rate_seconds": 60})
        messages = self.enqueue(*[f"m{n}" for n in range(20)])
        self.run_drain()
        self.assertEqual(len(self.sent), 20)
        self.assertLessEqual(self.count_sent(10), 11)
        self.assertGreaterEqual(self.sent_at[-1] - self.sent_at[0], 19)
        self.assertEqual(set(messages.mapped("attempt_count")), {1})

    def test_what_gets_no_slot_is_due_later_and_loses_no_attempt(self):
        self.gate.write({"rate_requests": 1, "rate_seconds": 100})
        gates = self.env["logistics.gate"]
        with self.enter_registry_test_mode():
            gates._take_slot(self.gate.ids, 5)
            with self.assertRaises(Throttled) as raised:
                gates._take_slot(self.gate.ids, 5)
        self.assertGreater(raised.exception.retry_after, 80)
        message = self.enqueue("a")
        self.error = raised.exception
        self.run_drain()
        self.assertEqual(self.sent, [])
        message.attempt_count = 1
        message._set_refused(raised.exception)
        self.assertEqual((message.state, message.attempt_count), ("pending", 0))
        self.assertTrue(message.next_attempt_at)

    def test_a_turn_that_never_came_leaves_no_trace(self):
        message = self.enqueue("a")
        self.error = Throttled("no slot", retry_after=30)
        self.run_drain()
        self.assertEqual((message.state, message.attempt_count), ("pending", 0))
        self.assertFalse(message.attempt_ids or message.exception_ids)
        wait = (message.next_attempt_at - fields.Datetime.now()).total_seconds()
        self.assertGreater(wait, 25)
        self.assertEqual(self.gate.failures, 0)

    def test_429_stops_the_group_as_long_as_asked_and_slows_it_down(self):
        self.error = RateLimited("slow down", retry_after=30)
        message = self.enqueue("a")
        self.run_drain()
        self.error = None
        self.forget_sent()
        self.assertEqual(message.state, "retrying")
        self.enqueue("b")
        self.passed = 29
        self.run_drain()
        self.assertEqual(self.sent, [])
        self.passed = 32
        self.run_drain()
        self.assertEqual(self.sent, ["b"])
        self.assertEqual(self.gate.rate_factor, 0.5)
        self.assertLess(self.gate.rate_now, 10)

    def test_many_429_do_not_kill_a_message(self):
        self.error = RateLimited("slow down", retry_after=1)
        message = self.enqueue("a")
        for _n in range(6):
            message.next_attempt_at = False
            self.passed += 100
            self.run_drain()
        self.assertEqual((message.state, message.attempt_count), ("retrying", 6))

    def test_no_more_messages_are_under_way_than_allowed(self):
        self.gate.max_concurrent = 2
        stuck = self.enqueue("s1", "s2")
        stuck.write({"state": "in_progress"})
        self.enqueue("a")
        self.run_drain()
        self.assertEqual(self.sent, [])
        stuck[0].state = "cancelled"
        self.run_drain()
        self.assertEqual(self.sent, ["a"])

    def test_a_limit_over_all_groups_counts_too(self):
        everything = self.env["logistics.gate"]._get_all(self.backend)["all"]
        everything.max_concurrent = 1
        other = self.env["logistics.message.type"].create(
            {"code": "test_other", "name": "Other", "operation_group": "products"}
        )
        busy = self.enqueue("busy")
        busy.write({"state": "in_progress", "type_id": other.id})
        self.enqueue("a")
        self.run_drain()
        self.assertEqual(self.sent, [])

    def test_the_lane_knows_when_the_limit_lets_it_go_on(self):
        self.error = RateLimited("slow down", retry_after=60)
        lane = self.enqueue("a").lane_id
        self.run_drain()
        self.enqueue("a2").lane_id = lane
        self.env.flush_all()
        due = lane._get_next_due()
        self.assertGreater((due - self.gate._now()).total_seconds(), 50)


@tagged("post_install", "-at_install")
class TestLimitAcrossProcesses(TransactionCase):
    """Real connections: what one takes the others see."""

    def setUp(self):
        super().setUp()
        with self.connection() as env:
            backend = env["logistics.backend"].create({"name": f"Limit {time.time()}"})
            backend.state = "running"
            gates = env["logistics.gate"]._get_all(backend)
            self.backend_id = backend.id
            self.gate_id = gates["orders"].id
        self.addCleanup(self.remove)

    @contextmanager
    def connection(self):
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def remove(self):
        with self.connection() as env:
            backend = env["logistics.backend"].browse(self.backend_id)
            user = backend.integration_user_id
            backend.unlink()
            user.unlink()

    def limit(self, **values):
        with self.connection() as env:
            env["logistics.gate"].browse(self.gate_id).write(values)

    def test_four_workers_share_a_rate_without_ever_exceeding_it(self):
        allowed, window, length = 40, 2.0, 5.0
        self.limit(rate_requests=allowed, rate_seconds=window)
        sent, lock = [], threading.Lock()
        end = time.monotonic() + length

        def work():
            while time.monotonic() < end:
                with self.connection() as env:
                    gate = env["logistics.gate"].browse(self.gate_id)
                    RateLimiter(env, gate)()
                    with lock:
                        sent.append(time.monotonic())

        started = time.monotonic()
        threads = [threading.Thread(target=work) for _n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sent.sort()
        inside = [at for at in sent if at - started <= length]
        self.assertGreaterEqual(len(inside) / (allowed * length / window), 0.9)
        # Slots are exact; a thread may wake late, hence a little slack.
        worst = max(
            sum(1 for at in sent if first <= at < first + window) for first in sent
        )
        self.assertLessEqual(worst, allowed + 1)

    def test_a_pause_for_429_is_seen_by_every_process(self):
        with self.connection() as env:
            gate = env["logistics.gate"].browse(self.gate_id)
            gate._note(RateLimited("slow", retry_after=60), True)
        with self.connection() as env, self.assertRaises(Throttled):
            RateLimiter(env, env["logistics.gate"].browse(self.gate_id))()

    def test_two_processes_get_one_probe(self):
        self.limit(state="open", probe_at="2020-01-01 00:00:00")
        probes = []
        barrier = threading.Barrier(2)

        def claim():
            with self.registry.cursor() as cr:
                cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
                env = api.Environment(cr, SUPERUSER_ID, {})
                barrier.wait()
                gate = env["logistics.gate"].browse(self.gate_id)._lock_rows()
                if gate._get_probe_allowance():
                    gate._start_probe()
                    env.flush_all()
                    probes.append(1)
                time.sleep(0.2)

        threads = [threading.Thread(target=claim) for _n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(probes), 1)
