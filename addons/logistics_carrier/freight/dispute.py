"""Charges that are not accepted, and what the carrier is informed of."""

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.guard import button

from ..const import FINANCE


class LogisticsFreightDispute(models.TransientModel):
    """One row is one dispute of some charges of an invoice."""

    _name = "logistics.freight.dispute"
    _description = "Dispute Freight Charges"

    invoice_id = fields.Many2one(
        "logistics.freight.invoice", required=True, ondelete="cascade"
    )
    line_ids = fields.Many2many(
        "logistics.freight.invoice.line",
        string="Charges",
        domain="[('invoice_id', '=', invoice_id)]",
    )
    note = fields.Text(string="Why", required=True)

    @button("write", FINANCE)
    def action_dispute(self):
        """Mark the charges, and write a draft to the carrier."""
        self.ensure_one()
        invoice = self.invoice_id._check_finance()
        if not self.line_ids or self.line_ids.invoice_id != self.invoice_id:
            raise UserError(self.env._("Choose charges of this invoice."))
        self.line_ids.sudo().write({"is_disputed": True, "dispute_note": self.note})
        invoice._message_log(
            body=self.env._(
                "%(count)s charges are disputed: %(note)s",
                count=len(self.line_ids),
                note=self.note,
            )
        )
        return self._compose(invoice)

    def _compose(self, invoice):
        partner = invoice.backend_id.freight_partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write to the carrier"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": invoice._name,
                "default_res_ids": invoice.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": partner.ids,
                "default_subject": self.env._(
                    "Invoice %s: charges we do not accept", invoice.number
                ),
                "default_body": self._get_body(invoice),
            },
        }

    def _get_body(self, invoice):
        """Return the letter: what we think, and the charges it is about."""
        intro = self.env._(
            "Please check the following charges of your invoice %(number)s of"
            " %(date)s, account %(account)s, and credit them.",
            number=invoice.number,
            date=invoice.date,
            account=invoice.account or "–",
        )
        rows = Markup("").join(
            Markup("<li>%s</li>")
            % self.env._(
                "%(parcel)s, %(charge)s: billed %(billed)s, expected %(expected)s",
                parcel=line.tracking_number or line.reference or "",
                charge=line.name or line.code,
                billed=invoice.currency_id.format(line.amount),
                expected=invoice.currency_id.format(line.expected),
            )
            for line in self.line_ids
        )
        return Markup("<p>%s</p><p>%s</p><ul>%s</ul>") % (intro, self.note, rows)


class LogisticsFreightInvoice(models.Model):
    _inherit = "logistics.freight.invoice"

    @button("read", FINANCE)
    def action_dispute(self):
        """Dispute what finance has to review, or some of it."""
        self.ensure_one()
        return self._open_dispute(self.review_line_ids)

    def _open_dispute(self, lines):
        self._check_finance()
        if len(self) != 1:
            raise UserError(self.env._("Dispute the charges of one invoice at a time."))
        wizard = self.env["logistics.freight.dispute"].create(
            {
                "invoice_id": self.id,
                "line_ids": [fields.Command.set(lines.ids)],
                "note": self._get_dispute_note(lines),
            }
        )
        return wizard._get_records_action(
            name=self.env._("Dispute charges"), target="new"
        )

    def _get_dispute_note(self, lines):
        """Return what is wrong, as far as the comparison shows."""
        reasons = {
            "unknown": self.env._("Parcels that we did not ship."),
            "twice": self.env._("Charges that were billed before."),
            "voided": self.env._("Labels that were voided and never used."),
        }
        outcomes = set(lines.mapped("outcome"))
        found = [text for outcome, text in reasons.items() if outcome in outcomes]
        if not found or outcomes - set(reasons):
            found.append(self.env._("Charges that are not what you quoted."))
        return "\n".join(found)
