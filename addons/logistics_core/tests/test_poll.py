from odoo import fields
from odoo.tests import tagged

from ..engine.poll import poll as polling
from ..errors import AuthenticationFailed, InvalidMessage, RemoteUnavailable
from .common import LogisticsCase


@tagged("post_install", "-at_install")
class TestPoll(LogisticsCase):
    def setUp(self):
        super().setUp()
        self.poll = self.env["logistics.poll"].create(
            {"name": "Orders", "backend_id": self.backend.id, "operation": "orders"}
        )
        self.asked = []

    def run_poll(self, *yields, cursor=None):
        """Poll once; an exception among the yields is raised at its place."""

        def poll(connector, backend, run):
            self.asked.append((run.operation, run.cursor, connector.env.user))
            for item in yields:
                if isinstance(item, Exception):
                    raise item
                yield item
            run.next_cursor = cursor

        with self.scripted(_poll=poll), self.enter_registry_test_mode():
            self.poll._job_poll()
        self.env.invalidate_all()

    def get_messages(self):
        return self.env["logistics.message"].search(
            [("backend_id", "=", self.backend.id)], order="id"
        )

    def get_exceptions(self):
        return self.env["logistics.exception"].search(
            [("backend_id", "=", self.backend.id)]
        )

    def test_what_is_new_goes_through_the_inbox_in_chunks(self):
        self.patch(polling, "CHUNK", 2)
        self.run_poll(*[self.fact(f"e{n}", key=f"K{n}") for n in range(5)], cursor="c1")
        self.assertEqual(len(self.get_messages()), 5)
        self.assertEqual((self.poll.last_count, self.poll.cursor), (5, "c1"))
        self.assertFalse(self.poll.last_error)
        self.assertEqual(self.backend.health, "ok")

    def test_it_asks_as_the_integration_user_from_where_it_ended(self):
        self.run_poll(cursor="c1")
        self.run_poll(cursor="c2")
        user = self.backend.integration_user_id
        self.assertEqual(self.asked, [("orders", None, user), ("orders", "c1", user)])

    def test_a_fact_the_webhook_brought_is_not_stored_again(self):
        self.receive(self.fact("e1"))
        self.run_poll(self.fact("e1"), self.fact("e2"), self.fact("e2"))
        self.assertEqual(self.get_messages().mapped("external_id"), ["e1", "e2"])
        self.assertEqual(self.poll.last_count, 1)

    def test_an_error_keeps_the_cursor_and_what_was_told_before_it(self):
        self.run_poll(cursor="c1")
        self.run_poll(self.fact("e1"), RemoteUnavailable("down"), cursor="c2")
        self.assertEqual(self.poll.cursor, "c1")
        self.assertEqual(self.poll.last_error, "down")
        self.assertEqual(self.get_messages().external_id, "e1")
        self.assertEqual(self.backend.health, "down")
        self.assertFalse(self.get_exceptions())
        self.run_poll(self.fact("e1"), self.fact("e2"), cursor="c2")
        self.assertEqual(self.poll.cursor, "c2")
        self.assertEqual(len(self.get_messages()), 2)
        self.assertFalse(self.poll.last_error)

    def test_what_a_run_noted_is_recorded_also_after_an_error(self):
        recorded = []

        def poll(connector, backend, run):
            run.details["asked"] = [1, 2]
            yield self.fact("e1")
            raise RemoteUnavailable("down")

        def record(connector, backend, run):
            recorded.append((connector.env.user, run.details["asked"]))

        with (
            self.scripted(_poll=poll, _record_poll=record),
            self.enter_registry_test_mode(),
        ):
            self.poll._job_poll()
        user = self.backend.integration_user_id
        self.assertEqual(recorded, [(user, [1, 2])])

    def test_what_will_not_mend_itself_is_one_exception_that_closes_again(self):
        for _n in range(3):
            self.run_poll(AuthenticationFailed("key revoked"))
        exception = self.get_exceptions()
        self.assertEqual((len(exception), exception.occurrences), (1, 3))
        self.assertEqual(exception.kind, "authentication")
        self.run_poll()
        self.assertEqual(exception.state, "resolved")

    def test_a_fault_of_the_connector_is_told_too(self):
        with self.assertLogs("odoo.addons.logistics_core", "ERROR"):
            self.run_poll(self.fact("e1"), KeyError("items"))
        self.assertIn("KeyError", self.get_exceptions().cause)
        self.assertEqual(len(self.get_messages()), 1)

    def test_an_answer_that_makes_no_sense_is_not_an_outage(self):
        self.run_poll(InvalidMessage("odd"))
        self.assertNotEqual(self.backend.health, "down")
        self.assertEqual(self.get_exceptions().kind, "invalid_message")

    def test_an_archived_integration_user_is_told(self):
        self.backend.integration_user_id.active = False
        self.run_poll(self.fact("e1"))
        self.assertIn("archived", self.get_exceptions().cause)
        self.assertFalse(self.asked)

    def test_a_paused_draft_or_archived_backend_is_not_polled(self):
        for vals in ({"state": "paused"}, {"state": "draft"}, {"active": False}):
            self.backend.write({"state": "running", "active": True, **vals})
            self.run_poll(self.fact("e1"))
            self.poll.next_run_at = fields.Datetime.now()
            self.env["logistics.poll"]._cron_poll()
        self.assertFalse(self.asked)
        self.assertFalse(self.get_jobs())

    def get_jobs(self):
        return (
            self.env["queue.job"]
            .sudo()
            .search([("identity_key", "=", f"logistics.poll:{self.poll.id}")])
        )

    def test_what_is_due_is_enqueued_once(self):
        for _n in range(2):
            self.poll.next_run_at = fields.Datetime.now()
            self.env["logistics.poll"]._cron_poll()
        self.poll.action_run()
        self.assertEqual(len(self.get_jobs()), 1)
        self.assertEqual(self.get_jobs().channel, "root.logistics_bulk")
        self.assertGreater(self.poll.next_run_at, fields.Datetime.now())

    def test_starting_a_backend_makes_the_polls_of_its_connector_once(self):
        backend = self.env["logistics.backend"].create({"name": "Polled"})
        operations = [("orders", "Orders", 15), ("stock", "Stock", 60)]
        with self.scripted(_get_poll_operations=lambda connector: operations):
            backend.action_start()
            backend.action_start()
        self.assertEqual(
            backend.poll_ids.mapped(lambda p: (p.operation, p.interval)),
            [("orders", 15), ("stock", 60)],
        )
