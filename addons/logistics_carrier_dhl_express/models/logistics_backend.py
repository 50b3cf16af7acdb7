from odoo import fields, models

from odoo.addons.logistics_core.fields import Secret


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    connector = fields.Selection(
        selection_add=[("dhl_express", "DHL Express")],
        ondelete={"dhl_express": "set disconnected"},
    )
    dhl_express_user = fields.Char(string="DHL API user")
    dhl_express_password = Secret(string="DHL API password")
    dhl_express_account = fields.Char(
        string="DHL account", help="The account that ships and pays."
    )
    dhl_express_point_key = Secret(
        string="DHL service point key",
        help="DHL gives a key of its own for its search of service points.",
    )
