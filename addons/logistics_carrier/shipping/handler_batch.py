"""Batches at carriers: what waits for them, and what became of them."""

from odoo import models

from odoo.addons.logistics_core.errors import Rejected, StillWorking

# The end of the batch wakes what waits; this is for a wake-up that got lost.
LOOK_AGAIN = 120


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


class LogisticsHandlerTransportInstruction(models.AbstractModel):
    _inherit = "logistics.handler.transport_instruction"

    def _prepare_send(self, message, canonical):
        """Wait while the carrier makes the label in a batch.

        :raises StillWorking: the batch is open
        """
        shipment = message._get_document()
        if shipment and shipment.carrier_batch_id._is_open():
            raise StillWorking(
                self.env._("The carrier is making the label in a batch."),
                retry_after=LOOK_AGAIN,
            )
        return super()._prepare_send(message, canonical)

    def _refused(self, message, canonical, error):
        shipment = message._get_document()
        if shipment and shipment.batch_error and isinstance(error, Rejected):
            # The carrier had no label of it, and the batch said why.
            message.sudo().outcome_unknown = False
        return super()._refused(message, canonical, error)
