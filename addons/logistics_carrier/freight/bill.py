"""Vendor bills out of approved freight invoices."""

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.guard import button
from odoo.addons.logistics_core.translation import translated

from ..connectors.currency import ACTIVATE
from ..const import FINANCE


class LogisticsFreightInvoice(models.Model):
    _inherit = "logistics.freight.invoice"

    @button("read", FINANCE)
    def action_create_bill(self):
        """Make the draft vendor bill, or open the one that exists."""
        self.ensure_one()
        self._check_finance()
        # Two clicks at once shall not make two bills.
        self.sudo().lock_for_update()
        if not self.move_id:
            if self.state != "approved":
                raise UserError(
                    self.env._("Approve the invoice before its bill is made.")
                )
            if not self.backend_id.sudo().freight_partner_id:
                return self._ask_vendor()
            self._create_bill()
        return self.action_view_bill()

    def _ask_vendor(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Which vendor are its bills from?"),
            "res_model": "logistics.freight.vendor",
            "view_mode": "form",
            "target": "new",
            "context": {"default_invoice_id": self.id},
        }

    @button("read", FINANCE)
    def action_view_bill(self):
        """Open the vendor bill."""
        self.ensure_one()
        return self.move_id._get_records_action(name=self.env._("Vendor bill"))

    def _create_bill(self):
        backend = self.backend_id.sudo()
        gap = self.currency_id._find_gap(self.company_id)
        if gap:
            texts = (translated(self.env, text) for text in (gap, ACTIVATE))
            raise UserError("\n".join(texts))
        # The user's own right to make bills decides, in the invoice's company.
        moves = self.env["account.move"].with_company(self.company_id)
        move = moves.create(self._prepare_bill(backend))
        self.sudo().write({"move_id": move.id, "state": "billed"})
        for file in self._get_files():
            file.copy({"res_model": move._name, "res_id": move.id})
        self._compare_bill(move)

    def _get_files(self):
        files = self.env["ir.attachment"].sudo()
        return files.search([("res_model", "=", self._name), ("res_id", "=", self.id)])

    def _prepare_bill(self, backend):
        # A credit note's lines are negative, those of a refund are not.
        is_refund = self.total < 0
        return {
            "move_type": "in_refund" if is_refund else "in_invoice",
            "partner_id": backend.freight_partner_id.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "ref": self.number,
            "invoice_date": self.date,
            **({"invoice_date_due": self.due_date} if self.due_date else {}),
            "invoice_origin": self.number,
            "invoice_line_ids": [
                fields.Command.create(vals)
                for vals in self._prepare_bill_lines(backend, -1 if is_refund else 1)
            ],
        }

    def _split_taxes(self):
        """Return (all charges, those of them that are taxed).

        Where a tax is a line of its own, the charges of its parcel are taxed; of a tax
        on no parcel, all are.
        """
        taxes = self.line_ids.filtered(lambda line: line.tax and not line.amount)
        numbers = set(taxes.mapped("tracking_number"))
        charges = self.line_ids - taxes
        if numbers & {False, ""}:
            return charges, charges
        return charges, charges.filtered(
            lambda line: line.tax or line.tracking_number in numbers
        )

    def _prepare_bill_lines(self, backend, sign):
        """Return a line for each charge group, taxed and untaxed charges apart.

        What is in no group is distinguished by its category.
        """
        charges, taxed = self._split_taxes()
        kinds = {(line.code, line.category) for line in charges}
        group_of = {kind: backend._get_freight_group(*kind) for kind in kinds}
        categories = self.line_ids._fields["category"]
        labels = dict(categories._description_selection(self.env))
        order = list(labels)

        def get_key(line):
            group = group_of[line.code, line.category]
            return group, "" if group else line.category, line in taxed

        def get_rank(key):
            group, category, is_taxed = key
            place = order.index(category) if category else -1
            return not group, group.ids, place, is_taxed

        groups = charges.grouped(get_key)
        result = []
        for group, category, is_taxed in sorted(groups, key=get_rank):
            lines = groups[group, category, is_taxed]
            product = group.product_id or backend.freight_product_id
            account = group.account_id or backend.freight_account_id
            amount = self.currency_id.round(sum(lines.mapped("amount")))
            vals = {
                "name": self.env._(
                    "%(group)s, %(count)s charges",
                    group=group.name or labels[category],
                    count=len(lines),
                ),
                "product_id": product.id,
                "quantity": 1,
                "price_unit": sign * amount,
            }
            if account:
                vals["account_id"] = account.id
            if not is_taxed:
                vals["tax_ids"] = [fields.Command.clear()]
            result.append(vals)
        return result

    def _compare_bill(self, move):
        """Note on both when Odoo's taxes make another total than the carrier's."""
        gap = self.currency_id.round(move.amount_total - abs(self.total))
        body = self.env._("Vendor bill made from freight invoice %s.", self.number)
        if gap:
            body += " " + self.env._(
                "Its total is %(ours)s, the carrier's %(theirs)s: check the taxes.",
                ours=self.currency_id.format(move.amount_total),
                theirs=self.currency_id.format(abs(self.total)),
            )
        move._message_log(body=body)
        self.sudo()._message_log(body=body)


class AccountMove(models.Model):
    _inherit = "account.move"

    logistics_freight_ids = fields.One2many(
        "logistics.freight.invoice",
        "move_id",
        string="Freight invoices",
        groups="account.group_account_invoice",
    )

    def unlink(self):
        """A freight invoice whose bill is deleted waits for a bill again."""
        invoices = self.sudo().logistics_freight_ids
        result = super().unlink()
        invoices.filtered(lambda i: i.state == "billed").state = "approved"
        return result

    @button("read", FINANCE)
    def action_view_freight_invoice(self):
        """Open the freight invoice that this bill was made from."""
        return self.logistics_freight_ids._get_records_action()
