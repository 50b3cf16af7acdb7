"""Parcels on their way: how far each one is."""

from zoneinfo import ZoneInfo

from odoo import api, fields, models

from odoo.addons.logistics_core.tools.zones import guess_zone, local_day

from ..const import FINAL_STATUSES

BOARD_STATES = [
    ("waiting", "Not scanned yet"),
    ("underway", "On the way"),
    ("due", "Out for delivery"),
    ("trouble", "Needs attention"),
    ("delivered", "Delivered"),
    ("ended", "Not delivered"),
    ("untracked", "Not tracked"),
]
_BOARD = {
    "created": "waiting",
    "picked_up": "underway",
    "in_transit": "underway",
    "out_for_delivery": "due",
    "available_for_pickup": "due",
    "attempted": "trouble",
    "exception": "trouble",
    "returning": "trouble",
    "delivered": "delivered",
    "returned": "ended",
    "lost": "ended",
    "cancelled": "ended",
}


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    last_event_at = fields.Datetime(
        readonly=True, copy=False, help="When the latest of its events happened."
    )
    is_late = fields.Boolean(
        string="Late",
        readonly=True,
        copy=False,
        help="It comes later than the carrier promised first.",
    )
    is_silent = fields.Boolean(
        string="Silent",
        readonly=True,
        copy=False,
        help="Its carrier has reported nothing for too long; it is not polled any"
        " more.",
    )
    event_ids = fields.One2many(
        "logistics.tracking.event", "parcel_id", string="Tracking"
    )
    delivery_day = fields.Date(
        string="Expected",
        compute="_compute_delivery_day",
        help="The day at the place of delivery.",
    )
    can_track = fields.Boolean(compute="_compute_can_track", compute_sudo=True)
    last_place = fields.Char(compute="_compute_last_place")
    board_state = fields.Selection(
        BOARD_STATES,
        string="Stage",
        compute="_compute_board_state",
        store=True,
        index=True,
        group_expand=True,
    )

    @api.depends("status", "shipment_id.state")
    def _compute_board_state(self):
        for parcel in self:
            stage = _BOARD.get(parcel.status, "waiting")
            if stage == "waiting" and parcel._is_out_of_sight():
                stage = "untracked"
            parcel.board_state = stage

    def _is_out_of_sight(self):
        """Return whether it was handed over to a carrier that reports nothing more."""
        backend = self.backend_id.sudo()
        return self.shipment_id.state == "manifested" and not (
            backend._has_capability("track") or backend._has_capability("webhook")
        )

    @api.depends("tracking_number", "name", "shipment_id.name")
    def _compute_display_name(self):
        for parcel in self:
            own = f"{parcel.shipment_id.name}/{parcel.name}"
            parcel.display_name = parcel.tracking_number or own

    @api.depends("estimated_delivery", "shipment_id.partner_id")
    def _compute_delivery_day(self):
        for parcel in self:
            moment = parcel.estimated_delivery
            parcel.delivery_day = moment and local_day(
                moment, parcel._get_destination_zone()
            )

    def _get_destination_zone(self):
        """Return the time zone of the place that it goes to."""
        shipment = self.shipment_id
        if shipment.direction == "return":
            return shipment.warehouse_id._get_zone()
        place = shipment.partner_id
        return ZoneInfo(guess_zone(place.country_id.code, place.state_id.code))

    def _compute_can_track(self):
        for parcel in self:
            parcel.can_track = bool(
                parcel.tracking_number
                and parcel.status not in FINAL_STATUSES
                and parcel.backend_id._has_capability("track")
            )

    @api.depends("event_ids")
    def _compute_last_place(self):
        for parcel in self:
            parcel.last_place = parcel.event_ids.filtered("city")[:1].place

    @api.model_create_multi
    def create(self, vals_list):
        parcels = super().create(vals_list)
        parcels.filtered("tracking_number")._begin_tracking()
        return parcels

    def write(self, vals):
        result = super().write(vals)
        if vals.get("tracking_number"):
            self._begin_tracking()
        return result
