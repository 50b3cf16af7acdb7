from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.logistics_core.tests.common import process_inbound
from odoo.addons.logistics_wms.canonical import TransportStatus
from odoo.addons.logistics_wms.tests.common import NOON, WmsCase


@tagged("post_install", "-at_install")
class TestTransport(WmsCase):
    def transport(self, picking, status, **vals):
        return TransportStatus(
            reference=picking.logistics_reference, status=status, **vals
        )

    def test_delivered_after_shipped(self):
        picking = self.release((self.mug, 1))
        self.receive(self.shipment(picking, (self.mug, 1)))
        self.receive(self.transport(picking, "delivered", occurred_at=NOON))
        self.assertEqual(picking.logistics_transport_state, "delivered")
        self.assertEqual(picking.logistics_delivered_at, NOON.replace(tzinfo=None))

    def test_delivered_before_shipped_waits(self):
        picking = self.release((self.mug, 1))
        early = self.receive(self.transport(picking, "delivered", occurred_at=NOON))
        self.assertEqual(early.state, "deferred")
        self.assertEqual(early.error_kind, "prerequisite")
        self.receive(self.shipment(picking, (self.mug, 1)))
        early.invalidate_recordset()
        self.assertEqual(early.state, "pending", "it was not woken")
        process_inbound(early)
        self.assertEqual(picking.logistics_transport_state, "delivered")

    def test_delivery_of_a_second_shipment_waits_for_that_shipment(self):
        picking = self.release((self.mug, 2))
        self.receive(self.shipment(picking, (self.mug, 1), shipment_external_id="S1"))
        early = self.receive(
            self.transport(picking, "delivered", shipment_external_id="S2")
        )
        self.assertEqual(early.state, "deferred")
        self.assertFalse(picking.logistics_delivered_at)

    def test_an_older_milestone_changes_nothing(self):
        picking = self.release((self.mug, 1))
        self.receive(self.shipment(picking, (self.mug, 1)))
        self.receive(self.transport(picking, "delivered", occurred_at=NOON))
        late = NOON.replace(hour=9)
        message = self.receive(self.transport(picking, "in_transit", occurred_at=late))
        self.assertIn("No effect", message.note)
        self.assertEqual(picking.logistics_transport_state, "delivered")

    def test_a_failed_delivery_is_told_until_it_arrives(self):
        picking = self.release((self.mug, 1))
        self.receive(self.shipment(picking, (self.mug, 1)))
        self.receive(self.transport(picking, "failed", description="Nobody home"))
        self.assertIn("Nobody home", self.get_exceptions("transport_failed").cause)
        self.receive(self.transport(picking, "delivered"))
        self.assertFalse(self.get_exceptions("transport_failed"))

    def test_unknown_words_and_references_are_refused(self):
        picking = self.release((self.mug, 1))
        message = self.receive(self.transport(picking, "beamed"))
        self.assertEqual(message.error_kind, "invalid_message")
        message = self.receive(TransportStatus(reference="NO", status="delivered"))
        self.assertEqual(message.error_kind, "unknown_document")

    def make_shipped(self, count):
        pickings = self.env["stock.picking"]
        for _number in range(count):
            pickings |= self.release((self.mug, 1))
        self.receive(*(self.shipment(p, (self.mug, 1)) for p in pickings))
        self.assertEqual(set(pickings.mapped("state")), {"done"})
        return pickings

    def test_milestones_of_many_deliveries_in_one_batch_keep_their_order(self):
        pickings = self.make_shipped(3)
        messages = self.receive(
            *(
                self.transport(picking, status, occurred_at=NOON + timedelta(hours=n))
                for n, status in enumerate(("in_transit", "failed", "delivered"))
                for picking in pickings
            )
        )
        self.assertEqual(set(messages.mapped("state")), {"done"})
        self.assertFalse(any(messages.mapped("note")))
        for picking in pickings:
            self.assertEqual(picking.logistics_transport_state, "delivered")
            at = NOON.replace(tzinfo=None, hour=14)
            self.assertEqual(picking.logistics_delivered_at, at)
            mine = messages.filtered(lambda m, p=picking: m._get_document() == p)
            self.assertEqual(len(mine), 3)
            self.assertEqual(set(mine.mapped("correlation_id")), {picking.origin})
        self.assertFalse(self.get_exceptions("transport_failed"))

    def test_what_fails_after_its_delivery_in_one_batch_is_told(self):
        picking = self.make_shipped(1)
        messages = self.receive(
            *(self.transport(picking, status) for status in ("delivered", "returned"))
        )
        self.assertEqual(messages.mapped("state"), ["done", "done"])
        self.assertEqual(picking.logistics_transport_state, "returned")
        self.assertTrue(self.get_exceptions("transport_failed"))

    def test_one_early_milestone_keeps_back_no_other(self):
        shipped, waiting = self.make_shipped(1), self.release((self.mug, 1))
        messages = self.receive(
            self.transport(shipped, "in_transit"),
            self.transport(waiting, "in_transit"),
            self.transport(shipped, "in_transit"),
        )
        self.assertEqual(messages.mapped("state"), ["done", "deferred", "done"])
        self.assertIn("No effect", messages[2].note)

    def test_a_batch_takes_no_more_statements_for_more_deliveries(self):
        few, many = self.make_shipped(2), self.make_shipped(12)

        def count_statements(pickings):
            facts = [self.transport(p, "delivered", occurred_at=NOON) for p in pickings]
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.receive(*facts)
            return self.env.cr.sql_log_count - before

        count_statements(few[0])  # fills the registry's caches
        self.assertLessEqual(count_statements(many), count_statements(few[1]) + 1)
