"""Voiding labels, of a shipment or of one parcel: what the carrier answered."""

from odoo import models


class LogisticsHandlerTransportVoid(models.AbstractModel):
    _name = "logistics.handler.transport_void"
    _inherit = "logistics.handler"
    _description = "Handler: Transport Void"

    _needs_document = False

    def _sent(self, message, canonical, result):
        # A shipment, or one parcel of it.
        record = self._find_document(message)
        if record:
            record._set_voided(self.env._("the carrier has voided the label."))

    def _refused(self, message, canonical, error):
        record = message._get_document()
        if record:
            record._set_void_refused(error)
