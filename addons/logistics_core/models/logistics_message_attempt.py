"""Attempts: what was tried, what came back."""

from odoo import api, fields, models

from ..fields import UncheckedMany2one

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
