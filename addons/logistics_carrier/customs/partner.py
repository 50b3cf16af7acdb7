"""Where senders and recipients are for customs."""

from odoo import models

from .tools.territory import locate


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_customs_place(self):
        """Return (country, postal code), which decide the customs territory."""
        return locate(self._get_logistics_address())
