"""The message store: one row per business fact that came in or must go out."""

import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...canonical import Canonical, dump_canonical
from ...errors import InvalidMessage
from ...fields import UncheckedMany2one
from ...guard import button
from ...texts import _lt
from ...tools import bounded
from ...tools.durations import readable
from .states import BLOCKING_STATES, OPEN_STATES, STATES


class LogisticsMessage(models.Model):
    """One row is one business fact on its way in or out.

    `payload` is what the partner sent, untouched; `canonical` is the same fact
    in the hub's words (for outgoing messages: the intent). The states are the
    same for both directions.
    """

    _name = "logistics.message"
    _description = "Logistics Message"
    # What the engine records about a message.
    _logistics_engine_fields = frozenset({"attempt_ids", "exception_ids"})
    _order = "id desc"
    _rec_name = "external_id"

    # Odoo's own, without their foreign keys too: see ResUsers.
    create_uid = UncheckedMany2one("res.users", string="Created by", readonly=True)
    write_uid = UncheckedMany2one("res.users", string="Last Updated by", readonly=True)
    direction = fields.Selection(
        [("in", "Incoming"), ("out", "Outgoing")], required=True, readonly=True
    )
    # A backend with messages cannot be deleted, nor its company and its lanes.
    backend_id = UncheckedMany2one(
        "logistics.backend", string="Connection", required=True, readonly=True
    )
    company_id = UncheckedMany2one("res.company", required=True, readonly=True)
    lane_id = UncheckedMany2one("logistics.lane", readonly=True)
    type_id = UncheckedMany2one("logistics.message.type", readonly=True)
    type_code = fields.Char(related="type_id.code", string="Code of the type")
    event = fields.Char(readonly=True, help="The partner's own name of the event.")
    external_id = fields.Char(
        string="Idempotency key",
        required=True,
        readonly=True,
        help="Identifies the fact; the same key is processed once.",
    )
    body_hash = fields.Char(readonly=True)
    ordering_key = fields.Char(
        string="Key",
        required=True,
        readonly=True,
        help="Messages with the same key are processed in order.",
    )
    # Whole numbers up to 2**53, as a float holds them: the index compares one many
    # times quicker than a numeric.
    sequence = fields.Float(default=0, readonly=True, aggregator=False)
    correlation_id = fields.Char(
        string="Business document",
        readonly=True,
        help="The business document, from order to return.",
    )
    state = fields.Selection(STATES, required=True, default="pending", readonly=True)
    attempt_count = fields.Integer(string="Attempts", readonly=True, default=0)
    next_attempt_at = fields.Datetime(string="Next attempt", readonly=True)
    lease_until = fields.Datetime(readonly=True)
    outcome_unknown = fields.Boolean(
        readonly=True,
        default=False,
        help="An earlier attempt may have had its effect at the partner. It is"
        " looked up there before anything is sent again.",
    )
    # Megabytes, at worst: read where it is needed, not with any other field.
    payload = fields.Text(readonly=True, prefetch=False)
    payload_encoding = fields.Selection(
        [("utf-8", "Text"), ("base64", "Binary (base64)")],
        default="utf-8",
        readonly=True,
    )
    raw_headers = fields.Text(
        readonly=True,
        help="Of a request that could not be read: it is read again when retried.",
    )
    canonical = fields.Text(readonly=True)
    res_model = fields.Char(string="Document model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Document ID", model_field="res_model", readonly=True
    )
    document_name = fields.Char(compute="_compute_document_name", string="Document")
    error_kind = fields.Char(readonly=True)
    error = fields.Char(readonly=True)
    note = fields.Char(readonly=True)
    done_at = fields.Datetime(string="Done", readonly=True)
    queued_at = fields.Datetime(
        string="Retried",
        readonly=True,
        help="When it was last retried; its age counts from here.",
    )
    twin_id = UncheckedMany2one(
        "logistics.message",
        string="Came before with this key",
        readonly=True,
        index="btree_not_null",
        help="The message that used the same key first, with another content.",
    )
    replay_of_id = UncheckedMany2one(
        "logistics.message",
        string="Edited copy of",
        readonly=True,
        index="btree_not_null",
    )
    edit_difference = fields.Text(
        readonly=True, help="What a person changed in this copy."
    )
    attempt_ids = fields.One2many("logistics.message.attempt", "message_id")
    exception_ids = fields.Many2many(
        "logistics.exception",
        "logistics_exception_message_rel",
        "message_id",
        "exception_id",
    )
    age = fields.Float(
        compute="_compute_age", string="Age (h)", help="Hours since it was created."
    )
    age_text = fields.Char(
        compute="_compute_age",
        string="Age",
        help="Since it was created, or how long it took until it was done.",
    )
    payload_text = fields.Text(compute="_compute_texts", string="As it came in")
    canonical_text = fields.Text(compute="_compute_texts", string="Normalised content")

    _unique_external_id = models.Constraint(
        "UNIQUE(backend_id, direction, external_id)",
        "This message exists already.",
    )
    # The only index of what waits: whoever asks by backend names its lanes. Beside one
    # by backend PostgreSQL took that for the look at a lane, as both seem empty to it
    # once the inbox is drained, and read what all lanes had done since.
    _open_idx = models.Index(
        f"(lane_id, ordering_key, sequence, id) WHERE state IN {OPEN_STATES}"
    )
    # What can keep later messages of its key back: small however long the backlog.
    _blocking_idx = models.Index(
        f"(lane_id, ordering_key, sequence, id) WHERE state IN {BLOCKING_STATES}"
    )
    _deferred_idx = models.Index("(backend_id, ordering_key) WHERE state = 'deferred'")
    _correlation_idx = models.Index("(correlation_id) WHERE correlation_id IS NOT NULL")
    _document_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")

    @api.depends("external_id", "type_id", "event")
    def _compute_display_name(self):
        for message in self:
            what = message.type_id.name or message.event or ""
            message.display_name = f"{what} {message.external_id}".strip()

    @api.depends("create_date", "done_at")
    def _compute_age(self):
        now = fields.Datetime.now()
        for message in self:
            start = message.create_date or now
            message.age = (now - start).total_seconds() / 3600
            took = (message.done_at or now) - start
            message.age_text = readable(took.total_seconds())

    @api.depends("payload", "canonical")
    def _compute_texts(self):
        for message in self:
            message.payload_text = pretty(message.payload)
            message.canonical_text = pretty(message.canonical)

    @api.depends("res_model", "res_id")
    def _compute_document_name(self):
        for message in self:
            record = message._get_document()
            message.document_name = record.display_name if record else False

    def unlink(self):
        """Delete the attempts too, and the links of others; see UncheckedMany2one."""
        self.env["logistics.message.attempt"].sudo().search(
            [("message_id", "in", self.ids)]
        ).unlink()
        others = self.sudo().search(
            ["|", ("twin_id", "in", self.ids), ("replay_of_id", "in", self.ids)]
        )
        others.filtered(lambda m: m.twin_id in self).twin_id = False
        others.filtered(lambda m: m.replay_of_id in self).replay_of_id = False
        return super().unlink()

    def _get_document(self):
        """Return the business document as far as the user may see it, or None."""
        self.ensure_one()
        if not self.res_id or self.res_model not in self.env:
            return None
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record or not record.has_access("read"):
            return None
        return record

    def _set_document(self, record):
        """Link the message to the business document it is about."""
        vals = {"res_model": record._name, "res_id": record.id}
        self.sudo().filtered(
            lambda m: (m.res_model, m.res_id) != (record._name, record.id)
        ).write(vals)

    def _get_canonical(self):
        """Return the canonical message; raise InvalidMessage when it is broken."""
        self.ensure_one()
        try:
            data = json.loads(self.canonical or "null")
        except (ValueError, RecursionError) as error:
            raise InvalidMessage(
                _lt("The message is not JSON: %(error)s.", error=error)
            ) from error
        return Canonical.from_dict(data)

    def _set_canonical(self, canonical):
        self.sudo().canonical = dump_canonical(canonical)

    @button("read")
    def action_view_document(self):
        """Open the business document."""
        self.ensure_one()
        record = self._get_document()
        if record is None:
            raise UserError(
                self.env._("This message is not linked to a document you may see.")
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }

    @button("read")
    def action_view_correlated(self):
        """Open the timeline: every message of the same business document."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "logistics_core.logistics_message_action"
        )
        domain = [("correlation_id", "=", self.correlation_id)]
        if not self.correlation_id:
            domain = [
                ("backend_id", "=", self.backend_id.id),
                ("ordering_key", "=", self.ordering_key),
            ]
        return {**action, "domain": domain, "context": {}}


def pretty(text):
    """Return JSON indented for a person, any other text as it is."""
    try:
        bounded.check_json((text or "").encode("utf-8", "replace"), bounded.SHOWN)
        return json.dumps(json.loads(text or ""), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError, InvalidMessage):
        return text
