"""Finance imports the CSV of a carrier whose invoices no connector reads."""

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..freight_common import FreightCase

COLUMNS = {
    "number": "Invoice",
    "invoice_date": "Date",
    "amount": "Net",
    "tracking_number": "Parcel",
    "code": "Code",
}


@tagged("post_install", "-at_install")
class TestFreightCsv(FreightCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.name_columns(COLUMNS)
        cls.backend.freight_date_format = "%d/%m/%Y"

    @classmethod
    def name_columns(cls, columns):
        cls.backend.freight_column_ids = [
            fields.Command.clear(),
            *(
                fields.Command.create({"fact": fact, "heading": heading})
                for fact, heading in columns.items()
            ),
        ]

    def choose(self, *rows, user=None):
        text = "\n".join([";".join(COLUMNS.values()), *rows])
        wizards = self.env["logistics.freight.import"].with_user(user or self.env.user)
        file = wizards.env["ir.attachment"].create(
            {"name": "carrier.csv", "raw": text.encode()}
        )
        return wizards.create({"backend_id": self.backend.id, "file_ids": file.ids})

    def upload(self, *rows, user=None):
        action = self.choose(*rows, user=user).action_import()
        self.drain()
        return action

    def row(self, shipment, code, amount, number="F1"):
        parcel = shipment.parcel_ids.tracking_number
        return f"{number};30/11/2026;{amount};{parcel};{code}"

    def test_finance_imports_what_the_columns_say(self):
        finance = new_test_user(
            self.env, "finance", groups="account.group_account_invoice"
        )
        one, two = self.ship(), self.ship()
        self.upload(
            self.row(one, "BASE", "8.00"),
            self.row(one, "FUEL", "1.40"),
            self.row(two, "BASE", "11.00", number="F2"),
            user=finance,
        )
        first, second = self.find("F1"), self.find("F2")
        self.assertEqual((first.state, second.state), ("matched", "differences"))
        self.assertEqual(first.line_ids.shipment_id, one)
        self.assertEqual(first.currency_id, self.currency)
        self.assertEqual(first._get_files().name, "carrier.csv")

    def test_what_was_read_is_shown_before_it_is_imported(self):
        finance = new_test_user(
            self.env, "finance", groups="account.group_account_invoice"
        )
        shipment = self.ship()
        before = self.env["logistics.message"].search_count([])
        wizard = self.choose(
            self.row(shipment, "BASE", "8.00"),
            self.row(shipment, "VAT", "1.60"),
            "Total;;9.60",
            user=finance,
        )
        self.assertFalse(wizard.can_import)
        action = wizard.action_preview()
        self.assertEqual(action["res_model"], wizard._name)
        self.assertEqual(action["res_id"], wizard.id)
        self.assertTrue(wizard.can_import)
        line = wizard.line_ids
        self.assertEqual((line.number, line.charge_count), ("F1", 2))
        self.assertEqual((line.amount, line.tax, line.total), (8.0, 1.6, 9.6))
        self.assertIn("Row 4: A total", wizard.left_out)
        self.assertFalse(line.is_known)
        self.assertEqual(self.env["logistics.message"].search_count([]), before)
        wizard.action_import()
        self.drain()
        self.assertEqual(self.find("F1").amount, 8.0)
        self.assertEqual(self.find("F1").tax, 1.6)
        again = self.choose(self.row(shipment, "BASE", "8.00"), user=finance)
        again.action_preview()
        self.assertTrue(again.line_ids.is_known)
        self.assertFalse(again.can_import)

    def test_what_is_not_understood_is_shown_and_not_imported(self):
        shipment = self.ship()
        wizard = self.choose(
            self.row(shipment, "BASE", "8.00"), self.row(shipment, "FUEL", "1,40")
        )
        wizard.action_preview()
        self.assertIn("Row 3: Net", wizard.problems)
        self.assertEqual(wizard.line_ids.charge_count, 1)
        self.assertFalse(wizard.can_import)
        wizard.action_choose()
        self.assertEqual((wizard.state, wizard.problems), ("choose", False))
        self.assertFalse(wizard.line_ids)

    def test_a_file_of_another_kind_is_told_in_the_dialog(self):
        wizard = self.choose()
        wizard.file_ids.raw = b"%PDF-1.4"
        wizard.action_preview()
        self.assertIn("a PDF, not a CSV", wizard.problems)

    def test_the_same_file_again_changes_nothing(self):
        shipment = self.ship()
        row = self.row(shipment, "BASE", "8.00")
        self.upload(row)
        action = self.upload(row)
        self.assertIn("F1", action["params"]["message"])
        self.assertEqual(len(self.find("F1").line_ids), 1)

    def test_a_file_with_a_wrong_row_leaves_nothing(self):
        shipment = self.ship()
        before = self.env["logistics.message"].search_count([])
        with self.assertRaisesRegex(UserError, "(?s)carrier.csv.*Row 3: Net.*Nothing"):
            self.upload(
                self.row(shipment, "BASE", "8.00"),
                self.row(shipment, "FUEL", "1,40", number="F2"),
            )
        self.assertEqual(self.env["logistics.message"].search_count([]), before)

    def test_columns_that_are_needed_are_asked_for(self):
        self.name_columns({"number": "Invoice", "amount": "Net"})
        with self.assertRaisesRegex(UserError, "Invoice date, Tracking number"):
            self.upload()

    def test_a_carrier_whose_files_nobody_reads_is_offered_once_it_has_columns(self):
        capabilities = frozenset({"transport_instruction"})
        self.patch(
            self.registry["logistics.connector.canonical"],
            "_capabilities",
            capabilities,
        )
        self.env.invalidate_all()
        self.assertTrue(self.backend.can_read_freight)
        self.name_columns({})
        self.assertFalse(self.backend.can_read_freight)

    def test_the_form_refuses_what_is_no_date_format(self):
        for form in ("%d", "", "DD/MM/YYYY", "%d/%m"):
            with self.assertRaises(ValidationError):
                self.backend.freight_date_format = form
        self.backend.freight_date_format = "%d.%m.%y"

    def test_only_managers_name_the_columns(self):
        finance = new_test_user(
            self.env, "finance", groups="account.group_account_invoice"
        )
        manager = new_test_user(
            self.env, "manager", groups="logistics_core.group_integration_manager"
        )
        columns = self.backend.freight_column_ids
        with self.assertRaises(AccessError):
            columns.with_user(finance).unlink()
        form = Form(self.backend.with_user(manager))
        with form.freight_column_ids.new() as column:
            column.fact = "tax"
            column.heading = "VAT"
        form.save()
        self.assertEqual(len(self.backend.freight_column_ids), len(columns) + 1)
