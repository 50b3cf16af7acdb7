from odoo import fields, models

from odoo.addons.logistics_core.fields import Secret

from .. import const


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    connector = fields.Selection(
        selection_add=[("shipengine", "ShipEngine")],
        ondelete={"shipengine": "set disconnected"},
    )
    shipengine_api_key = Secret(string="ShipEngine API key")
    shipengine_insurance = fields.Selection(
        const.INSURERS,
        string="ShipEngine insurer",
        default="carrier",
        help="Who insures a parcel whose shipment asks for insurance.",
    )
    shipengine_label_layout = fields.Selection(
        [(layout, layout) for layout in const.LABEL_LAYOUTS],
        string="ShipEngine label layout",
        default="4x6",
    )
    shipengine_test_labels = fields.Boolean(
        string="ShipEngine test labels",
        help="Ask for labels that cost nothing and are not carried.",
    )
