"""What changes on the lines of a delivery is noticed here."""

from odoo import api, fields, models

# Fields after whose change a delivery may be ready, or differ from what the partner
# has.
WATCHED = frozenset({"state", "product_uom_qty", "product_uom", "picking_id"})


class PartnerLine(int):
    """A line number that our own code took over; a client sends plain numbers."""


class StockMove(models.Model):
    _inherit = "stock.move"

    logistics_line_id = fields.Integer(
        string="Line at the partner",
        copy=False,
        readonly=True,
        help="How the warehouse knows the line that this one is the rest of. Empty:"
        " by its own identifier.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = [vals.get("logistics_line_id") for vals in vals_list]
        moves = super().create(
            [
                {k: v for k, v in vals.items() if not isinstance(v, PartnerLine)}
                for vals in vals_list
            ]
        )
        for move, line in zip(moves, lines, strict=True):
            if isinstance(line, PartnerLine):
                move.sudo().logistics_line_id = int(line)
        moves.picking_id._logistics_touch()
        return moves

    def write(self, vals):
        if WATCHED.isdisjoint(vals):
            return super().write(vals)
        before = self.picking_id if "picking_id" in vals else self.browse().picking_id
        result = super().write(vals)
        (before | self.picking_id)._logistics_touch()
        return result

    def unlink(self):
        pickings = self.picking_id
        result = super().unlink()
        pickings._logistics_touch()
        return result

    def _prepare_move_split_vals(self, qty):
        vals = super()._prepare_move_split_vals(qty)
        if self.picking_id.logistics_reference:
            vals["logistics_line_id"] = PartnerLine(self._get_logistics_line_id())
        return vals

    def _get_logistics_line_id(self):
        """Return how the partner names this line: the first move of its chain."""
        return self.logistics_line_id or self.id
