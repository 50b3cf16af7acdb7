"""What a warehouse partner bills is compared with the deliveries it shipped."""

from datetime import date
from decimal import Decimal

from odoo import fields
from odoo.tests import new_test_user, tagged

from odoo.addons.logistics_carrier.canonical import FreightCharge, FreightInvoice
from odoo.addons.logistics_wms.canonical import Parcel
from odoo.addons.logistics_wms.tests.common import WmsCase


@tagged("post_install", "-at_install")
class TestFreightOfPartners(WmsCase):
    def setUp(self):
        super().setUp()
        self.currency = self.backend.company_id.currency_id
        self.backend.write(
            {"freight_tolerance_percent": 2, "freight_tolerance_amount": 0.5}
        )

    def ship(self, shipment="S1", number="T1"):
        """Return a delivery that the partner shipped."""
        picking = self.release((self.mug, 2))
        parcel = Parcel(
            lines=(self.line(self.mug, 2),), tracking_number=number, carrier="DHL"
        )
        self.receive(
            self.shipment(picking, parcels=(parcel,), shipment_external_id=shipment)
        )
        self.assertEqual(picking.state, "done")
        return picking

    def charge(self, number, amount="8.00", code="SHIP", **values):
        return FreightCharge(number, code, code.title(), Decimal(amount), **values)

    def fee(self, amount, category="storage", **values):
        return self.charge("", amount, category.upper(), category=category, **values)

    def bill(self, number, *charges, **values):
        total = sum((c.amount + c.tax for c in charges), Decimal(0))
        told = {
            "number": number,
            "invoice_date": date(2026, 11, 30),
            "currency": self.currency.name,
            "total": total,
            "lines": charges,
            **values,
        }
        [self.message] = self.receive(FreightInvoice(**told))
        return self.env["logistics.freight.invoice"].search([("number", "=", number)])

    def problems(self, invoice):
        return invoice._find_problems()

    def test_a_delivery_is_found_by_the_partners_shipment(self):
        picking = self.ship()
        invoice = self.bill("F1", self.charge("S1"), self.charge("S1", "1.5", "PICK"))
        self.assertEqual(invoice.line_ids.picking_id, picking)
        self.assertEqual(set(invoice.line_ids.mapped("outcome")), {"unquoted"})
        self.assertEqual((invoice.state, invoice.unquoted), ("matched", 9.5))
        self.assertFalse(self.problems(invoice))
        self.assertEqual(picking.logistics_freight_billed, 9.5)
        domain = picking.action_view_logistics_freight()["domain"]
        self.assertEqual(invoice.line_ids.search(domain), invoice.line_ids)

    def test_a_delivery_is_found_by_our_reference_or_its_tracking_number(self):
        one, two, three = (self.ship(f"S{n}", f"T{n}") for n in (1, 2, 3))
        invoice = self.bill(
            "F1",
            self.charge("", reference=one.logistics_reference),
            self.charge("T2"),
            self.charge("S1", reference="T3"),
            self.charge("?", reference="T3"),
        )
        # What the partner calls its shipment comes first.
        self.assertEqual(
            [line.picking_id for line in invoice.line_ids], [one, two, one, three]
        )

    def test_the_shipment_of_another_partner_is_not_meant(self):
        self.ship()
        other = self.backend.copy({"name": "Other", "state": "running"})
        invoice = self.env["logistics.freight.invoice"]._import(
            other,
            [
                FreightInvoice(
                    "F1",
                    date(2026, 11, 30),
                    self.currency.name,
                    Decimal("16"),
                    (self.charge("S1"), self.charge("T1")),
                )
            ],
        )
        self.assertEqual(set(invoice.line_ids.mapped("outcome")), {"unknown"})
        self.assertFalse(invoice.line_ids.picking_id)

    def test_a_shipment_of_nobody_goes_to_finance(self):
        invoice = self.bill("F1", self.charge("S404"))
        self.assertEqual(invoice.line_ids.outcome, "unknown")
        self.assertIn("S404", self.problems(invoice).title)

    def test_a_hundred_unquoted_deliveries_are_no_exception(self):
        pickings = [self.ship(f"S{n}", f"T{n}") for n in range(3)]
        charges = [self.charge(f"S{n}", code=f"C{m}") for n in range(3) for m in "abc"]
        invoice = self.bill("F1", *charges)
        self.assertEqual((invoice.unquoted, invoice.review_count), (72.0, 0))
        self.assertFalse(self.problems(invoice))
        self.assertEqual(len(invoice.line_ids.picking_id), len(pickings))

    def test_fees_need_no_delivery_and_are_summed(self):
        self.ship()
        invoice = self.bill(
            "F1",
            self.charge("S1"),
            self.fee("40.00"),
            self.fee("35.00", "receiving", reference="WRO 501"),
            self.fee("-5.00", "other"),
        )
        self.assertEqual(invoice.state, "matched")
        self.assertEqual(
            invoice.line_ids.mapped("outcome"), ["unquoted", "fee", "fee", "credit"]
        )
        self.assertEqual((invoice.fees, invoice.unquoted), (70.0, 8.0))
        self.assertEqual(invoice.difference, 0)
        self.assertFalse(self.problems(invoice))

    def test_a_fee_about_a_shipment_is_the_deliverys(self):
        picking = self.ship()
        invoice = self.bill("F1", self.charge("S1", category="return"))
        self.assertEqual(invoice.line_ids.picking_id, picking)
        self.assertEqual((invoice.fees, invoice.unquoted), (0, 8.0))

    def test_the_same_charge_on_a_later_invoice_is_billed_twice(self):
        self.ship()
        self.bill("F1", self.charge("S1"), self.fee("40.00", external_id="A"))
        again = self.bill(
            "F2",
            self.charge("S1"),
            self.charge("S1", "1.00", "PICK"),
            self.fee("40.00", external_id="A"),
            self.fee("40.00", external_id="B"),
        )
        self.assertEqual(
            again.line_ids.mapped("outcome"), ["twice", "unquoted", "twice", "fee"]
        )
        self.assertEqual((again.difference, again.review_count), (48.0, 2))
        self.assertEqual(len(self.problems(again)), 2)

    def test_a_credit_closes_what_was_billed_twice(self):
        self.ship()
        self.bill("F1", self.charge("S1"))
        again = self.bill("F2", self.charge("S1"))
        problem = self.problems(again)
        credit = self.bill("F3", self.charge("S1", "-8.00"))
        self.assertEqual(credit.line_ids.outcome, "credit")
        self.assertEqual((problem.state, again.state), ("resolved", "matched"))

    def test_a_credit_of_one_delivery_closes_nothing_of_another(self):
        self.ship()
        self.ship("S2", "T2")
        self.bill("F1", self.charge("S1"), self.charge("S2"))
        again = self.bill("F2", self.charge("S1"), self.charge("S2"))
        self.assertEqual(len(self.problems(again)), 2)
        self.bill("F3", self.charge("S1", "-8.00"))
        self.assertEqual(self.problems(again).mapped("title"), ["Billed twice: S2"])
        self.assertEqual(again.review_count, 1)

    def test_a_credit_of_what_was_never_quoted_makes_no_difference(self):
        self.ship()
        self.bill("F1", self.charge("S1"))
        credit = self.bill("F2", self.charge("S1", "-3.00"))
        self.assertEqual((credit.difference, credit.state), (0, "matched"))

    def test_where_a_price_was_told_the_tolerance_decides(self):
        picking, other = self.ship(), self.ship("S2", "T2")
        for delivery in (picking, other):
            self.env["logistics.shipment"].create(
                {
                    "name": f"X{delivery.id}",
                    "company_id": self.backend.company_id.id,
                    "backend_id": self.backend.id,
                    "picking_id": delivery.id,
                    "state": "in_transit",
                    "currency_id": self.currency.id,
                    "expected_cost": 8.0,
                    "parcel_ids": [fields.Command.create({"name": "1", "weight": 1})],
                }
            )
        invoice = self.bill("F1", self.charge("S1", "8.50"), self.charge("S2", "8.51"))
        self.assertEqual(invoice.line_ids.mapped("outcome"), ["matched", "difference"])
        self.assertEqual(invoice.line_ids.shipment_id.picking_id, picking | other)
        self.assertEqual(len(invoice.line_ids.parcel_id), 2)
        problem = self.problems(invoice)
        self.assertEqual(problem.kind, "freight_difference")
        self.assertIn("0.51", problem.cause)

    def test_comparing_again_finds_what_was_shipped_meanwhile(self):
        picking = self.release((self.mug, 2))
        invoice = self.bill("F1", self.charge("S1"))
        problem = self.problems(invoice)
        self.receive(self.shipment(picking, (self.mug, 2), shipment_external_id="S1"))
        invoice._match()
        self.assertEqual(invoice.line_ids.picking_id, picking)
        self.assertEqual((invoice.state, problem.state), ("matched", "resolved"))

    def test_another_currency_is_kept_and_summed_in_ours(self):
        other = self.env["res.currency"].create({"name": "XTS", "symbol": "T"})
        self.env["res.currency.rate"].create(
            {"currency_id": other.id, "name": "2026-11-01", "rate": 2.0}
        )
        picking = self.ship()
        invoice = self.bill("F1", self.charge("S1"), self.fee("40"), currency="XTS")
        self.assertEqual((invoice.currency_id, invoice.fees), (other, 40.0))
        self.assertEqual(picking.logistics_freight_billed, 4.0)

    def test_a_category_nobody_knows_is_refused(self):
        self.bill("F1", self.fee("5", "gifts"))
        self.assertEqual(self.message.state, "invalid")
        self.assertIn("gifts", self.message.error)

    def test_the_bill_has_a_line_for_each_category(self):
        self.ship()
        finance = new_test_user(
            self.env, "finance", groups="account.group_account_invoice"
        )
        accounts = self.env["account.account"].create(
            [
                {"name": "Freight", "code": "FRT999", "account_type": "expense"},
                {"name": "Storage", "code": "FRT998", "account_type": "expense"},
            ]
        )
        if not self.env["account.journal"].search(
            [("type", "=", "purchase"), ("company_id", "=", self.env.company.id)]
        ):
            self.env["account.journal"].create(
                {"name": "Bills", "code": "FRB", "type": "purchase"}
            )
        vendor = self.env["res.partner"].create({"name": "Partner"})
        group = {"name": "Room", "category": "storage", "account_id": accounts[1].id}
        self.backend.write(
            {
                "freight_partner_id": vendor.id,
                "freight_account_id": accounts[0].id,
                "freight_group_ids": [fields.Command.create(group)],
            }
        )
        invoice = self.bill(
            "F1",
            self.charge("S1"),
            self.charge("S1", "1", "PICK", category="fulfillment"),
            self.fee("30"),
            self.fee("10"),
            self.fee("35", "receiving"),
        ).with_user(finance)
        invoice.action_approve()
        invoice.action_create_bill()
        self.assertEqual(
            [
                (line.name, line.account_id, line.price_subtotal)
                for line in invoice.move_id.invoice_line_ids
            ],
            [
                ("Room, 2 charges", accounts[1], 40.0),
                ("Freight, 1 charges", accounts[0], 8.0),
                ("Fulfillment, 1 charges", accounts[0], 1.0),
                ("Receiving, 1 charges", accounts[0], 35.0),
            ],
        )
        self.assertEqual(invoice.move_id.amount_total, invoice.total)
