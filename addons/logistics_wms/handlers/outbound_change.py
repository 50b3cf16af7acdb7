"""Outgoing changes of what was instructed."""

from dataclasses import replace

from odoo import models

from odoo.addons.logistics_core.errors import (
    NoLongerWanted,
    NotSupported,
    Rejected,
)
from odoo.addons.logistics_core.texts import _lt

from ..const import BIND_ORDER


class LogisticsWmsFollowUp(models.AbstractModel):
    """Gives a change or cancellation the partner's identifier of the order."""

    _name = "logistics.wms.follow.up"
    _description = "Follow-up of an Instruction"

    def _get_order_external_id(self, message, canonical):
        """Return the partner's identifier of the order, "" when it gave none.

        It may not have been known when the message was written.
        """
        picking = self._find_document(message)
        known = picking and picking._logistics_get_order_key()
        return known or canonical.order_external_id

    def _get_followed(self, message, canonical):
        """Return the deliveries of the partner's order the message is about."""
        return self.env["stock.picking"].search(
            [
                ("logistics_backend_id", "=", message.backend_id.id),
                ("logistics_reference", "=", canonical.reference),
            ]
        )


class LogisticsHandlerOutboundChange(models.AbstractModel):
    _name = "logistics.handler.outbound_change"
    _inherit = ["logistics.handler", "logistics.wms.lines", "logistics.wms.follow.up"]
    _description = "Handler: Outbound Change"

    _looks_at = ("stock.move",)

    def _check_wanted(self, message, canonical):
        chain = self._get_followed(message, canonical)
        if not any(
            p._logistics_is_with_partner() and p.logistics_state != "cancel_requested"
            for p in chain
        ):
            raise NoLongerWanted(
                _lt(
                    "%s is shipped, cancelled or taken back: nothing is left to"
                    " change.",
                    canonical.reference,
                )
            )

    def _prepare_send(self, message, canonical):
        lines = canonical.lines
        if lines is not None:
            lines = self._prepare_lines(message.backend_id, lines)
        service = canonical.carrier_service
        if "carrier_service" in canonical.changed:
            service = self.env["logistics.value.map"]._get_carrier_service(
                message.backend_id, message._get_document().carrier_id
            )
        return replace(
            canonical,
            lines=lines,
            carrier_service=service,
            order_external_id=self._get_order_external_id(message, canonical),
        )

    def _sent(self, message, canonical, result):
        # Some partners answer a change with a new order that replaces the old.
        if result.external_id:
            root = self._get_document(message)._logistics_get_root()
            self.env["logistics.binding"]._bind(
                message.backend_id, BIND_ORDER, root, result.external_id
            )

    def _refused(self, message, canonical, error):
        if isinstance(error, Rejected | NotSupported):
            return error.reported(
                kind="change_refused",
                remedy=_lt(
                    "The partner ships what was sent before. Change the delivery in"
                    " Odoo back, or clarify the change with the partner and resolve"
                    " this exception."
                ),
            )
        return None
