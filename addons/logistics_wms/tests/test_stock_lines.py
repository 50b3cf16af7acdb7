"""Each line of a stock report stands alone."""

from datetime import timedelta
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.logistics_wms.canonical import InventoryReport, StockLine, UnreadLine
from odoo.addons.logistics_wms.tests.common import NOON, WmsCase


@tagged("post_install", "-at_install")
class TestStockLines(WmsCase):
    def report(self, *lines, **vals):
        return InventoryReport(
            lines=tuple(
                StockLine(sku=sku, on_hand=Decimal(quantity), **{"uom": "EA", **more})
                for sku, quantity, more in lines
            ),
            **{"taken_at": NOON, **vals},
        )

    def get_levels(self, product):
        levels = self.env["logistics.stock.level"].search(
            [("backend_id", "=", self.backend.id), ("product_id", "=", product.id)]
        )
        return {level.lot_name: level.on_hand for level in levels}

    def receive_report(self, *lines, **vals):
        message = self.receive(self.report(*lines, **vals))
        self.assertEqual(message.state, "done", message.error)
        return message

    def test_a_negative_figure_leaves_the_others(self):
        message = self.receive_report(("MUG", -1, {}), ("TEA", 90, {}))
        self.assertEqual(self.get_levels(self.tea), {"": 90})
        self.assertFalse(self.get_levels(self.mug))
        exception = self.get_exceptions("invalid_message")
        self.assertIn("MUG", exception.cause)
        self.assertEqual(exception.severity, "1_warning")
        self.assertIn(message, exception.message_ids_involved)

    def test_a_unit_without_a_map_leaves_the_others(self):
        self.receive_report(("MUG", 1, {"uom": "DZN"}), ("TEA", 90, {}))
        self.assertEqual(self.get_levels(self.tea), {"": 90})
        exception = self.get_exceptions("mapping_missing")
        self.assertEqual((exception.map_kind, exception.map_value), ("uom", "DZN"))

    def test_a_unit_of_another_kind_leaves_the_others(self):
        self.env["logistics.value.map"].create(
            {
                "backend_id": self.backend.id,
                "kind": "uom",
                "odoo_value": "kg",
                "external_value": "KGM",
                "state": "approved",
            }
        )
        self.receive_report(("MUG", 1, {"uom": "KGM"}), ("TEA", 90, {}))
        self.assertEqual(self.get_levels(self.tea), {"": 90})
        self.assertIn("MUG", self.get_exceptions("invalid_message").cause)

    def test_a_sku_of_two_products_leaves_the_others(self):
        twin = self.make_product("MUG")
        self.receive_report(("MUG", 5, {}), ("TEA", 90, {}))
        self.assertFalse(self.get_levels(self.mug) or self.get_levels(twin))
        self.assertEqual(self.get_levels(self.tea), {"": 90})
        self.assertIn("several products", self.get_exceptions("unknown_product").cause)

    def test_an_unread_line_leaves_the_others(self):
        unread = UnreadLine("MUG", "on_hand is not a number")
        self.receive_report(("TEA", 90, {}), unread=(unread,))
        self.assertEqual(self.get_levels(self.tea), {"": 90})
        self.assertIn("not a number", self.get_exceptions("invalid_message").cause)

    def test_what_a_bad_line_is_about_stays_as_it_was(self):
        later = {"taken_at": NOON + timedelta(hours=1), "complete": True}
        self.receive_report(("MUG", 50, {}), ("TEA", 90, {}))
        self.receive_report(("MUG", -1, {}), ("GHOST", 1, {}), **later)
        self.assertEqual(self.get_levels(self.mug), {"": 50})
        self.assertEqual(self.get_levels(self.tea), {"": 0})

    def test_an_unread_line_empties_nothing(self):
        self.receive_report(("MUG", 50, {}), ("TEA", 90, {}))
        self.receive_report(
            ("TEA", 80, {}),
            taken_at=NOON + timedelta(hours=1),
            complete=True,
            unread=(UnreadLine("?", "no text"),),
        )
        self.assertEqual(self.get_levels(self.mug), {"": 50})
        self.assertEqual(self.get_levels(self.tea), {"": 80})

    def test_a_sum_with_a_bad_part_is_no_sum(self):
        self.receive_report(("MUG", 50, {}), ("MUG", -1, {}), ("TEA", 90, {}))
        self.assertFalse(self.get_levels(self.mug))

    def test_a_bad_lot_leaves_the_other_lots(self):
        wine = self.make_product("WINE", tracking="lot")
        self.receive_report(("WINE", 4, {"lot": "L1"}), ("WINE", -4, {"lot": "L2"}))
        self.assertEqual(self.get_levels(wine), {"L1": 4})

    def test_the_next_report_that_is_in_order_closes_it(self):
        self.receive_report(("MUG", -1, {}), ("TEA", 90, {}), complete=True)
        self.assertTrue(self.get_exceptions())
        self.receive_report(
            ("MUG", 1, {}),
            ("TEA", 90, {}),
            taken_at=NOON + timedelta(hours=1),
            complete=True,
        )
        self.assertFalse(self.get_exceptions())
        self.assertEqual(self.get_levels(self.mug), {"": 1})

    def test_spelling_and_archived_products(self):
        self.tea.active = False
        self.receive_report((" mug", 50, {}), ("TEA", 7, {}))
        self.assertEqual(self.get_levels(self.mug), {"": 50})
        self.assertEqual(self.get_levels(self.tea), {"": 7})
        self.assertFalse(self.get_exceptions())
