"""A person validates what the partner has: asked before, settled with it after."""

from odoo import api, fields, models

from ..const import INSTRUCTION


class StockPicking(models.Model):
    _inherit = "stock.picking"

    logistics_at_partner = fields.Boolean(
        compute="_compute_logistics_at_partner",
        help="The partner has an open order for this delivery, or is getting it now.",
    )
    logistics_by_hand = fields.Boolean(
        string="Validated without the partner",
        copy=False,
        readonly=True,
        help="It was validated in Odoo while the partner had it.",
    )

    @api.depends("state", "logistics_state", "logistics_reference")
    def _compute_logistics_at_partner(self):
        at_partner = self._logistics_get_at_partner()
        for picking in self:
            picking.logistics_at_partner = picking in at_partner

    def _logistics_get_at_partner(self):
        """Return those whose instruction left Odoo, or may have; in one query."""
        candidates = self.filtered(lambda p: p._logistics_is_with_partner())
        if not candidates:
            return candidates
        messages = (
            self.env["logistics.message"]
            .sudo()
            .search(
                [
                    ("backend_id", "in", candidates.logistics_backend_id.ids),
                    ("direction", "=", "out"),
                    ("ordering_key", "in", candidates.mapped("logistics_reference")),
                    ("type_id.code", "=", INSTRUCTION),
                ],
                order="id",
            )
        )
        last = {(m.backend_id.id, m.ordering_key): m for m in messages}
        return candidates.filtered(
            lambda p: (
                not (
                    message := last.get(
                        (p.logistics_backend_id.id, p.logistics_reference)
                    )
                )
                or not message._never_left()
            )
        )

    def _pre_action_done_hook(self):
        """Ask before a person validates what the partner ships."""
        if not self.env.context.get("skip_logistics_partner"):
            at_partner = self._logistics_get_at_partner()
            if at_partner:
                return at_partner._logistics_ask_by_hand()
        return super()._pre_action_done_hook()

    def _logistics_ask_by_hand(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Validate without the partner?"),
            "res_model": "logistics.validation",
            "view_mode": "form",
            "target": "new",
            "context": {**self.env.context, "default_picking_ids": self.ids},
        }

    def _logistics_is_by_hand(self):
        """Return whether it left Odoo's books before the partner reported it."""
        self.ensure_one()
        return self.state == "done" and (
            self.logistics_by_hand or self.logistics_state != "shipped"
        )

    def _logistics_settle_by_hand(self):
        """It was validated in Odoo: the partner must not ship it too.

        What was not sent is withdrawn. Else the partner is asked to ship less, or
        nothing.
        """
        self.ensure_one()
        reason = self.env._("%s was validated in Odoo.", self.name)
        if self._logistics_withdraw(reason):
            self._logistics_take_back(reason)
            return
        if self.logistics_state == "rejected":
            return
        self.logistics_by_hand = True
        others = self._logistics_get_chain().filtered(
            lambda p: p._logistics_is_with_partner()
        )
        if not others:
            self._logistics_request_cancel(reason)
            return
        self._logistics_set_state("cancelled")
        others[0]._logistics_tell_change()
