"""Whether the partner should still get what was written for it."""

from odoo import models

from ..const import CANCEL, INSTRUCTION


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _logistics_find_unwanted(self, backend, reference):
        """Return why this delivery must not be instructed any more, or None."""
        self.ensure_one()
        if self.state == "done":
            return self.env._("%s was validated in Odoo.", self.name)
        if self.state == "cancel":
            return self.env._("%s was cancelled in Odoo.", self.name)
        if self.logistics_reference != reference or (
            self.logistics_backend_id != backend
        ):
            return self.env._("%s was released again, or taken back.", self.name)
        if self.logistics_state == "cancel_requested":
            return self.env._("The cancellation of %s was requested.", self.name)
        if self.state != "assigned":
            return self.env._("The stock of %s is not reserved any more.", self.name)
        if backend not in self.env["logistics.route"]._match(self, INSTRUCTION):
            return self.env._(
                "No route sends %(delivery)s to %(partner)s any more.",
                delivery=self.name,
                partner=backend.sudo().name,
            )
        return None

    def _logistics_take_back(self, reason):
        """The partner never gets this release: it is an ordinary delivery again.

        Say so in its log; what is ready and has a route is released again.
        """
        self.ensure_one()
        chain = self._logistics_get_chain()
        if self.logistics_state == "cancel_requested":
            self._logistics_get_messages(CANCEL)._withdraw()
            chain._logistics_cancel_confirmed()
            return
        partner = self.logistics_backend_id.sudo().name
        text = self.env._(
            "Not sent to %(partner)s. %(reason)s", partner=partner, reason=reason
        )
        chain._message_log_batch(dict.fromkeys(chain.ids, text))
        kept = chain.filtered(lambda p: p.state != "cancel")
        kept._logistics_clear_release()
        kept.logistics_backend_id = False
        kept._logistics_touch()

    def _logistics_is_short(self):
        """Return whether less is reserved than an instruction would ask for."""
        self.ensure_one()
        return self.state != "assigned" or any(
            move.product_uom.compare(move.quantity, move.product_uom_qty) < 0
            for move in self.move_ids
            if move.state not in ("done", "cancel")
        )
