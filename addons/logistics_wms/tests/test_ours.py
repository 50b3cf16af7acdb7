"""Somebody else's facts are not applied to ours."""

from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.logistics_core.tests.common import process_inbound
from odoo.addons.logistics_wms.canonical import (
    OutboundNotification,
    Parcel,
    TransportStatus,
)
from odoo.addons.logistics_wms.tests.common import NOON, WmsCase

STATUSES = ("accepted", "picking", "packed", "held", "rejected", "cancelled")


class OursCase(WmsCase):
    def foreign(self, picking, *lines, **vals):
        """Return a shipment of another order under our reference."""
        return self.shipment(picking, *lines, order_external_id="ORD-OTHER", **vals)

    def assert_not_ours(self, message, picking):
        self.assertEqual(message.error_kind, "conflict")
        self.assertEqual(message.state, "invalid")
        self.assertEqual(picking.logistics_state, "accepted")
        self.assertFalse(picking.carrier_tracking_ref)
        self.assertNotEqual(picking.state, "done")


@tagged("post_install", "-at_install")
class TestBoundOrder(OursCase):
    def setUp(self):
        super().setUp()
        self.picking = self.release((self.mug, 2), external_id="ORD-1")

    def test_a_shipment_of_another_order_is_a_conflict(self):
        message = self.receive(self.foreign(self.picking, (self.mug, 2)))
        self.assert_not_ours(message, self.picking)
        exception = self.get_exceptions("conflict")
        self.assertIn("ORD-OTHER", exception.cause)
        self.assertIn("ORD-1", exception.cause)
        self.assertIn("bindings", exception.remedy)

    def test_every_status_of_another_order_is_a_conflict(self):
        for status in STATUSES:
            message = self.receive(
                self.status(self.picking, status, order_external_id="ORD-OTHER")
            )
            self.assert_not_ours(message, self.picking)
        # One order of somebody else is one thing to look at.
        self.assertEqual(len(self.get_exceptions()), 1)

    def test_a_milestone_of_another_order_is_a_conflict(self):
        self.receive(self.shipment(self.picking, (self.mug, 2)))
        message = self.receive(
            TransportStatus(
                reference=self.picking.logistics_reference,
                status="delivered",
                order_external_id="ORD-OTHER",
            )
        )
        self.assertEqual(message.error_kind, "conflict")
        self.assertFalse(self.picking.logistics_delivered_at)

    def test_our_own_order_goes_on_behind_it(self):
        self.receive(self.foreign(self.picking, (self.mug, 2)))
        ours = self.receive(
            self.shipment(self.picking, (self.mug, 2), order_external_id="ORD-1")
        )
        self.assertEqual(ours.state, "done", ours.error)
        self.assertEqual(self.picking.state, "done")
        stuck = self.env["logistics.message"].search(
            [("backend_id", "=", self.backend.id), ("state", "=", "invalid")]
        )
        self.assertNotEqual(stuck.ordering_key, ours.ordering_key)

    def test_both_in_one_batch(self):
        first, second = self.receive(
            self.foreign(self.picking, (self.mug, 2)),
            self.shipment(self.picking, (self.mug, 2), order_external_id="ORD-1"),
        )
        self.assertEqual(first.error_kind, "conflict")
        self.assertEqual(second.state, "done", second.error)

    def test_an_order_of_another_delivery_is_a_conflict(self):
        self.release((self.mug, 1), external_id="ORD-2")
        message = self.receive(
            self.shipment(self.picking, (self.mug, 2), order_external_id="ORD-2")
        )
        self.assert_not_ours(message, self.picking)

    def test_a_shipment_that_was_applied_elsewhere_is_a_conflict(self):
        other = self.release((self.mug, 1))
        self.receive(self.shipment(other, (self.mug, 1), shipment_external_id="S-1"))
        message = self.receive(
            self.shipment(self.picking, (self.mug, 2), shipment_external_id="S-1")
        )
        self.assert_not_ours(message, self.picking)
        message = self.receive(
            TransportStatus(
                reference=self.picking.logistics_reference,
                status="delivered",
                shipment_external_id="S-1",
            )
        )
        self.assertEqual(message.error_kind, "conflict")

    def test_the_order_tells_the_delivery_when_the_reference_does_not(self):
        fact = self.shipment(
            self.picking,
            (self.mug, 2),
            reference="Corrected at the desk",
            order_external_id="ORD-1",
        )
        message = self.receive(fact)
        self.assertEqual(message.state, "done", message.error)
        self.assertEqual(self.picking.state, "done")

    def test_an_order_a_person_binds_is_ours(self):
        message = self.receive(self.foreign(self.picking, (self.mug, 2)))
        self.env["logistics.binding"].create(
            {
                "backend_id": self.backend.id,
                "kind": "order",
                "res_model": "stock.picking",
                "res_id": self.picking.id,
                "external_id": "ORD-OTHER",
            }
        )
        self.get_exceptions("conflict").action_replay()
        process_inbound(message)
        self.assertEqual(self.picking.state, "done")
        self.assertFalse(self.get_exceptions())

    def test_an_order_that_was_replaced_ends_without_effect(self):
        self.env["logistics.binding"]._bind(
            self.backend, "order", self.picking, "ORD-1B"
        )
        message = self.receive(
            self.status(self.picking, "cancelled", order_external_id="ORD-1")
        )
        self.assertEqual(message.state, "done")
        self.assertEqual(self.picking.logistics_state, "accepted")

    def test_an_order_whose_answer_is_on_the_way_may_be_ours(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.receive(
            self.shipment(picking, (self.mug, 1), order_external_id="ORD-NEW")
        )
        self.assertEqual(message.state, "done", message.error)

    def test_a_delivery_that_was_sent_again_has_a_new_order(self):
        picking = self.picking
        self.receive(self.status(picking, "cancelled", order_external_id="ORD-1"))
        picking.action_logistics_release()
        self.settle()
        self.assertFalse(picking._logistics_get_order_key())
        # The partner's fact is faster than its answer.
        message = self.receive(
            self.shipment(picking, (self.mug, 2), order_external_id="ORD-5")
        )
        self.assertEqual(message.state, "done", message.error)
        self.assertEqual(picking.state, "done")


@tagged("post_install", "-at_install")
class TestChannels(OursCase):
    """The account at the partner has orders of other channels."""

    def setUp(self):
        super().setUp()
        connector = type(self.env["logistics.connector.canonical"])
        self.enterContext(
            patch.object(connector, "_get_own_channel", lambda *a: "7", create=True)
        )

    def fact(self, reference="SHOP-1", **vals):
        return OutboundNotification(
            reference=reference,
            status="shipped",
            shipment_external_id=f"S{next(self.numbers)}",
            parcels=(Parcel(lines=(self.line("ELSE", 1),)),),
            occurred_at=NOON,
            **vals,
        )

    def test_what_was_never_sent_is_recorded_without_an_exception(self):
        facts = [self.fact(f"SHOP-{number}") for number in range(5)]
        milestones = [
            TransportStatus(reference=fact.reference, status="delivered")
            for fact in facts
        ]
        messages = self.receive(*facts, *milestones)
        self.assertEqual(set(messages.mapped("state")), {"done"})
        self.assertTrue(all("another channel" in m.note for m in messages))
        self.assertFalse(self.get_exceptions())

    def test_it_does_not_hinder_ours_in_one_batch(self):
        picking = self.release((self.mug, 1))
        messages = self.receive(self.fact(), self.shipment(picking, (self.mug, 1)))
        self.assertEqual(set(messages.mapped("state")), {"done"})
        self.assertEqual(picking.state, "done")

    def test_another_channel_with_our_reference_is_recorded(self):
        picking = self.release((self.mug, 2))
        message = self.receive(self.shipment(picking, (self.mug, 2), channel="8"))
        self.assertEqual(message.state, "done")
        self.assertEqual(picking.logistics_state, "accepted")
        self.assertFalse(self.get_exceptions())

    def test_an_unknown_order_of_our_own_channel_is_an_exception(self):
        message = self.receive(self.fact(channel="7"))
        self.assertEqual(message.error_kind, "unknown_document")
        self.assertTrue(self.get_exceptions("unknown_document"))

    def test_an_older_reference_of_ours_is_an_exception(self):
        picking = self.release((self.mug, 1))
        older = self.shipment(picking, (self.mug, 1))
        self.receive(self.status(picking, "cancelled"))
        picking.action_logistics_release()
        self.settle()
        message = self.receive(older)
        self.assertEqual(message.error_kind, "unknown_document")


@tagged("post_install", "-at_install")
class TestOneChannel(OursCase):
    def test_without_channels_an_unknown_reference_is_an_exception(self):
        message = self.receive(
            OutboundNotification(
                reference="WHAT",
                status="shipped",
                parcels=(Parcel(lines=(self.line("MUG", 1),)),),
            )
        )
        self.assertEqual(message.error_kind, "unknown_document")
