"""Parcels without news, or that are late, are found by the clock."""

from datetime import timedelta

from odoo import api, fields, models


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    @api.model
    def _cron_watch(self):
        """Report the parcels that are overdue: late, or silent for too long."""
        now = fields.Datetime.now()
        parcels = self.search(
            self._get_underway_domain()
            & fields.Domain("is_late", "=", False)
            & fields.Domain("promised_delivery", "<", now)
        )
        parcels._update_problems()
        carriers = self.env["logistics.backend"].search(
            [("tracking_silence_days", ">", 0), ("state", "=", "running")]
        )
        # Silence means nothing where the carrier never reports.
        for backend in carriers.filtered(
            lambda b: b._has_capability("track") or b._has_capability("webhook")
        ):
            since = now - timedelta(days=backend.tracking_silence_days)
            silent = self.search(
                self._get_underway_domain()
                & fields.Domain("backend_id", "=", backend.id)
                & fields.Domain("is_silent", "=", False)
                & fields.Domain("create_date", "<", since)
                # A return label may well never be used.
                & (
                    fields.Domain("shipment_id.direction", "=", "outbound")
                    | fields.Domain("last_event_at", "!=", False)
                )
                & (
                    fields.Domain("last_event_at", "=", False)
                    | fields.Domain("last_event_at", "<", since)
                )
            )
            silent._give_up()

    def _give_up(self):
        """Stop polling silent parcels, and report them to a person."""
        self.write({"is_silent": True, "next_track_at": False})
        for parcel in self:
            parcel._open_problem("carrier_silent")
