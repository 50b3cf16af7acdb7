from datetime import timedelta
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.logistics_core.errors import Rejected
from odoo.addons.logistics_wms.canonical import InventoryReport, StockLine
from odoo.addons.logistics_wms.tests.common import NOON, WmsCase


@tagged("post_install", "-at_install")
class TestItemMaster(WmsCase):
    def setUp(self):
        super().setUp()
        connector = type(self.env["logistics.connector.canonical"])
        self.patch(connector, "_capabilities", frozenset({"item_master"}))

    def test_a_sent_product_is_bound(self):
        self.mug.write({"barcode": "4006381333931", "weight": 0.4})
        self.mug.action_logistics_send()
        canonical = self.send(self.get_messages(self.mug), external_id="P-9")
        self.assertEqual(canonical.sku, "MUG")
        self.assertEqual(canonical.barcode, "4006381333931")
        self.assertEqual(canonical.weight, Decimal("0.4"))
        self.assertIsNone(canonical.external_id)
        self.assertIn(self.backend, self.mug.logistics_partner_ids)
        template = self.mug.product_tmpl_id
        self.assertIn(self.backend, template.logistics_partner_ids)

    def test_the_next_time_it_is_an_update(self):
        self.mug.action_logistics_send()
        self.send(self.get_messages(self.mug), external_id="P-9")
        self.mug.action_logistics_send()
        again = self.get_messages(self.mug)[-1]
        canonical = self.send(again, external_id="P-9")
        self.assertEqual(canonical.external_id, "P-9")

    def test_an_unsent_older_one_is_superseded(self):
        self.mug.action_logistics_send()
        self.mug.name = "Better mug"
        self.mug.action_logistics_send()
        old, new = self.get_messages(self.mug)
        self.assertEqual(old.state, "superseded")
        self.assertEqual(new._get_canonical().name, "Better mug")

    def test_a_product_without_sku_is_refused_with_words(self):
        self.mug.default_code = False
        with self.assertRaisesRegex(UserError, "SKU"):
            self.mug.action_logistics_send()

    def test_it_is_the_remedy_for_a_rejected_product(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        self.send(message, Rejected("Unknown SKU MUG."))
        exception = self.get_exceptions("rejected")
        self.assertTrue(exception.can_send_products)
        exception.action_send_products()
        self.send(self.get_messages(self.mug), external_id="P-1")
        exception.action_replay()
        canonical = self.send(message)
        self.assertEqual(canonical.lines[0].external_id, "P-1")
        self.assertEqual(picking.logistics_state, "accepted")
        self.assertEqual(exception.state, "resolved")


@tagged("post_install", "-at_install")
class TestStockLevels(WmsCase):
    def report(self, *lines, **vals):
        return InventoryReport(
            lines=tuple(
                StockLine(sku=sku, on_hand=Decimal(quantity), uom="EA", **more)
                for sku, quantity, more in lines
            ),
            **{"taken_at": NOON, **vals},
        )

    def get_level(self, product, lot=""):
        return self.env["logistics.stock.level"].search(
            [
                ("backend_id", "=", self.backend.id),
                ("product_id", "=", product.id),
                ("lot_name", "=", lot),
            ]
        )

    def test_levels_are_kept_beside_odoos(self):
        message = self.receive(
            self.report(
                ("MUG", 90, {"committed": Decimal(5), "available": Decimal(85)}),
                ("TEA", 100, {}),
            )
        )
        self.assertEqual(message.state, "done")
        level = self.get_level(self.mug)
        self.assertEqual((level.on_hand, level.committed, level.available), (90, 5, 85))
        self.assertEqual((level.odoo_quantity, level.difference), (100, -10))
        self.assertEqual(self.get_level(self.tea).difference, 0)

    def test_other_warehouses_do_not_count(self):
        other = self.env["stock.warehouse"].create({"name": "Own", "code": "OWN"})
        self.add_stock(self.mug, 50, location=other.lot_stock_id)
        self.receive(self.report(("MUG", 100, {})))
        self.assertEqual(self.get_level(self.mug).difference, 0)

    def test_by_lot(self):
        wine = self.make_product("WINE", tracking="lot")
        lot = self.make_lot(wine, "L1", 5)
        self.receive(
            self.report(("WINE", 4, {"lot": "L1"}), ("WINE", 2, {"lot": "L2"}))
        )
        self.assertEqual(self.get_level(wine, "L1").lot_id, lot)
        self.assertEqual(self.get_level(wine, "L1").difference, -1)
        self.assertEqual(self.get_level(wine, "L2").difference, 2)

    def test_an_older_report_changes_nothing(self):
        self.receive(self.report(("MUG", 90, {})))
        self.receive(self.report(("MUG", 10, {}), taken_at=NOON - timedelta(hours=1)))
        self.assertEqual(self.get_level(self.mug).on_hand, 90)

    def test_a_complete_report_empties_the_rest(self):
        self.receive(self.report(("MUG", 90, {}), ("TEA", 5, {})))
        self.receive(
            self.report(
                ("TEA", 6, {}), taken_at=NOON + timedelta(hours=1), complete=True
            )
        )
        self.assertEqual(self.get_level(self.mug).on_hand, 0)
        self.assertEqual(self.get_level(self.tea).on_hand, 6)

    def test_unknown_products_are_told_and_the_others_taken(self):
        message = self.receive(self.report(("MUG", 90, {}), ("GHOST", 1, {})))
        self.assertEqual(message.state, "done")
        self.assertEqual(self.get_level(self.mug).on_hand, 90)
        exception = self.get_exceptions("unknown_product")
        self.assertIn("GHOST", exception.cause)
        self.assertEqual(exception.severity, "1_warning")

    def test_absurd_quantities_are_refused(self):
        message = self.receive(self.report(("MUG", -1, {})))
        self.assert_invalid(message, "invalid_message")
        self.assertFalse(self.get_level(self.mug))

    def test_who_may_see_and_nobody_writes(self):
        self.receive(self.report(("MUG", 90, {})))
        level = self.get_level(self.mug)
        user = self.env["res.users"].create(
            {
                "name": "Wanda",
                "login": "wanda-warehouse",
                "group_ids": [
                    (6, 0, [self.env.ref("logistics_core.group_warehouse_user").id])
                ],
            }
        )
        self.assertEqual(level.with_user(user).on_hand, 90)
        with self.assertRaises(AccessError):
            level.with_user(user).on_hand = 1
        company = self.env["res.company"].create({"name": "Other"})
        user.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        self.assertFalse(self.env["logistics.stock.level"].with_user(user).search([]))
