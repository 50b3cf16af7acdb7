"""What the partner was told is what its answers are compared with."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.logistics_core.errors import Rejected
from odoo.addons.logistics_core.tests.common import process_inbound
from odoo.addons.logistics_wms.canonical import Parcel
from odoo.addons.logistics_wms.tests.common import WmsCase


@tagged("post_install", "-at_install")
class TestToldSku(WmsCase):
    def ship(self, picking, *lines, **vals):
        message = self.receive(self.shipment(picking, *lines, **vals))
        self.assertEqual(message.state, "done", message.error)
        self.assertEqual(picking.state, "done")
        self.assertFalse(self.get_exceptions())

    def test_a_product_renamed_after_the_release(self):
        picking = self.release((self.mug, 2))
        self.mug.default_code = "MUG-2"
        self.settle()
        self.assertFalse(self.get_messages(picking, "outbound_change"))
        self.ship(picking, ("MUG", 2))

    def test_renamed_by_its_template(self):
        picking = self.release((self.mug, 2))
        self.mug.product_tmpl_id.default_code = "MUG-2"
        self.ship(picking, ("MUG", 2))

    def test_renamed_and_named_by_its_line(self):
        picking = self.release((self.mug, 2))
        self.mug.default_code = "MUG-2"
        line = self.line("MUG", 2, line_id=picking.move_ids.id)
        self.ship(picking, parcels=(Parcel(lines=(line,)),))

    def test_renamed_at_the_partner_too(self):
        picking = self.release((self.mug, 2))
        self.mug.default_code = "MUG-2"
        self.ship(picking, ("MUG-2", 2))

    def test_renamed_twice(self):
        picking = self.release((self.mug, 2))
        self.mug.default_code = "MUG-2"
        self.mug.default_code = "MUG-3"
        self.ship(picking, ("MUG", 2))

    def test_two_products_exchanged_their_skus(self):
        picking = self.release((self.mug, 2), (self.tea, 5))
        self.mug.default_code = "X"
        self.tea.default_code = "MUG"
        self.mug.default_code = "TEA"
        self.ship(picking, ("MUG", 2), ("TEA", 5))
        self.assertEqual(self.get_quantity(self.mug), 98)
        self.assertEqual(self.get_quantity(self.tea), 95)

    def test_a_backorder_keeps_what_was_told(self):
        picking = self.release((self.mug, 5))
        self.mug.default_code = "MUG-2"
        self.receive(self.shipment(picking, ("MUG", 2)))
        rest = picking.backorder_ids
        self.assertFalse(self.get_messages(rest, "outbound_change"))
        self.ship(rest, ("MUG", 3))

    def test_a_change_names_the_line_as_it_was_told(self):
        picking = self.release((self.mug, 5), (self.tea, 1))
        self.mug.default_code = "MUG-2"
        picking.move_ids[0].product_uom_qty = 4
        self.settle()
        change = self.send(self.get_messages(picking, "outbound_change"))
        self.assertEqual([line.sku for line in change.lines], ["MUG", "TEA"])

    def test_a_renamed_product_that_another_one_replaced_is_a_substitution(self):
        picking = self.release((self.mug, 2))
        self.mug.default_code = "MUG-2"
        self.settle()
        line = self.line("TEA", 2, line_id=picking.move_ids.id)
        shipment = self.shipment(picking, parcels=(Parcel(lines=(line,)),))
        message = self.receive(shipment)
        self.assert_invalid(message, "substitution", done=picking)
        self.assertIn("instead of MUG.", message.error)
        self.get_exceptions("substitution").action_accept_substitution()
        process_inbound(message)
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.get_quantity(self.tea), 98)

    def test_what_was_not_sent_is_sent_with_the_new_sku(self):
        picking = self.make_order((self.mug, 2)).picking_ids
        self.mug.default_code = "MUG-2"
        self.settle()
        canonical = self.send(self.get_messages(picking))
        self.assertEqual(canonical.lines[0].sku, "MUG-2")
        self.ship(picking, ("MUG-2", 2))

    def test_a_sku_the_partner_refused_is_corrected_and_sent_again(self):
        picking = self.make_order((self.mug, 2)).picking_ids
        message = self.get_messages(picking)
        self.send(message, Rejected("Unknown SKU"))
        self.mug.default_code = "MUG-2"
        picking.action_logistics_release()
        self.settle()
        self.assertEqual(self.send(message).lines[0].sku, "MUG-2")

    def test_sent_again_it_has_the_new_sku(self):
        picking = self.release((self.mug, 2))
        self.mug.default_code = "MUG-2"
        self.settle()
        self.receive(self.status(picking, "cancelled"))
        picking.action_logistics_release()
        self.settle()
        again = self.send(self.get_messages(picking)[-1])
        self.assertEqual(again.lines[0].sku, "MUG-2")

    def test_validated_by_hand_and_renamed(self):
        picking = self.release((self.mug, 2))
        picking.move_ids.picked = True
        picking.with_context(skip_logistics_partner=True).button_validate()
        self.settle()
        self.mug.default_code = "MUG-2"
        self.ship(picking, ("MUG", 2))
        self.assertTrue(picking.move_line_ids.result_package_id)


@tagged("post_install", "-at_install")
class TestSpelling(WmsCase):
    def ship(self, picking, *lines):
        message = self.receive(self.shipment(picking, *lines))
        self.assertEqual(message.state, "done", message.error)
        self.assertEqual(picking.state, "done")

    def test_spaces_are_not_sent_and_do_not_count(self):
        pad = self.make_product("PAD ")
        picking = self.make_order((pad, 1)).picking_ids
        canonical = self.send(self.get_messages(picking))
        self.assertEqual(canonical.lines[0].sku, "PAD")
        self.ship(picking, ("PAD", 1))

    def test_spaces_of_the_partner_do_not_count(self):
        picking = self.release((self.mug, 1))
        self.ship(picking, (" MUG ", 1))

    def test_case_does_not_count_where_it_is_clear(self):
        picking = self.release((self.mug, 1), (self.tea, 1))
        self.ship(picking, ("mug", 1), ("Tea", 1))
        self.assertFalse(self.get_exceptions())

    def test_case_counts_where_two_products_differ_in_nothing_else(self):
        small = self.make_product("mug")
        picking = self.release((self.mug, 1), (small, 2))
        self.ship(picking, ("mug", 2), ("MUG", 1))
        self.assertEqual(self.get_quantity(small), 98)

    def test_another_product_of_that_case_is_a_substitution(self):
        self.make_product("mug")
        picking = self.release((self.mug, 1))
        message = self.receive(self.shipment(picking, ("mug", 1)))
        self.assert_invalid(message, "substitution", done=picking)

    def test_lots_too(self):
        wine = self.make_product("WINE", tracking="lot")
        self.make_lot(wine, "L1 ", 5)
        picking = self.release((wine, 1))
        self.ship(picking, ("WINE", 1, [("l1", 1)]))

    def test_two_products_of_one_sku_are_told_before_they_are_sent(self):
        twin = self.make_product("MUG")
        picking = self.make_order((self.mug, 1), (twin, 1)).picking_ids
        self.assertFalse(self.get_messages(picking))
        exception = self.get_exceptions("invalid_message")
        self.assertIn("Several products", exception.cause)
        self.assertIn("SKU of its own", exception.remedy)

    def test_two_products_of_one_sku_in_a_shipment(self):
        twin = self.make_product("TWIN")
        picking = self.release((self.mug, 1), (twin, 1))
        (picking.move_ids).logistics_sku = "MUG"
        message = self.receive(self.shipment(picking, ("MUG", 1)))
        self.assert_invalid(message, "unknown_product", done=picking)
        self.assertIn("several products", message.error)
        lines = [
            self.line("MUG", 1, line_id=move.id) for move in picking.move_ids.sorted()
        ]
        message = self.receive(
            self.shipment(picking, parcels=(Parcel(lines=tuple(lines)),))
        )
        self.assertEqual(message.state, "done", message.error)

    def test_a_twin_elsewhere_does_not_matter(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.make_product("MUG", stock=0, company_id=company.id)
        self.make_product("MUG", stock=0, active=False)
        self.ship(self.release((self.mug, 1)), ("MUG", 1))

    def test_a_substitute_of_which_there_are_two(self):
        self.make_product("CUP")
        self.make_product("CUP")
        picking = self.release((self.mug, 1))
        self.env["logistics.value.map"].create(
            {
                "backend_id": self.backend.id,
                "kind": "substitution",
                "odoo_value": "MUG",
                "external_value": "CUP",
                "state": "approved",
            }
        )
        line = self.line("CUP", 1, substitutes="MUG")
        message = self.receive(self.shipment(picking, parcels=(Parcel(lines=(line,)),)))
        self.assert_invalid(message, "unknown_product", done=picking)
        self.assertIn("several products", message.error)

    def test_products_that_share_a_sku_are_not_sent(self):
        connector = type(self.env["logistics.connector.canonical"])
        self.patch(connector, "_capabilities", frozenset({"item_master"}))
        twin = self.make_product("MUG")
        with self.assertRaisesRegex(UserError, "Give each one its own"):
            twin.action_logistics_send()
        twin.active = False
        self.mug.action_logistics_send()
        with self.assertRaisesRegex(UserError, "Give each one its own"):
            twin.action_logistics_send()
