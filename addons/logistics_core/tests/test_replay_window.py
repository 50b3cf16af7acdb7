import threading
import time
from contextlib import contextmanager
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..envelope import Envelope
from ..wizards import logistics_replay_window
from .common import LogisticsCase


@tagged("post_install", "-at_install")
class TestReplayWindow(LogisticsCase):
    def make(self, number, state="dead", hours=1):
        messages = self.receive(
            *[self.fact(f"{state}{hours}-{n}", key=f"{n}") for n in range(number)]
        )
        messages.state = state
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE logistics_message SET create_date = %s WHERE id = ANY(%s)",
            [fields.Datetime.now() - timedelta(hours=hours), messages.ids],
        )
        self.env.invalidate_all()
        return messages

    def window(self, user=None, **values):
        now = fields.Datetime.now()
        windows = self.env["logistics.replay.window"].with_user(user or self.env.user)
        return windows.create(
            {
                "backend_id": self.backend.id,
                "date_from": now - timedelta(hours=2),
                "date_to": now,
                **values,
            }
        )

    def test_exactly_what_fits_is_counted_and_replayed(self):
        inside = self.make(3)
        invalid = self.make(1, "invalid")
        outside = self.make(2, "dead", hours=5)
        done = self.make(1, "done")
        window = self.window()
        self.assertEqual(window.count, 4)
        window.action_replay()
        self.assertEqual(set((inside + invalid).mapped("state")), {"pending"})
        self.assertEqual(set(outside.mapped("state")), {"dead"})
        self.assertEqual(done.state, "done")
        self.assertEqual((window.state, window.replayed_count), ("done", 4))
        self.assertEqual(window.progress, 100)

    def test_the_filter_narrows_it(self):
        for messages in (self.make(2), self.make(1, "invalid")):
            messages.type_id = self.fact_type
        self.assertEqual(self.window(only_state="invalid").count, 1)
        self.assertEqual(self.window(direction="out").count, 0)
        self.assertEqual(self.window(type_ids=self.fact_type.ids).count, 3)

    def test_much_goes_by_jobs_in_batches_with_progress(self):
        self.patch(logistics_replay_window, "AT_ONCE", 2)
        self.patch(logistics_replay_window, "BATCH", 2)
        messages = self.make(5)
        window = self.window()
        window.action_replay()
        self.assertEqual(window.state, "running")
        self.assertEqual(set(messages.mapped("state")), {"dead"})
        window._job_replay()
        self.assertEqual(window.progress, 40)
        window._job_replay()
        window._job_replay()
        self.assertEqual((window.state, window.replayed_count), ("done", 5))
        self.assertEqual(set(messages.mapped("state")), {"pending"})

    def test_the_jobs_of_a_person_go_on_without_being_superuser(self):
        self.patch(logistics_replay_window, "AT_ONCE", 2)
        self.patch(logistics_replay_window, "BATCH", 2)
        messages = self.make(3)
        support = new_test_user(
            self.env, "sup", "logistics_core.group_integration_support"
        )
        window = self.window(support)
        window.action_replay()
        window._job_replay()
        window._job_replay()
        self.assertEqual((window.state, window.replayed_count), ("done", 3))
        self.assertEqual(set(messages.mapped("state")), {"pending"})

    def test_a_window_is_replayed_once_and_never_when_empty(self):
        with self.assertRaises(UserError):
            self.window().action_replay()
        self.make(1)
        window = self.window()
        window.action_replay()
        with self.assertRaises(UserError):
            window.action_replay()

    def test_it_needs_the_role_support(self):
        self.make(1)
        user = new_test_user(self.env, "wh", "logistics_core.group_warehouse_user")
        with self.assertRaises(UserError):
            self.window().with_user(user).sudo(False).action_replay()


@tagged("post_install", "-at_install")
class TestConcurrentReplay(TransactionCase):
    """Two people press Retry at the same instant, on connections of their own."""

    @contextmanager
    def connection(self):
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def setUp(self):
        super().setUp()
        with self.connection() as env:
            backend = env["logistics.backend"].create({"name": f"Retry {time.time()}"})
            backend.state = "paused"
            messages, _n = env["logistics.message"]._receive(
                backend,
                [Envelope(f"r{n}", "x", f"k{n}", "{}") for n in range(50)],
            )
            messages.state = "dead"
            self.backend_id, self.ids = backend.id, messages.ids
        self.addCleanup(self.remove)

    def remove(self):
        with self.connection() as env:
            backend = env["logistics.backend"].browse(self.backend_id)
            user = backend.integration_user_id
            env["logistics.message"].browse(self.ids).unlink()
            env["queue.job"].search([("identity_key", "like", "logistics")]).unlink()
            backend.unlink()
            user.unlink()

    def test_each_message_is_replayed_once(self):
        replayed, barrier = [], threading.Barrier(2)

        def press():
            for _attempt in range(5):
                try:
                    with self.connection() as env:
                        barrier.wait(5) if not _attempt else None
                        messages = env["logistics.message"].browse(self.ids)
                        ids = messages._replay().ids
                        env.cr.postcommit.clear()
                    replayed.extend(ids)
                    return
                except Exception as error:
                    if getattr(error, "pgcode", "") != "40001":
                        raise

        threads = [threading.Thread(target=press) for _n in range(2)]
        # The one that comes second gets an error from PostgreSQL and tries again.
        with mute_logger("odoo.sql_db"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(sorted(replayed), sorted(self.ids))
        with self.connection() as env:
            messages = env["logistics.message"].browse(self.ids)
            self.assertEqual(set(messages.mapped("state")), {"pending"})
