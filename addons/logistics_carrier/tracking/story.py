"""A parcel's status is the sum of its events, in the order in which they happened."""

from collections import defaultdict
from datetime import datetime

from odoo import fields, models

from odoo.addons.logistics_core.tools.moments import END_OF_DAY, to_naive

from .tools.parcel_problems import is_late
from .tools.parcel_story import tell


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    def _record_events(self, reported):
        """Record events of these parcels; what is known already is skipped.

        :param reported: [(parcel, TransportEvent)]
        :return: the new events
        """
        known = {
            (event.parcel_id.id, event.event_id)
            for event in self.env["logistics.tracking.event"].search_fetch(
                [
                    ("parcel_id", "in", self.ids),
                    (
                        "event_id",
                        "in",
                        list({event.event_id for _p, event in reported}),
                    ),
                ],
                ["parcel_id", "event_id"],
            )
        }
        rows = {}
        for parcel, event in reported:
            key = (parcel.id, event.event_id)
            if key not in known:
                rows.setdefault(key, parcel._prepare_event(event))
        return self.env["logistics.tracking.event"].create(list(rows.values()))

    def _prepare_event(self, event):
        return {
            "parcel_id": self.id,
            "event_id": event.event_id,
            "status": event.status,
            "reason": event.reason,
            "raw_code": event.raw_code,
            "description": event.description,
            "occurred_at": to_naive(event.occurred_at),
            "occurred_local": event.occurred_local,
            "city": event.city,
            "country_code": event.country,
            "signed_by": event.signed_by,
            "estimated_delivery": self._get_estimate(event),
        }

    def _get_estimate(self, event):
        """Return the estimate of a TransportEvent, naive UTC; False: it has none."""
        if not event.estimated_day:
            return to_naive(event.estimated_delivery)
        zone = self._get_destination_zone()
        try:
            return to_naive(datetime.combine(event.estimated_day, END_OF_DAY, zone))
        except OverflowError:  # at the end of the calendar
            return to_naive(event.estimated_delivery)

    def _update_from_events(self, new):
        """Derive the status from all events, after some were added.

        :param new: the added events; `had_effect` is set on them
        :return: (parcels of which anything changed, parcels in another status or
            with another reason, or that failed once more)
        """
        facts = defaultdict(list)
        for event in self.env["logistics.tracking.event"].search(
            [("parcel_id", "in", self.ids)]
        ):
            facts[event.parcel_id.id].append(event._as_fact())
        effective = set()
        changed = moved = self.browse()
        for parcel in self:
            before, stood = parcel.last_event_at, parcel._get_standing()
            story = tell(
                facts[parcel.id],
                start="cancelled" if parcel.status == "cancelled" else None,
                promised=parcel.promised_delivery or None,
            )
            effective |= {
                fact.key
                for fact in facts[parcel.id]
                if fact.key in story.effective
                and (not before or fact.occurred_at >= before)
            }
            if parcel._write_story(story):
                changed |= parcel
            if parcel._get_standing() != stood:
                moved |= parcel
        new.filtered(lambda e: e.id in effective).had_effect = True
        return changed, moved

    def _get_standing(self):
        return self.status, self.status_reason, self.status_at

    def _write_story(self, story):
        """Write what differs; return whether anything did."""
        vals = {
            "status": story.status or self.status,
            "status_reason": story.reason or False,
            "status_at": story.since or self.status_at,
            "status_text": story.text or self.status_text,
            "promised_delivery": story.promised or False,
            "estimated_delivery": story.estimated or self.estimated_delivery,
            "delivered_at": story.delivered_at or False,
            "signed_by": story.signed_by or False,
            "last_event_at": story.last_at or False,
        }
        vals = {name: value for name, value in vals.items() if self[name] != value}
        if not vals:
            return False
        self.write({**vals, "is_silent": False})
        return True

    def _update_lateness(self):
        """Compare promise and estimate; return (late now, not late any more)."""
        now = fields.Datetime.now()
        late = self.filtered(
            lambda p: is_late(
                p.status or None,
                p.promised_delivery or None,
                p.estimated_delivery or None,
                p.backend_id.tracking_delay_tolerance,
                now,
            )
        )
        begins, ends = late, (self - late).filtered("is_late")
        begins.filtered(lambda p: not p.is_late).is_late = True
        ends.is_late = False
        return begins, ends
