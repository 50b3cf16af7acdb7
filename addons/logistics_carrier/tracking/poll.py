"""Carriers are asked about parcels: often when it matters, never for nothing."""

from odoo import fields, models

from odoo.addons.logistics_core.errors import (
    InvalidMessage,
    Rejected,
    UnknownDocument,
)
from odoo.addons.logistics_core.tools import exchanges
from odoo.addons.logistics_core.translation import translated

from ..canonical import TrackedParcel
from .tools.tracking_schedule import allowance

OPERATION = "tracking"
# Minutes between runs; each asks only about the parcels that are due.
INTERVAL = 15
# Requests of one run, where the carrier has no quota.
MOST_REQUESTS = 200
# One parcel's trouble; the others are asked about all the same.
OF_ONE = (Rejected, UnknownDocument, InvalidMessage)


class LogisticsConnector(models.AbstractModel):
    _inherit = "logistics.connector"

    def _get_poll_operations(self):
        operations = super()._get_poll_operations()
        if "track" in self._capabilities:
            operations = [
                *operations,
                (OPERATION, self.env._("Tracking"), INTERVAL),
            ]
        return operations

    def _poll(self, backend, run):
        if run.operation == OPERATION:
            return self._poll_tracking(backend, run)
        return super()._poll(backend, run)

    def _poll_tracking(self, backend, run):
        """Yield the events of the parcels that are due, within the day's quota."""
        asked = run.details.setdefault("asked", [])
        allowance, groups = self._get_tracking_groups(backend)
        run.details["requests"] = 0
        for ids, group in groups:
            if run.details["requests"] >= allowance:
                break
            made = _count_exchanges()
            try:
                yield from self._track(backend, group)
            except OF_ONE as error:
                run.details.setdefault("refused", {}).update(
                    dict.fromkeys(ids, error.text)
                )
            finally:
                # A connector may need several requests for a group.
                run.details["requests"] += max(_count_exchanges() - made, 1)
            asked += ids

    def _get_tracking_groups(self, backend):
        """Return (allowed requests, [(ids, TrackedParcels)]), all read at once."""
        poll = (
            self.env["logistics.poll"]
            .sudo()
            .search([("backend_id", "=", backend.id), ("operation", "=", OPERATION)])
        )
        size, count = max(self._track_batch, 1), poll._get_request_allowance()
        if not count:
            return 0, []
        parcels = self.env["logistics.parcel"].search(
            [
                ("backend_id", "=", backend.id),
                ("next_track_at", "<=", fields.Datetime.now()),
                ("tracking_number", "!=", False),
            ],
            order="next_track_at, id",
            limit=size * count,
        )
        rows = [
            (
                parcel.id,
                TrackedParcel(
                    tracking_number=parcel.tracking_number,
                    shipment_external_id=parcel.shipment_id.external_id or None,
                    carrier_code=parcel.carrier_code or None,
                ),
            )
            for parcel in parcels
        ]
        groups = [rows[at : at + size] for at in range(0, len(rows), size)]
        return count, [tuple(zip(*group, strict=True)) for group in groups]

    def _record_poll(self, backend, run):
        super()._record_poll(backend, run)
        if run.operation != OPERATION:
            return
        poll = (
            self.env["logistics.poll"]
            .sudo()
            .search([("backend_id", "=", backend.id), ("operation", "=", OPERATION)])
        )
        poll._count_requests(run.details.get("requests", 0))
        parcels = self.env["logistics.parcel"].browse(run.details["asked"]).exists()
        parcels._plan_tracking()
        refused = run.details.get("refused", {})
        for parcel in parcels.filtered(lambda p: p.id in refused):
            parcel.tracking_error = translated(self.env, refused[parcel.id])
        parcels.filtered(
            lambda p: p.tracking_error and p.id not in refused
        ).tracking_error = False


def _count_exchanges():
    recording = exchanges.current()
    return len(recording.exchanges) if recording else 0


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    carrier_code = fields.Char(
        readonly=True,
        help="The carrier's code at a partner that ships with several.",
    )
    tracking_error = fields.Char(
        readonly=True, copy=False, help="The carrier's answer to the last poll."
    )


class LogisticsPoll(models.Model):
    _inherit = "logistics.poll"

    request_day = fields.Date(readonly=True)
    request_count = fields.Integer(string="Requests today", readonly=True)

    def _get_request_allowance(self):
        """Return how many requests this run may make within the day's quota."""
        limit = self.backend_id.tracking_daily_requests
        if not limit:
            return MOST_REQUESTS
        now = fields.Datetime.now()
        used = self.request_count if self.request_day == now.date() else 0
        return min(allowance(limit, used, now, self.interval or 1), MOST_REQUESTS)

    def _count_requests(self, count):
        today = fields.Date.today()
        used = self.request_count if self.request_day == today else 0
        self.write({"request_day": today, "request_count": used + count})
