from odoo import fields, models

from odoo.addons.logistics_core.fields import Secret

from .. import const


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    connector = fields.Selection(
        selection_add=[("shipbob", "ShipBob")], ondelete={"shipbob": "set disconnected"}
    )
    shipbob_token = Secret(string="ShipBob personal access token")
    shipbob_channel_id = fields.Integer(
        string="ShipBob channel ID",
        help="The channel our orders belong to. “Test connection” fills it in when"
        " the token may write to one channel only.",
    )
    shipbob_location_id = fields.Integer(
        string="ShipBob fulfillment center ID",
        help="Where orders are shipped from and whose stock is compared. 0:"
        " ShipBob chooses for each order, and all its centers count.",
    )
    shipbob_order_type = fields.Selection(
        const.ORDER_TYPES, string="ShipBob order type", default="DTC"
    )
    shipbob_sales_channel = fields.Selection(
        [(name, name.capitalize()) for name in const.SALES_CHANNELS],
        string="ShipBob sales channel",
        help="Only for orders of a marketplace whose rules ShipBob has to follow.",
    )
