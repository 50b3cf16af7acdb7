"""Outgoing changes of what was instructed."""

from dataclasses import replace

from odoo import models

from odoo.addons.logistics_core.errors import NotSupported, Rejected

from ..const import BIND_ORDER


class LogisticsWmsFollowUp(models.AbstractModel):
    """Gives a change or cancellation the partner's identifier of the order."""

    _name = "logistics.wms.follow.up"
    _description = "Follow-up of an Instruction"

    def _get_order_external_id(self, message, canonical):
        """Return the partner's identifier of the order, "" when it gave none.

        It may not have been known when the message was written.
        """
        known = message._get_document()._logistics_get_order_key()
        return known or canonical.order_external_id


class LogisticsHandlerOutboundChange(models.AbstractModel):
    _name = "logistics.handler.outbound_change"
    _inherit = ["logistics.handler", "logistics.wms.lines", "logistics.wms.follow.up"]
    _description = "Handler: Outbound Change"

    def _prepare_send(self, message, canonical):
        lines = canonical.lines
        if lines is not None:
            lines = self._prepare_lines(message.backend_id, lines)
        return replace(
            canonical,
            lines=lines,
            order_external_id=self._get_order_external_id(message, canonical),
        )

    def _sent(self, message, canonical, result):
        # Some partners answer a change with a new order that replaces the old.
        if result.external_id:
            root = message._get_document()._logistics_get_root()
            self.env["logistics.binding"]._bind(
                message.backend_id, BIND_ORDER, root, result.external_id
            )

    def _refused(self, message, canonical, error):
        if isinstance(error, Rejected | NotSupported):
            return error.reported(
                kind="change_refused",
                remedy=self.env._(
                    "The partner ships what it was told before. Change the delivery in"
                    " Odoo back, or settle the change with the partner by hand and"
                    " resolve this exception."
                ),
            )
        return None
