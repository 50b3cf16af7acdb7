"""The connector of connections whose addon was uninstalled: it can do nothing."""

from odoo import models


class LogisticsConnectorDisconnected(models.AbstractModel):
    _name = "logistics.connector.disconnected"
    _inherit = "logistics.connector"
    _description = "Connector: none"
