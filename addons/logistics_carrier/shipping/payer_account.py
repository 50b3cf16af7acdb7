"""Accounts of our contacts at carriers, for what they pay themselves."""

from odoo import fields, models


class LogisticsPayerAccount(models.Model):
    """One row is the account number of one contact at one carrier."""

    _name = "logistics.payer.account"
    _description = "Account at a Carrier"
    _order = "partner_id, backend_id"
    _rec_name = "account"

    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, ondelete="cascade", index=True
    )
    backend_id = fields.Many2one(
        "logistics.backend",
        string="Carrier",
        required=True,
        ondelete="cascade",
        domain="[('can_ship', '=', True)]",
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    account = fields.Char(string="Account number", required=True)
    country_id = fields.Many2one(
        "res.country", string="Country of the account", help="Empty: the contact's."
    )
    zip = fields.Char(string="ZIP of the account", help="Empty: the contact's.")

    _unique_account = models.Constraint(
        "UNIQUE(partner_id, backend_id)",
        "This contact has an account at this carrier already.",
    )


class ResPartner(models.Model):
    _inherit = "res.partner"

    logistics_account_ids = fields.One2many(
        "logistics.payer.account",
        "partner_id",
        string="Accounts at carriers",
        groups="stock.group_stock_user,logistics_core.group_warehouse_user",
    )

    def _get_payer_account(self, backend):
        """Return the contact's own account at a carrier, else its company's."""
        accounts = self.env["logistics.payer.account"].sudo()
        for holder in (self, self.commercial_partner_id):
            found = accounts.search(
                [("partner_id", "=", holder.id), ("backend_id", "=", backend.id)]
            )
            if found:
                return found
        return accounts
