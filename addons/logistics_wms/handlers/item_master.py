"""Outgoing products: what the partner answers is their binding."""

from dataclasses import replace

from odoo import models

from ..const import BIND_PRODUCT


class LogisticsHandlerItemMaster(models.AbstractModel):
    _name = "logistics.handler.item_master"
    _inherit = "logistics.handler"
    _description = "Handler: Item Master"

    def _prepare_send(self, message, canonical):
        product = self._get_document(message)
        known = self.env["logistics.binding"]._get_external_id(
            message.backend_id, BIND_PRODUCT, product
        )
        return replace(canonical, external_id=known)

    def _sent(self, message, canonical, result):
        self.env["logistics.binding"]._bind(
            message.backend_id,
            BIND_PRODUCT,
            self._get_document(message),
            result.external_id or canonical.sku,
        )
