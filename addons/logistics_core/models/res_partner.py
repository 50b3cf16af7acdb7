"""From a contact to a postal address of the canonical data model."""

from odoo import models

from ..canonical import Address

# Where the state is a part of the postal address.
WITH_STATE = ("US", "CA", "AU")


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_logistics_address(self):
        """Return the Address of this contact, with ISO codes.

        What is missing is an empty text; see `_get_logistics_address_gaps`.
        """
        self.ensure_one()
        company = self.commercial_company_name or self.parent_id.name
        name = self.name or self.parent_id.name or company or ""
        holder = self.commercial_partner_id
        return Address(
            name=name,
            company=company if company and company != name else None,
            street=self.street or "",
            street2=self.street2 or None,
            city=self.city or "",
            zip=self.zip or None,
            state=self.state_id.code or None,
            country=self.country_id.code or "",
            phone=self.phone or holder.phone or None,
            email=self.email or holder.email or None,
        )

    def _get_logistics_address_gaps(self):
        """Return the names of the parts that a postal address lacks here."""
        self.ensure_one()
        country = self.country_id
        parts = [
            (self.name or self.parent_id.name, self.env._("name")),
            (self.street, self.env._("street")),
            (self.city, self.env._("city")),
            (country, self.env._("country")),
            (self.zip or not country.zip_required, self.env._("ZIP code")),
            (self.state_id or country.code not in WITH_STATE, self.env._("state")),
        ]
        return [label for value, label in parts if not value]
