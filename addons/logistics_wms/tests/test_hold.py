from datetime import datetime
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.logistics_core.errors import ConnectionFailed
from odoo.addons.logistics_wms.tests.common import WmsCase


@tagged("post_install", "-at_install")
class TestHold(WmsCase):
    def hold(self, **values):
        return self.env["logistics.hold"].create(
            {"backend_id": self.backend.id, "reason": "Stocktaking", **values}
        )

    def interrupt(self):
        gate = self.env["logistics.gate"]._get_all(self.backend)["orders"]
        gate._open(ConnectionFailed("no route"))
        return gate

    def test_a_delivery_that_becomes_ready_is_queued_with_the_reason(self):
        self.hold()
        picking = self.make_order((self.mug, 1)).picking_ids
        self.assertEqual(picking.logistics_state, "to_release")
        self.assertIn("Stocktaking", picking.logistics_waits_for)
        self.assertTrue(picking.logistics_waits_since)
        self.assertEqual(self.get_messages(picking).state, "pending")

    def test_a_delivery_queued_before_says_so_too_until_the_release(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        self.assertFalse(picking.logistics_waits_for)
        hold = self.hold()
        self.env.invalidate_all()
        self.assertIn("Stocktaking", picking.logistics_waits_for)
        self.assertIn("releases", picking.logistics_waits_end)
        hold.action_release()
        self.env.invalidate_all()
        self.assertFalse(picking.logistics_hold_reason or picking.logistics_waits_for)

    def test_a_hold_of_a_warehouse_holds_its_deliveries_only(self):
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTH"})
        self.hold(warehouse_id=other.id)
        picking = self.make_order((self.mug, 1)).picking_ids
        self.assertFalse(picking.logistics_waits_for)
        hold = self.hold(warehouse_id=self.warehouse.id)
        self.env.invalidate_all()
        self.assertIn("Partner's warehouse", hold.scope)
        self.assertTrue(picking.logistics_waits_for)
        message = self.get_messages(picking)
        lane = message.lane_id
        claimed = [row[0] for row in lane._fetch_heads(10, lane._admit())]
        self.assertNotIn(message.id, claimed)
        hold.action_release()
        claimed = [row[0] for row in lane._fetch_heads(10, lane._admit())]
        self.assertIn(message.id, claimed)

    def test_a_warehouse_is_not_held_for_what_comes_in(self):
        with self.assertRaises(ValidationError):
            self.hold(warehouse_id=self.warehouse.id, direction="in")

    def test_an_interruption_shows_on_the_deliveries_until_it_is_over(self):
        before = self.make_order((self.mug, 1)).picking_ids
        gate = self.interrupt()
        after = self.make_order((self.mug, 1)).picking_ids
        self.env.invalidate_all()
        for picking in before + after:
            self.assertIn("no route", picking.logistics_waits_for)
        gate._close()
        self.env.invalidate_all()
        for picking in before + after:
            self.assertFalse(picking.logistics_waits_for)

    def test_sending_ends_the_wait(self):
        self.hold()
        picking = self.make_order((self.mug, 1)).picking_ids
        self.send(self.get_messages(picking))
        self.assertIn(picking.logistics_state, ("sent", "accepted"))
        self.assertFalse(picking.logistics_hold_reason or picking.logistics_waits_for)

    def test_a_delivery_waits_since_it_was_queued_at_the_earliest(self):
        self.hold(started_at=datetime(2026, 3, 2))
        picking = self.make_order((self.mug, 1)).picking_ids
        self.assertEqual(picking.logistics_waits_since, picking.logistics_state_at)

    def test_only_the_partners_own_hold_is_stored(self):
        self.hold()
        self.interrupt()
        picking = self.make_order((self.mug, 1)).picking_ids
        self.assertTrue(picking.logistics_waits_for)
        self.assertFalse(picking.logistics_hold_reason or picking.logistics_hold_since)

    def test_a_route_without_a_cut_off_says_so(self):
        self.route.cutoff_time = 0
        self.assertEqual(self.route.cutoff_label, "No cut-off")
        self.route.cutoff_time = 14.5
        self.assertEqual(self.route.cutoff_label, "14:30")

    def test_held_deliveries_warn_before_the_cut_off_in_the_warehouses_time(self):
        self.warehouse.partner_id = self.env["res.partner"].create(
            {"name": "Warehouse", "tz": "America/New_York"}
        )
        self.route.write({"cutoff_time": 16.0, "cutoff_warn": 1.0})
        picking = self.make_order((self.mug, 1)).picking_ids
        monday = datetime(2026, 3, 2)
        picking.write({"scheduled_date": monday, "logistics_state_at": monday})
        self.env.flush_all()
        # 16:00 in New York is 21:00 UTC in winter.
        self.assertFalse(self.warn(monday.replace(hour=20, minute=30)))
        self.hold()
        self.assertFalse(self.warn(monday.replace(hour=19, minute=50)))
        (incident,) = self.warn(monday.replace(hour=20, minute=30))
        self.assertIn("will miss the cut-off at 16:00", incident["title"])
        self.assertIn(picking.name, incident["cause"])
        (incident,) = self.warn(monday.replace(hour=21, minute=30))
        self.assertIn("missed the cut-off at 16:00", incident["title"])

    def warn(self, moment):
        heartbeat = self.env["logistics.heartbeat"]
        with patch.object(fields.Datetime, "now", lambda: moment):
            return list(heartbeat._check_cutoffs(self.backend))

    def test_a_late_held_delivery_gets_an_exception_and_an_activity(self):
        self.route.cutoff_time = 16.0
        self.backend.owner_id = self.env.ref("base.user_admin")
        picking = self.make_order((self.mug, 1)).picking_ids
        self.hold()
        long_ago = datetime(2026, 3, 2)
        picking.write({"scheduled_date": long_ago, "logistics_state_at": long_ago})
        self.env["logistics.heartbeat"]._cron_beat()
        exception = self.env["logistics.exception"].search(
            [("fingerprint", "=like", f"heartbeat:cutoff:{self.route.id}%")]
        )
        self.assertEqual(exception.severity, "1_warning")
        self.assertEqual(exception.activity_ids.user_id, self.backend.owner_id)
        self.env["logistics.hold"].search([]).action_release()
        self.env["logistics.heartbeat"]._cron_beat()
        self.assertEqual(exception.state, "resolved")
