"""B1: a tracking event as an expert records it by hand."""

from datetime import datetime

from odoo import models


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    def _bench_event(self, fact):
        """Write one event and what follows from it; no order, no exception."""
        parcel = self.search([("tracking_number", "=", fact["tracking_number"])])
        moment = datetime.fromisoformat(fact["occurred_at"]).replace(tzinfo=None)
        self.env["logistics.tracking.event"].create(
            {
                "parcel_id": parcel.id,
                "event_id": fact["event_id"],
                "status": fact["status"],
                "raw_code": fact["raw_code"],
                "description": fact["description"],
                "occurred_at": moment,
                "city": fact["city"],
                "country_code": fact["country"],
                "had_effect": True,
            }
        )
        if parcel.last_event_at and parcel.last_event_at > moment:
            return
        parcel.write(
            {
                "status": fact["status"],
                "status_at": moment,
                "status_text": fact["description"],
                "last_event_at": moment,
            }
        )
        if parcel.shipment_id.state != "in_transit":
            parcel.shipment_id.state = "in_transit"
