"""What changes on the lines of a delivery is noticed here."""

from odoo import api, fields, models

from ..tools.spelling import plain

# Fields after whose change a delivery may be ready, or differ from what the partner
# has.
WATCHED = frozenset(
    {"state", "product_uom_qty", "product_uom", "picking_id", "date", "date_deadline"}
)


class PartnerLine(int):
    """A line number that our own code took over; a client sends plain numbers."""


class PartnerSku(str):
    """An SKU that our own code took over."""


class PartnerResidue(float):
    """A residue of rounding that our own code took over."""


# What a split takes over for the rest: field -> the type only our code gives.
TAKEN_OVER = {
    "logistics_line_id": PartnerLine,
    "logistics_sku": PartnerSku,
    "logistics_residue": PartnerResidue,
}


class StockMove(models.Model):
    _inherit = "stock.move"

    logistics_line_id = fields.Integer(
        string="Line at the partner",
        copy=False,
        readonly=True,
        help="How the warehouse knows the line that this one is the rest of. Empty:"
        " by its own identifier.",
    )
    logistics_sku = fields.Char(
        string="SKU at the partner",
        copy=False,
        readonly=True,
        help="The SKU that the warehouse was told, where the product has another one"
        " since.",
    )

    logistics_residue = fields.Float(
        string="Rounding at the partner",
        copy=False,
        readonly=True,
        help="What the partner shipped beyond what was counted, by rounding, in the"
        " product's unit. The next shipment takes it into account.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        taken = [
            {n: v for n, t in TAKEN_OVER.items() if isinstance(v := vals.get(n), t)}
            for vals in vals_list
        ]
        moves = super().create(
            [
                {name: value for name, value in vals.items() if name not in ours}
                for vals, ours in zip(vals_list, taken, strict=True)
            ]
        )
        for move, ours in zip(moves, taken, strict=True):
            if ours:
                move.sudo().write(ours)
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

    def _search_picking_for_assignation(self):
        """Less is wanted: it is taken off what the partner has begun, too.

        Odoo adds nothing to such a delivery, and would plan a return of goods that have
        not left. The partner is asked instead.
        """
        picking = super()._search_picking_for_assignation()
        if picking or self.product_uom.compare(self.product_uom_qty, 0) >= 0:
            return picking
        domain = fields.Domain(self._search_picking_for_assignation_domain())
        begun = domain.map_conditions(
            lambda c: fields.Domain.TRUE if c.field_expr == "printed" else c
        ) & fields.Domain("logistics_reference", "!=", False)
        return picking.search(begun).filtered(lambda p: p._logistics_is_with_partner())[
            :1
        ]

    def _prepare_move_split_vals(self, qty):
        vals = super()._prepare_move_split_vals(qty)
        if self.picking_id.logistics_reference:
            vals["logistics_line_id"] = PartnerLine(self._get_logistics_line_id())
            if self.logistics_residue:
                vals["logistics_residue"] = PartnerResidue(self.logistics_residue)
            if self.logistics_sku:
                vals["logistics_sku"] = PartnerSku(self.logistics_sku)
        return vals

    def _get_logistics_line_id(self):
        """Return how the partner names this line: the first move of its chain."""
        return self.logistics_line_id or self.id

    def _get_logistics_sku(self):
        """Return the SKU by which the partner knows the product of this line."""
        return self.logistics_sku or plain(self.product_id.default_code)
