"""Approved invoices become vendor bills; what is wrong is disputed."""

from decimal import Decimal

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..freight_common import FreightCase


@tagged("post_install", "-at_install")
class TestFreightBill(FreightCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env["account.account"].create(
            {"name": "Freight", "code": "FRT999", "account_type": "expense"}
        )
        cls.fuel = cls.account.copy({"name": "Fuel", "code": "FRT998"})
        cls.vendor = cls.env["res.partner"].create(
            {"name": "Carrier", "email": "billing@example.com"}
        )
        if not cls.env["account.journal"].search(
            [("type", "=", "purchase"), ("company_id", "=", cls.company.id)]
        ):
            cls.env["account.journal"].create(
                {"name": "Bills", "code": "FRB", "type": "purchase"}
            )
        cls.backend.write(
            {
                "freight_partner_id": cls.vendor.id,
                "freight_account_id": cls.account.id,
                "freight_group_ids": [
                    fields.Command.create(
                        {
                            "name": "Fuel",
                            "codes": "FUEL, FSC*",
                            "account_id": cls.fuel.id,
                        }
                    )
                ],
            }
        )
        cls.finance = new_test_user(
            cls.env, "finance", groups="account.group_account_invoice"
        )

    def approved(self, *charges, number="F1", **values):
        invoice = self.bill(number, *charges, **values).with_user(self.finance)
        invoice.action_approve()
        return invoice

    def test_an_approved_invoice_becomes_one_draft_bill(self):
        charges = [c for _ in range(2) for c in self.fair(self.ship())]
        invoice = self.approved(*charges)
        action = invoice.action_create_bill()
        move = self.env["account.move"].browse(action["res_id"])
        self.assertEqual(
            (move.state, move.move_type, move.ref, move.partner_id),
            ("draft", "in_invoice", "F1", self.vendor),
        )
        self.assertEqual(
            {
                (line.name, line.account_id, line.price_subtotal)
                for line in move.invoice_line_ids
            },
            {
                ("Fuel, 2 charges", self.fuel, 2.8),
                ("Freight, 2 charges", self.account, 16.0),
            },
        )
        self.assertEqual(move.amount_total, invoice.total)
        self.assertEqual((invoice.state, invoice.move_id), ("billed", move))
        self.assertEqual(move.logistics_freight_ids, invoice.sudo())
        self.assertEqual(invoice.action_create_bill()["res_id"], move.id)

    def test_no_bill_before_the_approval(self):
        invoice = self.bill("F1", *self.fair(self.ship())).with_user(self.finance)
        with self.assertRaisesRegex(UserError, "Approve"):
            invoice.action_create_bill()

    def test_finance_chooses_the_vendor_at_the_first_bill(self):
        invoice = self.approved(*self.fair(self.ship()))
        self.backend.freight_partner_id = False
        clerk = new_test_user(self.env, "clerk", "account.group_account_invoice")
        invoice = invoice.with_user(clerk)
        action = invoice.action_create_bill()
        self.assertFalse(invoice.move_id)
        dialog = self.env[action["res_model"]].with_user(clerk)
        dialog = dialog.with_context(**action["context"]).create(
            {"partner_id": self.vendor.id}
        )
        dialog.action_confirm()
        self.assertEqual(self.backend.freight_partner_id, self.vendor)
        self.assertEqual(invoice.move_id.partner_id, self.vendor)

    def test_no_bill_in_a_currency_that_is_not_active(self):
        invoice = self.approved(*self.fair(self.ship()))
        foreign = self.env["res.currency"]._find_by_code("NOK")
        foreign.active = False
        invoice.sudo().currency_id = foreign
        with self.assertRaisesRegex(UserError, "NOK is not active"):
            invoice.action_create_bill()

    def test_a_credit_note_becomes_a_refund(self):
        shipment = self.ship()
        self.bill("F0", *self.fair(shipment), self.charge(shipment, "RES", "3.00"))
        credit = self.approved(self.charge(shipment, "RES", "-3.00"), number="F1C")
        credit.action_create_bill()
        self.assertEqual(credit.move_id.move_type, "in_refund")
        self.assertEqual(credit.move_id.amount_total, 3.0)

    def test_a_deleted_bill_can_be_made_again(self):
        invoice = self.approved(*self.fair(self.ship()))
        invoice.action_create_bill()
        invoice.move_id.unlink()
        self.assertEqual(invoice.state, "approved")
        invoice.action_create_bill()
        self.assertTrue(invoice.move_id)

    def test_a_tax_of_its_own_is_no_freight_and_taxes_the_charges(self):
        one, two = self.ship(), self.ship()
        vat = self.charge(one, "VAT", "0.00", tax=Decimal("1.88"))
        invoice = self.approved(*self.fair(one), vat, *self.fair(two))
        self.assertEqual((invoice.amount, invoice.tax), (18.8, 1.88))
        self.assertEqual((invoice.review_count, invoice.total_gap), (0, 0.0))
        charges, taxed = invoice._split_taxes()
        self.assertEqual(len(charges), 4)
        self.assertEqual(taxed.shipment_id, one)
        vat = self.charge(None, "VAT", "0.00", number="", tax=Decimal("3.76"))
        invoice = self.approved(*self.fair(self.ship()), vat, number="F2")
        charges, taxed = invoice._split_taxes()
        self.assertEqual(taxed, charges)
        self.assertEqual(sum(charges.mapped("amount")), 9.4)

    def test_another_total_because_of_taxes_is_told_on_the_bill(self):
        shipment = self.ship()
        invoice = self.approved(
            self.charge(shipment, tax=Decimal("1.60")),
            self.charge(shipment, "FUEL", "1.40"),
        )
        self.assertEqual(invoice.tax, 1.6)
        invoice.action_create_bill()
        if invoice.move_id.amount_total != invoice.total:
            self.assertIn("taxes", invoice.move_id.message_ids[0].body)

    def test_approval_closes_the_exceptions(self):
        shipment = self.ship()
        invoice = self.bill(
            "F1", *self.fair(shipment), self.charge(shipment, "RES", "3.00")
        )
        problem = self.problems(invoice)
        invoice.with_user(self.finance).action_approve()
        self.assertEqual(problem.state, "resolved")
        with self.assertRaises(UserError):
            invoice.unlink()

    def test_a_dispute_marks_the_charges_and_drafts_a_letter(self):
        shipment = self.ship()
        invoice = self.bill(
            "F1", *self.fair(shipment), self.charge(shipment, "RES", "3.00")
        ).with_user(self.finance)
        wizard = self.env["logistics.freight.dispute"].with_user(self.finance)
        wizard = wizard.browse(invoice.action_dispute()["res_id"])
        wizard.line_ids = invoice.line_ids.filtered("is_unexpected")
        wizard.note = "It is a business address."
        action = wizard.action_dispute()
        disputed = invoice.line_ids.filtered("is_disputed")
        self.assertEqual(disputed.code, "RES")
        self.assertEqual(invoice.disputed_count, 1)
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.finance)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(composer.partner_ids, self.vendor)
        self.assertIn("business address", composer.body)
        composer._action_send_mail()
        self.assertIn("business address", invoice.sudo().message_ids[0].body)
