"""Whether the partner should still get what was written for it."""

from odoo import models

from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.translation import recorded

from ..const import CANCEL, INSTRUCTION


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _logistics_find_unwanted(self, backend, reference):
        """Return why this delivery must not be instructed any more, or None.

        A `Text`: it is stored in the language of the backend's company.
        """
        self.ensure_one()
        if self.state == "done":
            return _lt("%s was validated in Odoo.", self.name)
        if self.state == "cancel":
            return _lt("%s was cancelled in Odoo.", self.name)
        if self.logistics_reference != reference or (
            self.logistics_backend_id != backend
        ):
            return _lt("%s was released again, or taken back.", self.name)
        if self.logistics_state == "cancel_requested":
            return _lt("The cancellation of %s was requested.", self.name)
        if self.state != "assigned":
            return _lt("The stock of %s is not reserved any more.", self.name)
        if backend not in self.env["logistics.route"]._match(self, INSTRUCTION):
            return _lt(
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
        backend = self.logistics_backend_id.sudo()
        text = recorded(
            backend,
            _lt(
                "Not sent to %(partner)s. %(reason)s",
                partner=backend.name,
                reason=reason,
            ),
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
