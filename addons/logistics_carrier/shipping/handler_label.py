"""Buying labels: last checks before, the label after."""

from dataclasses import replace

from odoo import models

from odoo.addons.logistics_core.errors import (
    NoLongerWanted,
    Rejected,
    StillWorking,
)
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.translation import translated

from .shipment import LIVE_STATES

# The end of a batch wakes what waits for it; this is for a wake-up that got lost.
LOOK_AGAIN = 120


class LogisticsHandlerTransportInstruction(models.AbstractModel):
    _name = "logistics.handler.transport_instruction"
    _inherit = "logistics.handler"
    _description = "Handler: Transport Instruction"

    # Several shipments may be of one delivery.
    _looks_at = ("stock.picking",)

    def _check_wanted(self, message, canonical):
        """Buy no label for what was taken back, cancelled or is bought elsewhere.

        :raises StillWorking: the batch at the carrier is open; its label may come
        """
        shipment = self._get_document(message)
        self._check_batch(shipment)
        reason = self._find_unwanted(shipment)
        if reason:
            raise NoLongerWanted(reason)

    def _check_batch(self, shipment):
        if shipment and shipment.carrier_batch_id._is_open():
            raise StillWorking(
                _lt("The carrier is making the label in a batch."),
                retry_after=LOOK_AGAIN,
            )

    def _find_unwanted(self, shipment):
        """Return why no label is needed, or None."""
        picking = shipment.picking_id
        if shipment.state in ("voided", "void_requested"):
            return _lt("The shipment was taken back: no label is bought.")
        if shipment.direction == "outbound" and picking.state == "cancel":
            return _lt("%s was cancelled: no label is bought.", picking.name)
        newer = picking.logistics_shipment_ids.filtered(
            lambda s: (
                s.id > shipment.id
                and s.direction == shipment.direction
                and s.state in LIVE_STATES
            )
        )
        return _lt("%s was bought instead.", newer[0].name) if newer else None

    def _withdrawn(self, message, canonical, error):
        shipment = message._get_document()
        if shipment and shipment.state != "voided":
            shipment._set_voided(translated(self.env, error))

    def _prepare_send(self, message, canonical):
        """Complete it with what came meanwhile; wait while a batch makes the label.

        :raises StillWorking: the batch at the carrier is open
        """
        shipment = message._get_document()
        self._check_batch(shipment)
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
        self._get_document(message)._set_labelled(result.response)

    def _refused(self, message, canonical, error):
        shipment = message._get_document()
        if not shipment:
            return
        if shipment.batch_error and isinstance(error, Rejected):
            # The carrier had no label of it, and the batch said why.
            message.sudo().outcome_unknown = False
        # What may have been bought stays requested until the carrier has answered.
        if not self._is_unclear(message, error):
            shipment._set_failed(error)
