"""What is billed is compared with what the label should cost."""

from odoo import fields
from odoo.tests import tagged

from ..freight_common import FreightCase


@tagged("post_install", "-at_install")
class TestFreight(FreightCase):
    def test_what_was_told_with_the_label_matches(self):
        shipment = self.ship()
        invoice = self.bill("F1", *self.fair(shipment))
        self.assertEqual(invoice.state, "matched")
        self.assertEqual(set(invoice.line_ids.mapped("outcome")), {"matched"})
        self.assertEqual(invoice.line_ids.mapped("expected"), [8.0, 1.4])
        self.assertEqual(invoice.line_ids.parcel_id, shipment.parcel_ids)
        self.assertFalse(self.problems(invoice))
        self.assertEqual(self.messages.state, "done")

    def test_up_to_the_tolerance_it_matches_and_not_beyond(self):
        shipment, other = self.ship(), self.ship()
        invoice = self.bill(
            "F1",
            self.charge(shipment, amount="9.90"),
            self.charge(other, amount="9.91"),
        )
        self.assertEqual(invoice.line_ids.mapped("outcome"), ["matched", "difference"])
        self.backend.freight_tolerance_percent = 10
        invoice._match()
        self.assertEqual(invoice.state, "matched")
        self.assertFalse(self.problems(invoice))

    def test_a_surcharge_nobody_told_goes_to_finance_with_its_figures(self):
        finance = self.env.user
        self.backend.freight_user_id = finance
        shipment = self.ship()
        extra = self.charge(shipment, "RES", "3.20")
        invoice = self.bill("F1", *self.fair(shipment), extra)
        self.assertEqual(invoice.state, "differences")
        self.assertEqual(set(invoice.line_ids.mapped("cause")), {"surcharge"})
        unexpected = invoice.line_ids.filtered("is_unexpected")
        self.assertEqual(
            (unexpected.code, unexpected.expected, unexpected.difference),
            ("RES", 0.0, 3.2),
        )
        problem = self.problems(invoice)
        self.assertEqual(
            (len(problem), problem.kind, problem.user_id),
            (1, "freight_difference", finance),
        )
        for figure in ("12.60", "9.40", "3.20"):
            self.assertIn(figure, problem.cause)

    def test_a_corrected_weight_is_named(self):
        shipment = self.ship()
        invoice = self.bill(
            "F1",
            self.charge(shipment, amount="14.00", billed_weight=8),
            self.charge(shipment, "FUEL", "1.40"),
        )
        self.assertEqual(set(invoice.line_ids.mapped("cause")), {"weight"})
        self.assertIn("8 kg", self.problems(invoice).cause)

    def test_less_than_expected_is_told_but_bothers_nobody(self):
        shipment = self.ship()
        invoice = self.bill("F1", self.charge(shipment, amount="5.00"))
        self.assertEqual(invoice.line_ids.outcome, "difference")
        self.assertEqual(invoice.line_ids.cause, "less")
        self.assertAlmostEqual(invoice.difference, -4.4)
        self.assertEqual(invoice.state, "matched")
        self.assertFalse(self.problems(invoice))

    def test_a_parcel_of_nobody_is_unknown(self):
        invoice = self.bill("F1", self.charge(None, number="ELSE1"))
        self.assertEqual(invoice.line_ids.outcome, "unknown")
        self.assertIn("ELSE1", self.problems(invoice).title)

    def test_without_its_number_a_parcel_is_known_by_our_reference(self):
        shipment = self.ship()
        invoice = self.bill(
            "F1", self.charge(None, "X", "9.40", number="", reference=shipment.name)
        )
        self.assertEqual(invoice.line_ids.outcome, "matched")
        self.assertEqual(invoice.line_ids.shipment_id, shipment)

    def test_the_same_charge_on_a_later_invoice_is_billed_twice(self):
        shipment = self.ship()
        self.bill("F1", *self.fair(shipment))
        again = self.bill("F2", self.charge(shipment))
        self.assertEqual(again.line_ids.outcome, "twice")
        self.assertEqual(again.line_ids.difference, 8.0)
        self.assertTrue(self.problems(again))

    def test_another_charge_later_is_a_difference_and_not_twice(self):
        shipment = self.ship()
        self.bill("F1", *self.fair(shipment))
        late = self.bill("F2", self.charge(shipment, "RES", "3.00"))
        self.assertEqual(late.line_ids.outcome, "difference")
        self.assertEqual(late.line_ids.difference, 3.0)

    def test_a_voided_label_that_is_billed_is_told(self):
        shipment = self.ship()
        charges = self.fair(shipment)
        shipment.action_void()
        self.carry()
        invoice = self.bill("F1", *charges)
        self.assertEqual(set(invoice.line_ids.mapped("outcome")), {"voided"})
        self.assertEqual(invoice.difference, 9.4)
        self.assertTrue(self.problems(invoice))

    def test_a_return_is_matched_as_one(self):
        shipment = self.ship()
        shipment.action_return_label()
        self.carry()
        back = shipment.picking_id.logistics_shipment_ids - shipment
        invoice = self.bill("F1", *self.fair(back))
        self.assertEqual(set(invoice.line_ids.mapped("outcome")), {"return"})
        self.assertEqual(invoice.state, "matched")

    def test_the_way_back_explains_a_second_fare(self):
        shipment = self.ship()
        shipment.parcel_ids.status = "returned"
        invoice = self.bill(
            "F1", *self.fair(shipment), self.charge(shipment, "RTS", "9.40")
        )
        self.assertEqual(set(invoice.line_ids.mapped("outcome")), {"return"})
        self.assertFalse(self.problems(invoice))

    def test_a_credit_closes_the_difference_it_makes_up_for(self):
        shipment = self.ship()
        invoice = self.bill(
            "F1", *self.fair(shipment), self.charge(shipment, "RES", "3.00")
        )
        problem = self.problems(invoice)
        credit = self.bill("F1C", self.charge(shipment, "RES", "-3.00"))
        self.assertEqual(credit.line_ids.outcome, "credit")
        self.assertEqual(credit.line_ids.difference, -3.0)
        self.assertEqual(problem.state, "resolved")
        self.assertIn("F1C", problem.resolution)
        self.assertEqual(invoice.state, "matched")

    def test_what_was_credited_whole_may_be_billed_again(self):
        shipment = self.ship()
        self.bill("F1", self.charge(shipment, amount="14.00"))
        self.bill("F1C", self.charge(shipment, amount="-14.00"))
        anew = self.bill("F2", self.charge(shipment, amount="9.40"))
        self.assertEqual(anew.line_ids.outcome, "matched")
        self.assertEqual(shipment.freight_billed, 9.4)
        self.assertEqual(shipment.freight_difference, 0.0)

    def test_another_currency_is_converted_at_the_invoice_date(self):
        other = self.env["res.currency"].create({"name": "XTS", "symbol": "T"})
        self.env["res.currency.rate"].create(
            [
                {"currency_id": other.id, "name": day, "rate": rate}
                for day, rate in (("2026-11-01", 2.0), ("2026-12-15", 3.0))
            ]
        )
        shipment = self.ship()
        invoice = self.bill("F1", self.charge(shipment, amount="18.80"), currency="XTS")
        self.assertEqual(invoice.line_ids.outcome, "matched")
        self.assertEqual(invoice.expected, 18.8)
        self.assertAlmostEqual(invoice.line_ids.amount_company, 9.4)

    def test_the_price_of_a_shipment_is_shared_by_its_parcels(self):
        light = self.make_product("Cup", weight=0.5)
        delivery = self.make_delivery(self.product, light)
        self.pack(delivery)
        delivery.action_logistics_buy()
        self.carry()
        parcels = delivery.logistics_shipment_ids.parcel_ids
        heavy, small = parcels.sorted("weight", reverse=True)
        by_weight = self.bill(
            "F1",
            self.charge(None, amount="7.05", number=heavy.tracking_number),
            self.charge(None, amount="2.35", number=small.tracking_number),
        )
        self.assertEqual(by_weight.state, "matched")
        self.assertEqual(by_weight.line_ids.mapped("expected"), [7.05, 2.35])
        by_weight.unlink()
        evenly = self.bill(
            "F2",
            self.charge(None, amount="4.70", number=heavy.tracking_number),
            self.charge(None, amount="6.58", number=small.tracking_number),
        )
        outcomes = {x.parcel_id: x.outcome for x in evenly.line_ids}
        self.assertEqual(outcomes, {heavy: "matched", small: "difference"})

    def test_a_total_that_does_not_add_up_is_told(self):
        shipment = self.ship()
        invoice = self.bill("F1", *self.fair(shipment), total=20)
        self.assertEqual(invoice.state, "differences")
        self.assertAlmostEqual(invoice.total_gap, 10.6)
        self.assertIn("20.00", self.problems(invoice).cause)

    def test_many_problems_of_an_invoice_are_told_by_outcome(self):
        charges = [self.charge(None, number=f"N{i}") for i in range(60)]
        invoice = self.bill("F1", *charges)
        self.assertEqual(len(self.problems(invoice)), 1)
        self.assertEqual(invoice.review_count, 60)

    def test_delivery_and_shipment_show_what_is_left_of_the_price(self):
        shipment = self.ship()
        self.bill("F1", *self.fair(shipment), self.charge(shipment, "RES", "3.00"))
        delivery = shipment.picking_id
        delivery.carrier_price = 15.0
        delivery.invalidate_recordset()
        self.assertEqual(shipment.freight_billed, 12.4)
        self.assertEqual(delivery.logistics_freight_expected, 9.4)
        self.assertAlmostEqual(delivery.logistics_freight_margin, 2.6)
        lines = self.env["logistics.freight.invoice.line"].search(
            fields.Domain(delivery.action_view_logistics_freight()["domain"])
        )
        self.assertEqual(len(lines), 3)
