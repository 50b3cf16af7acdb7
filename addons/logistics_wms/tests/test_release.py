from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.logistics_core.errors import ConnectionFailed, Rejected
from odoo.addons.logistics_wms.tests.common import WmsCase


@tagged("post_install", "-at_install")
class TestRelease(WmsCase):
    def test_a_ready_delivery_writes_one_instruction(self):
        order = self.make_order((self.mug, 2), client_order_ref="PO-7")
        picking = order.picking_ids
        message = self.get_messages(picking)
        self.assertEqual(len(message), 1)
        self.assertEqual(message.state, "pending")
        self.assertEqual(message.external_id, picking.name)
        self.assertEqual(message.ordering_key, picking.name)
        self.assertEqual(message.correlation_id, order.name)
        self.assertEqual(picking.logistics_state, "to_release")
        self.assertEqual(picking.logistics_backend_id, self.backend)
        self.assertEqual(picking.logistics_reference, picking.name)
        canonical = message._get_canonical()
        self.assertEqual(canonical.order_name, order.name)
        self.assertEqual(canonical.customer_reference, "PO-7")
        self.assertEqual(canonical.ship_to.country, "GB")
        self.assertEqual(canonical.ship_to.name, "Ada Lovelace")
        self.assertEqual(
            [(line.sku, line.quantity, line.uom) for line in canonical.lines],
            [("MUG", Decimal(2), "Units")],
        )
        self.assertEqual(canonical.lines[0].line_id, picking.move_ids.id)

    def test_notes_and_gift_go_along(self):
        order = self.make_order(
            (self.mug, 1),
            logistics_note="Fragile",
            logistics_gift_message="Happy birthday!",
        )
        canonical = self.get_messages(order.picking_ids)._get_canonical()
        self.assertEqual(canonical.notes, "Fragile")
        self.assertEqual(canonical.gift_message, "Happy birthday!")

    def test_the_partner_gets_its_own_codes(self):
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Express",
                "product_id": self.env["product.product"]
                .create({"name": "Express", "type": "service"})
                .id,
            }
        )
        self.map_value("carrier_service", "Express", "EXP24")
        self.env["logistics.binding"]._bind(self.backend, "product", self.mug, "P-1")
        order = self.make_order((self.mug, 1), confirm=False)
        order.carrier_id = carrier
        order.action_confirm()
        self.settle()
        canonical = self.send(self.get_messages(order.picking_ids))
        self.assertEqual(canonical.carrier_service, "EXP24")
        self.assertEqual(canonical.lines[0].uom, "EA")
        self.assertEqual(canonical.lines[0].external_id, "P-1")
        self.assertEqual(order.picking_ids.logistics_state, "accepted")

    def map_value(self, kind, odoo_value, external_value):
        return self.env["logistics.value.map"].create(
            {
                "backend_id": self.backend.id,
                "kind": kind,
                "odoo_value": odoo_value,
                "external_value": external_value,
                "state": "approved",
            }
        )

    def test_a_dozen_without_a_code_is_sent_in_units(self):
        self.env["ir.config_parameter"].set_param("stock.propagate_uom", "1")
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.make_order((self.mug, 2, dozen))
        canonical = self.send(self.get_messages(order.picking_ids))
        self.assertEqual(canonical.lines[0].quantity, Decimal(24))
        self.assertEqual(canonical.lines[0].uom, "EA")
        self.assertEqual(canonical.lines[0].unit_price, Decimal(10))

    def test_a_dozen_with_a_code_is_sent_as_such(self):
        self.env["ir.config_parameter"].set_param("stock.propagate_uom", "1")
        self.map_value("uom", "Dozens", "DZ")
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.make_order((self.mug, 2, dozen))
        canonical = self.send(self.get_messages(order.picking_ids))
        self.assertEqual(canonical.lines[0].quantity, Decimal(2))
        self.assertEqual(canonical.lines[0].uom, "DZ")

    def test_a_missing_carrier_service_stops_the_message_not_the_sale(self):
        self.backend.wms_default_carrier_service = False
        order = self.make_order((self.mug, 1))
        picking = order.picking_ids
        self.assertEqual(order.state, "sale")
        message = self.get_messages(picking)
        self.send(message)
        self.assertEqual(message.state, "invalid")
        self.assertEqual(picking.logistics_state, "held")
        self.assertIn("carrier", picking.logistics_hold_reason.lower())
        self.assertTrue(picking.logistics_hold_since)
        self.assertTrue(self.get_exceptions("mapping_missing"))
        self.backend.wms_default_carrier_service = "STD"
        message.action_replay()
        self.send(message)
        self.assertEqual(picking.logistics_state, "accepted")
        self.assertFalse(picking.logistics_hold_reason)
        self.assertFalse(self.get_exceptions())

    def test_other_warehouses_are_not_released(self):
        other = self.env["stock.warehouse"].create({"name": "Own", "code": "OWN"})
        self.add_stock(self.mug, 5, location=other.lot_stock_id)
        order = self.make_order((self.mug, 1), warehouse_id=other.id)
        self.assertEqual(order.picking_ids.state, "assigned")
        self.assertFalse(order.picking_ids.logistics_state)
        self.assertFalse(self.get_messages(order.picking_ids))

    def test_a_draft_backend_gets_nothing(self):
        self.backend.state = "draft"
        order = self.make_order((self.mug, 1))
        self.assertFalse(self.get_messages(order.picking_ids))

    def test_what_is_not_reserved_waits(self):
        rare = self.make_product("RARE", stock=0)
        order = self.make_order((rare, 1))
        self.assertFalse(self.get_messages(order.picking_ids))
        self.add_stock(rare, 1)
        order.picking_ids.action_assign()
        self.settle()
        self.assertEqual(len(self.get_messages(order.picking_ids)), 1)

    def test_partly_reserved_is_split_when_shipping_as_soon_as_possible(self):
        rare = self.make_product("RARE", stock=3)
        order = self.make_order((rare, 5), (self.mug, 1))
        first = order.picking_ids.filtered("logistics_reference")
        rest = order.picking_ids - first
        canonical = self.get_messages(first)._get_canonical()
        self.assertEqual(
            {line.sku: line.quantity for line in canonical.lines},
            {"RARE": Decimal(3), "MUG": Decimal(1)},
        )
        self.assertEqual(rest.move_ids.product_uom_qty, 2)
        self.assertFalse(rest.logistics_reference)
        self.add_stock(rare, 2)
        rest.action_assign()
        self.settle()
        self.assertEqual(rest.logistics_reference, rest.name)
        self.assertEqual(self.get_messages(rest).correlation_id, order.name)

    def test_all_at_once_waits_for_everything(self):
        rare = self.make_product("RARE", stock=3)
        order = self.make_order((rare, 5), (self.mug, 1), picking_policy="one")
        self.assertFalse(self.get_messages(order.picking_ids))
        self.add_stock(rare, 2)
        order.picking_ids.action_assign()
        self.settle()
        self.assertEqual(len(order.picking_ids), 1)
        self.assertEqual(len(self.get_messages(order.picking_ids)), 1)

    def test_many_orders_are_released_as_one_batch(self):
        orders = self.env["sale.order"]
        for _number in range(12):
            orders |= self.make_order((self.mug, 1), confirm=False)
        orders.action_confirm()
        messages = type(self.env["logistics.message"])
        original = messages._enqueue_many
        calls = []

        def count(records, backend, items):
            calls.append(len(items))
            return original(records, backend, items)

        with patch.object(messages, "_enqueue_many", count):
            self.settle()
        self.assertEqual(calls, [12])

    def test_one_broken_delivery_does_not_stop_the_others(self):
        good = self.make_order((self.mug, 1), confirm=False)
        bad = self.make_order((self.tea, 1), confirm=False)
        self.tea.default_code = False
        (good | bad).action_confirm()
        self.settle()
        self.assertEqual(good.picking_ids.logistics_state, "to_release")
        self.assertEqual(bad.state, "sale")
        self.assertEqual(bad.picking_ids.logistics_state, "held")
        self.assertIn("SKU", bad.picking_ids.logistics_hold_reason)
        exception = self.get_exceptions("invalid_message")
        self.assertEqual(exception.res_id, bad.picking_ids.id)
        self.tea.default_code = "TEA"
        exception.action_release_delivery()
        self.assertEqual(len(self.get_messages(bad.picking_ids)), 1)
        self.assertEqual(exception.state, "resolved")

    def test_an_incomplete_address_is_told_not_sent(self):
        self.customer.country_id = False
        order = self.make_order((self.mug, 1))
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.picking_ids.logistics_state, "held")
        self.assertIn("country", order.picking_ids.logistics_hold_reason)

    def test_what_its_country_needs_is_a_part_of_an_address(self):
        self.customer.write(
            {"zip": False, "country_id": self.env.ref("base.us").id, "state_id": False}
        )
        picking = self.make_order((self.mug, 1)).picking_ids
        self.assertIn("ZIP code, state", picking.logistics_hold_reason)

    def test_a_contact_is_reached_by_its_company(self):
        company = self.env["res.partner"].create(
            {"name": "Engines Ltd", "is_company": True, "phone": "+44 20 7946 0000"}
        )
        self.customer.parent_id = company
        picking = self.make_order((self.mug, 1)).picking_ids
        address = self.get_messages(picking)._get_canonical().ship_to
        self.assertEqual(
            (address.company, address.phone), ("Engines Ltd", "+44 20 7946 0000")
        )

    def test_release_by_hand(self):
        self.backend.wms_release_policy = "manual"
        order = self.make_order((self.mug, 1))
        picking = order.picking_ids
        self.assertEqual(picking.logistics_state, "to_release")
        self.assertFalse(self.get_messages(picking))
        picking.action_logistics_release()
        self.assertEqual(len(self.get_messages(picking)), 1)
        with self.assertRaises(UserError):
            picking.action_logistics_release()

    def test_release_without_a_route_says_so(self):
        self.route.active = False
        order = self.make_order((self.mug, 1))
        with self.assertRaisesRegex(UserError, "No route"):
            order.picking_ids.action_logistics_release()

    def test_hold_keeps_back_and_release_hold_releases(self):
        order = self.make_order((self.mug, 1))
        picking = order.picking_ids
        picking.action_logistics_hold()
        self.settle()
        self.assertEqual(self.get_messages(picking).state, "cancelled")
        self.assertEqual(picking.logistics_state, "held")
        picking.do_unreserve()
        picking.action_assign()
        self.settle()
        self.assertEqual(picking.logistics_state, "held")
        picking.action_logistics_release_hold()
        self.settle()
        self.assertEqual(picking.logistics_state, "to_release")
        self.assertEqual(picking.logistics_reference, f"{picking.name}-2")

    def test_what_the_partner_has_cannot_be_held(self):
        picking = self.release((self.mug, 1))
        with self.assertRaises(UserError):
            picking.action_logistics_hold()

    def test_a_rejected_delivery_is_mended_and_sent_again_under_its_key(self):
        order = self.make_order((self.mug, 1))
        picking = order.picking_ids
        message = self.get_messages(picking)
        self.send(message, Rejected("The postal code does not exist."))
        self.assertEqual(picking.logistics_state, "rejected")
        self.assertIn("postal code", picking.logistics_hold_reason)
        self.assertTrue(self.get_exceptions("rejected"))
        self.customer.zip = "SW1Y 4LE"
        picking.action_logistics_release()
        self.settle()
        self.assertEqual(message.state, "pending")
        canonical = self.send(message)
        self.assertEqual(canonical.ship_to.zip, "SW1Y 4LE")
        self.assertEqual(canonical.reference, picking.name)
        self.assertEqual(picking.logistics_state, "accepted")
        self.assertFalse(self.get_exceptions())

    def test_a_network_failure_is_not_a_refusal(self):
        order = self.make_order((self.mug, 1))
        message = self.get_messages(order.picking_ids)
        self.send(message, ConnectionFailed("no route to host"))
        self.assertEqual(message.state, "retrying")
        self.assertEqual(order.picking_ids.logistics_state, "to_release")

    def test_lots_go_along_when_odoo_chooses_them(self):
        wine = self.make_product("WINE", tracking="lot")
        self.make_lot(wine, "L1", 5)
        self.backend.wms_lot_policy = "odoo"
        order = self.make_order((wine, 2))
        canonical = self.get_messages(order.picking_ids)._get_canonical()
        self.assertEqual(canonical.lines[0].lots, ("L1",))
        self.backend.wms_lot_policy = "partner"
        order = self.make_order((wine, 2))
        canonical = self.get_messages(order.picking_ids)._get_canonical()
        self.assertEqual(canonical.lines[0].lots, ())

    def test_only_the_last_step_goes_to_the_partner(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.make_order((self.mug, 1))
        pick = order.picking_ids.filtered(lambda p: p.picking_type_code == "internal")
        self.assertFalse(self.get_messages(order.picking_ids))
        pick.move_ids.picked = True
        pick.button_validate()
        self.settle()
        ship = order.picking_ids.filtered(lambda p: p.picking_type_code == "outgoing")
        self.assertEqual(len(self.get_messages(ship)), 1)

    def test_a_salesperson_may_cause_the_message(self):
        user = self.env["res.users"].create(
            {
                "name": "Sam",
                "login": "sam-sales",
                "group_ids": [
                    (6, 0, [self.env.ref("sales_team.group_sale_salesman").id])
                ],
            }
        )
        order = self.make_order((self.mug, 1), confirm=False, user_id=user.id)
        order.with_user(user).action_confirm()
        self.settle()
        self.assertEqual(len(self.get_messages(order.picking_ids)), 1)
        self.assertEqual(order.with_user(user).logistics_state, "to_release")

    def test_a_paused_partner_shows_on_the_delivery(self):
        self.backend._pause("Stocktaking")
        order = self.make_order((self.mug, 1))
        self.assertEqual(len(self.get_messages(order.picking_ids)), 1)
        self.assertIn("Stocktaking", order.picking_ids.logistics_waits_for)

    def test_the_order_has_the_messages_of_its_deliveries(self):
        order = self.make_order((self.mug, 1))
        self.assertEqual(order.logistics_message_count, 1)
        self.assertEqual(order.logistics_state, "to_release")
        action = order.action_view_logistics_messages()
        found = self.env["logistics.message"].search(action["domain"])
        self.assertEqual(found, self.get_messages(order.picking_ids))
        back = found.action_view_document()
        self.assertEqual(back["res_id"], order.picking_ids.id)
