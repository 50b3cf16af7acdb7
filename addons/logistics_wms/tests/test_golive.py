"""What is refused, left out or said before a warehouse partner goes live."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError

from odoo.addons.logistics_core.start import Choice
from odoo.addons.logistics_wms.tests.common import WmsCase


class TestGoLive(WmsCase):
    def step(self, code):
        return next(s for s in self.backend._get_start_steps() if s.code == code)

    def offer(self, *codes):
        self.env["logistics.choice"]._replace(
            self.backend, [Choice("carrier_service", code, code) for code in codes]
        )

    def capable(self):
        connector = type(self.env["logistics.connector.canonical"])
        return patch.object(
            connector, "_capabilities", connector._capabilities | {"item_master"}
        )

    def test_one_product_without_sku_does_not_stop_the_others(self):
        nameless = self.make_product(False, stock=0)
        service = self.env["product.product"].create(
            {"name": "Gift wrapping", "type": "service", "default_code": "WRAP"}
        )
        with self.capable():
            answer = (self.mug | nameless | service | self.tea).action_logistics_send()
        sent = self.get_messages(code="outbound_instruction") | self.get_messages(
            code="item_master"
        )
        self.assertEqual(sorted(m._get_canonical().sku for m in sent), ["MUG", "TEA"])
        text = answer["params"]["message"]
        self.assertIn(nameless.display_name, text)
        self.assertIn("Gift wrapping", text)
        self.assertEqual(answer["params"]["type"], "warning")

    def test_services_alone_are_no_products_of_a_warehouse(self):
        service = self.env["product.product"].create(
            {"name": "Gift wrapping", "type": "service", "default_code": "WRAP"}
        )
        with self.capable(), self.assertRaisesRegex(UserError, "goods only"):
            service.action_logistics_send()

    def test_a_service_the_partner_does_not_offer_is_refused(self):
        self.offer("Ground", "Air")
        with self.assertRaisesRegex(ValidationError, "Choose one of: Air, Ground"):
            self.backend.wms_default_carrier_service = "ground"
        self.backend.wms_default_carrier_service = "Ground"
        self.assertEqual(self.backend.wms_default_service_id.code, "Ground")

    def test_one_typed_before_the_lists_were_fetched_blocks_the_start(self):
        self.assertEqual(self.backend.wms_default_carrier_service, "STD")
        self.offer("Ground")
        step = self.step("services")
        self.assertEqual(step.state, "blocking")
        self.assertIn("STD", step.detail)

    def test_products_without_sku_and_with_one_sku_twice_are_named(self):
        self.make_product(False, name="Nameless")
        self.make_product("mug")
        detail = self.step("products").detail
        self.assertIn("Nameless", detail)
        self.assertIn("SKU used twice: mug", detail)

    def test_a_carrier_of_open_deliveries_needs_a_service(self):
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Sleigh",
                "product_id": self.env["product.product"]
                .create({"name": "Shipping", "type": "service"})
                .id,
            }
        )
        self.make_order((self.mug, 1)).picking_ids.carrier_id = carrier
        self.assertIn("Sleigh", self.step("services").detail)

    def test_a_warehouse_of_several_steps_is_warned_about(self):
        self.assertFalse(self.route.flow_warning)
        self.warehouse.delivery_steps = "pick_ship"
        self.assertIn("once Odoo's pick is done", self.route.flow_warning)
        self.assertIn("several steps", self.step("routes").detail)

    def test_of_several_steps_only_the_last_one_goes_out(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.make_order((self.mug, 1))
        pick = order.picking_ids
        self.assertFalse(self.get_messages())
        pick.button_validate()
        self.settle()
        out = order.picking_ids - pick
        self.assertEqual(out.logistics_state, "to_release")
        self.assertEqual(self.get_messages().res_id, out.id)

    def test_lots_are_not_chosen_for_a_partner_that_does_not_read_them(self):
        connector = type(self.env["logistics.connector.canonical"])
        self.backend.wms_lot_policy = "odoo"
        self.backend.wms_lot_policy = "partner"
        with patch.object(connector, "_reads", frozenset()):
            self.backend.invalidate_recordset()
            with self.assertRaisesRegex(ValidationError, "takes no lots"):
                self.backend.wms_lot_policy = "odoo"


class TestUrgent(WmsCase):
    def urgent_lane(self):
        return self.env["logistics.lane"]._get_urgent_id(self.backend.id)

    def test_an_urgent_delivery_goes_out_before_the_others_with_what_follows(self):
        self.warehouse.out_type_id.reservation_method = "manual"
        picking = self.make_order((self.mug, 3)).picking_ids
        picking.priority = "1"
        picking.action_assign()
        self.settle()
        message = self.get_messages(picking)
        self.assertEqual(message.lane_id.id, self.urgent_lane())
        self.send(message)
        picking.move_ids.product_uom_qty = 2
        self.settle()
        change = self.get_messages(picking, "outbound_change")
        self.assertEqual(change.lane_id.id, self.urgent_lane())

    def test_one_that_becomes_urgent_before_it_is_sent_overtakes(self):
        picking = self.make_order((self.mug, 3)).picking_ids
        message = self.get_messages(picking)
        self.assertNotEqual(message.lane_id.id, self.urgent_lane())
        picking.priority = "1"
        self.settle()
        self.assertEqual(message.lane_id.id, self.urgent_lane())
        self.assertEqual(message._get_canonical().priority, "urgent")

    def test_changes_stay_behind_their_instruction(self):
        picking = self.release((self.mug, 3))
        picking.priority = "1"
        picking.move_ids.product_uom_qty = 2
        self.settle()
        messages = self.get_messages(picking)
        self.assertGreater(len(messages), 1)
        self.assertEqual(len(messages.lane_id), 1)


class TestOpeningStock(WmsCase):
    def setUp(self):
        super().setUp()
        self.taken_at = self.env.cr.now() + timedelta(minutes=1)

    def report(self, *rows):
        self.env["logistics.stock.level"]._update(
            self.backend,
            "",
            self.taken_at,
            {
                (product, lot): {"on_hand": quantity, "expires_on": expires}
                for product, lot, quantity, expires in rows
            },
            complete=True,
        )

    def prepare(self):
        opening = self.env["logistics.opening.stock"]._make(self.backend)
        return opening, self.env["stock.quant"].search(
            opening.action_prepare()["domain"]
        )

    def test_the_count_is_entered_and_changes_the_stock_once_approved(self):
        self.report((self.mug, "", 70, None), (self.tea, "", 130, None))
        _opening, quants = self.prepare()
        self.assertEqual(self.get_quantity(self.mug), 100)
        quants.action_apply_inventory()
        self.assertEqual(self.get_quantity(self.mug), 70)
        self.assertEqual(self.get_quantity(self.tea), 130)

    def test_what_the_partner_does_not_have_is_counted_as_none(self):
        self.report((self.mug, "", 100, None))
        opening, quants = self.prepare()
        self.assertEqual(opening.line_ids.product_id, self.tea)
        quants.action_apply_inventory()
        self.assertEqual(self.get_quantity(self.tea), 0)

    def test_new_lots_are_made_with_their_expiry(self):
        soap = self.make_product("SOAP", stock=0, tracking="lot")
        self.report(
            (self.mug, "", 100, None),
            (self.tea, "", 100, None),
            (soap, "L1", 8, self.taken_at.date()),
        )
        _opening, quants = self.prepare()
        quants.action_apply_inventory()
        lot = self.env["stock.lot"].search([("product_id", "=", soap.id)])
        self.assertEqual(lot.name, "L1")
        self.assertEqual(self.get_quantity(soap, lot=lot), 8)

    def test_goods_on_a_pallet_stay_there(self):
        pallet = self.env["stock.package"].create({"name": "P-1"})
        self.env["stock.quant"]._update_available_quantity(
            self.mug, self.stock, 20, package_id=pallet
        )
        self.report((self.mug, "", 90, None), (self.tea, "", 100, None))
        _opening, quants = self.prepare()
        quants.action_apply_inventory()
        self.assertEqual(self.get_quantity(self.mug), 90)
        self.assertEqual(sum(pallet.quant_ids.mapped("quantity")), 20)

    def test_a_count_older_than_the_last_move_is_refused(self):
        self.taken_at -= timedelta(days=1)
        self.report((self.mug, "", 70, None))
        picking = self.make_order((self.mug, 1)).picking_ids
        picking.with_context(skip_logistics_partner=True).button_validate()
        with self.assertRaisesRegex(UserError, "moved in Odoo since"):
            self.prepare()
