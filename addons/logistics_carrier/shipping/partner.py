"""Senders and recipients as carriers and customs see them."""

from odoo import fields, models

from ..canonical import Party


class ResPartner(models.Model):
    _inherit = "res.partner"

    logistics_eori = fields.Char(
        string="EORI number",
        help="Of a company that imports to or exports from the EU.",
    )

    def _get_carrier_party(self):
        """Return the Party of this contact."""
        holder = self.commercial_partner_id
        return Party(
            address=self._get_logistics_address(),
            vat=holder.vat or None,
            eori=holder.logistics_eori or None,
            residential=not holder.is_company,
            tax_country=holder.country_id.code or None,
        )
