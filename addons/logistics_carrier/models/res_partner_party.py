"""A partner as carriers know it."""

from odoo import models

from odoo.addons.logistics_core.canonical import Address

from ..canonical import Party


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_carrier_party(self):
        """Return this contact as a Party."""
        self.ensure_one()
        company = self.commercial_partner_id
        company_name = company.name if company.is_company else None
        return Party(
            address=Address(
                name=self.name or company.name or "",
                company=company_name,
                street=self.street or "",
                street2=self.street2 or None,
                city=self.city or "",
                zip=self.zip or None,
                state=self.state_id.code or None,
                country=self.country_id.code or "",
                phone=self.phone or None,
                email=self.email or None,
            ),
            vat=company.vat or None,
        )
