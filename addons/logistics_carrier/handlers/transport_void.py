"""Voiding labels: what the carrier answered."""

from odoo import models


class LogisticsHandlerTransportVoid(models.AbstractModel):
    _name = "logistics.handler.transport_void"
    _inherit = "logistics.handler"
    _description = "Handler: Transport Void"

    def _sent(self, message, canonical, result):
        shipment = message._get_document()
        shipment._set_voided(self.env._("the carrier has voided the label."))

    def _refused(self, message, canonical, error):
        shipment = message._get_document()
        if shipment:
            shipment._set_void_refused(error)
