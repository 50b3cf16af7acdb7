"""Routes of deliveries: the warehouse decides which partner ships."""

from odoo import fields, models

from ..const import INSTRUCTION


class LogisticsRoute(models.Model):
    _inherit = "logistics.route"

    res_model = fields.Char(default="stock.picking")
    type_id = fields.Many2one(
        default=lambda self: self.env["logistics.message.type"]._get_id(INSTRUCTION)
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        check_company=True,
        index="btree_not_null",
        help="Only documents of this warehouse. Empty: of all.",
    )
    picking_type_id = fields.Many2one(
        "stock.picking.type",
        string="Operation type",
        check_company=True,
        domain="[('code', '=', 'outgoing'), ('warehouse_id', '=?', warehouse_id)]",
        help="Only this operation type of the warehouse. Empty: every delivery.",
    )

    def _accepts(self, record):
        if not super()._accepts(record):
            return False
        if record._name != "stock.picking":
            return True
        picking_type = record.picking_type_id
        return (
            not self.warehouse_id or picking_type.warehouse_id == self.warehouse_id
        ) and (not self.picking_type_id or picking_type == self.picking_type_id)
