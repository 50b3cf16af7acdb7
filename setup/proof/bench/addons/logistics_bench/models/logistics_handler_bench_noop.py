"""A handler without effect: what remains is the engine itself."""

from odoo import models


class LogisticsHandlerBenchNoop(models.AbstractModel):
    _name = "logistics.handler.bench_noop"
    _inherit = "logistics.handler"
    _description = "Handler: No Effect"

    def _apply(self, items):
        pass

    def _prepare_send(self, message, canonical):
        return canonical
