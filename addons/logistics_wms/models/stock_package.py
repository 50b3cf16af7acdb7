"""A parcel of the partner: its label and where it is followed."""

from odoo import fields, models


class StockPackage(models.Model):
    _inherit = "stock.package"

    logistics_tracking_ref = fields.Char(
        string="Tracking number", copy=False, readonly=True, index="btree_not_null"
    )
    logistics_tracking_url = fields.Char(
        string="Tracking URL", copy=False, readonly=True
    )
    logistics_carrier = fields.Char(
        string="Shipped with", copy=False, readonly=True, help="As the partner says."
    )
