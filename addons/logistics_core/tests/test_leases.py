"""Who may send a message, when it is tried again, and when it is over."""

from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.tests import tagged

from ..engine.inbound import pace
from ..engine.outbound import drain, lease
from ..envelope import SendResult
from ..errors import (
    ConnectionFailed,
    NotSupported,
    OutcomeUnknown,
    PrerequisiteMissing,
    Rejected,
)
from ..tools import exchanges
from ..transactions import own_transaction
from .common import Fact, LogisticsCase


class OutboundCase(LogisticsCase):
    """Writes messages and drains them with a scripted partner."""

    def setUp(self):
        super().setUp()
        self.sent = []

    def enqueue(self, external_id="o1", value="a", key="K1", **kw):
        return self.env["logistics.message"]._enqueue(
            self.backend,
            Fact(value),
            record=self.env.user.partner_id,
            ordering_key=key,
            external_id=external_id,
            **kw,
        )

    def run_drain(self, send=None, lookup=None, **handler):
        def default(connector, backend, message, canonical):
            self.sent.append(canonical.value)
            return SendResult(external_id="P1")

        scripts = {"_send": send or default}
        if lookup:
            scripts["_lookup"] = lookup
        with self.handling(**handler), self.scripted(**scripts):
            self.drain()

    def raising(self, error):
        def send(connector, backend, message, canonical):
            self.sent.append(canonical.value)
            raise error

        return send


