"""Cancelling what the partner has: it is asked first, and its answer decides."""

from odoo import models

from odoo.addons.logistics_core.guard import button

from ..canonical import OutboundCancel
from ..const import CANCEL, CHANGE, INSTRUCTION, RANK


class StockPicking(models.Model):
    _inherit = "stock.picking"

    @button("write")
    def action_cancel(self):
        """Cancel what the partner does not have; ask it for the rest."""
        asked = self._logistics_ask_cancel()
        result = super(StockPicking, self - asked).action_cancel()
        return asked._logistics_notify_asked() if asked else result

    def _logistics_ask_cancel(self, reason=None):
        """Cancel or ask; return the deliveries whose answer is awaited."""
        with_partner = self._logistics_settle_env().filtered(
            lambda p: p._logistics_is_with_partner()
        )
        asked = with_partner.filtered(lambda p: not p._logistics_withdraw())
        for picking in asked:
            picking._logistics_request_cancel(reason)
        return self.browse(asked.ids)

    def _logistics_withdraw(self, reason=None):
        """Take back what cannot have reached the partner; return whether it was.

        :param reason: shown on the messages; that of a cancellation when empty
        """
        self.ensure_one()
        messages = self._logistics_get_messages(INSTRUCTION, CHANGE, CANCEL)
        instruction = messages.filtered(lambda m: m.type_code == INSTRUCTION)[-1:]
        if not instruction or not instruction._never_left():
            return False
        # The engine may claim it this very moment: its state decides.
        if instruction.state != "cancelled" and not instruction._withdraw():
            return False
        withdrawn = instruction | (messages - instruction)._withdraw()
        reason = reason or self.env._("%s was taken back in Odoo.", self.name)
        withdrawn.filtered(lambda m: not m.note).note = reason
        self._logistics_set_state("cancelled")
        return True

    def _logistics_request_cancel(self, reason=None):
        """Ask the partner not to ship, once."""
        self.ensure_one()
        if self.logistics_state == "cancel_requested":
            return
        if not self._logistics_get_pending_cancel():
            self._logistics_get_messages(CHANGE).filtered(
                lambda m: m._is_unsent()
            )._withdraw()
            self._logistics_enqueue_follow_up(
                OutboundCancel(
                    reference=self.logistics_reference,
                    order_external_id=self._logistics_get_order_key(),
                    reason=reason,
                )
            )
        self._logistics_set_state(
            "cancel_requested",
            logistics_prior_state=self.logistics_state,
            logistics_cancel_reason=reason,
        )

    def _logistics_notify_asked(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("The warehouse was asked"),
                "message": self.env._(
                    "%s is at the warehouse. It is cancelled when the partner"
                    " agrees; if it is too late, the delivery stays.",
                    ", ".join(
                        self.filtered(
                            lambda p: p.logistics_state == "cancel_requested"
                        ).mapped("name")
                    ),
                ),
                "type": "warning",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _logistics_withdraw_gone(self):
        """The goods were taken off the delivery in Odoo: inform the partner."""
        self.ensure_one()
        others = self._logistics_get_chain().filtered(
            lambda p: p != self and p._logistics_is_with_partner()
        )
        if others:
            self._logistics_set_state("cancelled")
            others[0]._logistics_tell_change()
        elif not self._logistics_withdraw():
            self._logistics_request_cancel()

    def _logistics_cancel_confirmed(self, at=None):
        """The partner will not ship: cancel here, and the order if it was asked."""
        self._logistics_set_state("cancelled", at)
        open_deliveries = self.filtered(lambda p: p.state not in ("done", "cancel"))
        open_deliveries.action_cancel()
        self.sale_id._logistics_cancel_answered()

    def _logistics_cancel_refused(self):
        """The partner ships after all: the delivery and its order stay."""
        for picking in self.filtered(lambda p: p.logistics_state == "cancel_requested"):
            prior = picking.logistics_prior_state
            picking._logistics_set_state(prior if prior in RANK else "accepted")
        self.sale_id._logistics_cancel_denied()
