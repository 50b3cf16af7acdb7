"""What goes wrong with a parcel becomes an exception, and good news closes it."""

from datetime import timedelta

from odoo import api, fields, models

from ..const import PROBLEMS, REASONS
from .tools.parcel_problems import get_problem, is_ended

OPEN = ("open", "in_progress")


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    kind = fields.Selection(
        selection_add=PROBLEMS, ondelete={kind: "cascade" for kind, _name in PROBLEMS}
    )


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    problem_count = fields.Integer(
        string="Open exceptions", compute="_compute_problem_count"
    )
    problem_text = fields.Char(compute="_compute_problem_count")

    def _compute_problem_count(self):
        groups = dict(
            self.env["logistics.exception"]
            .sudo()
            ._read_group(
                [
                    ("res_model", "=", "logistics.parcel"),
                    ("res_id", "in", self.ids),
                    ("state", "in", OPEN),
                ],
                ["res_id"],
                ["id:recordset"],
            )
        )
        for parcel in self:
            found = groups.get(parcel.id, self.env["logistics.exception"])
            parcel.problem_count = len(found)
            parcel.problem_text = " ".join(filter(None, found.mapped("cause")))

    def action_view_problems(self):
        """Open what was told of this parcel."""
        self.ensure_one()
        found = self.env["logistics.exception"].search(
            [("res_model", "=", "logistics.parcel"), ("res_id", "=", self.id)]
        )
        return found._get_records_action(name=self.env._("Exceptions"))

    def _update_problems(self, moved=None, messages=None):
        """Open, join and resolve the exceptions of these parcels.

        :param moved: those among them that are in another status now
        :param messages: {parcel: the message that told it}
        """
        late, _not_late = self._update_lateness()
        opened = self._resolve_problems()
        for parcel in self:
            kinds = set()
            if moved and parcel in moved:
                kinds.add(get_problem(parcel.status, parcel.status_reason or None))
            if parcel in late and ("carrier_delay", parcel) not in opened:
                kinds.add("carrier_delay")
            for kind in sorted(filter(None, kinds)):
                parcel._open_problem(kind, (messages or {}).get(parcel))

    def _resolve_problems(self):
        """Resolve what is over; return {(kind, parcel)} of what stays open."""
        fingerprints = {
            _fingerprint(kind, parcel): (kind, parcel)
            for parcel in self
            for kind, _name in PROBLEMS
        }
        found = (
            self.env["logistics.exception"]
            .sudo()
            .search(
                [
                    ("backend_id", "in", self.backend_id.ids),
                    ("fingerprint", "in", list(fingerprints)),
                    ("state", "in", OPEN),
                ]
            )
        )
        over = found.filtered(lambda x: _is_over(*fingerprints[x.fingerprint]))
        over._resolve(self.env._("The carrier tells better news."))
        return {fingerprints[x.fingerprint] for x in found - over}

    def _open_problem(self, kind, message=None):
        """Open (or join) the exception of a kind, and let the rules react."""
        self.ensure_one()
        number = self.tracking_number or self.name
        exception = self.env["logistics.exception"]._open(
            self.backend_id,
            kind,
            self.env._(
                "%(what)s: %(parcel)s", what=dict(PROBLEMS)[kind], parcel=number
            ),
            self._get_cause(kind),
            self._get_remedy(kind),
            message=message,
            record=self,
            fingerprint=_fingerprint(kind, self),
            severity="error"
            if kind in ("carrier_lost", "carrier_damage")
            else "warning",
            blocks=self.picking_id.name or self.shipment_id.name,
        )
        self.env["logistics.carrier.reaction"]._react(self, kind, exception)
        return exception

    def _get_cause(self, kind):
        """Return what happened, with the carrier's words, reason and dates."""
        reasons = dict(REASONS)
        parts = []
        if kind == "carrier_silent":
            parts.append(
                self.env._(
                    "The carrier told nothing of it since %s.",
                    self._show_date(self._get_heard_at()),
                )
            )
        elif kind == "carrier_delay" and self.promised_delivery:
            parts.append(
                self.env._(
                    "Promised for %(promise)s, now expected %(estimate)s.",
                    promise=self._show_date(self.promised_delivery),
                    estimate=self._show_date(self.estimated_delivery)
                    if self.estimated_delivery
                    else self.env._("at an unknown time"),
                )
            )
        if self.status_text:
            parts.append(
                self.env._(
                    "%(carrier)s: %(text)s",
                    carrier=self.backend_id.name,
                    text=self.status_text,
                )
            )
        if self.status_reason:
            parts.append(self.env._("Reason: %s.", reasons[self.status_reason]))
        sentences = (part if part.endswith(".") else f"{part}." for part in parts)
        return " ".join(sentences) or dict(PROBLEMS)[kind]

    def _get_status_label(self):
        """Return its status in the reader's language, for e-mails."""
        labels = dict(self._fields["status"]._description_selection(self.env))
        reasons = dict(self._fields["status_reason"]._description_selection(self.env))
        if self.is_late and self.status not in ("exception", "attempted"):
            return self.env._("Delayed")
        return reasons.get(self.status_reason) or labels.get(self.status, "")

    def _show_date(self, moment):
        zone = self.shipment_id.warehouse_id.partner_id.tz or self.backend_id.tz
        local = fields.Datetime.context_timestamp(self.with_context(tz=zone), moment)
        return local.strftime("%Y-%m-%d %H:%M")

    def _get_remedy(self, kind):
        """Return the next action of a person."""
        if kind == "carrier_silent" and self.status in (False, "created"):
            return self.env._(
                "Look whether the parcel is still in the warehouse. If it was never"
                " handed over, void its label; else ask the carrier to trace it."
            )
        return {
            "carrier_delay": self.env._(
                "Tell the customer the new date. Ask the carrier when it comes if it"
                " is urgent."
            ),
            "carrier_attempt": self.env._(
                "Ask the customer to arrange another delivery with the carrier, or to"
                " collect the parcel in time."
            ),
            "carrier_damage": self.env._(
                "Ask the customer for photos, file a claim with the carrier in time"
                " and decide on a re-shipment."
            ),
            "carrier_address": self.env._(
                "Get the right address from the customer and give it to the carrier"
                " before the parcel comes back."
            ),
            "carrier_customs": self.env._(
                "Ask the carrier which paper or payment is missing and send it; tell"
                " the customer when duties are to be paid."
            ),
            "carrier_lost": self.env._(
                "File a claim with the carrier and ship again, or refund the customer."
            ),
            "carrier_returned": self.env._(
                "Expect the parcel in the warehouse, ask the customer why, and decide"
                " on a re-shipment or refund."
            ),
            "carrier_silent": self.env._(
                "Ask the carrier to trace the parcel. “Track now” asks it again."
            ),
        }.get(kind) or self.env._("Look at the parcel's events and ask the carrier.")

    @api.model
    def _cron_watch(self):
        """Tell of the parcels whose time is over: late, or silent for too long."""
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
        # Silence means nothing where nothing is ever told.
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
        """Stop asking about silent parcels, and tell a person."""
        self.write({"is_silent": True, "next_track_at": False})
        for parcel in self:
            parcel._open_problem("carrier_silent")


def _fingerprint(kind, parcel):
    return f"parcel:{parcel.id}:{kind}"


def _is_over(kind, parcel):
    """Return whether a parcel's problem of this kind is over."""
    if kind == "carrier_delay":
        told = get_problem(parcel.status, parcel.status_reason or None)
        return not parcel.is_late and told != kind
    if kind == "carrier_silent":
        return not parcel.is_silent
    return is_ended(kind, parcel.status or None)
