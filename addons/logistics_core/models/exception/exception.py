"""What a person must know about: one record per cause."""

import math
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.durations import readable
from ...tools.storable import storable

OPEN = ("open", "in_progress")
KINDS = [
    ("authentication", "Credentials"),
    ("connection", "No connection"),
    ("rate_limit", "Rate limit"),
    ("unavailable", "Partner unavailable"),
    ("outcome_unknown", "Outcome unknown"),
    ("rejected", "Rejected by the partner"),
    ("invalid_message", "Invalid message"),
    ("mapping_missing", "Value not mapped"),
    ("not_supported", "Not supported"),
    ("conflict", "Same key, other content"),
    ("approval", "Approval needed"),
    ("unknown_document", "Unknown document"),
    ("prerequisite", "Earlier message missing"),
    ("stalled", "Stalled"),
    ("internal", "Refused by Odoo"),
    ("other", "Other"),
]
# Age in hours, from and to.
BUCKETS = {
    "1_hour": (0, 1),
    "2_day": (1, 24),
    "3_week": (24, 168),
    "4_older": (168, math.inf),
}


class LogisticsException(models.Model):
    """One row is one cause that needs a person, with its remedy.

    Further messages that fail for the same cause join it (see `fingerprint`),
    so a partner's outage is one line on the dashboard, not a thousand.
    """

    _name = "logistics.exception"
    _description = "Logistics Exception"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "severity, opened_at desc, id desc"
    _rec_name = "title"

    title = fields.Char(required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    severity = fields.Selection(
        [("0_error", "Error"), ("1_warning", "Warning")],
        required=True,
        default="0_error",
        readonly=True,
    )
    cause = fields.Text(readonly=True)
    summary = fields.Char(compute="_compute_summary", help="The cause, on one line.")
    remedy = fields.Text(string="What to do", readonly=True)
    blocks = fields.Char(readonly=True, help="What cannot continue because of it.")
    backend_id = fields.Many2one(
        "logistics.backend",
        string="Connection",
        readonly=True,
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="backend_id.company_id", store=True, index=True
    )
    message_ids_involved = fields.Many2many(
        "logistics.message",
        "logistics_exception_message_rel",
        "exception_id",
        "message_id",
        string="Messages concerned",
        readonly=True,
    )
    involved_count = fields.Integer(compute="_compute_involved_count")
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    document_name = fields.Char(compute="_compute_document_name", string="Document")
    map_kind = fields.Char(readonly=True)
    map_value = fields.Char(string="Missing value", readonly=True)
    map_side = fields.Char(readonly=True)
    follows_messages = fields.Boolean(
        readonly=True,
        help="It is resolved automatically once all its messages succeeded.",
    )
    user_id = fields.Many2one("res.users", string="Owner", tracking=True, index=True)
    state = fields.Selection(
        [
            ("open", "Open"),
            ("in_progress", "In progress"),
            ("resolved", "Resolved"),
            ("ignored", "Ignored"),
        ],
        required=True,
        default="open",
        readonly=True,
        tracking=True,
        group_expand="_expand_states",
    )
    fingerprint = fields.Char(required=True, readonly=True)
    occurrences = fields.Integer(
        string="Times", default=1, readonly=True, help="How often it was seen."
    )
    opened_at = fields.Datetime(
        string="Opened", default=fields.Datetime.now, readonly=True
    )
    last_seen_at = fields.Datetime(
        string="Last seen", default=fields.Datetime.now, readonly=True
    )
    resolved_at = fields.Datetime(string="Closed", readonly=True)
    resolution = fields.Char(readonly=True)
    closed_by_id = fields.Many2one(
        "res.users",
        string="Closed by",
        readonly=True,
        copy=False,
        help="Who handled or ignored it. What comes again with the same content does"
        " not open it again.",
    )
    age_hours = fields.Float(
        compute="_compute_age", string="Age (h)", help="Hours since it was opened."
    )
    age_text = fields.Char(
        compute="_compute_age",
        string="Open for",
        help="How long it has been open, or how long it took.",
    )
    age_bucket = fields.Selection(
        [
            ("1_hour", "Under an hour"),
            ("2_day", "Under a day"),
            ("3_week", "Under a week"),
            ("4_older", "Older"),
        ],
        compute="_compute_age",
        search="_search_age_bucket",
        string="Age",
    )

    _one_open = models.UniqueIndex(
        "(backend_id, fingerprint) WHERE state IN ('open', 'in_progress')"
    )

    @api.model
    def _expand_states(self, states, domain):
        """Show the columns of the work list, and what is closed when asked for."""
        names = [name for name, _label in self._fields["state"].selection]
        return [name for name in names if name in OPEN or name in states]

    @api.depends("cause")
    def _compute_summary(self):
        for exception in self:
            cause = " ".join((exception.cause or "").split())
            exception.summary = storable(cause, 200)

    @api.depends("opened_at", "resolved_at")
    def _compute_age(self):
        now = fields.Datetime.now()
        for exception in self:
            end = exception.resolved_at or now
            seconds = (end - (exception.opened_at or now)).total_seconds()
            exception.age_hours = hours = seconds / 3600
            exception.age_text = readable(seconds)
            exception.age_bucket = next(
                bucket for bucket, (_from, to) in BUCKETS.items() if hours < to
            )

    def _search_age_bucket(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        domains = []
        for start, end in (BUCKETS[bucket] for bucket in value if bucket in BUCKETS):
            since = fields.Domain("opened_at", "<=", now - timedelta(hours=start))
            if end < math.inf:
                since &= fields.Domain("opened_at", ">", now - timedelta(hours=end))
            domains.append(since)
        return fields.Domain.OR(domains)

    @api.depends("res_model", "res_id")
    def _compute_document_name(self):
        for exception in self:
            record = exception._get_document()
            exception.document_name = record.display_name if record else False

    def _get_document(self):
        """Return the document concerned as far as the user may see it, or None."""
        self.ensure_one()
        if not self.res_id or self.res_model not in self.env:
            return None
        record = self.env[self.res_model].browse(self.res_id).exists()
        return record if record and record.has_access("read") else None

    def _need_document(self):
        """Return the document concerned, for a remedy that works on it."""
        record = self._get_document()
        if record is None:
            raise UserError(
                self.env._(
                    "The document of “%s” was deleted, or you may not see it. If it was"
                    " deleted, resolve this exception.",
                    self.title,
                )
            )
        return record
