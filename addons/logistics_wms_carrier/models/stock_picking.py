"""A warehouse partner that ships buys its labels itself."""

from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _logistics_is_shipped_here(self):
        return super()._logistics_is_shipped_here() and not self.logistics_reference
