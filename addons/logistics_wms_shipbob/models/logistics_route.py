"""DTC and B2B, and several centers, on one connection: each has its route."""

from odoo import api, fields, models

from .. import const


class LogisticsRoute(models.Model):
    _inherit = "logistics.route"

    is_shipbob = fields.Boolean(compute="_compute_is_shipbob")
    shipbob_order_type = fields.Selection(
        const.ORDER_TYPES,
        string="ShipBob order type",
        help="Empty: as the connection says.",
    )
    shipbob_center_choice_id = fields.Many2one(
        "logistics.choice",
        string="ShipBob fulfillment center",
        domain="[('backend_id', '=', backend_id), ('kind', '=', 'shipbob_center')]",
        help="Where the orders of this route are shipped from. Empty: as the"
        " connection says.",
    )
    shipbob_sales_channel = fields.Selection(
        [(name, name.capitalize()) for name in const.SALES_CHANNELS],
        string="ShipBob sales channel",
        help="Empty: as the connection says.",
    )

    @api.depends("backend_id.connector")
    def _compute_is_shipbob(self):
        for route in self:
            route.is_shipbob = route.backend_id.connector == "shipbob"

    def _get_shipbob_order_type(self, backend):
        """Return `Orders.OrderType` of this route, or of the connection."""
        return self.shipbob_order_type or backend.shipbob_order_type or "DTC"

    def _get_shipbob_location(self, backend):
        """Return the id of the center, or None: ShipBob chooses."""
        chosen = self.shipbob_center_choice_id.code
        return int(chosen) if chosen else backend.shipbob_location_id or None