@tagged("post_install", "-at_install")
class TestClaims(OutboundCase):
    # The fence

    def test_a_worker_that_was_too_slow_does_not_record_over_its_successor(self):
        message = self.enqueue()

        def send(connector, backend, message, canonical):
            # Meanwhile the lease ran out and another worker took it.
            connector.env.cr.execute(
                "UPDATE logistics_message SET attempt_count = attempt_count + 1"
                " WHERE id = %s",
                [message.id],
            )
            connector.env.cr.commit()
            return SendResult(external_id="late")

        self.run_drain(send)
        self.assertEqual((message.state, message.attempt_count), ("in_progress", 2))
        self.assertEqual(message.attempt_ids.number, 1)

    def test_a_claim_that_was_lost_is_not_sent(self):
        message = self.enqueue()
        lanes = self.registry["logistics.lane"]
        lease_due = lanes._lease_due

        def lease_and_lose(lane, limit):
            leases = lease_due(lane, limit)
            with own_transaction(lane.env) as env:
                env.cr.execute(
                    "UPDATE logistics_message SET attempt_count = attempt_count + 1"
                    " WHERE id = ANY(%s)",
                    [[lease.message_id for lease in leases]],
                )
            return leases

        self.patch(lease, "FRESH_SECONDS", -1)
        with patch.object(lanes, "_lease_due", lease_and_lose):
            self.run_drain()
        self.assertEqual((self.sent, message.state), ([], "in_progress"))

    def test_a_lease_is_extended_between_the_requests_of_a_long_send(self):
        message = self.enqueue()
        self.patch(lease, "RENEW_AFTER", -1)
        ends = []

        def send(connector, backend, message, canonical):
            for _n in range(2):
                with exchanges.outside():
                    pass
                message.invalidate_recordset(["lease_until"])
                ends.append(message.lease_until)
                connector.env.cr.execute(
                    "UPDATE logistics_message SET lease_until = now() WHERE id = %s",
                    [message.id],
                )
                connector.env.cr.commit()
            return SendResult()

        self.run_drain(send)
        soon = fields.Datetime.now() + timedelta(seconds=500)
        self.assertEqual([end > soon for end in ends], [True, True])
        self.assertEqual(message.state, "done")

    def test_a_lease_that_was_taken_over_stops_a_long_send(self):
        message = self.enqueue()
        self.patch(lease, "RENEW_AFTER", -1)

        def send(connector, backend, message, canonical):
            connector.env.cr.execute(
                "UPDATE logistics_message SET attempt_count = 9 WHERE id = %s",
                [message.id],
            )
            connector.env.cr.commit()
            with exchanges.outside():
                pass
            self.sent.append("must not be reached")

        self.run_drain(send)
        self.assertEqual((self.sent, message.attempt_count), ([], 9))

    def test_a_slow_partner_has_a_longer_lease(self):
        self.backend.timeout = 300
        self.enqueue()
        ends = []

        def send(connector, backend, message, canonical):
            ends.append(message.lease_until)
            return SendResult()

        self.run_drain(send)
        self.assertGreater(ends[0], fields.Datetime.now() + timedelta(seconds=1700))

    def test_pausing_stops_a_batch_that_is_under_way(self):
        messages = [self.enqueue(f"o{n}", str(n), key=f"K{n}") for n in range(3)]

        def send(connector, backend, message, canonical):
            self.sent.append(canonical.value)
            connector.env.cr.execute("UPDATE logistics_backend SET state = 'paused'")
            connector.env.cr.commit()
            return SendResult()

        self.run_drain(send)
        left = [message for message in messages if message.state == "pending"]
        self.assertEqual(len(self.sent) + len(left), 3)
        self.assertTrue(left)
        self.assertEqual({message.attempt_count for message in left}, {0})
        self.env.invalidate_all()
        self.backend.state = "running"
        self.run_drain()
        self.assertEqual(sorted(self.sent), ["0", "1", "2"])

    def test_an_archived_backend_rests(self):
        message = self.enqueue()
        self.backend.active = False
        self.run_drain()
        self.assertEqual((message.state, self.sent), ("pending", []))

    # What the partner did is recorded, whatever else fails

    def test_an_outcome_that_cannot_be_recorded_is_looked_up(self):
        message = self.enqueue()
        cls = self.registry["logistics.message"]
        with (
            patch.object(cls, "_set_sent", side_effect=ValueError("odd")),
            self.assertLogs("odoo.addons.logistics_core", "ERROR"),
        ):
            self.run_drain()
        self.assertEqual((message.state, message.outcome_unknown), ("retrying", True))
        message.next_attempt_at = False
        self.run_drain(lookup=lambda *a: SendResult(external_id="P1"))
        self.assertEqual((message.state, self.sent), ("done", ["a"]))

    def test_a_connector_without_an_answer_leaves_the_outcome_open(self):
        message = self.enqueue()

        def send(connector, backend, message, canonical):
            recording = drain.exchanges.current()
            recording.exchanges.append(drain.exchanges.Exchange("POST", "u", "r"))

        with self.assertLogs("odoo.addons.logistics_core", "ERROR"):
            self.run_drain(send)
        self.assertEqual((message.state, message.outcome_unknown), ("retrying", True))

    def test_a_lost_database_before_sending_is_tried_again(self):
        message = self.enqueue()
        self.run_drain(self.raising(psycopg2.OperationalError("server closed")))
        self.assertEqual((message.state, message.outcome_unknown), ("retrying", False))
        self.assertNotEqual(self.backend.health, "down")

    def test_every_death_of_a_worker_counts_as_an_attempt(self):
        message = self.enqueue()
        for number in range(1, 4):
            message.write(
                {
                    "state": "in_progress",
                    "attempt_count": number,
                    "lease_until": fields.Datetime.now() - timedelta(minutes=1),
                }
            )
            self.sweep()
        self.assertEqual(message.state, "dead")
        self.assertEqual(message.exception_ids.kind, "outcome_unknown")
        self.assertEqual(set(message.attempt_ids.mapped("outcome")), {"unknown"})

    # Replays

    def test_a_partner_that_cannot_be_asked_gets_it_again_when_a_person_says_so(self):
        def lookup(*args):
            raise NotSupported("no")

        connector = self.registry["logistics.connector.canonical"]
        message = self.enqueue()
        self.run_drain(self.raising(OutcomeUnknown("cut")))
        message.next_attempt_at = False
        self.run_drain(lookup=lookup)
        self.assertEqual(
            (message.state, message.error_kind), ("dead", "outcome_unknown")
        )
        with patch.object(connector, "_has_lookup", lambda *a: False):
            message.action_replay()
        self.run_drain(lookup=lookup)
        self.assertEqual((message.state, self.sent), ("done", ["a", "a"]))

    def test_a_partner_that_can_be_asked_is_asked_also_after_a_replay(self):
        message = self.enqueue()
        self.fact_type.max_attempts = 1
        self.run_drain(self.raising(OutcomeUnknown("cut")))
        self.assertEqual(message.state, "dead")
        message.action_replay()
        self.run_drain(lookup=lambda *a: SendResult(external_id="P1"))
        self.assertEqual((message.state, self.sent), ("done", ["a"]))

    def test_the_age_counts_from_the_replay(self):
        message = self.enqueue()
        self.run_drain(self.raising(Rejected("no")))
        self.env.cr.execute(
            "UPDATE logistics_message SET create_date = create_date - interval '9 d'"
        )
        self.env.invalidate_all()
        message.action_replay()
        self.run_drain(self.raising(ConnectionFailed("down")))
        self.assertEqual(message.state, "retrying")

    # Order

    def test_the_sequence_holds_across_batches(self):
        self.patch(drain, "ROUNDS", 1)
        for number in (3, 2, 1):
            self.enqueue(f"o{number}", str(number), sequence=number)
        self.run_drain()
        self.assertEqual(self.sent, ["1", "2", "3"])

    def test_what_came_in_is_applied_in_sequence_across_batches(self):
        self.patch(pace, "BATCH", 2)
        self.receive(
            *[self.fact(f"e{n}", str(n), sequence=n) for n in (5, 4, 3, 2, 1)],
            self.fact("o1", "other", key="K2"),
        )
        applied = []
        self.run_drain(_apply_one=lambda h, m, c: applied.append(c.value))
        self.assertEqual(
            [v for v in applied if v != "other"], ["1", "2", "3", "4", "5"]
        )
        self.assertIn("other", applied)

    def test_a_backlog_of_one_document_does_not_starve_the_others(self):
        self.patch(pace, "BATCH", 3)
        self.receive(*[self.fact(f"e{n}", f"a{n}", key="A") for n in range(9)])
        self.receive(self.fact("b", "b", key="B"))
        applied = []
        self.run_drain(_apply_one=lambda h, m, c: applied.append(c.value))
        self.assertEqual(len(applied), 10)

    def test_waiting_for_an_earlier_fact_ends_with_age_not_with_other_facts(self):
        def apply_one(handler, message, canonical):
            if canonical.value == "early":
                raise PrerequisiteMissing("not yet")

        early = self.receive(self.fact("e0", "early"))
        for number in range(1, 6):
            self.receive(self.fact(f"e{number}", "other"))
            self.run_drain(_apply_one=apply_one)
        # Parked, or woken by the last fact and looked at again in a moment.
        self.assertIn(early.state, ("deferred", "pending"))

    # Supersede

    def test_the_same_intent_written_again_is_not_lost(self):
        self.fact_type.supersedes = True
        message = self.enqueue("o1", "a")
        self.assertEqual(self.enqueue("o1", "a"), message)
        self.run_drain()
        self.assertEqual((message.state, self.sent), ("done", ["a"]))

    def test_a_newer_message_replaces_a_refused_one_and_closes_its_exception(self):
        self.fact_type.supersedes = True
        old = self.enqueue("o1", "old")
        self.run_drain(self.raising(Rejected("no barcode")))
        exception = old.exception_ids
        new = self.enqueue("o2", "new")
        self.run_drain()
        self.assertEqual((old.state, new.state), ("superseded", "done"))
        self.assertEqual(exception.state, "resolved")

    def test_what_may_be_at_the_partner_is_not_superseded(self):
        self.fact_type.supersedes = True
        old = self.enqueue("o1", "old")
        self.run_drain(self.raising(OutcomeUnknown("cut")))
        self.enqueue("o2", "new")
        self.assertEqual(old.state, "retrying")

    def test_other_records_and_other_types_are_left_alone(self):
        self.fact_type.supersedes = True
        other = self.enqueue("o1", "a", key="K1")
        self.enqueue("o2", "b", key="K2")
        self.assertEqual(other.state, "pending")
