"""Carriers without webhooks are asked: when it matters, within the quota."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.logistics_core.errors import RemoteUnavailable, UnknownDocument
from odoo.addons.logistics_core.tests.local_partner import local_partner

from ..tracking_common import TrackingCase


@tagged("post_install", "-at_install")
class TestTrackingPoll(TrackingCase):
    def setUp(self):
        super().setUp()
        self.asked = []
        self.answers = {}
        self.enterContext(
            self.scripted(
                _capabilities=frozenset({"track"}),
                _track_batch=3,
                _track=lambda connector, *args: self.track(connector, *args),
            )
        )
        self.backend.action_start()
        self.poll = self.backend.poll_ids

    def track(self, connector, backend, parcels):
        """Answer as instructed: envelopes, or an error."""
        numbers = [parcel.tracking_number for parcel in parcels]
        self.asked.append(numbers)
        for number in numbers:
            answer = self.answers.get(number, [])
            if isinstance(answer, Exception):
                raise answer
            yield from answer

    def run_poll(self):
        self.env.flush_all()
        with self.own_transactions():
            self.poll._job_poll()
        self.env.invalidate_all()
        self.drain()

    def make_due(self, *numbers):
        shipment = self.make_shipment(*numbers)
        shipment.parcel_ids.next_track_at = fields.Datetime.now() - timedelta(minutes=1)
        return shipment.parcel_ids

    def test_a_backend_that_can_track_gets_the_poll(self):
        self.assertEqual(self.poll.mapped("operation"), ["tracking"])

    def test_a_new_label_is_planned(self):
        parcel = self.make_shipment("T1").parcel_ids
        self.assertGreater(parcel.next_track_at, fields.Datetime.now())

    def test_only_what_is_due_is_asked_about_in_groups(self):
        self.make_due(*(f"T{n}" for n in range(5)))
        self.make_shipment("N1")
        self.run_poll()
        self.assertEqual(self.asked, [["T0", "T1", "T2"], ["T3", "T4"]])
        self.run_poll()
        self.assertEqual(len(self.asked), 2)

    def test_what_was_reported_is_applied_and_planned_again(self):
        parcels = self.make_due("T1", "T2")
        self.answers = {
            "T1": [self.event("T1", "picked_up", 1), self.event("T1", "delivered", 9)],
            "T2": [self.event("T2", "in_transit", 1)],
        }
        self.run_poll()
        self.assertEqual(parcels.mapped("status"), ["delivered", "in_transit"])
        self.assertFalse(parcels[0].next_track_at)
        self.assertGreater(parcels[1].next_track_at, fields.Datetime.now())

    def test_an_outage_keeps_what_was_not_asked_due(self):
        parcels = self.make_due("T1", "T2", "T3", "T4")
        self.answers = {
            "T1": [self.event("T1", "in_transit", 1)],
            "T4": RemoteUnavailable("down"),
        }
        self.run_poll()
        now = fields.Datetime.now()
        self.assertTrue(all(p.next_track_at > now for p in parcels[:3]))
        self.assertLess(parcels[3].next_track_at, now)
        self.assertEqual(parcels[0].status, "in_transit")
        self.assertEqual(self.poll.last_error, "down")

    def test_a_number_the_carrier_does_not_know_does_not_stop_the_others(self):
        self.patch(self.registry["logistics.connector.canonical"], "_track_batch", 1)
        parcels = self.make_due("T1", "T2")
        self.answers = {
            "T1": UnknownDocument("no such number"),
            "T2": [self.event("T2", "in_transit", 1)],
        }
        self.run_poll()
        self.assertEqual(parcels.mapped("status"), ["created", "in_transit"])
        self.assertEqual(parcels[0].tracking_error, "no such number")
        self.assertGreater(parcels[0].next_track_at, fields.Datetime.now())
        self.answers["T1"] = []
        parcels[0].next_track_at = fields.Datetime.now() - timedelta(minutes=1)
        self.run_poll()
        self.assertFalse(parcels[0].tracking_error)

    def test_the_quota_of_the_day_is_kept(self):
        self.backend.tracking_daily_requests = 2
        self.poll.interval = 24 * 60
        self.make_due(*(f"T{n}" for n in range(9)))
        self.run_poll()
        self.run_poll()
        self.assertEqual(len(self.asked), 2)
        self.assertEqual(self.poll.request_count, 2)
        self.poll.request_day = fields.Date.today() - timedelta(days=1)
        self.run_poll()
        self.assertEqual(len(self.asked), 3)

    def test_a_request_for_each_parcel_of_a_group_counts(self):
        self.backend.tracking_daily_requests = 4
        self.poll.interval = 24 * 60
        self.make_due(*(f"T{n}" for n in range(9)))

        def track(connector, backend, parcels):
            self.asked.append([parcel.tracking_number for parcel in parcels])
            for _parcel in parcels:
                connector._request(backend, "GET", "/track")
            return []

        with local_partner() as partner, self.scripted(_track=track):
            self.backend.base_url = partner.url
            self.run_poll()
        self.assertEqual(len(partner.seen), 6)  # two groups: the second begun in time
        self.assertEqual(self.poll.request_count, 6)

    def test_a_carrier_that_never_tells_is_not_silent(self):
        parcel = self.make_due("T1")
        self.env.cr.execute(
            "UPDATE logistics_parcel SET create_date = create_date - interval '9 days'"
        )
        self.env.invalidate_all()
        with self.scripted(_capabilities=frozenset({"transport_instruction"})):
            self.env["logistics.parcel"]._cron_watch()
        self.assertFalse(self.get_problems(parcel))

    def test_a_silent_parcel_is_given_up_and_told_once(self):
        parcel = self.make_due("T1")
        self.env.cr.execute(
            "UPDATE logistics_parcel SET create_date = create_date - interval '9 days'"
        )
        self.env.invalidate_all()
        for _n in range(2):
            self.env["logistics.parcel"]._cron_watch()
        self.assertEqual(self.get_problems(parcel), ["carrier_silent"])
        self.assertFalse(parcel.next_track_at)
        self.run_poll()
        self.assertFalse(self.asked)
        self.tell(self.event("T1", "in_transit", 1))
        self.assertEqual(self.get_problems(parcel), [])
        self.assertFalse(parcel.is_silent)

    def test_a_return_label_that_is_not_used_is_no_silence(self):
        parcel = self.make_shipment("T1", direction="return").parcel_ids
        self.env.cr.execute(
            "UPDATE logistics_parcel SET create_date = create_date - interval '9 days'"
        )
        self.env.invalidate_all()
        self.env["logistics.parcel"]._cron_watch()
        self.assertFalse(self.get_problems(parcel))

    def test_a_person_may_ask_at_once(self):
        parcel = self.make_shipment("T1").parcel_ids
        parcel.action_track_now()
        self.run_poll()
        self.assertEqual(self.asked, [["T1"]])
