"""Buying labels: last checks before, the label after."""

from dataclasses import replace

from odoo import models

from odoo.addons.logistics_core.errors import OutcomeUnknown, Rejected, StillWorking

from .shipment import LIVE_STATES

# The end of a batch wakes what waits for it; this is for a wake-up that got lost.
LOOK_AGAIN = 120


class LogisticsHandlerTransportInstruction(models.AbstractModel):
    _name = "logistics.handler.transport_instruction"
    _inherit = "logistics.handler"
    _description = "Handler: Transport Instruction"

    def _prepare_send(self, message, canonical):
        """Wait while a batch makes the label; refuse what nobody wants any more.

        :raises StillWorking: the batch at the carrier is open
        :raises Rejected: the shipment was taken back, or another one replaces it
        """
        shipment = message._get_document()
        if shipment and shipment.carrier_batch_id._is_open():
            raise StillWorking(
                self.env._("The carrier is making the label in a batch."),
                retry_after=LOOK_AGAIN,
            )
        # A label that may have been bought already has to be found, then voided.
        if message.outcome_unknown:
            return self._complete(shipment, canonical)
        if not shipment or shipment.state == "voided":
            raise Rejected(
                self.env._("The shipment was taken back: no label is bought."),
                remedy=self.env._("Buy a new label on the delivery."),
            )
        newer = shipment.picking_id.logistics_shipment_ids.filtered(
            lambda s: (
                s.id > shipment.id
                and s.direction == shipment.direction
                and s.state in LIVE_STATES
            )
        )
        if newer:
            raise Rejected(
                self.env._("%s was bought instead.", newer[0].name),
                remedy=self.env._("Nothing has to be done: resolve this exception."),
            )
        return self._complete(shipment, canonical)

    def _complete(self, shipment, canonical):
        """Name the shipment of which this is the return; its key came meanwhile.

        So came the keys of the documents that go with it.
        """
        if shipment:
            canonical = shipment._add_documents(canonical)
        outbound = shipment.return_of_id if shipment else None
        if not outbound or canonical.return_of:
            return canonical
        return replace(canonical, return_of=outbound.external_id or None)

    def _sent(self, message, canonical, result):
        message._get_document()._set_labelled(result.response)

    def _refused(self, message, canonical, error):
        shipment = message._get_document()
        if not shipment or isinstance(error, OutcomeUnknown):
            return
        if shipment.batch_error and isinstance(error, Rejected):
            # The carrier had no label of it, and the batch said why.
            message.sudo().outcome_unknown = False
        # What may have been bought stays requested until the carrier has answered.
        if isinstance(error, Rejected) or not message.outcome_unknown:
            shipment._set_failed(error)
