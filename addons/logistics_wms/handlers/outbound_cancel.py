"""Outgoing cancellations: the partner's answer decides."""

from dataclasses import replace

from odoo import models

from odoo.addons.logistics_core.errors import (
    NoLongerWanted,
    PermanentError,
    Rejected,
)
from odoo.addons.logistics_core.texts import _lt

from ..const import CLOSED_STATES

CANCEL_REMEDY_KINDS = (
    "authentication",
    "conflict",
    "invalid_message",
    "mapping_missing",
)


class LogisticsHandlerOutboundCancel(models.AbstractModel):
    _name = "logistics.handler.outbound_cancel"
    _inherit = ["logistics.handler", "logistics.wms.follow.up"]
    _description = "Handler: Outbound Cancel"

    _needs_document = False

    def _check_wanted(self, message, canonical):
        """The partner may have shipped or closed the order meanwhile.

        :raises Rejected: it is shipped; that is the answer to the question
        """
        states = set(self._get_followed(message, canonical).mapped("logistics_state"))
        if not states or states - CLOSED_STATES:
            return
        if "shipped" in states:
            raise Rejected(_lt("The partner has shipped %s.", canonical.reference))
        raise NoLongerWanted(
            _lt("The partner has no open order %s.", canonical.reference)
        )

    def _prepare_send(self, message, canonical):
        return replace(
            canonical,
            order_external_id=self._get_order_external_id(message, canonical),
        )

    def _sent(self, message, canonical, result):
        # "sent" means the partner will answer later, with a notification.
        if result.state != "done":
            return
        picking = self._find_document(message)
        if not picking:
            return
        picking._logistics_get_chain().filtered(
            lambda p: p.logistics_state == "cancel_requested"
        )._logistics_cancel_confirmed()

    def _refused(self, message, canonical, error):
        if not isinstance(error, PermanentError) or error.kind in CANCEL_REMEDY_KINDS:
            # Not an answer of the partner: the question stays open.
            return None
        picking = message._get_document()
        if not picking:
            return None
        in_odoo = picking.state != "cancel"
        picking._logistics_get_chain()._logistics_cancel_refused()
        return error.reported(
            kind="cancel_refused", remedy=self._get_remedy(picking, in_odoo)
        )

    def _get_remedy(self, picking, in_odoo):
        """Return what a person does about a partner that refuses to cancel."""
        if picking.logistics_by_hand:
            return self.env._(
                "It was validated in Odoo without the partner, and the partner ships"
                " it. If the goods left twice, stop the partner's parcel or prepare a"
                " return. If only the partner shipped, ignore this exception."
            )
        if in_odoo:
            return self.env._(
                "It will ship. Inform the customer, and prepare a return once it is"
                " shipped; then ignore this exception."
            )
        return self.env._(
            "It will ship although it is cancelled in Odoo. Stop it with the"
            " partner by phone, or make a delivery and a return in Odoo."
        )
