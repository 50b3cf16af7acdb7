"""Customs: complete before anything is sent, and in the customer's currency."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.logistics_core.errors import InvalidMessage

from ..carrier_common import CarrierCase


@tagged("post_install", "-at_install")
class TestCustoms(CarrierCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.swiss = cls.make_customer(
            city="Zürich", zip="8001", country_id=cls.env.ref("base.ch").id
        )
        cls.incoterm = cls.env["account.incoterms"].search(
            [("code", "=", "DAP")], limit=1
        )
        cls.declared = cls.make_product(
            "Model 7 “Sunrise”",
            weight=0.5,
            hs_code="8516.79",
            country_of_origin=cls.env.ref("base.pt").id,
            logistics_customs_description="Electric kettle",
        )

    def test_all_that_is_missing_is_told_at_once(self):
        delivery = self.make_delivery(customer=self.swiss)
        self.swiss.phone = False
        self.warehouse.partner_id.vat = False
        with self.assertRaises(UserError) as caught:
            delivery.action_logistics_buy()
        text = str(caught.exception)
        for missing in ("phone", "incoterm", "EORI", "HS code, country of origin"):
            self.assertIn(missing, text)
        self.assertFalse(delivery.logistics_shipment_ids)

    def test_the_goods_are_declared_with_their_own_description_and_price(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        pricelist = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": dollar.id}
        )
        self.method.logistics_incoterm_id = self.incoterm
        order = self.make_order(
            self.declared, customer=self.swiss, pricelist_id=pricelist.id
        )
        order.order_line[0].write({"price_unit": 50, "discount": 10})
        order.action_confirm()
        order.picking_ids.action_logistics_buy()
        self.carry()
        customs = self.asked[0].customs
        goods = customs.commodities[0]
        self.assertEqual(customs.incoterm, "DAP")
        self.assertEqual(goods.description, "Electric kettle")
        self.assertEqual(
            (str(goods.value.amount), goods.value.currency), ("45.00", "USD")
        )
        self.assertEqual((goods.hs_code, goods.origin_country), ("8516.79", "PT"))
        self.assertEqual(str(customs.total.amount), "90.00")
        self.assertEqual(self.asked[0].ship_from.vat, "FR23334175221")

    def test_a_price_is_asked_for_with_the_goods_that_customs_see(self):
        self.method.logistics_incoterm_id = self.incoterm
        order = self.make_order(self.declared, customer=self.swiss)
        customs = order._prepare_rate_request(self.method).customs
        (goods,) = customs.commodities
        self.assertEqual((customs.incoterm, goods.hs_code), ("DAP", "8516.79"))
        self.assertEqual(str(customs.total.amount), "40.00")
        # What is not complete, or crosses no border, is priced without them.
        for products, customer in (
            ((self.product,), self.swiss),
            ((self.declared,), self.customer),
        ):
            order = self.make_order(*products, customer=customer)
            self.assertIsNone(order._prepare_rate_request(self.method).customs)

    def declare(self, product, quantity, subtotal):
        """Return the Customs of an order of so many for so much."""
        self.method.logistics_incoterm_id = self.incoterm
        order = self.make_order(product, customer=self.swiss)
        line = order.order_line[0]
        line.write({"product_uom_qty": quantity, "price_unit": subtotal / quantity})
        self.assertEqual(line.price_subtotal, subtotal)
        order.action_confirm()
        order.picking_ids.move_ids.quantity = quantity
        order.picking_ids.action_logistics_buy()
        self.carry()
        return self.asked[-1].customs

    def test_small_prices_are_declared_to_the_cent(self):
        self.env.ref("product.decimal_price").digits = 6
        for subtotal, price in ((14.9, "0.0149"), (4.0, "0.004")):
            customs = self.declare(self.declared, 1000, subtotal)
            (goods,) = customs.commodities
            self.assertEqual(str(goods.value.amount), price)
            self.assertEqual(str(goods.total.amount), f"{subtotal:.2f}")
            self.assertEqual(customs.total, goods.total)

    def test_goods_are_declared_in_the_unit_they_are_kept_in(self):
        self.declared.uom_id = self.env.ref("uom.product_uom_kgm")
        customs = self.declare(self.declared, 0.5, 5.0)
        (goods,) = customs.commodities
        self.assertEqual((str(goods.quantity), goods.unit), ("0.5", "KGM"))
        self.assertEqual(str(goods.value.amount), "10.00")
        self.assertEqual(str(customs.total.amount), "5.00")

    def test_goods_worth_less_than_a_cent_are_told_before_anything_is_bought(self):
        self.env.ref("product.decimal_price").digits = 6
        self.method.logistics_incoterm_id = self.incoterm
        order = self.make_order(self.declared, customer=self.swiss)
        order.order_line[0].write({"product_uom_qty": 1, "price_unit": 0.004})
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "lacks for customs: value"):
            order.picking_ids.action_logistics_buy()

    def test_a_pickup_knows_whether_something_of_it_is_dutiable(self):
        def fetch():
            pickup = self.env["logistics.pickup"].new(
                {
                    "backend_id": self.backend.id,
                    "warehouse_id": self.warehouse.id,
                    "date": fields.Date.today() + timedelta(1),
                    "ready_time": 14.0,
                    "close_time": 18.0,
                }
            )
            return pickup._prepare_canonical("book")

        self.assertIsNone(fetch().dutiable)
        self.make_delivery().action_logistics_buy()
        self.carry()
        self.assertIs(fetch().dutiable, False)
        self.declare(self.declared, 2, 40.0)
        told = fetch()
        self.assertIs(told.dutiable, True)
        self.assertEqual(str(told.value.amount), "40.00")

    def test_a_text_that_does_not_fit_is_told_at_the_delivery(self):
        def check(connector, backend, instruction):
            raise InvalidMessage("Too long: the city.", remedy="Shorten it.")

        delivery = self.make_delivery()
        with (
            self.scripted(_check_shipment=check),
            self.assertRaisesRegex(UserError, "(?s)Too long: the city.*Shorten it"),
        ):
            delivery.action_logistics_buy()
        self.assertFalse(delivery.logistics_shipment_ids)

    def test_inside_the_union_there_are_no_papers(self):
        german = self.make_customer(zip="10115", country_id=self.env.ref("base.de").id)
        delivery = self.make_delivery(customer=german)
        delivery.action_logistics_buy()
        self.carry()
        self.assertIsNone(self.asked[0].customs)

    def test_dangerous_goods_go_only_with_who_carries_them(self):
        self.product.write(
            {
                "logistics_un_number": "3481",
                "logistics_shipping_name": "Lithium ion batteries",
                "logistics_hazard_class": "9",
            }
        )
        delivery = self.make_delivery()
        capable = self.registry["logistics.connector.canonical"]._capabilities
        with (
            self.scripted(_capabilities=capable - {"dangerous_goods"}),
            self.assertRaisesRegex(UserError, "dangerous goods"),
        ):
            delivery.action_logistics_buy()
        delivery.action_logistics_buy()
        self.carry()
        goods = self.asked[0].parcels[0].dangerous_goods[0]
        self.assertEqual((goods.un_number, goods.hazard_class), ("3481", "9"))
