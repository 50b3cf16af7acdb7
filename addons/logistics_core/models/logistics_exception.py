"""What a person must know about: one record per cause."""

from odoo import api, fields, models

from ..errors import LogisticsError, MappingMissing
from ..transactions import own_transaction, retrying

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
    ("unknown_document", "Unknown document"),
    ("prerequisite", "Earlier message missing"),
    ("stalled", "Stalled"),
    ("internal", "Refused by Odoo"),
]
# One exception for all messages that fail for this cause on the same backend.
SHARED_KINDS = ("authentication", "connection", "rate_limit", "unavailable")


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
    remedy = fields.Text(readonly=True)
    blocks = fields.Char(readonly=True, help="What cannot go on because of it.")
    backend_id = fields.Many2one(
        "logistics.backend",
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
        tracking=True,
        group_expand=True,
    )
    fingerprint = fields.Char(required=True, readonly=True)
    occurrences = fields.Integer(default=1, readonly=True)
    opened_at = fields.Datetime(default=fields.Datetime.now, readonly=True)
    last_seen_at = fields.Datetime(default=fields.Datetime.now, readonly=True)
    resolved_at = fields.Datetime(readonly=True)
    resolution = fields.Char(readonly=True)
    age_hours = fields.Float(
        compute="_compute_age", string="Age (h)", help="Hours since it was opened."
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

    @api.depends("opened_at", "resolved_at")
    def _compute_age(self):
        now = fields.Datetime.now()
        for exception in self:
            end = exception.resolved_at or now
            hours = (end - (exception.opened_at or now)).total_seconds() / 3600
            exception.age_hours = hours
            exception.age_bucket = (
                "1_hour"
                if hours < 1
                else "2_day"
                if hours < 24
                else "3_week"
                if hours < 168
                else "4_older"
            )

    def _search_age_bucket(self, operator, value):
        values = value if operator == "in" else [value]
        edges = {"1_hour": (0, 1), "2_day": (1, 24), "3_week": (24, 168)}
        now = fields.Datetime.now()
        domains = []
        for bucket in values:
            start, end = edges.get(bucket, (168, 24 * 3650))
            domains.append(
                fields.Domain(
                    "opened_at", ">", fields.Datetime.subtract(now, hours=end)
                )
                & fields.Domain(
                    "opened_at", "<=", fields.Datetime.subtract(now, hours=start)
                )
            )
        return fields.Domain.OR(domains)

    @api.depends("message_ids_involved")
    def _compute_involved_count(self):
        for exception in self:
            exception.involved_count = len(exception.message_ids_involved)

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

    @api.model
    def _open_for_error(self, message, error: LogisticsError):
        """Open or join the exception of a message's error."""
        backend = message.backend_id
        fingerprint = f"message:{message.id}"
        map_kind = map_value = None
        if isinstance(error, MappingMissing):
            map_kind, map_value = error.map_kind, error.value
            fingerprint = f"map:{map_kind}:{map_value}"
        elif error.kind in SHARED_KINDS:
            fingerprint = f"kind:{error.kind}"
        what = message.type_id.name or message.event or self.env._("Message")
        return self._open(
            backend,
            error.kind,
            self.env._("%(what)s %(key)s", what=what, key=message.ordering_key),
            str(error),
            error.remedy,
            message=message,
            fingerprint=fingerprint,
            map_kind=map_kind,
            map_value=map_value,
        )

    @api.model
    def _open(
        self,
        backend,
        kind,
        title,
        cause,
        remedy,
        *,
        message=None,
        record=None,
        fingerprint=None,
        severity="error",
        blocks=None,
        map_kind=None,
        map_value=None,
    ):
        """Open an exception, or join the open one with the same fingerprint.

        :param fingerprint: identifies the cause within the backend; by default
            the kind and the document or message
        :return: the exception
        """
        if record is None and message:
            record = message.sudo()._get_document()
        if not fingerprint:
            anchor = record or message
            fingerprint = f"{kind}:{anchor._name}:{anchor.id}" if anchor else kind
        existing = self.sudo().search(
            [
                ("backend_id", "=", backend.id),
                ("fingerprint", "=", fingerprint),
                ("state", "in", OPEN),
            ],
            limit=1,
        )
        if existing:
            existing._join(message, cause, remedy)
            return existing
        return (
            self.sudo()
            .with_context(mail_create_nosubscribe=True)
            .create(
                {
                    "title": title,
                    "kind": kind,
                    "severity": "1_warning" if severity == "warning" else "0_error",
                    "cause": cause,
                    "remedy": remedy,
                    "blocks": blocks or (record.display_name if record else False),
                    "backend_id": backend.id,
                    "message_ids_involved": [
                        fields.Command.set(message.ids if message else [])
                    ],
                    "res_model": record._name if record else False,
                    "res_id": record.id if record else False,
                    "user_id": backend.sudo().owner_id.id,
                    "fingerprint": fingerprint,
                    "map_kind": map_kind,
                    "map_value": map_value,
                }
            )
        )

    def _join(self, message, cause, remedy):
        """Count another occurrence; no chatter, so a storm stays quiet.

        The row that many messages share is written after the commit, in a short
        transaction of its own: otherwise lanes that fail at the same time would
        undo each other's batches.
        """
        if message:
            self.env.cr.execute(
                "INSERT INTO logistics_exception_message_rel"
                " (exception_id, message_id) SELECT %s, unnest(%s::int[])"
                " ON CONFLICT DO NOTHING",
                [self.id, message.ids],
            )
            self.invalidate_recordset(["message_ids_involved"])
            message.invalidate_recordset(["exception_ids"])
        env, exception_id = self.env, self.id
        self.env.cr.postcommit.add(
            lambda: retrying(_count_occurrence, env, exception_id, cause, remedy)
        )

    @api.model
    def _auto_resolve(self, message_ids):
        """Resolve the exceptions all of whose messages are through."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT DISTINCT x.id
              FROM logistics_exception x
              JOIN logistics_exception_message_rel r ON r.exception_id = x.id
             WHERE r.message_id = ANY(%s) AND x.state IN ('open', 'in_progress')
               AND x.severity = '0_error'
               AND NOT EXISTS (
                   SELECT 1 FROM logistics_exception_message_rel o
                     JOIN logistics_message m ON m.id = o.message_id
                    WHERE o.exception_id = x.id
                      AND m.state NOT IN ('done', 'sent', 'cancelled', 'superseded'))
            """,
            [list(message_ids)],
        )
        exceptions = self.browse([row[0] for row in self.env.cr.fetchall()])
        exceptions._resolve(self.env._("Its messages went through."))

    def _resolve(self, resolution, state="resolved"):
        self.filtered(lambda x: x.state in OPEN).write(
            {
                "state": state,
                "resolved_at": fields.Datetime.now(),
                "resolution": resolution,
            }
        )


def _count_occurrence(env, exception_id, cause, remedy):
    with own_transaction(env, read_committed=True) as own:
        own.cr.execute(
            "UPDATE logistics_exception SET occurrences = occurrences + 1,"
            " last_seen_at = now() AT TIME ZONE 'utc', cause = %s, remedy = %s"
            " WHERE id = %s",
            [cause, remedy, exception_id],
        )
