"""The end of a carrier's day at a warehouse, and the van that comes."""

import base64
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.logistics_core.errors import OutcomeUnknown, Rejected

from ...canonical import (
    Document,
    Money,
    TransportManifestConfirmation,
    TransportPickupConfirmation,
)
from ..tracking_common import TrackingCase

SHEET = TransportManifestConfirmation(
    external_id="M-1",
    documents=(
        Document(
            "manifest",
            "manifest.pdf",
            "application/pdf",
            base64.b64encode(b"%PDF-").decode(),
        ),
    ),
)


class HandoverCase(TrackingCase):
    def setUp(self):
        super().setUp()
        self.warehouse.carrier_tz = "Europe/Paris"
        self.schedule = self.env["logistics.carrier.schedule"].create(
            {"backend_id": self.backend.id, "warehouse_id": self.warehouse.id}
        )

    def try_once(self):
        """Let the first failure of each message be the last."""
        self.env["logistics.message.type"].search([]).max_attempts = 1


@tagged("post_install", "-at_install")
class TestManifest(HandoverCase):
    def test_labelled_shipments_are_handed_over_with_the_carriers_sheet(self):
        shipments = self.make_shipment("T1") | self.make_shipment("T2", "T3")
        draft = self.make_shipment(state="draft")
        with self.carrier("transport_manifest", answers=[SHEET]) as partner:
            manifest = self.schedule._close_day()
            self.assertEqual(set(shipments.mapped("state")), {"labelled"})
            self.drain()
        [sent] = self.get_sent(partner)
        self.assertEqual(sent.tracking_numbers, ("T1", "T2", "T3"))
        self.assertEqual(
            sent.shipment_external_ids, tuple(shipments.mapped("external_id"))
        )
        self.assertEqual((manifest.state, manifest.external_id), ("done", "M-1"))
        self.assertEqual(manifest.attachment_ids.raw, b"%PDF-")
        self.assertEqual(set(shipments.mapped("state")), {"manifested"})
        self.assertEqual((manifest.parcel_count, manifest.weight), (3, 4.5))
        self.assertEqual(draft.state, "draft")

    def test_nothing_is_on_two_manifests(self):
        self.make_shipment("T1")
        with self.carrier("transport_manifest", answers=[SHEET]):
            self.assertTrue(self.schedule._close_day())
            self.assertFalse(self.schedule._close_day())

    def test_without_the_capability_the_day_is_closed_in_odoo(self):
        shipment = self.make_shipment("T1")
        with self.carrier("webhook") as partner:
            manifest = self.schedule._close_day()
            self.drain()
        self.assertFalse(partner.seen)
        self.assertEqual(manifest.state, "done")
        self.assertTrue(manifest.is_local)
        self.assertEqual(shipment.state, "manifested")

    def test_what_is_handed_over_is_on_the_board_only_when_its_carrier_tells_more(self):
        shipments = self.make_shipment("T1") | self.make_shipment("T2")
        parcels = shipments.parcel_ids
        self.assertEqual(set(parcels.mapped("board_state")), {"waiting"})
        for capability, stage in (
            ("transport_manifest", "untracked"),
            ("track", "waiting"),
        ):
            with self.carrier(capability):
                shipments[0].state = "labelled"
                shipments[0].state = "manifested"
                self.assertEqual(parcels.mapped("board_state"), [stage, "waiting"])

    def test_a_refused_manifest_can_be_sent_again_or_given_up(self):
        shipment, gone = self.make_shipment("T1"), self.make_shipment("T2")
        refusal = Rejected("a label was voided")
        with self.carrier(
            "transport_manifest", answers=[refusal, refusal, SHEET]
        ) as partner:
            manifest = self.schedule._close_day()
            self.drain()
            self.assertEqual(manifest.state, "failed")
            self.assertEqual(manifest.error, "a label was voided")
            gone.state = "voided"
            manifest.action_retry()
            self.drain()
            self.assertEqual(manifest.state, "failed")
            manifest.action_retry()
            self.drain()
        [sent] = self.get_sent(partner)
        self.assertEqual(sent.tracking_numbers, ("T1",))
        self.assertEqual((manifest.state, shipment.state), ("done", "manifested"))
        self.assertFalse(gone.manifest_id)
        with self.assertRaises(UserError):
            manifest.action_dissolve()

    def test_a_manifest_of_which_nobody_knows_is_not_refused(self):
        shipment = self.make_shipment("T1")
        unknown = OutcomeUnknown("no answer")
        with (
            self.carrier("transport_manifest", answers=[unknown, SHEET]),
        ):
            self.try_once()
            manifest = self.schedule._close_day()
            self.drain()
            self.assertEqual(manifest.state, "requested")
            self.assertIn("not known", manifest.error)
            self.assertTrue(manifest.is_stopped)
            manifest.action_retry()
            self.drain()
        self.assertEqual((manifest.state, shipment.state), ("done", "manifested"))

    def test_a_warehouse_user_closes_the_day_and_mends_it(self):
        shipment = self.make_shipment("T1")
        worker = new_test_user(
            self.env,
            "worker",
            groups="logistics_core.group_warehouse_user,stock.group_stock_user",
        )
        refusal = Rejected("no")
        with self.carrier("transport_manifest", answers=[refusal, refusal, SHEET]):
            self.schedule.with_user(worker).action_close_day()
            manifest = shipment.manifest_id
            self.drain()
            manifest.with_user(worker).action_retry()
            self.drain()
            manifest.with_user(worker).action_dissolve()
            self.assertFalse(shipment.manifest_id)
            self.schedule.with_user(worker).action_close_day()
            self.drain()
        self.assertEqual(shipment.state, "manifested")

    def test_what_moves_already_stays_on_its_way(self):
        shipment = self.make_shipment("T1")
        with self.carrier("transport_manifest", answers=[SHEET]):
            self.schedule._close_day()
            shipment.state = "in_transit"
            self.drain()
        self.assertEqual(shipment.state, "in_transit")

    def test_the_day_closes_by_the_clock_of_the_warehouse(self):
        closed = []
        for moment in (
            "2026-07-15 14:59:00",  # 16:59 in Paris
            "2026-07-15 15:01:00",
            "2026-07-15 20:00:00",
            "2026-11-18 15:59:00",
            "2026-11-18 16:01:00",
            "2026-11-21 18:00:00",  # a Saturday
        ):
            with freeze_time(moment), self.carrier("webhook"):
                self.make_shipment(f"T{moment}")
                before = self.env["logistics.manifest"].search_count([])
                self.env["logistics.carrier.schedule"]._cron_close_day()
                after = self.env["logistics.manifest"].search_count([])
                closed.append(after - before)
        self.assertEqual(closed, [0, 1, 0, 0, 1, 0])

    def test_a_shipment_of_tomorrow_waits(self):
        tomorrow = fields.Date.today() + timedelta(days=2)
        self.make_shipment("T1", ship_date=tomorrow)
        with self.carrier("webhook"):
            self.assertFalse(self.schedule._close_day())


