"""Parcels: one box with one label."""

from odoo import fields, models
from odoo.exceptions import AccessError

from odoo.addons.logistics_core.guard import button

from ..const import REASONS, STATUSES


class LogisticsParcel(models.Model):
    """One row is one labelled box, tied to Odoo's package where there is one."""

    _name = "logistics.parcel"
    _description = "Parcel"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "shipment_id desc, id"
    _rec_name = "name"

    shipment_id = fields.Many2one(
        "logistics.shipment",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    name = fields.Char(
        required=True, readonly=True, help="Our reference, unique in the shipment."
    )
    company_id = fields.Many2one(related="shipment_id.company_id", store=True)
    backend_id = fields.Many2one(
        related="shipment_id.backend_id", store=True, index=True
    )
    picking_id = fields.Many2one(related="shipment_id.picking_id", store=True)
    package_id = fields.Many2one("stock.package", readonly=True)
    sscc = fields.Char(string="SSCC", readonly=True)
    tracking_number = fields.Char(readonly=True, copy=False, index="btree_not_null")
    external_id = fields.Char(string="Carrier's ID", readonly=True, copy=False)
    tracking_url = fields.Char(compute="_compute_tracking_url", compute_sudo=True)
    # Not rounded: a pound has 0.45359237 kg, and pick-ups are booked with the sum.
    weight = fields.Float(string="Weight (kg)", digits=(16, 10), readonly=True)
    length_mm = fields.Float(string="Length (mm)", digits=(8, 1), readonly=True)
    width_mm = fields.Float(string="Width (mm)", digits=(8, 1), readonly=True)
    height_mm = fields.Float(string="Height (mm)", digits=(8, 1), readonly=True)
    label_id = fields.Many2one("ir.attachment", readonly=True)
    status = fields.Selection(STATUSES, readonly=True, index=True)
    status_reason = fields.Selection(REASONS, readonly=True)
    status_at = fields.Datetime(string="Since", readonly=True)
    status_text = fields.Char(string="Carrier says", readonly=True)
    promised_delivery = fields.Datetime(
        readonly=True, help="The carrier's first estimate."
    )
    estimated_delivery = fields.Datetime(
        readonly=True, help="The carrier's present estimate."
    )
    delivered_at = fields.Datetime(readonly=True)
    signed_by = fields.Char(readonly=True)
    next_track_at = fields.Datetime(
        readonly=True, index="btree_not_null", help="When its carrier is polled again."
    )

    _unique_name = models.Constraint(
        "UNIQUE(shipment_id, name)", "A parcel's reference is unique in its shipment."
    )

    def _compute_tracking_url(self):
        for parcel in self:
            connector = parcel.backend_id._get_connector()
            parcel.tracking_url = parcel.tracking_number and (
                connector._get_tracking_url(parcel.backend_id, parcel.tracking_number)
            )

    def _check_warehouse_user(self):
        """Who may see these parcels and works in the warehouse may ask about them."""
        self.check_access("read")
        if not self.env.user.has_group("logistics_core.group_warehouse_user"):
            raise AccessError(self.env._("Only warehouse users ask carriers."))

    @button("read")
    def action_open_label(self):
        """Open the label of this parcel again."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.label_id.id}",
            "target": "new",
        }
