"""Where senders and recipients are for customs."""

from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_customs_place(self):
        """Return (country, postal code), which decide the customs territory."""
        return self.country_id.code or "", self.zip or None
