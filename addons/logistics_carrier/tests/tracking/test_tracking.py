"""Events of carriers: recorded, in order, and what they mean for shipments."""

import random
from datetime import date, datetime

from odoo.tests import tagged

from odoo.addons.logistics_core.guard import engine

from ..tracking_common import TrackingCase


@tagged("post_install", "-at_install")
class TestTracking(TrackingCase):
    def test_a_parcel_goes_its_way(self):
        shipment = self.make_shipment("T1")
        parcel = shipment.parcel_ids
        self.tell(self.event("T1", "picked_up", 1, city="Lyon", country="FR"))
        self.assertEqual((parcel.status, shipment.state), ("picked_up", "in_transit"))
        self.tell(
            self.event("T1", "in_transit", 2),
            self.event("T1", "delivered", 30, signed_by="A. Example"),
        )
        self.assertEqual((parcel.status, shipment.state), ("delivered", "delivered"))
        self.assertEqual(parcel.delivered_at, self.at(30))
        self.assertEqual(parcel.signed_by, "A. Example")
        self.assertEqual(shipment.delivered_at, self.at(30))
        self.assertEqual(len(parcel.event_ids), 3)
        self.assertTrue(all(parcel.event_ids.mapped("had_effect")))

    def test_an_event_keeps_what_the_carrier_said(self):
        parcel = self.make_shipment("T1").parcel_ids
        self.tell(
            self.event(
                "T1",
                "exception",
                reason="customs",
                description="Clearance delay",
                occurred_local="2026-11-02T20:00:00+08:00",
                city="Singapore",
                country="SG",
            )
        )
        event = parcel.event_ids
        self.assertEqual(event.raw_code, "EXC")
        self.assertEqual(event.reason, "customs")
        self.assertEqual(event.occurred_local, "2026-11-02T20:00:00+08:00")
        self.assertEqual((event.city, event.country_code), ("Singapore", "SG"))
        self.assertEqual(parcel.status_text, "Clearance delay")

    def test_a_day_that_is_promised_counts_where_the_parcel_is_delivered(self):
        parcel = self.make_shipment("T1").parcel_ids
        day = date(2026, 11, 5)
        for hour, country, state, moment in (
            (1, "jp", False, datetime(2026, 11, 5, 14, 59)),
            (2, "us", "base.state_us_5", datetime(2026, 11, 6, 7, 59)),
        ):
            parcel.shipment_id.partner_id.write(
                {
                    "country_id": self.env.ref(f"base.{country}").id,
                    "state_id": state and self.env.ref(state).id,
                }
            )
            self.tell(self.event("T1", "in_transit", hour, estimated_day=day))
            self.assertEqual(parcel.estimated_delivery, moment)
            self.assertEqual(parcel.delivery_day, day)

    def test_late_events_are_recorded_without_effect(self):
        parcel = self.make_shipment("T1").parcel_ids
        self.tell(self.event("T1", "delivered", 30))
        [message] = self.tell(self.event("T1", "in_transit", 5))
        self.assertEqual(parcel.status, "delivered")
        late = parcel.event_ids.filtered(lambda e: e.status == "in_transit")
        self.assertFalse(late.had_effect)
        self.assertEqual(message.state, "done")
        self.assertIn("No effect", message.note)

    def test_a_final_status_is_left_for_a_correction_only(self):
        shipment = self.make_shipment("T1")
        parcel = shipment.parcel_ids
        self.tell(self.event("T1", "delivered", 1))
        self.tell(self.event("T1", "in_transit", 2))
        self.assertEqual(parcel.status, "delivered")
        self.tell(self.event("T1", "returning", 3))
        self.assertEqual((parcel.status, shipment.state), ("returning", "in_transit"))
        self.assertFalse(parcel.delivered_at)
        self.tell(self.event("T1", "returned", 9))
        self.assertEqual((parcel.status, shipment.state), ("returned", "returned"))

    def test_the_same_event_under_another_message_counts_once(self):
        parcel = self.make_shipment("T1").parcel_ids
        told = self.event("T1", "picked_up", 1)
        again = self.event("T1", "picked_up", 1)
        object.__setattr__(again, "external_id", "other")
        self.tell(told)
        self.tell(again)
        self.assertEqual(len(parcel.event_ids), 1)

    def test_any_order_of_arrival_ends_the_same(self):
        stages = ["picked_up", "in_transit", "out_for_delivery", "attempted"]
        stages += ["out_for_delivery", "delivered"]
        shipment = self.make_shipment(*(f"T{n}" for n in range(12)))
        told = [
            self.event(f"T{n}", status, hours, event_id=f"{n}:{hours}")
            for n in range(12)
            for hours, status in enumerate(stages)
        ]
        random.Random(4).shuffle(told)
        for start in range(0, len(told), 17):
            self.tell(*told[start : start + 17])
        self.assertEqual(set(shipment.parcel_ids.mapped("status")), {"delivered"})
        self.assertEqual(shipment.state, "delivered")
        self.assertEqual(len(shipment.parcel_ids.event_ids), 12 * len(stages))

    def test_a_shipment_is_delivered_with_its_last_parcel(self):
        shipment = self.make_shipment("T1", "T2")
        self.tell(self.event("T1", "delivered", 1))
        self.assertEqual(shipment.state, "in_transit")
        self.tell(self.event("T2", "lost", 2))
        self.assertEqual(shipment.state, "lost")
        self.tell(self.event("T2", "delivered", 3))
        self.assertEqual(shipment.state, "delivered")

    def test_parcels_that_are_told_at_once_do_not_miss_each_other(self):
        shipment = self.make_shipment("T1", "T2")
        self.tell(self.event("T1", "in_transit", 1))

        def get_row():
            self.env.flush_all()
            self.env.cr.execute(
                "SELECT ctid FROM logistics_shipment WHERE id = %s", [shipment.id]
            )
            return self.env.cr.fetchone()

        before = get_row()
        self.tell(self.event("T1", "delivered", 2))
        # Its state is the same, its row was written: twins collide there.
        self.assertEqual(shipment.state, "in_transit")
        self.assertNotEqual(get_row(), before)

    def test_a_voided_shipment_stays_voided(self):
        shipment = self.make_shipment("T1", state="voided")
        shipment.parcel_ids.status = "cancelled"
        self.tell(self.event("T1", "created", 1))
        self.assertEqual(shipment.parcel_ids.status, "cancelled")
        self.tell(self.event("T1", "in_transit", 2))
        self.assertEqual(shipment.parcel_ids.status, "in_transit")
        self.assertEqual(shipment.state, "voided")

    def test_the_first_promise_is_kept(self):
        parcel = self.make_shipment("T1").parcel_ids
        first, second = self.at(48), self.at(72)
        self.tell(self.event("T1", "created", 0, estimated_delivery=first))
        self.tell(self.event("T1", "in_transit", 3, estimated_delivery=second))
        self.tell(self.event("T1", "in_transit", 1, estimated_delivery=self.at(50)))
        self.assertEqual(parcel.promised_delivery, first)
        self.assertEqual(parcel.estimated_delivery, second)
        self.assertEqual(parcel.shipment_id.estimated_delivery, second)

    def test_an_unknown_number_waits_while_labels_are_bought(self):
        waiting = self.make_shipment(state="requested")
        [message] = self.tell(self.event("T1", "picked_up", 1))
        self.assertEqual(
            (message.state, message.error_kind), ("deferred", "prerequisite")
        )
        waiting.write(
            {"state": "labelled", "parcel_ids": [(0, 0, {"name": "1"})]},
        )
        waiting.parcel_ids.tracking_number = "T1"
        self.assertEqual(message.state, "pending")
        self.drain()
        self.assertEqual(message.state, "done")
        self.assertEqual(waiting.parcel_ids.status, "picked_up")

    def test_an_unknown_number_is_told_when_no_label_is_under_way(self):
        messages = self.tell(
            *(self.event("T9", "picked_up", n, event_id=f"e{n}") for n in range(2))
        )
        self.assertEqual(set(messages.mapped("error_kind")), {"unknown_document"})

    def test_one_bad_event_does_not_hold_up_the_others(self):
        shipment = self.make_shipment(*(f"T{n}" for n in range(6)))
        told = [self.event(f"T{n}", "picked_up", 1) for n in range(6)]
        messages = self.tell(
            *told[:3],
            self.event("T9", "picked_up", 1),
            self.event("T0", "sublimated", 2),
            self.event("T1", "exception", 2, reason="mood"),
            *told[3:],
        )
        self.assertEqual(
            messages.mapped("state").count("done"), len(shipment.parcel_ids)
        )
        self.assertEqual(set(shipment.parcel_ids.mapped("status")), {"picked_up"})

    def test_a_number_that_is_used_again_belongs_to_who_is_on_the_way(self):
        old = self.make_shipment("T1")
        self.tell(self.event("T1", "delivered", 1))
        new = self.make_shipment("T1")
        self.tell(self.event("T1", "picked_up", 50))
        self.assertEqual(new.parcel_ids.status, "picked_up")
        self.tell(
            self.event("T1", "returning", 51, shipment_external_id=old.external_id)
        )
        self.assertEqual(old.parcel_ids.status, "returning")

    def test_a_parcel_of_another_backend_is_not_found(self):
        other = self.make_backend()
        parcel = self.make_shipment("T1", backend=other).parcel_ids
        [message] = self.tell(self.event("T1", "delivered", 1))
        self.assertEqual(message.error_kind, "unknown_document")
        self.assertEqual(parcel.status, "created")

    def test_the_delivery_and_the_order_show_where_the_parcels_are(self):
        picking = self.make_delivery()
        self.make_shipment("T1", "T2", picking_id=picking.id)
        order = picking.sale_id
        self.assertEqual(picking.carrier_parcel_state, "waiting")
        self.tell(self.event("T1", "delivered", 1), self.event("T2", "in_transit", 1))
        self.env.invalidate_all()
        self.assertEqual(picking.carrier_parcel_state, "underway")
        self.assertEqual(picking.carrier_parcel_text, "1 of 2 delivered")
        self.assertEqual(order.carrier_parcel_text, "1 of 2 delivered")
        self.tell(self.event("T2", "exception", 2, reason="damaged"))
        self.env.invalidate_all()
        self.assertEqual(order.carrier_parcel_state, "trouble")

    def test_what_is_lost_is_named_first(self):
        picking = self.make_delivery()
        self.make_shipment("T1", "T2", "T3", picking_id=picking.id)
        self.tell(self.event("T1", "lost", 1), self.event("T2", "returned", 1))
        self.env.invalidate_all()
        order = picking.sale_id
        self.assertEqual(order.carrier_parcel_state, "ended")
        self.assertEqual(
            order.carrier_parcel_text, "1 lost, 1 returned, 0 of 3 delivered"
        )

    def test_a_batch_costs_few_queries(self):
        numbers = [f"T{n}" for n in range(100)]
        for number in numbers:
            self.make_shipment(number)
        items = [self.event(number, "in_transit", 1) for number in numbers]
        messages = self.receive(*items)
        user = self.backend._as_integration_user()
        handler = user.env["logistics.handler.transport_status"]
        translate = self.backend._get_connector()._translate
        told = [
            (message, translate(self.backend, message.event, message.payload))
            for message in messages.with_env(user.env)
        ]
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(60), engine():
            handler._apply(told)
            self.env.flush_all()
        self.assertEqual(
            len(self.env["logistics.tracking.event"].search([])), len(numbers)
        )
