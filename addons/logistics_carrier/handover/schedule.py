"""When a carrier's day ends at a warehouse."""

from odoo import api, fields, models

from odoo.addons.logistics_core.guard import WAREHOUSE, button
from odoo.addons.logistics_core.tools.business_time import EVERY_DAY, WEEKDAYS

from .tools.local_times import next_working_day, to_utc


class LogisticsCarrierSchedule(models.Model):
    """One row is one carrier at one warehouse: its cut-off times, local times."""

    _name = "logistics.carrier.schedule"
    _description = "Carrier Cut-off"
    _order = "warehouse_id, backend_id"
    _rec_name = "backend_id"
    _check_company_auto = True

    backend_id = fields.Many2one(
        "logistics.backend", string="Carrier", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        ondelete="cascade",
        check_company=True,
        default=lambda self: self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        ),
    )
    tz = fields.Selection(related="warehouse_id.carrier_tz", readonly=False)
    active = fields.Boolean(default=True)
    days = fields.Selection(
        [("weekdays", "Monday to Friday"), ("all", "Every day")],
        required=True,
        default="weekdays",
    )
    manifest_time = fields.Float(
        string="Day closed at",
        default=17.0,
        help="Time of day, at the warehouse, at which what is labelled is put on"
        " the manifest.",
    )
    auto_manifest = fields.Boolean(string="Close automatically", default=True)
    pickup_cutoff = fields.Float(
        string="Book pickups until",
        default=14.0,
        help="Time of day, at the warehouse, until which the carrier takes bookings"
        " for the same day.",
    )
    pickup_ready = fields.Float(string="Ready from", default=15.0)
    pickup_close = fields.Float(string="Open until", default=18.0)
    last_closed_on = fields.Date(readonly=True, copy=False)

    _one = models.Constraint(
        "UNIQUE(backend_id, warehouse_id)", "This carrier has cut-offs here already."
    )
    _sane_times = models.Constraint(
        "CHECK(manifest_time >= 0 AND manifest_time < 24 AND pickup_cutoff >= 0"
        " AND pickup_cutoff < 24 AND pickup_ready >= 0 AND pickup_close < 24"
        " AND pickup_ready < pickup_close)",
        "The times are times of a day, and the warehouse is open after it is ready.",
    )

    @api.model
    def _get_for(self, backend, warehouse):
        """Return the cut-offs of a carrier at a warehouse, unsaved ones by default."""
        found = self.search(
            [("backend_id", "=", backend.id), ("warehouse_id", "=", warehouse.id)]
        )
        return found or self.new({"backend_id": backend, "warehouse_id": warehouse})

    def _get_weekdays(self):
        return EVERY_DAY if self.days == "all" else WEEKDAYS

    def _get_today(self):
        """Return the day at the warehouse."""
        return self.warehouse_id._get_today()

    def _is_manifest_due(self):
        """Return whether today's cut-off is over and the day is still open."""
        today = self._get_today()
        if today.weekday() not in self._get_weekdays() or self.last_closed_on == today:
            return False
        zone = self.warehouse_id._get_zone()
        return fields.Datetime.now() >= to_utc(today, self.manifest_time, zone)

    def _is_pickup_late(self, day):
        """Return whether it is too late to book a pickup for a day."""
        now, zone = fields.Datetime.now(), self.warehouse_id._get_zone()
        return now > to_utc(day, self.pickup_cutoff, zone)

    def _get_pickup_day(self):
        """Return the next day for which a pickup can be booked."""
        weekdays = self._get_weekdays()
        day = next_working_day(self._get_today(), weekdays)
        if self._is_pickup_late(day):
            day = next_working_day(fields.Date.add(day, days=1), weekdays)
        return day

    @api.model
    def _cron_close_day(self):
        """Close the day where its cut-off is over."""
        for schedule in self.search(
            [("auto_manifest", "=", True), ("backend_id.state", "=", "running")]
        ):
            if schedule._is_manifest_due():
                schedule.with_company(schedule.company_id)._close_day()

    def _close_day(self):
        """Put what is labelled on a manifest; return it, empty when nothing was."""
        self.ensure_one()
        self.last_closed_on = self._get_today()
        return self.env["logistics.manifest"]._close_day(
            self.backend_id, self.warehouse_id
        )

    @button("read", WAREHOUSE)
    def action_close_day(self):
        """Close the day now."""
        self.check_access("read")
        manifests = self.env["logistics.manifest"]
        manifests.check_access("create")
        # The shipments are written by this button only.
        for schedule in self.sudo():
            manifests |= schedule._close_day().with_env(self.env)
        if manifests:
            return manifests._get_records_action(name=self.env._("Manifests"))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._("No labelled shipment waits for a manifest."),
            },
        }
