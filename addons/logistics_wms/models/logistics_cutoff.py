"""Cut-offs: who waits must not miss the truck unnoticed."""

from zoneinfo import ZoneInfo

from odoo import api, fields, models

from odoo.addons.logistics_core.texts import some
from odoo.addons.logistics_core.tools.business_time import (
    EVERY_DAY,
    WEEKDAYS,
    last_cutoff,
    next_cutoff,
)
from odoo.addons.logistics_core.tools.zones import guess_zone
from odoo.addons.logistics_core.translation import translated


class LogisticsRoute(models.Model):
    _inherit = "logistics.route"

    cutoff_time = fields.Float(
        string="Cut-off",
        help="Time of day, at the warehouse, until which the partner must have a"
        " delivery to ship it the same day. 0: none.",
    )
    cutoff_label = fields.Char(compute="_compute_cutoff_label", string="Daily cut-off")
    cutoff_warn = fields.Float(
        string="Warn before (h)",
        default=1.0,
        help="Hours before the cut-off from which waiting deliveries are reported.",
    )
    cutoff_days = fields.Selection(
        [("weekdays", "Monday to Friday"), ("all", "Every day")],
        string="On",
        default="weekdays",
        required=True,
    )

    _sane_cutoff = models.Constraint(
        "CHECK(cutoff_time >= 0 AND cutoff_time < 24"
        " AND cutoff_warn >= 0 AND cutoff_warn <= 12)",
        "The cut-off is a time of day, the warning at most 12 hours before it.",
    )

    @api.depends("cutoff_time")
    def _compute_cutoff_label(self):
        for route in self:
            hours, minutes = divmod(round(route.cutoff_time * 60), 60)
            route.cutoff_label = (
                f"{hours:02}:{minutes:02}"
                if route.cutoff_time
                else self.env._("No cut-off")
            )

    def _get_cutoff(self, now):
        """Return (cut-off, whether it is missed) that now has to be watched.

        Naive UTC; (None, False) while the next one is far off and none was missed.
        """
        zone = self._get_cutoff_zone()
        days = EVERY_DAY if self.cutoff_days == "all" else WEEKDAYS
        coming = next_cutoff(now, self.cutoff_time, days, zone)
        if (coming - now).total_seconds() <= self.cutoff_warn * 3600:
            return coming, False
        return last_cutoff(now, self.cutoff_time, days, zone), True

    def _get_cutoff_zone(self):
        """Return the time zone of the warehouse, as its address tells."""
        place = self._get_cutoff_warehouse().partner_id
        where = (place.country_id.code, place.state_id.code)
        return ZoneInfo(guess_zone(*where, place.tz, self.backend_id.tz))

    def _get_cutoff_warehouse(self):
        return self.warehouse_id or self.picking_type_id.warehouse_id

    def _get_waiting_deliveries(self, cutoff):
        """Return ready deliveries of this route that wait and are due by then."""
        domain = [
            ("logistics_backend_id", "=", self.backend_id.id),
            ("logistics_state", "in", ("to_release", "held")),
            ("state", "=", "assigned"),
            ("scheduled_date", "<=", cutoff),
            ("logistics_state_at", "<=", cutoff),
        ]
        if self.picking_type_id:
            domain.append(("picking_type_id", "=", self.picking_type_id.id))
        elif self.warehouse_id:
            domain.append(("picking_type_id.warehouse_id", "=", self.warehouse_id.id))
        pickings = self.env["stock.picking"].search(domain)
        return pickings.filtered("logistics_waits_for")


class LogisticsHeartbeat(models.AbstractModel):
    _inherit = "logistics.heartbeat"

    @api.model
    def _get_incidents(self, backends):
        watched = (
            self.env["logistics.backend"].sudo().search([("state", "!=", "draft")])
        )
        return [*super()._get_incidents(backends), *self._check_cutoffs(watched)]

    @api.model
    def _check_cutoffs(self, backends):
        """Deliveries that wait will miss, or have missed, the day's cut-off."""
        routes = self.env["logistics.route"].search(
            [
                ("backend_id", "in", backends.ids),
                ("cutoff_time", ">", 0),
                ("res_model", "=", "stock.picking"),
            ]
        )
        now = fields.Datetime.now()
        for route in routes:
            cutoff, missed = route._get_cutoff(now)
            deliveries = route._get_waiting_deliveries(cutoff)
            if deliveries:
                yield self._prepare_cutoff_incident(route, cutoff, missed, deliveries)

    def _prepare_cutoff_incident(self, route, cutoff, missed, deliveries):
        clock = fields.Datetime.context_timestamp(
            route.with_context(tz=route._get_cutoff_zone().key), cutoff
        ).strftime("%H:%M")
        zone = route._get_cutoff_zone().key
        values = {"count": len(deliveries), "time": f"{clock} ({zone})"}
        title = (
            self.env._("%(count)s deliveries missed the cut-off at %(time)s", **values)
            if missed
            else self.env._(
                "%(count)s deliveries will miss the cut-off at %(time)s", **values
            )
        )
        names = translated(self.env, some(deliveries.mapped("name"), 10))
        return {
            "backend": route.backend_id,
            "key": f"cutoff:{route.id}:{'missed' if missed else 'near'}",
            "title": title,
            "cause": self.env._(
                "%(names)s wait: %(reason)s",
                names=names,
                reason=deliveries[0].logistics_waits_for,
            ),
            "remedy": self.env._(
                "Resume, or inform the customers and the partner that these ship later."
            ),
            "severity": "warning",
            "blocks": names,
        }
