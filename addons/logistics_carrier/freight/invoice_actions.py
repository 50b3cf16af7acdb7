"""What finance does with freight invoices."""

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.guard import button

from ..const import FINANCE
from .invoice import OPEN_STATES


class LogisticsFreightInvoice(models.Model):
    _inherit = "logistics.freight.invoice"

    def _check_finance(self):
        """Return these records for writing, for who may approve.

        :raises UserError: the user is not in finance
        """
        self.check_access("read")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(self.env._("Only finance may do this."))
        return self.sudo()

    @button("read", FINANCE)
    def action_match(self):
        """Compare again, with the tolerances and shipments of now."""
        self._check_finance().filtered(lambda i: i.state in OPEN_STATES)._match()
        return True

    @button("read", FINANCE)
    def action_approve(self):
        """Accept what is billed, differences included."""
        for invoice in self._check_finance():
            if invoice.state not in ("matched", "differences"):
                raise UserError(
                    self.env._("%s is not waiting for approval.", invoice.number)
                )
            invoice.write(
                {
                    "state": "approved",
                    "approved_by_id": self.env.uid,
                    "approved_at": fields.Datetime.now(),
                }
            )
            invoice._resolve_problems(self.env._("Approved by %s.", self.env.user.name))
        return True

    @button("read", FINANCE)
    def action_reopen(self):
        """Take the approval back, as long as there is no bill."""
        invoices = self._check_finance().filtered(lambda i: i.state == "approved")
        invoices.write({"approved_by_id": False, "approved_at": False})
        invoices._match()
        return True

    @button("read")
    def action_view_lines(self):
        """Open the charges, by parcel."""
        return self._get_line_action([("invoice_id", "in", self.ids)])

    @button("read")
    def action_view_review_lines(self):
        """Open what finance has to review, by parcel."""
        return self._get_line_action(
            [("invoice_id", "in", self.ids), ("needs_review", "=", True)]
        )

    def _get_line_action(self, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "logistics_carrier.logistics_freight_invoice_line_action"
        )
        return {
            **action,
            "domain": domain,
            "context": {"search_default_by_parcel": 1},
        }
