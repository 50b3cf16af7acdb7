"""Which vendor a carrier's bills are from: finance says so at the first bill."""

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.guard import button

from ..const import FINANCE


class LogisticsFreightVendor(models.TransientModel):
    """One row is the choice of one vendor, for all bills of a carrier."""

    _name = "logistics.freight.vendor"
    _description = "Vendor of Freight Bills"
    _logistics_once_fields = frozenset({"invoice_id"})

    invoice_id = fields.Many2one(
        "logistics.freight.invoice", required=True, readonly=True, ondelete="cascade"
    )
    backend_id = fields.Many2one(related="invoice_id.backend_id")
    company_id = fields.Many2one(related="invoice_id.company_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Vendor",
        required=True,
        domain="[('company_id', 'in', (False, company_id))]",
    )

    @button("write", FINANCE)
    def action_confirm(self):
        """Remember the vendor with the carrier, then make the bill."""
        self.ensure_one()
        invoice = self.invoice_id
        invoice._check_finance()
        company = self.partner_id.company_id
        if company and company != invoice.company_id:
            raise UserError(
                self.env._(
                    "%(vendor)s belongs to %(company)s. Choose a vendor of %(own)s.",
                    vendor=self.partner_id.display_name,
                    company=company.display_name,
                    own=invoice.company_id.display_name,
                )
            )
        backend = invoice.backend_id.sudo()
        backend.freight_partner_id = self.partner_id
        backend._message_log(
            body=self.env._(
                "Vendor of its bills, as finance chose: %s",
                self.partner_id.display_name,
            ),
            author_id=self.env.user.partner_id.id,
        )
        return invoice.action_create_bill()
