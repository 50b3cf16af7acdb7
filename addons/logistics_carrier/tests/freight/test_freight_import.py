"""Invoices come in once, from a partner or from a file."""

import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..freight_common import FreightCase


@tagged("post_install", "-at_install")
class TestFreightImport(FreightCase):
    def upload(self, *invoices, name="invoices.json", content=None):
        data = json.dumps([invoice.to_dict() for invoice in invoices])
        file = self.env["ir.attachment"].create(
            {"name": name, "raw": content or data.encode()}
        )
        wizard = self.env["logistics.freight.import"].create(
            {"backend_id": self.backend.id, "file_ids": file.ids}
        )
        action = wizard.action_import()
        self.drain()
        return action

    def test_the_same_invoice_again_changes_nothing(self):
        shipment = self.ship()
        first = self.bill("F1", *self.fair(shipment))
        second = self.bill("F1", *self.fair(shipment), key="other")
        self.assertEqual(first, second)
        self.assertEqual(len(first.line_ids), 2)
        self.assertEqual(self.messages.state, "done")
        self.assertTrue(self.messages.note)

    def test_the_same_number_with_other_content_is_a_conflict(self):
        shipment = self.ship()
        invoice = self.bill("F1", *self.fair(shipment))
        self.bill("F1", self.charge(shipment), key="other")
        self.assertEqual(
            (self.messages.state, self.messages.error_kind),
            ("invalid", "freight_conflict"),
        )
        self.assertTrue(self.messages.exception_ids)
        self.assertEqual(len(invoice.line_ids), 2)
        invoice.unlink()
        self.messages.action_replay()
        self.drain()
        self.assertEqual(len(self.find("F1").line_ids), 1)

    def test_a_conflict_of_one_does_not_stop_the_others(self):
        one, two = self.ship(), self.ship()
        self.bill("F1", *self.fair(one))
        self.upload(
            self.invoice("F1", self.charge(one)), self.invoice("F2", *self.fair(two))
        )
        self.assertEqual(self.find("F2").state, "matched")
        self.assertEqual(len(self.find("F1").line_ids), 2)

    def test_a_file_becomes_invoices_that_keep_it(self):
        one, two = self.ship(), self.ship()
        invoices = [
            self.invoice(f"F{i}", *self.fair(shipment))
            for i, shipment in enumerate((one, two))
        ]
        self.upload(*invoices)
        for number in ("F0", "F1"):
            invoice = self.find(number)
            self.assertEqual(invoice.state, "matched")
            self.assertEqual(invoice._get_files().name, "invoices.json")
        action = self.upload(*invoices)
        self.assertIn("F0, F1", action["params"]["message"])
        self.assertEqual(len(self.find("F0").line_ids), 2)

    def test_another_content_in_a_file_is_replaced_once_accepted(self):
        shipment = self.ship()
        self.upload(self.invoice("F1", *self.fair(shipment)))
        action = self.upload(self.invoice("F1", self.charge(shipment)))
        self.assertEqual(action["params"]["type"], "warning")
        problem = self.env["logistics.exception"].search(
            [("kind", "=", "conflict"), ("backend_id", "=", self.backend.id)]
        )
        problem.action_accept_conflict()
        self.drain()
        self.assertEqual(len(self.find("F1").line_ids), 1)
        self.assertEqual(problem.state, "resolved")

    def test_a_message_from_a_file_can_be_replayed(self):
        shipment = self.ship()
        broken = self.invoice("F1", *self.fair(shipment), currency="???")
        self.upload(broken)
        message = self.env["logistics.message"].search(
            [("external_id", "=", "freight_invoice:F1")]
        )
        self.assertEqual(message.state, "invalid")
        self.env["res.currency"].create({"name": "???", "symbol": "?"})
        message.action_replay()
        self.drain()
        self.assertTrue(self.find("F1"))

    def test_a_file_that_is_none_is_told_and_nothing_is_kept(self):
        with self.assertRaisesRegex(UserError, "invoices.json"):
            self.upload(content=b"\x00no")

    def test_finance_approves_managers_read_the_warehouse_sees_nothing(self):
        shipment = self.ship()
        invoice = self.bill("F1", *self.fair(shipment))
        finance = new_test_user(
            self.env, "finance", groups="account.group_account_invoice"
        )
        manager = new_test_user(
            self.env, "manager", groups="logistics_core.group_integration_manager"
        )
        worker = new_test_user(
            self.env,
            "worker",
            groups="logistics_core.group_warehouse_user,stock.group_stock_user",
        )
        self.assertEqual(invoice.with_user(manager).line_count, 2)
        with self.assertRaises(UserError):
            invoice.with_user(manager).action_approve()
        with self.assertRaises(AccessError):
            invoice.with_user(worker).read(["number"])
        with self.assertRaises(AccessError):
            invoice.with_user(finance).write({"state": "approved"})
        self.assertNotIn(
            "logistics_freight_billed",
            self.env["stock.picking"].with_user(worker).fields_get(),
        )
        invoice.with_user(finance).action_approve()
        self.assertEqual((invoice.state, invoice.approved_by_id), ("approved", finance))

    def test_finance_sees_the_exceptions_about_freight_only(self):
        finance = new_test_user(
            self.env, "finance", groups="account.group_account_invoice"
        )
        invoice = self.bill("F1", self.charge(None, number="ELSE"))
        other = self.env["logistics.exception"]._open(
            self.backend, "internal", "Other", "x", "y"
        )
        seen = self.env["logistics.exception"].with_user(finance).search([])
        self.assertIn(self.problems(invoice), seen)
        self.assertNotIn(other, seen)

    def test_an_invoice_of_another_company_is_not_seen(self):
        invoice = self.bill("F1", self.charge(None, number="ELSE"))
        company = self.env["res.company"].create({"name": "Sister"})
        finance = new_test_user(
            self.env,
            "sister",
            groups="account.group_account_invoice",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        found = invoice.with_user(finance).search([("number", "=", "F1")])
        self.assertFalse(found)
