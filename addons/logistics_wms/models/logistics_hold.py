"""Holds of a warehouse."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class LogisticsHold(models.Model):
    _inherit = "logistics.hold"
    _logistics_engine_fields = frozenset({"warehouse_id"})
    _logistics_once_fields = frozenset({"warehouse_id"})

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
        return self.env["stock.picking"].sudo(), fields.Domain(
            "picking_type_id.warehouse_id", "=", self.warehouse_id.id
        )
