from odoo import fields, models

from odoo.addons.logistics_core.fields import Secret


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    connector = fields.Selection(
        selection_add=[("ups", "UPS")], ondelete={"ups": "set disconnected"}
    )
    ups_client_id = fields.Char(string="UPS client ID")
    ups_client_secret = Secret(string="UPS client secret")
    ups_account = fields.Char(
        string="UPS account number",
        size=6,
        help="The six characters of our shipper number.",
    )
    ups_alert_key = Secret(
        string="UPS Track Alert key",
        help="What UPS sends in the header x-api-key of its track alerts: the client"
        " ID that UPS was given for our webhook.",
    )
    ups_alert_id = fields.Char(
        string="UPS Track Alert subscription ID",
        help="The ID UPS gave us for track alerts of the whole account.",
    )
