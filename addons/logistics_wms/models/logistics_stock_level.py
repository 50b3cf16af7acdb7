"""The partner's stock beside Odoo's."""

from odoo import api, fields, models

from odoo.addons.logistics_core.guard import button


class LogisticsStockLevel(models.Model):
    """One row is what a partner says it has of a product, or of one lot of it.

    Odoo's quantity is taken at the same moment, so that a difference means a
    difference and not a shipment in between.
    """

    _name = "logistics.stock.level"
    _description = "Stock at the Warehouse"
    _order = "backend_id, product_id, lot_name"
    _rec_name = "product_id"

    backend_id = fields.Many2one(
        "logistics.backend",
        string="Connection",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="backend_id.company_id", store=True, index=True
    )
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, ondelete="cascade", index=True
    )
    location = fields.Char(
        string="Partner's location", required=True, default="", readonly=True
    )
    lot_name = fields.Char(
        string="Lot/Serial", required=True, default="", readonly=True
    )
    lot_id = fields.Many2one("stock.lot", readonly=True, ondelete="set null")
    uom_id = fields.Many2one(related="product_id.uom_id")
    on_hand = fields.Float(digits="Product Unit", readonly=True)
    committed = fields.Float(digits="Product Unit", readonly=True)
    available = fields.Float(digits="Product Unit", readonly=True)
    expires_on = fields.Date(readonly=True)
    odoo_quantity = fields.Float(string="In Odoo", digits="Product Unit", readonly=True)
    difference = fields.Float(
        digits="Product Unit",
        compute="_compute_difference",
        store=True,
        help="The partner's quantity on hand less Odoo's.",
    )
    taken_at = fields.Datetime(readonly=True, help="When the partner counted.")

    _unique_level = models.Constraint(
        "UNIQUE(backend_id, product_id, location, lot_name)",
        "This stock level exists already.",
    )

    @api.depends("on_hand", "odoo_quantity")
    def _compute_difference(self):
        for level in self:
            level.difference = level.uom_id.round(level.on_hand - level.odoo_quantity)

    @api.model
    def _update(self, backend, location, taken_at, rows, complete=False, kept=()):
        """Take over a report; rows older than what is known are left alone.

        :param rows: {(product, lot name): values of this model}
        :param complete: whether what is not named is zero
        :param kept: {(product, lot name or None for all)} of what stays as it is
        :return: number of levels written
        """
        known = self.search(
            [("backend_id", "=", backend.id), ("location", "=", location)]
        )
        current = {(level.product_id.id, level.lot_name): level for level in known}
        rows = {(product.id, lot): values for (product, lot), values in rows.items()}
        if complete:
            empty = {"on_hand": 0, "committed": 0, "available": 0}
            kept = {(product.id, lot) for product, lot in kept}
            gone = {
                key: dict(empty)
                for key in current
                if key not in kept and (key[0], None) not in kept
            }
            rows = {**gone, **rows}
        lots = self._get_lots(backend, rows)
        in_odoo = self._get_odoo_quantities(backend, rows, lots)
        new, count = [], 0
        for key, values in rows.items():
            level = current.get(key)
            if level and level.taken_at and level.taken_at > taken_at:
                continue
            count += 1
            values = {
                **values,
                "taken_at": taken_at,
                "lot_id": lots.get(key),
                "odoo_quantity": in_odoo.get(key, 0),
            }
            if level:
                level.write(values)
            else:
                new.append(
                    {
                        **values,
                        "backend_id": backend.id,
                        "location": location,
                        "product_id": key[0],
                        "lot_name": key[1],
                    }
                )
        self.create(new)
        return count

    def _get_lots(self, backend, rows):
        """Return {(product id, lot name): lot id}."""
        lots = self.env["stock.lot"]._logistics_find(
            backend.company_id, {(product, lot) for product, lot in rows if lot}
        )
        return {key: lot.id for key, lot in lots.items()}

    def _get_odoo_quantities(self, backend, rows, lots):
        """Return {(product id, lot name): quantity in the partner's warehouses}."""
        groups = self.env["stock.quant"]._read_group(
            [
                ("location_id", "child_of", backend._get_wms_locations().ids),
                ("location_id.usage", "=", "internal"),
                ("product_id", "in", [product for product, _lot in rows]),
                ("company_id", "=", backend.company_id.id),
            ],
            ["product_id", "lot_id"],
            ["quantity:sum"],
        )
        by_lot = {(p.id, lot.id): quantity for p, lot, quantity in groups}
        totals = {}
        for (product, _lot), quantity in by_lot.items():
            totals[product] = totals.get(product, 0) + quantity
        return {
            (product, name): by_lot.get((product, lots.get((product, name))), 0)
            if name
            else totals.get(product, 0)
            for product, name in rows
        }

    @button("read")
    def action_view_quants(self):
        """Open Odoo's stock of this product in the partner's warehouses."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock.dashboard_open_quants"
        )
        locations = self.backend_id._get_wms_locations()
        return {
            **action,
            "domain": [
                ("product_id", "=", self.product_id.id),
                ("location_id", "child_of", locations.ids),
            ],
            "context": {},
        }
