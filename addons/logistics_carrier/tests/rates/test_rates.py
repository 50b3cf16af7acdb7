"""Rates: asked once, within a budget, and chosen by rules."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from odoo import fields
from odoo.tests import new_test_user, tagged

from odoo.addons.logistics_core.errors import Rejected, RemoteUnavailable
from odoo.addons.logistics_core.tests.local_partner import Reply, local_partner

from ...canonical import Charge, Money, Rate
from ...canonical.quotes import dump_offers
from ..carrier_common import CarrierCase


@tagged("post_install", "-at_install")
class TestRates(CarrierCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currency = cls.company.currency_id
        cls.express = cls.make_method("Express", "EXPRESS", sequence=20)
        cls.rules = cls.make_method(
            "Best", False, logistics_mode="rules", logistics_backend_id=False
        )

    def setUp(self):
        super().setUp()
        self.questions = []
        self.offers = [
            self.offer("PARCEL", "8.00", days=3, published="11.00"),
            self.offer("EXPRESS", "19.00", days=1),
        ]

    def offer(self, service, price, days, published=None):
        name = self.currency.name
        return Rate(
            service=service,
            service_name=service.title(),
            total=Money(Decimal(price), name),
            published=Money(Decimal(published), name) if published else None,
            charges=(Charge("FUEL", "Fuel", Decimal("1.10")),),
            estimated_delivery=datetime(2026, 12, days, 12, tzinfo=UTC),
            transit_days=days,
        )

    def rate(self, method, order=None):
        order = order or self.make_order(method=method)

        def get_rates(connector, backend, request):
            self.questions.append(request)
            if isinstance(self.offers, Exception):
                raise self.offers
            return self.offers

        with self.own_transactions(), self.scripted(_get_rates=get_rates):
            return method.rate_shipment(order)

    def test_the_price_of_the_service_is_shown_with_its_list_price(self):
        result = self.rate(self.method)
        self.assertEqual((result["success"], result["price"]), (True, 8.0))
        price = self.currency.format(11.0)
        self.assertIn(f"list price {price}", result["warning_message"])
        self.assertEqual(str(self.questions[0].parcels[0].weight), "3")

    def test_the_same_quote_is_not_asked_twice(self):
        order = self.make_order()
        self.rate(self.method, order)
        result = self.rate(self.express, order)
        self.assertEqual(result["price"], 19.0)
        self.assertEqual(len(self.questions), 1)
        quote = self.env["logistics.rate"].search([])
        self.assertEqual((quote.used_count, quote.offer_count), (1, 2))
        self.assertEqual(self.backend.rate_count_today, 1)

    def test_beyond_the_budget_the_fallback_rate_is_shown(self):
        self.backend.rate_quota = 1
        self.method.logistics_fallback_price = 12
        self.rate(self.method)
        result = self.rate(self.method, self.make_order(quantity=5))
        self.assertEqual((result["success"], result["price"]), (True, 12.0))
        self.assertIn("Fallback rate", result["warning_message"])
        self.assertEqual(len(self.questions), 1)

    def test_without_a_fallback_rate_the_cause_is_shown(self):
        self.offers = RemoteUnavailable("The carrier sleeps")
        result = self.rate(self.method)
        self.assertFalse(result["success"])
        self.assertEqual(result["error_message"], "The carrier sleeps")

    def test_a_refusal_is_told_and_not_covered_by_the_fallback_rate(self):
        self.method.logistics_fallback_price = 12
        self.offers = Rejected("Unknown postal code")
        result = self.rate(self.method)
        self.assertEqual(result["error_message"], "Unknown postal code")

    def test_a_heavy_order_is_rated_as_several_parcels(self):
        self.method.logistics_package_type_id = self.env["stock.package.type"].create(
            {"name": "Box", "max_weight": 10, "base_weight": 1}
        )
        self.rate(self.method, self.make_order(quantity=14))
        weights = [str(p.weight) for p in self.questions[0].parcels]
        self.assertEqual(weights, ["10", "10", "4"])

    def make_rule(self, **values):
        return self.env["logistics.rate.rule"].create(
            {"name": "Rule", "company_id": self.company.id, **values}
        )

    def test_the_cheapest_by_rule_ships_the_order(self):
        self.make_rule()
        order = self.make_order(method=self.rules)
        result = self.rate(self.rules, order)
        self.assertEqual(result["price"], 8.0)
        self.assertIn("Rule", result["warning_message"])
        order.action_confirm()
        order.picking_ids.action_logistics_buy()
        self.assertEqual(order.picking_ids.logistics_shipment_ids.service, "PARCEL")

    def test_rules_look_at_country_weight_and_days(self):
        self.make_rule(
            name="Swiss", country_ids=[(6, 0, self.env.ref("base.ch").ids)], sequence=1
        )
        self.make_rule(name="Heavy", weight_from=20, sequence=2)
        fast = self.make_rule(name="Fast", max_days=2, sequence=3)
        result = self.rate(self.rules)
        self.assertEqual(result["price"], 19.0)
        self.assertIn(fast.name, result["warning_message"])

    def test_the_fastest_and_the_preferred_are_taken_when_asked_for(self):
        rule = self.make_rule(strategy="fastest")
        self.assertEqual(self.rate(self.rules)["price"], 19.0)
        rule.strategy = "preferred"
        self.express.sequence = 1
        self.assertEqual(self.rate(self.rules)["price"], 19.0)
        self.express.sequence = 99
        self.assertEqual(self.rate(self.rules)["price"], 8.0)

    def test_without_a_choice_the_rules_choose_among_what_works(self):
        self.make_rule(carrier_ids=[(6, 0, self.express.ids)])
        delivery = self.make_delivery(method=self.rules)
        delivery.action_logistics_buy()
        self.assertEqual(delivery.logistics_shipment_ids.service, "EXPRESS")

    def test_an_interrupted_carrier_is_replaced_by_its_fallback(self):
        other = self.make_backend(name="Other carrier")
        reserve = self.make_method("Reserve", "RES", logistics_backend_id=other.id)
        self.method.logistics_fallback_id = reserve
        self.backend._get_transport_gate().state = "open"
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        self.assertEqual(delivery.logistics_shipment_ids.backend_id, other)
        self.backend._get_transport_gate().state = "closed"
        self.backend._pause("Strike")
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        self.assertEqual(delivery.logistics_shipment_ids.backend_id, other)

    def test_the_comparison_lists_all_offers_and_applies_the_choice(self):
        self.make_rule(strategy="fastest")
        order = self.make_order()

        def get_rates(connector, backend, request):
            return self.offers

        with self.own_transactions(), self.scripted(_get_rates=get_rates):
            action = order.action_logistics_compare()
        comparison = self.env["logistics.rate.comparison"].browse(action["res_id"])
        lines = comparison.line_ids
        self.assertEqual(lines.mapped("price"), [8.0, 19.0])
        self.assertEqual(lines.mapped("published_price"), [11.0, 19.0])
        self.assertEqual(lines.mapped("is_chosen"), [False, True])
        price = self.currency.format(1.10)
        self.assertEqual(lines[0].charges, f"Fuel: {price}")
        self.assertEqual(lines.mapped("mark"), ["Cheapest", "Fastest"])
        self.assertEqual(str(lines[0].delivery_day), "2026-12-03")
        self.assertIn("Rule", comparison.rule_note)
        lines[1].action_choose()
        self.assertEqual(order.carrier_id, self.express)
        self.assertEqual(order.order_line.filtered("is_delivery").price_unit, 19.0)

    def compare(self, order):
        def get_rates(connector, backend, request):
            return self.offers

        with self.own_transactions(), self.scripted(_get_rates=get_rates):
            action = order.action_logistics_compare()
        return self.env["logistics.rate.comparison"].browse(action["res_id"])

    def test_without_a_rule_nothing_is_said_of_one(self):
        self.assertFalse(self.compare(self.make_order()).rule_note)

    def test_the_day_of_delivery_is_that_of_the_place(self):
        late = datetime(2026, 12, 5, 4, 59, tzinfo=UTC)  # 23:59 in New York
        self.offers = [replace(self.offers[0], estimated_delivery=late)]
        self.env.user.tz = "Europe/Brussels"
        customer = self.make_customer(
            country_id=self.env.ref("base.us").id,
            state_id=self.env.ref("base.state_us_27").id,
            city="New York",
            zip="10001",
        )
        comparison = self.compare(self.make_order(customer=customer))
        self.assertEqual(str(comparison.line_ids.delivery_day), "2026-12-04")

    def get_foreign(self, rate=None):
        """Return a currency that is not active, with a rate or without one."""
        foreign = self.env["res.currency"]._find_by_code("NOK")
        foreign.active = bool(rate)
        foreign.rate_ids.unlink()
        if rate:
            values = {"name": "2020-01-01", "rate": rate}
            foreign.rate_ids = [fields.Command.create(values)]
        return foreign

    def in_foreign(self, offer):
        return replace(
            offer,
            total=replace(offer.total, currency="NOK"),
            published=offer.published and replace(offer.published, currency="NOK"),
        )

    def test_an_offer_in_a_currency_without_a_rate_is_not_converted_one_to_one(self):
        foreign = self.get_foreign()
        self.offers = [self.in_foreign(self.offers[0])]
        result = self.rate(self.method)
        self.assertFalse(result["success"])
        self.assertIn("NOK is not active", result["error_message"])
        foreign.active = True
        result = self.rate(self.method)
        self.assertIn("NOK has no exchange rate", result["error_message"])
        line = self.compare(self.make_order()).line_ids.filtered("problem")[:1]
        self.assertIn("NOK has no exchange rate", line.problem)

    def test_all_figures_of_a_comparison_are_in_one_currency(self):
        self.get_foreign(rate=2.0)
        self.offers = [self.in_foreign(self.offers[0]), self.offers[1]]
        lines = self.compare(self.make_order()).line_ids
        self.assertEqual(lines.mapped("price"), [4.0, 19.0])
        self.assertEqual(lines[0].published_price, 5.5)
        self.assertEqual(lines[0].charges, f"Fuel: {self.currency.format(0.55)}")

    def test_an_order_of_weightless_goods_is_not_rated(self):
        card = self.make_product("Gift card", weight=0)
        order = self.make_order(self.product, card)
        result = self.rate(self.method, order)
        self.assertFalse(result["success"])
        self.assertIn("Gift card", result["error_message"])
        self.assertNotIn("Kettle", result["error_message"])
        self.assertFalse(self.questions)

    def test_a_person_or_the_warehouse_says_what_weightless_goods_weigh(self):
        card = self.make_product("Gift card", weight=0)
        order = self.make_order(self.product, card)
        order.shipping_weight = 4
        self.assertTrue(self.rate(self.method, order)["success"])
        self.assertEqual(self.questions[-1].parcels[0].weight, 4)
        self.warehouse.carrier_default_weight = 0.25
        order = self.make_order(self.product, card)
        self.assertTrue(self.rate(self.method, order)["success"])
        self.assertEqual(self.questions[-1].parcels[0].weight, Decimal("3.5"))

    def test_a_salesman_without_rights_on_the_hub_compares_and_chooses(self):
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman"
        )
        order = self.make_order(user_id=seller.id).with_user(seller)

        def get_rates(connector, backend, request):
            return self.offers

        with self.own_transactions(), self.scripted(_get_rates=get_rates):
            action = order.action_logistics_compare()
            price = self.method.with_user(seller).rate_shipment(order)["price"]
        comparison = self.env["logistics.rate.comparison"].browse(action["res_id"])
        comparison.with_user(seller).line_ids[0].action_choose()
        self.assertEqual(price, 8.0)
        self.assertEqual(order.carrier_id, self.method)


@tagged("post_install", "-at_install")
class TestRatesOverHttp(CarrierCase):
    def test_offers_are_read_and_a_slow_carrier_is_not_waited_for(self):
        self.method.logistics_rate_timeout = 1
        self.method.logistics_fallback_price = 7
        order = self.make_order()
        code = self.company.currency_id.name
        offer = Rate("PARCEL", "Parcel", Money(Decimal("5"), code))
        with local_partner() as partner, self.own_transactions():
            self.backend.base_url = partner.url
            self.env.flush_all()
            partner.will(Reply(hang=5))
            slow = self.method.rate_shipment(order)
            self.assertEqual(slow["price"], 7.0)
            self.assertIn("did not answer in time", slow["warning_message"])
            partner.will(f'{{"data": {dump_offers([offer])}}}')
            answer = self.method.rate_shipment(order)
        self.assertTrue(answer["success"])
        self.assertNotIn("Fallback", answer["warning_message"] or "")
