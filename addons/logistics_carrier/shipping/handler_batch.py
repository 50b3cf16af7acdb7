"""What became of batches at carriers."""

from odoo import models


class LogisticsHandlerTransportBatch(models.AbstractModel):
    _name = "logistics.handler.transport_batch"
    _inherit = "logistics.handler"
    _description = "Handler: Batch at a Carrier"

    def _sent(self, message, canonical, result):
        batch = message._get_document()
        if batch and batch.state == "requested":
            batch.sudo()._set_done(result.response)

    def _refused(self, message, canonical, error):
        batch = message._get_document()
        if batch and batch.state == "requested":
            batch.sudo()._set_failed(error)
