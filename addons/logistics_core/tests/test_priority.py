"""What is urgent goes out before what waits already."""

from odoo.tests import tagged

from .common import Fact, LogisticsCase


@tagged("post_install", "-at_install")
class TestPriority(LogisticsCase):
    def setUp(self):
        super().setUp()
        self.fact_type.service_class = "realtime"

    def enqueue(self, key, **values):
        return self.env["logistics.message"]._enqueue(
            self.backend,
            Fact(key),
            record=self.env.user.partner_id,
            ordering_key=key,
            external_id=f"{key}:{len(values)}:{self.count()}",
            **values,
        )

    def count(self):
        domain = [("backend_id", "=", self.backend.id), ("direction", "=", "out")]
        return self.env["logistics.message"].search_count(domain)

    def get_lanes(self):
        return self.env["logistics.lane"].search(
            [
                ("backend_id", "=", self.backend.id),
                ("direction", "=", "out"),
                ("service_class", "=", "realtime"),
            ]
        )

    def lease(self, limit):
        """Return the keys that a drain would send next."""
        lanes = self.get_lanes()
        with self.own_transactions():
            # Whatever its round begins with.
            desk = lanes.sorted("number", reverse=True)._lease_due(limit)
            ids = [lease.message_id for lease in desk]
        self.env.invalidate_all()
        return self.env["logistics.message"].browse(ids).mapped("ordering_key")

    def test_what_is_urgent_is_sent_before_what_waits(self):
        for number in range(40):
            self.enqueue(f"K{number}")
        self.enqueue("URGENT", is_urgent=True)
        self.assertEqual(self.lease(1), ["URGENT"])

    def test_nothing_else_is_in_the_lane_of_what_is_urgent(self):
        urgent = self.env["logistics.lane"]._get_urgent_id(self.backend.id)
        messages = self.env["logistics.message"]
        for number in range(40):
            messages |= self.enqueue(f"K{number}")
        self.assertNotIn(urgent, messages.lane_id.ids)
        self.assertEqual(self.enqueue("X", is_urgent=True).lane_id.id, urgent)

    def test_a_message_that_waits_becomes_urgent_with_its_key(self):
        message = self.enqueue("K1")
        message._hurry()
        urgent = self.env["logistics.lane"]._get_urgent_id(self.backend.id)
        self.assertEqual(message.lane_id.id, urgent)

    def test_order_within_a_key_is_kept(self):
        first, second = self.enqueue("K1"), self.enqueue("K1")
        second._hurry()
        self.assertEqual(second.lane_id, first.lane_id)

    def test_the_lane_is_put_first_without_a_statement(self):
        lanes = self.get_lanes()
        cursors = dict.fromkeys(lanes.sorted("number", reverse=True).ids)
        lanes._put_urgent_first(cursors)  # what it reads is remembered
        with self.assertQueryCount(0):
            order = [lane_id for lane_id, _ in lanes._put_urgent_first(cursors)]
        self.assertEqual(order[0], lanes.sorted("number")[0].id)
