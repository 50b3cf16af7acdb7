"""Currencies by the codes that carriers name."""

from odoo import api, models


class ResCurrency(models.Model):
    _inherit = "res.currency"

    @api.model
    def _find_by_code(self, code):
        """Return the currency of an ISO 4217 code, in use or not; else none."""
        currencies = self.with_context(active_test=False)
        return currencies.search([("name", "=", code)], limit=1)