@tagged("post_install", "-at_install")
class TestPickup(HandoverCase):
    ANSWER = TransportPickupConfirmation(
        external_id="PRN-1", total=Money(amount=0, currency="EUR")
    )

    def make_pickup(self, **values):
        self.make_shipment("T1", "T2")
        form = Form(self.env["logistics.pickup"])
        form.backend_id = self.backend
        form.warehouse_id = self.warehouse
        for name, value in values.items():
            form[name] = value
        return form.save()

    def test_it_is_planned_from_the_schedule_and_what_waits(self):
        with freeze_time("2026-11-18 12:59:00"):  # 13:59 in Paris
            pickup = self.make_pickup()
        self.assertEqual(str(pickup.date), "2026-11-18")
        self.assertEqual((pickup.parcel_count, pickup.weight), (2, 3.0))
        with freeze_time("2026-11-20 13:01:00"):  # Friday 14:01 in Paris
            pickup = self.make_pickup()
        self.assertEqual(str(pickup.date), "2026-11-23")

    def test_it_is_booked_changed_and_cancelled(self):
        answers = [self.ANSWER, self.ANSWER, None]
        worker = new_test_user(
            self.env,
            "worker",
            groups="logistics_core.group_warehouse_user,stock.group_stock_user",
        )
        with self.carrier("transport_pickup", answers=answers) as partner:
            pickup = self.make_pickup().with_user(worker)
            pickup.action_book()
            self.drain()
            self.assertEqual((pickup.state, pickup.external_id), ("booked", "PRN-1"))
            pickup.write({"close_time": 19.5, "parcel_count": 5})
            pickup.action_change()
            self.drain()
            pickup.action_cancel()
            self.drain()
        book, change, cancel = self.get_sent(partner)
        self.assertEqual((book.action, book.external_id), ("book", None))
        self.assertEqual(book.tracking_numbers, ("T1", "T2"))
        self.assertEqual(book.destination_country, "FR")
        self.assertEqual((change.action, change.external_id), ("change", "PRN-1"))
        self.assertEqual(change.parcel_count, 5)
        self.assertIn("T19:30:00+0", change.close_local)
        self.assertEqual(cancel.action, "cancel")
        self.assertEqual(pickup.state, "cancelled")

    def test_all_keys_of_a_booking_are_kept_and_cancelled(self):
        keys = ("PRN-1", "PRN-2")
        answer = TransportPickupConfirmation("PRN-1", external_ids=keys)
        with self.carrier("transport_pickup", answers=[answer, None]) as partner:
            pickup = self.make_pickup()
            pickup.action_book()
            self.drain()
            self.assertEqual(pickup.external_id, "PRN-1")
            self.assertIn("PRN-2", "".join(pickup.message_ids.mapped("body")))
            pickup.action_cancel()
            self.drain()
        book, cancel = self.get_sent(partner)
        self.assertEqual((book.get_keys(), cancel.get_keys()), ((), keys))

    def test_times_are_local_summer_and_winter(self):
        with self.carrier("transport_pickup"):
            for day, offset in (("2027-07-14", "+02:00"), ("2027-12-15", "+01:00")):
                pickup = self.make_pickup(date=fields.Date.to_date(day))
                canonical = pickup._prepare_canonical("book")
                self.assertEqual(canonical.ready_local, f"{day}T15:00:00{offset}")

    def test_past_the_cutoff_the_form_warns(self):
        with freeze_time("2026-11-18 13:01:00"):
            day = fields.Date.to_date("2026-11-18")
            pickup = self.make_pickup(date=day)
            self.assertIn("14:00", pickup.warning)
            pickup.date = day + timedelta(days=1)
            self.assertFalse(pickup.warning)

    def test_a_refused_change_leaves_the_booking(self):
        answers = [self.ANSWER, Rejected("the driver is on his way")]
        with self.carrier("transport_pickup", answers=answers):
            pickup = self.make_pickup()
            pickup.action_book()
            self.drain()
            pickup.action_cancel()
            self.drain()
        self.assertEqual(pickup.state, "booked")
        self.assertIn("on his way", pickup.error)
        self.assertTrue(pickup.activity_ids)

    def test_a_refused_booking_can_be_booked_again(self):
        answers = [Rejected("no driver"), self.ANSWER]
        with self.carrier("transport_pickup", answers=answers):
            pickup = self.make_pickup()
            pickup.action_book()
            self.drain()
            self.assertEqual(pickup.state, "failed")
            pickup.action_book()
            self.drain()
        self.assertEqual(pickup.state, "booked")

    def test_a_booking_of_which_nobody_knows_is_not_refused(self):
        for method, state in (
            ("action_is_coming", "booked"),
            ("action_is_not_coming", "cancelled"),
        ):
            with (
                self.subTest(method),
                self.carrier("transport_pickup", answers=[OutcomeUnknown("silence")]),
            ):
                self.try_once()
                pickup = self.make_pickup()
                pickup.action_book()
                with self.assertRaises(UserError):
                    getattr(pickup, method)()
                self.drain()
                self.assertEqual(pickup.state, "requested")
                self.assertIn("not known", pickup.error)
                self.assertIn("Ask the carrier", pickup.activity_ids.summary)
                getattr(pickup, method)()
                self.assertEqual((pickup.state, pickup.error), (state, False))
                self.assertFalse(pickup.is_unclear)

    def test_its_cost_is_kept_in_a_currency_that_is_not_in_use(self):
        yen = self.env.ref("base.JPY")
        self.assertFalse(yen.active)
        price = Money(amount=900, currency=yen.name)
        answer = TransportPickupConfirmation(external_id="PRN-2", total=price)
        with self.carrier("transport_pickup", answers=[answer]):
            pickup = self.make_pickup()
            pickup.action_book()
            self.drain()
        self.assertEqual((pickup.currency_id, pickup.cost), (yen, 900))

    def test_a_carrier_without_bookings_says_so(self):
        with self.carrier("webhook"):
            pickup = self.make_pickup()
            with self.assertRaises(UserError):
                pickup.action_book()
