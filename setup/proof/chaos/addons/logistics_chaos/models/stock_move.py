"""A named point in the midst of Odoo's own work."""

from __future__ import annotations

from typing import Any

from odoo import models

from ..crash import crash


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder: bool = False) -> Any:
        done = super()._action_done(cancel_backorder=cancel_backorder)
        for backend in self.picking_id.logistics_backend_id:
            crash("inside_orm", backend.id)
        return done
