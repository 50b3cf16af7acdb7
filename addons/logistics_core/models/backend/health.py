"""Health of a backend: what the last contacts with the partner were like."""

from datetime import timedelta

from odoo import api, fields, models

from ...errors import LogisticsError
from ...tools.durations import readable
from ...translation import recorded, translated

STALE_AFTER = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    last_success_at = fields.Datetime(string="Last success", copy=False, readonly=True)
    last_failure_at = fields.Datetime(string="Last failure", copy=False, readonly=True)
    last_failure = fields.Char(string="What failed", copy=False, readonly=True)
    last_received_at = fields.Datetime(
        string="Last received", copy=False, readonly=True
    )
    health = fields.Selection(
        [
            ("unknown", "Not tried yet"),
            ("ok", "Healthy"),
            ("degraded", "Unstable"),
            ("down", "Down"),
            ("paused", "Paused"),
        ],
        compute="_compute_health",
    )
    pending_count = fields.Integer(compute="_compute_backlog", string="Waiting")
    oldest_pending_at = fields.Datetime(compute="_compute_backlog")
    oldest_pending_text = fields.Char(
        compute="_compute_backlog",
        string="Oldest waits for",
        help="How long the oldest message has been waiting.",
    )

    @api.depends("state", "last_success_at", "last_failure_at", "gate_ids.state")
    def _compute_health(self):
        recent = fields.Datetime.now() - STALE_AFTER
        for backend in self:
            success, failure = backend.last_success_at, backend.last_failure_at
            # A group that is interrupted is not healthy because another one answers.
            breakers = set(backend.sudo().gate_ids.mapped("state"))
            if backend.state == "paused":
                backend.health = "paused"
            elif "open" in breakers:
                backend.health = "down"
            elif "probing" in breakers:
                backend.health = "degraded"
            elif not success and not failure:
                backend.health = "unknown"
            elif failure and (not success or failure >= success):
                backend.health = "down"
            elif failure and failure > recent:
                backend.health = "degraded"
            else:
                backend.health = "ok"

    def _compute_backlog(self):
        rows = self.env["logistics.message"]._read_group(
            [
                ("backend_id", "in", self.ids),
                ("state", "in", ("pending", "retrying", "in_progress", "deferred")),
            ],
            ["backend_id"],
            ["__count", "create_date:min"],
        )
        now = fields.Datetime.now()
        backlog = {backend: (count, oldest) for backend, count, oldest in rows}
        for backend in self:
            count, oldest = backlog.get(backend, (0, False))
            backend.pending_count = count
            backend.oldest_pending_at = oldest
            age = (now - oldest).total_seconds() if oldest else 0
            backend.oldest_pending_text = readable(age) if oldest else False

    def _test_connection(self):
        """Return (sentence, notification type) and remember the outcome."""
        try:
            answer = self._get_connector()._test_connection(self)
        except LogisticsError as error:
            self.sudo()._note_contact(error)
            text = translated(self.env, error.advice)
            return text, "danger"
        self.sudo()._note_contact()
        return answer, "success"

    def _note_contact(self, error=None):
        """Remember the outcome of the latest contact with the partner.

        Every lane comes through here: while nothing changes, once a minute is
        enough for a person, and spares a row that all would fight over.
        """
        now = fields.Datetime.now()
        success, failure = self.last_success_at, self.last_failure_at
        failing = bool(failure and (not success or failure >= success))
        if error is None:
            if failing or not success or now - success > MINUTE:
                # Within the same second, what came later counts.
                self.last_success_at = max(now, failure + SECOND) if failing else now
            return
        text = recorded(self, error, 500)
        if not failing or now - failure > MINUTE or text != self.last_failure:
            self.write({"last_failure_at": now, "last_failure": text})
