"""Duties and taxes: asked when nothing is missing, once, and kept with the document."""

import json
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.logistics_core.errors import Rejected, RemoteUnavailable
from odoo.addons.logistics_core.tests.local_partner import local_partner

from ...canonical import LandedCharge, LandedCost, Money
from ..carrier_common import CarrierCase


@tagged("post_install", "-at_install")
class TestLandedCost(CarrierCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.swiss = cls.make_customer(
            city="Zürich", zip="8001", country_id=cls.env.ref("base.ch").id
        )
        cls.method.logistics_incoterm_id = cls.env["account.incoterms"].search(
            [("code", "=", "DAP")], limit=1
        )
        cls.kettle, cls.toaster = [
            cls.make_product(
                name,
                weight=0.5,
                default_code=name.upper(),
                hs_code="8516.79",
                country_of_origin=cls.env.ref("base.pt").id,
                logistics_customs_description=f"Electric {name}",
            )
            for name in ("kettle", "toaster")
        ]

    def setUp(self):
        super().setUp()
        self.currency = self.company.currency_id
        self.questions = []
        self.answer = self.make_answer()

    def make_answer(self, name=None):
        name = name or self.currency.name

        def money(amount):
            return Money(Decimal(amount), name)

        charges = (
            LandedCharge("duty", "DUTY", "DUTY", money("3.00"), 2, "0.03 * CIF"),
            LandedCharge("tax", "TAX", "VAT", money("8.00"), 1),
            LandedCharge("shipping", "FF", "FUEL", Money(Decimal(2), "XAU")),
        )
        total = money("100.00")
        sums = [Decimal(n) for n in ("80.00", "7.00", "3.00", "8.00", "2.00")]
        return LandedCost(total, *sums, charges, ("HS code is not complete",))

    def estimate(self, document):
        """Press the button; return the estimate that it shows."""

        def ask(connector, backend, request):
            self.questions.append((connector.env.context, request))
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer

        with self.own_transactions(), self.scripted(_get_landed_cost=ask):
            action = document.action_logistics_landed_cost()
        return self.env["logistics.landed.cost"].browse(action["res_id"])

    def make_export(self, **values):
        goods = (self.kettle, self.toaster)
        return self.make_delivery(*goods, customer=self.swiss, **values)

    def test_an_estimate_is_kept_with_the_delivery(self):
        delivery = self.make_export()
        cost = self.estimate(delivery)
        self.assertEqual(delivery.logistics_landed_cost_ids, cost)
        parts = ("goods", "shipping", "duty", "tax", "fee")
        amounts = [cost[f"{part}_amount"] for part in parts]
        self.assertEqual(amounts, [80.0, 7.0, 3.0, 8.0, 2.0])
        self.assertEqual((cost.total_amount, cost.currency_id), (100.0, self.currency))
        self.assertEqual(cost.warnings, "HS code is not complete")
        self.assertTrue(cost.asked_at)
        rows = [
            (line.item, line.item_name, line.kind, line.amount, line.currency_name)
            for line in cost.line_ids
        ]
        name = self.currency.name
        self.assertEqual(
            rows,
            [
                (0, False, "shipping", 2.0, "XAU"),
                (1, "Electric kettle", "tax", 8.0, name),
                (2, "Electric toaster", "duty", 3.0, name),
            ],
        )

    def test_what_is_asked_is_what_will_be_declared(self):
        self.estimate(self.make_export())
        context, request = self.questions[0]
        self.assertLessEqual(context["logistics_timeout"], 20)
        self.assertEqual(request.ship_to.address.country, "CH")
        self.assertEqual((request.service, request.incoterm), ("PARCEL", "DAP"))
        kettle = request.commodities[0]
        self.assertEqual((kettle.sku, kettle.hs_code), ("KETTLE", "8516.79"))
        self.assertEqual(str(kettle.quantity), "2")
        self.assertEqual(str(kettle.value.amount), "20.00")

    def test_all_that_is_missing_is_told_before_anyone_is_asked(self):
        self.method.logistics_incoterm_id = False
        delivery = self.make_delivery(self.product, customer=self.swiss)
        with self.assertRaises(UserError) as caught:
            self.estimate(delivery)
        for missing in ("incoterm", "HS code, country of origin"):
            self.assertIn(missing, str(caught.exception))
        self.assertFalse(self.questions)
        self.assertEqual(self.backend.rate_count_today, 0)

    def test_the_same_question_is_asked_once_while_its_answer_is_valid(self):
        delivery = self.make_export()
        first = self.estimate(delivery)
        self.assertEqual(self.estimate(delivery), first)
        self.assertEqual((len(self.questions), self.backend.rate_count_today), (1, 1))
        first.valid_until = first.asked_at
        self.assertNotEqual(self.estimate(delivery), first)
        self.assertEqual(len(delivery.logistics_landed_cost_ids), 2)

    def test_the_day_s_requests_are_shared_with_rates(self):
        self.backend.rate_quota = 1
        self.estimate(self.make_export())
        with self.assertRaisesRegex(UserError, "are used"):
            self.estimate(self.make_export())
        self.assertEqual(len(self.questions), 1)

    def test_the_carrier_s_own_words_are_shown_and_nothing_is_kept(self):
        for error in (Rejected("No such HS code"), RemoteUnavailable("It sleeps")):
            self.answer = error
            delivery = self.make_export()
            with self.assertRaisesRegex(UserError, str(error)):
                self.estimate(delivery)
            self.assertFalse(delivery.logistics_landed_cost_ids)

    def test_a_currency_that_does_not_exist_is_an_error(self):
        self.answer = self.make_answer("QQQ")
        with self.assertRaisesRegex(UserError, "QQQ"):
            self.estimate(self.make_export())

    def test_only_exports_with_a_carrier_that_calculates_duties_can_ask(self):
        delivery, home = self.make_export(), self.make_delivery()
        self.assertTrue(delivery.logistics_can_land)
        self.assertFalse(home.logistics_can_land)
        with self.assertRaisesRegex(UserError, "border"):
            self.estimate(home)
        capable = self.registry["logistics.connector.canonical"]._capabilities
        with self.scripted(_capabilities=capable - {"landed_cost"}):
            delivery.invalidate_recordset()
            self.assertFalse(delivery.logistics_can_land)
            with self.assertRaisesRegex(UserError, "calculates no"):
                self.estimate(delivery)
        self.assertFalse(self.questions)

    def test_an_order_is_estimated_before_it_is_confirmed(self):
        order = self.make_order(self.kettle, self.toaster, customer=self.swiss)
        order.order_line[0].write({"price_unit": 50, "discount": 10})
        self.assertTrue(order.logistics_can_land)
        cost = self.estimate(order)
        self.assertEqual(order.logistics_landed_cost_ids, cost)
        request = self.questions[0][1]
        values = [str(line.value.amount) for line in request.commodities]
        self.assertEqual(values, ["45.00", "20.00"])
        self.assertEqual([p.weight for p in request.parcels], [Decimal(2)])

    def test_an_order_says_all_that_it_lacks(self):
        self.method.logistics_incoterm_id = False
        order = self.make_order(customer=self.swiss)
        with self.assertRaises(UserError) as caught:
            self.estimate(order)
        for missing in ("incoterm", "Kettle lacks for customs: HS code"):
            self.assertIn(missing, str(caught.exception))
        self.assertFalse(self.questions)
        with self.assertRaisesRegex(UserError, "border"):
            self.estimate(self.make_order())
        order.carrier_id = False
        with self.assertRaisesRegex(UserError, "shipping method"):
            self.estimate(order)

    def test_the_button_is_on_delivery_and_order(self):
        for model in ("stock.picking", "sale.order"):
            arch = self.env[model].get_view(view_type="form")["arch"]
            self.assertIn("action_logistics_landed_cost", arch)
            self.assertIn("logistics_landed_cost_ids", arch)

    def test_who_may_not_change_the_document_may_not_ask(self):
        delivery = self.make_export()
        nobody = new_test_user(self.env, "reader", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.estimate(delivery.with_user(nobody))
        picker = new_test_user(self.env, "picker", groups="stock.group_stock_user")
        cost = self.estimate(delivery.with_user(picker))
        self.assertEqual(cost.with_user(picker).line_ids[0].currency_name, "XAU")

    def test_a_partner_of_the_hub_s_own_words_is_asked(self):
        delivery = self.make_export()
        with local_partner() as partner, self.own_transactions():
            self.backend.base_url = partner.url
            self.env.flush_all()
            partner.will({"data": self.answer.to_dict()})
            delivery.action_logistics_landed_cost()
        self.assertEqual(json.loads(partner.seen[0].body)["key"], "landed_cost")
        self.assertEqual(delivery.logistics_landed_cost_ids.total_amount, 100.0)
