"""What a parcel's carrier tells of it: events are kept, the status is their sum."""

from collections import defaultdict
from datetime import UTC

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..const import FINAL_STATUSES, STATUSES
from .shipment import FOLLOWING
from .tools.parcel_problems import is_late
from .tools.parcel_story import Fact, tell
from .tools.tracking_schedule import next_track

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


class LogisticsTrackingEvent(models.Model):
    _inherit = "logistics.tracking.event"

    signed_by = fields.Char(readonly=True)

    place = fields.Char(compute="_compute_place")

    @api.depends("city", "country_code")
    def _compute_place(self):
        for event in self:
            event.place = ", ".join(filter(None, (event.city, event.country_code)))

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
        help="Its carrier told nothing for too long; it is not asked any more.",
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
        """Return whether it was handed over to a carrier that tells no more of it."""
        backend = self.backend_id.sudo()
        return self.shipment_id.state == "manifested" and not (
            backend._has_capability("track") or backend._has_capability("webhook")
        )

    @api.depends("tracking_number", "name", "shipment_id.name")
    def _compute_display_name(self):
        for parcel in self:
            own = f"{parcel.shipment_id.name}/{parcel.name}"
            parcel.display_name = parcel.tracking_number or own

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

    def _begin_tracking(self):
        """From now on its carrier may tell of it, and is asked about it."""
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

    def _record_events(self, told):
        """Record events of these parcels; what is known already is skipped.

        :param told: [(parcel, TransportEvent)]
        :return: the new events
        """
        known = {
            (event.parcel_id.id, event.event_id)
            for event in self.env["logistics.tracking.event"].search_fetch(
                [
                    ("parcel_id", "in", self.ids),
                    ("event_id", "in", list({event.event_id for _p, event in told})),
                ],
                ["parcel_id", "event_id"],
            )
        }
        rows = {}
        for parcel, event in told:
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
            "estimated_delivery": to_naive(event.estimated_delivery),
        }

    def _retell(self, new):
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
            if parcel._take_story(story):
                changed |= parcel
            if parcel._get_standing() != stood:
                moved |= parcel
        new.filtered(lambda e: e.id in effective).had_effect = True
        return changed, moved

    def _get_standing(self):
        return self.status, self.status_reason, self.status_at

    def _take_story(self, story):
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

    @api.model
    def _get_underway_domain(self):
        """Return the domain of parcels of which more is expected."""
        finals = [s for s, _name in STATUSES if s in FINAL_STATUSES]
        return (
            fields.Domain("tracking_number", "!=", False)
            & fields.Domain("status", "not in", finals)
            & fields.Domain("shipment_id.state", "in", FOLLOWING)
        )

    def _check_warehouse_user(self):
        """Who may see these parcels and works in the warehouse may ask about them."""
        self.check_access("read")
        if not self.env.user.has_group("logistics_core.group_warehouse_user"):
            raise AccessError(self.env._("Only warehouse users ask carriers."))

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


def to_naive(moment):
    """Return a moment as Odoo stores it."""
    if moment is None:
        return False
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
