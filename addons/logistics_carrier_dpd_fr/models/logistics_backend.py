from odoo import fields, models

from odoo.addons.logistics_core.fields import Secret

from .. import const


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    connector = fields.Selection(
        selection_add=[("dpd_fr", "DPD France")],
        ondelete={"dpd_fr": "set disconnected"},
    )
    dpd_fr_user = fields.Char(string="DPD user")
    dpd_fr_password = Secret(string="DPD password")
    dpd_fr_country = fields.Integer(
        string="DPD country number",
        default=const.FRANCE,
        help="DPD's number of the customer's country; 250 is France.",
    )
    dpd_fr_center = fields.Integer(
        string="DPD center number", help="The depot's number."
    )
    dpd_fr_customer = fields.Integer(string="DPD customer number")
