"""Databases that weigh in pounds and measure in feet: nothing grows on the way."""

from decimal import Decimal

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ...shipping.picking_contents import to_content
from ...tools.units import INCH, POUND
from ..carrier_common import CarrierCase


@tagged("post_install", "-at_install")
class TestUnits(CarrierCase):
    def setUp(self):
        super().setUp()
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("product.weight_in_lbs", "1")
        params.set_param("product.volume_in_cubic_feet", "1")

    def plan(self, delivery):
        [parcel] = delivery._logistics_plan_parcels(
            delivery.carrier_id.logistics_package_type_id
        )
        return to_content(parcel)

    def test_products_and_packagings_in_pounds_and_feet(self):
        self.method.logistics_package_type_id = self.env["stock.package.type"].create(
            {
                "name": "Box",
                "packaging_length": 1,
                "width": 10 / 12,
                "height": 0.5,
                "base_weight": 0.5,
            }
        )
        for pounds in (0.1, 0.5, 1, 4.5, 9.5, 19.5):
            self.product.weight = pounds
            content = self.plan(self.make_delivery(quantity=1))
            expected = (to_decimal(pounds) + Decimal("0.5")) * POUND
            self.assertEqual(content.weight, expected)
        self.assertEqual(content.length, 12 * INCH)
        self.assertAlmostEqual(content.width, 10 * INCH, 9)

    def test_what_a_person_weighed_is_in_pounds(self):
        delivery = self.make_delivery(quantity=1)
        self.pack(delivery)
        delivery.move_line_ids.result_package_id.shipping_weight = 20
        self.assertEqual(self.plan(delivery).weight, 20 * POUND)

    def test_small_weights_times_quantity_stay_exact(self):
        self.product.weight = 0.02
        delivery = self.make_delivery(quantity=50)
        self.assertEqual(self.plan(delivery).weight, POUND)
        [commodity] = delivery.move_line_ids._prepare_commodities()
        self.assertEqual(commodity.weight * commodity.quantity, POUND)

    def test_a_product_without_a_weight_is_told_or_counted_as_the_warehouse_says(self):
        card = self.make_product("Gift card", weight=0)
        self.product.weight = 1
        delivery = self.make_delivery(self.product, card)
        with self.assertRaises(UserError) as caught:
            delivery.action_logistics_buy()
        self.assertIn("Gift card", str(caught.exception))
        self.assertNotIn(self.product.name, str(caught.exception))
        self.warehouse.carrier_default_weight = 0.1
        self.assertEqual(self.plan(delivery).weight, 2 * POUND + Decimal("0.2"))
        delivery.action_logistics_buy()
        self.assertTrue(delivery.logistics_shipment_ids)

    def test_a_parcel_that_was_weighed_may_hold_a_product_without_a_weight(self):
        delivery = self.make_delivery(self.make_product("Gift card", weight=0))
        self.pack(delivery)
        delivery.move_line_ids.result_package_id.shipping_weight = 1
        delivery.action_logistics_buy()
        self.assertEqual(delivery.logistics_shipment_ids.parcel_ids.weight, 0.45359237)

    def test_orders_are_rated_with_what_they_weigh(self):
        self.product.weight = 0.02
        order = self.make_order(quantity=50)
        [parcel] = order._prepare_rate_request(self.method).parcels
        self.assertEqual(parcel.weight, POUND)

    def test_products_sold_by_the_dozen(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.product.weight = 0.25
        order = self.make_order(quantity=2)
        order.order_line.product_uom_id = dozen
        order.action_confirm()
        self.assertEqual(self.plan(order.picking_ids).weight, 6 * POUND)

    def test_dangerous_goods_are_not_rounded_up(self):
        self.product.write(
            {"logistics_un_number": "1263", "weight": 0.02, "is_storable": True}
        )
        self.product.uom_id.rounding = 0.01
        delivery = self.make_delivery(quantity=50)
        [goods] = delivery.move_line_ids._prepare_dangerous_goods()
        self.assertEqual((goods.quantity, goods.net_weight), (50, POUND))

    def test_pickups_are_booked_with_the_exact_sum(self):
        self.product.weight = 1
        for _again in range(3):
            self.make_delivery(quantity=1).action_logistics_buy()
        self.carry()
        shipments = self.env["logistics.shipment"].search(
            [("warehouse_id", "=", self.warehouse.id), ("state", "=", "labelled")]
        )
        weights = shipments.parcel_ids.mapped("weight")
        self.assertEqual(weights, [0.45359237] * 3)
        pickup = self.env["logistics.pickup"].new(
            {
                "warehouse_id": self.warehouse.id,
                "backend_id": self.backend.id,
                "date": fields.Date.today(),
                "weight": sum(weights),
                "parcel_count": 3,
                "ready_time": 9,
                "close_time": 17,
            }
        )
        made = pickup._prepare_canonical("book")
        self.assertEqual(made.weight, 3 * POUND)


def to_decimal(number):
    return Decimal(str(number))
