"""Attempts: what was tried, what came back."""

import time
from datetime import UTC, datetime

from odoo import api, fields, models

from ...errors import OutcomeUnknown, Throttled, TransientError
from ...fields import UncheckedMany2one
from ...tools import exchanges
from ...translation import recorded

OUTCOMES = [
    ("ok", "Succeeded"),
    ("transient", "Failed, tried again"),
    ("permanent", "Failed for good"),
    ("unknown", "Outcome unknown"),
]


class LogisticsMessageAttempt(models.Model):
    """One row is one try of one message, or one HTTP exchange of it.

    It is still there when what the try did was rolled back: a failure undoes a
    savepoint, an outcome at the partner has a transaction of its own. Secrets are
    masked before anything is stored.
    """

    _name = "logistics.message.attempt"
    _description = "Message Attempt"
    _order = "id desc"
    _rec_name = "number"

    message_id = UncheckedMany2one(
        "logistics.message", required=True, readonly=True, index=True
    )
    backend_id = fields.Many2one(related="message_id.backend_id")
    company_id = fields.Many2one(related="message_id.company_id")
    number = fields.Integer(string="Attempt", readonly=True)
    started_at = fields.Datetime(string="Started", readonly=True)
    duration_ms = fields.Integer(string="Took (ms)", readonly=True)
    duration_text = fields.Char(compute="_compute_duration_text", string="Took")
    outcome = fields.Selection(OUTCOMES, readonly=True, required=True)
    method = fields.Char(readonly=True)
    url = fields.Char(string="Address", readonly=True)
    status = fields.Integer(string="HTTP status", readonly=True)
    request = fields.Text(readonly=True)
    response = fields.Text(readonly=True)
    error = fields.Char(readonly=True)

    @api.depends("duration_ms")
    def _compute_duration_text(self):
        for attempt in self:
            took = attempt.duration_ms
            attempt.duration_text = (
                self.env._("%s ms", took)
                if took < 1000
                else self.env._("%.1f s", took / 1000)
            )


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    def _log_attempt(self, outcome, started=None, error=None):
        """Write the row of one try of one message."""
        self.ensure_one()
        duration = int((time.monotonic() - started) * 1000) if started else 0
        self.env.cr.execute(
            "INSERT INTO logistics_message_attempt (message_id, number, started_at,"
            " duration_ms, outcome, error, create_uid, write_uid, create_date,"
            " write_date) SELECT m.id, m.attempt_count,"
            " clock_timestamp() AT TIME ZONE 'utc' - %s * interval '1 ms', %s,"
            " %s, %s, 1, 1, now() AT TIME ZONE 'utc', now() AT TIME ZONE 'utc'"
            " FROM logistics_message m WHERE m.id = %s",
            [duration, duration, outcome, error, self.id],
        )

    @api.model
    def _record_exchanges(self, tries):
        """Write the attempts of messages.

        :param tries: [(message id, attempt number, exchanges, error or None)]
        """
        self.env["logistics.message.attempt"].create(
            [vals for each in tries for vals in self._prepare_attempts(*each)]
        )

    @api.model
    def _prepare_attempts(self, message_id, number, tried, error):
        if not tried:
            if isinstance(error, Throttled):
                return []
            tried = [exchanges.Exchange("", "", "", started_at=time.time())]
        last = len(tried) - 1
        return [
            {
                "message_id": message_id,
                "number": number,
                "started_at": datetime.fromtimestamp(exchange.started_at, UTC).replace(
                    tzinfo=None
                ),
                "duration_ms": exchange.duration_ms,
                "outcome": _get_outcome(exchange, error if n == last else None),
                "method": exchange.method,
                "url": exchange.url,
                "status": exchange.status,
                "request": exchange.request,
                "response": exchange.response,
                "error": recorded(
                    self.env["logistics.message"].browse(message_id).backend_id,
                    (error if n == last else exchange.error) or "",
                    500,
                ),
            }
            for n, exchange in enumerate(tried)
        ]


def _get_outcome(exchange, error):
    if error is not None:
        return get_outcome(error)
    # The connector caught it and went on.
    return "transient" if exchange.error else "ok"


def get_outcome(error):
    if isinstance(error, OutcomeUnknown):
        return "unknown"
    return "transient" if isinstance(error, TransientError) else "permanent"
