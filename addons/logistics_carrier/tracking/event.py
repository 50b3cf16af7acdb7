"""What carriers said about parcels, each thing once."""

from odoo import api, fields, models

from ..const import REASONS, STATUSES
from .tools.parcel_story import Fact


class LogisticsTrackingEvent(models.Model):
    """One row is one thing a carrier said about a parcel."""

    _name = "logistics.tracking.event"
    _description = "Tracking Event"
    _order = "occurred_at desc, id desc"
    _rec_name = "description"

    parcel_id = fields.Many2one(
        "logistics.parcel", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="parcel_id.company_id", store=True)
    event_id = fields.Char(required=True, readonly=True)
    status = fields.Selection(STATUSES, required=True, readonly=True)
    reason = fields.Selection(REASONS, readonly=True)
    raw_code = fields.Char(string="Carrier's code", readonly=True)
    description = fields.Char(readonly=True)
    occurred_at = fields.Datetime(required=True, readonly=True)
    occurred_local = fields.Char(
        string="Local time", readonly=True, help="As the carrier reported it."
    )
    city = fields.Char(readonly=True)
    country_code = fields.Char(readonly=True)
    estimated_delivery = fields.Datetime(readonly=True)
    signed_by = fields.Char(readonly=True)
    place = fields.Char(compute="_compute_place")
    had_effect = fields.Boolean(
        readonly=True, help="False: it came late and changed nothing."
    )

    _unique_event = models.Constraint(
        "UNIQUE(parcel_id, event_id)", "This event is known already."
    )

    @api.depends("city", "country_code")
    def _compute_place(self):
        for event in self:
            event.place = ", ".join(filter(None, (event.city, event.country_code)))

    @api.depends("description", "status")
    def _compute_display_name(self):
        statuses = dict(self._fields["status"]._description_selection(self.env))
        for event in self:
            event.display_name = event.description or statuses.get(event.status)

    def _as_fact(self):
        """Return the event as the story reads it."""
        return Fact(
            key=self.id,
            status=self.status,
            occurred_at=self.occurred_at,
            reason=self.reason or None,
            description=self.description or None,
            signed_by=self.signed_by or None,
            estimated_delivery=self.estimated_delivery or None,
        )
