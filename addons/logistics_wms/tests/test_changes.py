"""What changes after a delivery was sent is heard by the partner or by the user."""

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.logistics_core.errors import Rejected
from odoo.addons.logistics_wms.tests.common import WmsCase

CHANGE = "outbound_change"
KIND = "change_not_told"


@tagged("post_install", "-at_install")
class TestChanges(WmsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        service = cls.env["product.product"].create(
            {"name": "Freight", "type": "service"}
        )
        cls.slow, cls.fast = cls.env["delivery.carrier"].create(
            [{"name": name, "product_id": service.id} for name in ("Slow", "Fast")]
        )
        cls.env["logistics.value.map"].create(
            [
                {
                    "backend_id": cls.backend.id,
                    "kind": "carrier_service",
                    "odoo_value": name,
                    "external_value": name.upper(),
                    "state": "approved",
                }
                for name in ("Slow", "Fast")
            ]
        )

    def get_change(self, picking):
        """Return the last change, as the partner gets it."""
        self.settle()
        messages = self.get_messages(picking, CHANGE)
        self.assertTrue(messages, "nobody hears of it")
        return self.send(messages[-1])

    def limit_partner(self, *names):
        """The partner takes only changes of these from now on."""
        connector = type(self.env["logistics.connector.canonical"])
        self.startPatcher(
            patch.object(
                connector, "_get_changeable", lambda _self, _told: frozenset(names)
            )
        )

    # What the partner takes

    def test_every_field_that_was_sent_is_heard(self):
        later = datetime(2031, 5, 6, 7, 8)
        cases = {
            "carrier_service": (lambda p: {"carrier_id": self.fast.id}, "FAST"),
            "priority": (lambda p: {"priority": "1"}, "urgent"),
            "notes": (lambda p: {"note": "<p>Ring twice</p>"}, "Ring twice"),
            "ship_not_before": (lambda p: {"scheduled_date": later}, None),
        }
        for name, (make, expected) in cases.items():
            with self.subTest(name):
                picking = self.release((self.mug, 1))
                picking.write(make(picking))
                change = self.get_change(picking)
                self.assertEqual(change.changed, (name,))
                if expected:
                    self.assertEqual(getattr(change, name), expected)
                self.assertIsNone(change.lines)
                self.assertIsNone(change.ship_to)
                picking._logistics_touch()
                self.settle()
                self.assertEqual(len(self.get_messages(picking, CHANGE)), 1)

    def test_what_the_order_says_is_heard(self):
        cases = {
            "notes": {"logistics_note": "Fragile"},
            "gift_message": {"logistics_gift_message": "With love"},
            "customer_reference": {"client_order_ref": "PO-7"},
        }
        for name, vals in cases.items():
            with self.subTest(name):
                picking = self.release((self.mug, 1))
                picking.sale_id.write(vals)
                change = self.get_change(picking)
                self.assertEqual(change.changed, (name,))
                self.assertEqual(getattr(change, name), *vals.values())

    def test_a_note_that_was_removed_is_heard(self):
        picking = self.release((self.mug, 1), logistics_note="Fragile")
        picking.sale_id.logistics_note = False
        change = self.get_change(picking)
        self.assertEqual((change.changed, change.notes), (("notes",), None))

    def test_another_deadline_and_price(self):
        picking = self.release((self.mug, 1))
        picking.move_ids.date_deadline = datetime.now() + timedelta(days=30)
        self.assertIn("ship_by", self.get_change(picking).changed)
        picking.sale_id.order_line.price_unit = 4
        change = self.get_change(picking)
        self.assertEqual(change.lines[0].unit_price, 4)

    def test_a_price_that_differs_by_a_little_is_told_too(self):
        picking = self.release((self.mug, 2))
        picking.sale_id.order_line.price_unit = 100
        self.get_change(picking)
        picking.sale_id.order_line.price_unit = 100.4
        self.assertEqual(float(self.get_change(picking).lines[0].unit_price), 100.4)

    def test_a_lower_quantity_while_it_is_picked_is_asked(self):
        picking = self.release((self.mug, 5))
        self.receive(self.status(picking, "picking"))
        picking.sale_id.order_line.product_uom_qty = 3
        change = self.get_change(picking)
        self.assertEqual(change.lines[0].quantity, 3)
        self.assertEqual(picking.sale_id.picking_ids, picking, "a return was planned")
        self.assertEqual(picking.move_ids.product_uom_qty, 3)

    def test_the_name_of_a_method_is_no_change(self):
        picking = self.release((self.mug, 1), carrier_id=self.slow.id)
        self.assertEqual(picking.carrier_id, self.slow)
        self.slow.name = "Very slow"
        picking._logistics_touch()
        self.settle()
        self.assertFalse(self.get_messages(picking, CHANGE))

    def test_a_rest_is_no_change(self):
        picking = self.release((self.mug, 5), (self.tea, 3))
        picking.write({"priority": "1", "note": "Ring twice"})
        self.get_change(picking)
        self.receive(self.shipment(picking, (self.mug, 5), (self.tea, 1)))
        rest = picking.backorder_ids
        rest._logistics_touch()
        self.settle()
        self.assertFalse(self.get_messages(rest, CHANGE))
        self.assertFalse(rest.logistics_not_told)
        rest.note = "Ring once"
        self.assertEqual(self.get_change(rest).notes, "Ring once")

    def test_a_refused_change_is_not_asked_again_and_again(self):
        picking = self.release((self.mug, 1))
        picking.note = "Ring twice"
        self.settle()
        self.send(self.get_messages(picking, CHANGE), Rejected("Too late."))
        picking._logistics_touch()
        self.settle()
        self.assertEqual(len(self.get_messages(picking, CHANGE)), 1)
        self.assertTrue(self.get_exceptions("change_refused"))
        picking.note = False
        self.settle()
        self.assertEqual(len(self.get_messages(picking, CHANGE)), 1)
        self.assertFalse(self.get_exceptions("change_refused"))

    def test_changed_back_before_it_was_sent(self):
        picking = self.release((self.mug, 1))
        picking.note = "Ring twice"
        self.settle()
        picking.note = False
        self.settle()
        self.assertEqual(
            self.get_messages(picking, CHANGE).mapped("state"), ["cancelled"]
        )

    # What it does not take

    def test_what_the_partner_cannot_take_is_said_at_once(self):
        self.limit_partner("lines")
        picking = self.release((self.mug, 1))
        picking.write({"priority": "1", "carrier_id": self.fast.id})
        self.settle()
        self.assertFalse(self.get_messages(picking, CHANGE))
        exception = self.get_exceptions(KIND)
        self.assertEqual(exception._get_document(), picking)
        self.assertIn("Priority: Normal → Urgent", exception.cause)
        self.assertIn("Delivery method: nothing → Fast", exception.cause)
        self.assertIn("change the delivery back", exception.remedy)
        self.assertIn("Normal → Urgent", picking.logistics_not_told)
        self.assertIn("Urgent", picking.message_ids[0].body)

    def test_it_is_said_once_and_ends_when_it_is_changed_back(self):
        self.limit_partner()
        picking = self.release((self.mug, 1))
        picking.priority = "1"
        self.settle()
        count = len(picking.message_ids)
        picking._logistics_touch()
        self.settle()
        self.assertEqual(len(picking.message_ids), count)
        self.assertEqual(self.get_exceptions(KIND).occurrences, 1)
        picking.priority = "0"
        self.settle()
        self.assertFalse(self.get_exceptions(KIND))
        self.assertFalse(picking.logistics_not_told)

    def test_one_part_is_sent_and_the_other_said(self):
        self.limit_partner("lines")
        picking = self.release((self.mug, 1))
        picking.sale_id.order_line.product_uom_qty = 2
        picking.note = "Ring twice"
        change = self.get_change(picking)
        self.assertEqual(change.lines[0].quantity, 2)
        self.assertEqual(change.changed, ())
        self.assertIn("Ring twice", self.get_exceptions(KIND).cause)

    def test_it_ends_with_the_shipment(self):
        self.limit_partner()
        picking = self.release((self.mug, 1))
        picking.note = "Ring twice"
        self.settle()
        self.receive(self.shipment(picking, (self.mug, 1)))
        self.assertEqual(picking.state, "done")
        self.assertFalse(self.get_exceptions(KIND))

    def test_a_connector_without_changes_says_all(self):
        base = self.env["logistics.connector"]
        self.assertEqual(base._get_changeable(None), frozenset())
