"""Attempts: what was tried, what came back."""

from odoo import fields, models

OUTCOMES = [
    ("ok", "Succeeded"),
    ("transient", "Failed, tried again"),
    ("permanent", "Failed for good"),
    ("unknown", "Outcome unknown"),
]


class LogisticsMessageAttempt(models.Model):
    """One row is one try of one message, and one HTTP exchange of it.

    It is written outside the try's own transaction, so it is still there when
    the try was rolled back. Secrets are masked before anything is stored.
    """

    _name = "logistics.message.attempt"
    _description = "Message Attempt"
    _order = "id desc"
    _rec_name = "number"

    message_id = fields.Many2one(
        "logistics.message",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    backend_id = fields.Many2one(related="message_id.backend_id")
    company_id = fields.Many2one(related="message_id.company_id")
    number = fields.Integer(readonly=True)
    started_at = fields.Datetime(readonly=True)
    duration_ms = fields.Integer(string="Duration (ms)", readonly=True)
    outcome = fields.Selection(OUTCOMES, readonly=True, required=True)
    method = fields.Char(readonly=True)
    url = fields.Char(string="URL", readonly=True)
    status = fields.Integer(string="HTTP status", readonly=True)
    request = fields.Text(readonly=True)
    response = fields.Text(readonly=True)
    error = fields.Char(readonly=True)
