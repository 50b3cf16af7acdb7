"""Warehouses: the one source of the time zone, and of what is weighed nowhere."""

from datetime import UTC
from zoneinfo import ZoneInfo

from odoo import api, fields, models

from odoo.addons.base.models.res_partner import _tz_get
from odoo.addons.logistics_core.tools.zones import guess_zone, local_day


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    carrier_tz = fields.Selection(
        _tz_get,
        string="Time zone",
        compute="_compute_carrier_tz",
        store=True,
        readonly=False,
        help="Cut-offs, ship dates, pickups and dates in the chatter are local times"
        " of the warehouse. Proposed by its address.",
    )
    carrier_default_weight = fields.Float(
        string="Weight of a product without one (kg)",
        digits=(12, 3),
        help="Counted for each piece of a product that has no weight. 0: such a product"
        " is not rated and not shipped until it is weighed.",
    )

    _sane_default_weight = models.Constraint(
        "CHECK(carrier_default_weight >= 0)", "A weight cannot be negative."
    )

    @api.depends("partner_id.country_id", "partner_id.state_id", "company_id")
    def _compute_carrier_tz(self):
        for warehouse in self:
            ours = warehouse.company_id.partner_id
            place = warehouse.partner_id or ours
            # A contact has the time zone of who created it, wherever that was.
            warehouse.carrier_tz = guess_zone(
                place.country_id.code,
                place.state_id.code,
                place.tz,
                warehouse.carrier_tz,
                ours.tz,
            )

    def _get_zone(self):
        """Return the time zone of the warehouse."""
        if not self:  # shipped from elsewhere: as the company
            ours = self.env.company.partner_id
            where = (ours.country_id.code, ours.state_id.code, ours.tz)
            return ZoneInfo(guess_zone(*where))
        return ZoneInfo(self.carrier_tz or "UTC")

    def _get_today(self):
        """Return the day at the warehouse."""
        return local_day(fields.Datetime.now(), self._get_zone())

    def _show_moment(self, moment):
        """Return a naive UTC moment as a local time that names its zone."""
        zone = self._get_zone()
        local = moment.replace(tzinfo=UTC).astimezone(zone)
        return f"{local:%Y-%m-%d %H:%M} ({zone.key})"
