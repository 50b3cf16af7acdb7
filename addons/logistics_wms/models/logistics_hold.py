"""Holds of a warehouse, and what the deliveries say about any hold."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import INSTRUCTION


class LogisticsHold(models.Model):
    _inherit = "logistics.hold"

    warehouse_id = fields.Many2one(
        "stock.warehouse",
        check_company=True,
        domain="[('company_id', '=', company_id)]",
        help="Only deliveries of this warehouse. Empty: of all.",
    )

    @api.constrains("warehouse_id", "direction")
    def _check_warehouse(self):
        if self.filtered(lambda h: h.warehouse_id and h.direction == "in"):
            raise ValidationError(
                self.env._("A warehouse can only be held for what goes out.")
            )

    @api.depends("warehouse_id")
    def _compute_scope(self):
        return super()._compute_scope()

    def _get_scope(self):
        scope = super()._get_scope()
        return [*scope, self.warehouse_id.name] if self.warehouse_id else scope

    def _get_documents(self):
        if not self.warehouse_id:
            return super()._get_documents()
        return "stock.picking", fields.Domain(
            "picking_type_id.warehouse_id", "=", self.warehouse_id.id
        )

    def _blocked(self):
        self.env["stock.picking"]._logistics_refresh_waits(self.backend_id)
        return super()._blocked()

    def _unblocked(self):
        self.env["stock.picking"]._logistics_refresh_waits(self.backend_id)
        return super()._unblocked()


class LogisticsGate(models.Model):
    _inherit = "logistics.gate"

    def _blocked(self):
        self.env["stock.picking"]._logistics_refresh_waits(self.backend_id)
        return super()._blocked()

    def _unblocked(self):
        self.env["stock.picking"]._logistics_refresh_waits(self.backend_id)
        return super()._unblocked()


class StockPicking(models.Model):
    _inherit = "stock.picking"

    @api.model
    def _logistics_refresh_waits(self, backends):
        """Bring the reason up to date on all deliveries queued for these backends."""
        for backend in backends:
            self.sudo().search(
                [
                    ("logistics_backend_id", "=", backend.id),
                    ("logistics_state", "=", "to_release"),
                    ("logistics_reference", "!=", False),
                    ("state", "not in", ("done", "cancel")),
                ]
            )._logistics_note_waits(backend)

    def _logistics_note_waits(self, backend):
        """Write on queued deliveries why they wait, or that they do not any more."""
        left = self
        type_id = self.env["logistics.message.type"]._get_id(INSTRUCTION)
        for hold in self.env["logistics.hold"]._get_active(backend):
            held = left.filtered(lambda p, h=hold: h._holds(p, type_id))
            reason = self.env._(
                "On hold at %(partner)s: %(reason)s",
                partner=backend.sudo().name,
                reason=hold.reason,
            )
            held._logistics_wait(reason, hold.started_at)
            left -= held
        interrupted = backend.sudo()._get_interruption(type_id)
        if interrupted:
            left._logistics_wait(*interrupted)
        else:
            left.filtered("logistics_hold_reason").write(
                {"logistics_hold_reason": False, "logistics_hold_since": False}
            )

    def _logistics_wait(self, reason, since):
        """Write the reason; a delivery waits since it was queued at the earliest."""
        now = fields.Datetime.now()
        for picking in self.filtered(lambda p: p.logistics_hold_reason != reason):
            queued_at = picking.logistics_state_at or now
            picking.write(
                {
                    "logistics_hold_reason": reason,
                    "logistics_hold_since": max(since or now, queued_at),
                }
            )
