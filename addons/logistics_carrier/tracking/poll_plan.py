"""When a carrier is asked about a parcel."""

from odoo import api, fields, models

from odoo.addons.logistics_core.guard import WAREHOUSE, button

from ..const import FINAL_STATUSES, STATUSES
from .shipment import FOLLOWING
from .tools.tracking_schedule import next_track


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    def _begin_tracking(self):
        """From now on its carrier may report about it, and is polled."""
        for backend, parcels in self.grouped("backend_id").items():
            self.env["logistics.message"]._wake_keys(
                backend, parcels.mapped("tracking_number")
            )
            parcels.filtered(lambda p: not p.next_track_at)._plan_tracking()

    def _plan_tracking(self):
        """Set when the carrier is asked next, where it can be asked at all."""
        now = fields.Datetime.now()
        for parcel in self:
            backend = parcel.backend_id
            if backend._has_capability("track") and not parcel.is_silent:
                parcel.next_track_at = next_track(
                    now,
                    parcel.status or None,
                    due=parcel.estimated_delivery or parcel.promised_delivery or None,
                    heard_at=parcel._get_heard_at(),
                    pushed=backend._has_capability("webhook"),
                )
            else:
                parcel.next_track_at = False

    def _get_heard_at(self):
        """Return the last sign of it: an event, or the purchase of its label."""
        begun = self.create_date or fields.Datetime.now()
        return max(self.last_event_at or begun, begun)

    @api.model
    def _get_underway_domain(self):
        """Return the domain of parcels of which more is expected."""
        finals = [s for s, _name in STATUSES if s in FINAL_STATUSES]
        return (
            fields.Domain("tracking_number", "!=", False)
            & fields.Domain("status", "not in", finals)
            & fields.Domain("shipment_id.state", "in", FOLLOWING)
        )

    @button("read", WAREHOUSE)
    def action_track_now(self):
        """Ask the carrier about these parcels at once."""
        self._check_warehouse_user()
        asked = self.sudo().filtered(
            lambda p: p.tracking_number and p.backend_id._has_capability("track")
        )
        asked.write({"next_track_at": fields.Datetime.now(), "is_silent": False})
        polls = asked.backend_id.poll_ids
        polls.filtered(lambda p: p.active and p.operation == "tracking")._enqueue_run()
        return True
