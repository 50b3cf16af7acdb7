"""Opening stock: the partner's count becomes an inventory count, to be approved."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.guard import MANAGER, button


class LogisticsOpeningStock(models.TransientModel):
    """One row is one look at where the partner's stock differs from Odoo's."""

    _name = "logistics.opening.stock"
    _description = "Opening Stock"

    backend_id = fields.Many2one(
        "logistics.backend", string="Connection", required=True, readonly=True
    )
    location_id = fields.Many2one(
        "stock.location",
        string="New stock goes to",
        domain="[('id', 'child_of', allowed_location_ids), ('usage', '=', 'internal')]",
        help="Where the partner's stock is kept in Odoo.",
    )
    allowed_location_ids = fields.Many2many(
        "stock.location", compute="_compute_allowed_location_ids"
    )
    taken_at = fields.Datetime(string="Counted by the partner", readonly=True)
    line_ids = fields.One2many(
        "logistics.opening.stock.line", "opening_id", readonly=True
    )

    @api.depends("backend_id")
    def _compute_allowed_location_ids(self):
        for opening in self:
            opening.allowed_location_ids = opening.backend_id._get_wms_locations()

    def _compute_display_name(self):
        for opening in self:
            opening.display_name = self.env._(
                "Opening stock: %s", opening.backend_id.name
            )

    @api.model
    def _make(self, backend):
        """Return a comparison of the partner's latest report with Odoo now."""
        levels = self.env["logistics.stock.level"].sudo()
        levels = levels.search([("backend_id", "=", backend.id)])
        warehouses = self.env["stock.warehouse"].search(
            [("view_location_id", "in", backend._get_wms_locations().ids)]
        )
        return self.sudo().create(
            {
                "backend_id": backend.id,
                "location_id": warehouses.lot_stock_id[:1].id,
                "taken_at": min(levels.mapped("taken_at"), default=False),
                "line_ids": [
                    fields.Command.create(values)
                    for values in self._prepare_lines(backend, levels)
                ],
            }
        )

    def _prepare_lines(self, backend, levels):
        """Return a line for each product or lot whose quantities differ."""
        counted = {}
        for level in levels:
            key = (level.product_id, level.lot_name)
            counted[key] = counted.get(key, 0) + level.on_hand
        quants = self.env["stock.quant"].sudo().search(self._get_quant_domain(backend))
        booked = {}
        for quant in quants:
            key = (quant.product_id, quant.lot_id.name or "")
            booked[key] = booked.get(key, 0) + quant.quantity
        expiries = {(lv.product_id, lv.lot_name): lv.expires_on for lv in levels}
        lines = []
        for key in {**counted, **booked}:
            product, lot = key
            theirs, ours = counted.get(key, 0), booked.get(key, 0)
            if product.uom_id.compare(theirs, ours) != 0:
                lines.append(
                    {
                        "product_id": product.id,
                        "lot_name": lot,
                        "expires_on": expiries.get(key),
                        "counted": theirs,
                        "booked": ours,
                    }
                )
        return lines

    def _get_quant_domain(self, backend):
        return [
            ("location_id", "child_of", backend._get_wms_locations().ids),
            ("location_id.usage", "=", "internal"),
            ("company_id", "=", backend.company_id.id),
        ]

    @button("write", MANAGER)
    def action_prepare(self):
        """Enter the partner's quantities as a count; a stock manager applies it."""
        self.ensure_one()
        self._check_fresh()
        self.env["stock.quant"].check_access("write")
        quants = self.env["stock.quant"]
        for line in self.line_ids.sudo():
            quants |= line._count()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Opening stock"),
            "res_model": "stock.quant",
            "view_mode": "list",
            "views": [
                (
                    self.env.ref("stock.view_stock_quant_tree_inventory_editable").id,
                    "list",
                )
            ],
            "domain": [("id", "in", quants.ids)],
            "context": {"inventory_mode": True, "no_at_date": True},
        }

    def _check_fresh(self):
        """Refuse a report that is older than what left since."""
        if not self.taken_at:
            raise UserError(
                self.env._(
                    "The partner's stock is not known yet. Start the connection and"
                    " poll the stock levels."
                )
            )
        later = self.env["stock.move"].search_count(
            [
                ("state", "=", "done"),
                ("date", ">", self.taken_at),
                "|",
                ("location_id", "child_of", self.allowed_location_ids.ids),
                ("location_dest_id", "child_of", self.allowed_location_ids.ids),
            ],
            limit=1,
        )
        if later:
            raise UserError(
                self.env._(
                    "Stock moved in Odoo since the partner counted. Poll the stock"
                    " levels, then open this again."
                )
            )


class LogisticsOpeningStockLine(models.TransientModel):
    """One row is one product, or one lot of it, that differs."""

    _name = "logistics.opening.stock.line"
    _description = "Line of the Opening Stock"
    _order = "product_id, lot_name"

    opening_id = fields.Many2one(
        "logistics.opening.stock", required=True, readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one("product.product", required=True, readonly=True)
    lot_name = fields.Char(string="Lot/Serial", readonly=True)
    expires_on = fields.Date(readonly=True)
    counted = fields.Float(
        string="At the partner", digits="Product Unit", readonly=True
    )
    booked = fields.Float(string="In Odoo", digits="Product Unit", readonly=True)
    difference = fields.Float(digits="Product Unit", compute="_compute_difference")

    @api.depends("counted", "booked")
    def _compute_difference(self):
        for line in self:
            line.difference = line.counted - line.booked

    def _count(self):
        """Enter what the partner has; return the quants with a count.

        Goods on pallets or of owners stay where they are: what is too much is
        taken off one quant after the other, what is missing goes to the location.
        """
        self.ensure_one()
        opening, product = self.opening_id, self.product_id
        counted = self.env["stock.quant"].sudo().with_context(inventory_mode=True)
        lot = self._get_lot()
        quants = counted.search(
            [
                *opening._get_quant_domain(opening.backend_id),
                ("product_id", "=", product.id),
                ("lot_id", "=", lot.id),
            ],
            order="package_id DESC, owner_id DESC, id",
        )
        plain = quants.filtered(
            lambda q: (
                q.location_id == opening.location_id
                and not q.package_id
                and not q.owner_id
            )
        )[:1]
        if not quants or (self.difference > 0 and not plain):
            return counted.create(
                {
                    "product_id": product.id,
                    "location_id": opening.location_id.id,
                    "lot_id": lot.id,
                    "inventory_quantity": max(self.difference, 0),
                }
            )
        left, touched = self.difference, counted
        for quant in plain | quants:
            if product.uom_id.is_zero(left):
                break
            change = left if left > 0 else max(left, -quant.quantity)
            quant.inventory_quantity = quant.quantity + change
            left -= change
            touched |= quant
        return touched

    def _get_lot(self):
        """Return the lot of this line, made with its expiry where it is new."""
        lots = self.env["stock.lot"].sudo()
        if not self.lot_name:
            return lots
        company = self.opening_id.backend_id.company_id
        lot = lots.search(
            [
                ("name", "=", self.lot_name),
                ("product_id", "=", self.product_id.id),
                ("company_id", "in", (False, company.id)),
            ],
            limit=1,
        )
        if lot:
            return lot
        values = {"name": self.lot_name, "product_id": self.product_id.id}
        if self.expires_on and "expiration_date" in lots._fields:
            values["expiration_date"] = fields.Datetime.to_datetime(self.expires_on)
        return lots.create(values)
