"""Choosing the shop or locker a shipment is delivered to."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.errors import LogisticsError
from odoo.addons.logistics_core.guard import button
from odoo.addons.logistics_core.translation import translated

from ..const import SALE, STOCK_OR_SALE
from .method_hooks import to_location


class LogisticsAccessPointSearch(models.TransientModel):
    """One row is one search for drop-off points, for an order or a delivery."""

    _name = "logistics.access.point.search"
    _description = "Drop-off Points"
    # Made by the button of the order or the delivery.
    _logistics_engine_fields = frozenset(
        {"order_id", "picking_id", "carrier_id", "partner_id", "line_ids"}
    )

    order_id = fields.Many2one("sale.order", ondelete="cascade")
    picking_id = fields.Many2one("stock.picking", ondelete="cascade")
    carrier_id = fields.Many2one("delivery.carrier", required=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    line_ids = fields.One2many(
        "logistics.access.point", "search_id", string="Drop-off points"
    )

    @api.model
    def _open(self, document, carrier, partner):
        """Search near a contact and return the action that shows the points."""
        if not carrier.logistics_can_drop_off:
            raise UserError(
                self.env._(
                    "The shipping method %s has no drop-off points.", carrier.name or ""
                )
            )
        field = "order_id" if document._name == "sale.order" else "picking_id"
        search = self.create(
            {
                field: document.id,
                "carrier_id": carrier.id,
                "partner_id": partner.id,
            }
        )
        search._find()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Drop-off points"),
            "res_model": self._name,
            "res_id": search.id,
            "view_mode": "form",
            "target": "new",
        }

    def _find(self):
        try:
            points = self.carrier_id._logistics_find_points(self.partner_id)
        except LogisticsError as error:
            raise UserError(translated(self.env, error)) from error
        self.line_ids.create(
            [
                {
                    "search_id": self.id,
                    "external_id": point.external_id,
                    "name": point.name,
                    "address": ", ".join(
                        part
                        for part in (
                            point.address.street,
                            point.address.zip,
                            point.address.city,
                        )
                        if part
                    ),
                    "distance": (point.distance_m or 0) / 1000,
                    "opening_hours": point.opening_hours,
                    "location": to_location(point),
                }
                for point in points
            ]
        )


class LogisticsAccessPoint(models.TransientModel):
    """One row is one shop or locker."""

    _name = "logistics.access.point"
    _description = "Drop-off Point"
    # Answers of the carrier.
    _logistics_engine_fields = frozenset(
        {
            "search_id",
            "external_id",
            "name",
            "address",
            "distance",
            "opening_hours",
            "location",
        }
    )
    _order = "id"

    search_id = fields.Many2one(
        "logistics.access.point.search", required=True, ondelete="cascade"
    )
    external_id = fields.Char(required=True)
    name = fields.Char(required=True)
    address = fields.Char()
    distance = fields.Float(string="Distance (km)", digits=(6, 2))
    opening_hours = fields.Text()
    location = fields.Json()

    @button("write")
    def action_choose(self):
        """Deliver to this point."""
        self.ensure_one()
        order, picking = self.search_id.order_id, self.search_id.picking_id
        if order:
            order.check_access("write")
            order.pickup_location_data = self.location
        else:
            picking._logistics_check_buyer()
            picking.write(
                {
                    "logistics_access_point": self.external_id,
                    "logistics_access_point_name": f"{self.name}, {self.address}",
                }
            )
        return {"type": "ir.actions.act_window_close"}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    logistics_access_point_name = fields.Char(
        compute="_compute_logistics_access_point", string="Drop-off point"
    )
    logistics_can_drop_off = fields.Boolean(related="carrier_id.logistics_can_drop_off")

    @api.depends("pickup_location_data")
    def _compute_logistics_access_point(self):
        for order in self:
            point = order.pickup_location_data or {}
            parts = (point.get(n) for n in ("name", "street", "zip_code", "city"))
            order.logistics_access_point_name = ", ".join(p for p in parts if p)

    @button("write", SALE)
    def action_logistics_access_points(self):
        """Look for drop-off points near the recipient."""
        self.ensure_one()
        searches = self.env["logistics.access.point.search"]
        return searches._open(self, self.carrier_id, self.partner_shipping_id)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    logistics_can_drop_off = fields.Boolean(related="carrier_id.logistics_can_drop_off")

    @button("read", STOCK_OR_SALE)
    def action_logistics_access_points(self):
        """Look for drop-off points near the recipient."""
        self.ensure_one()
        searches = self.env["logistics.access.point.search"]
        return searches._open(self, self.carrier_id, self.partner_id)
