"""A return belongs to the same business document as its delivery."""

from odoo import models


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    def _prepare_picking_default_values_based_on(self, picking):
        return {
            **super()._prepare_picking_default_values_based_on(picking),
            "logistics_correlation_id": picking.logistics_correlation_id,
        }
