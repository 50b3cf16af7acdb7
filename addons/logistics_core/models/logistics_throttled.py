"""A message that had no turn goes back as if it had not been taken."""

from datetime import timedelta

from odoo import api, fields, models

from ..errors import RateLimited, Throttled


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    waits_for = fields.Char(
        compute="_compute_waits_for", help="The hold, breaker or pause it waits for."
    )

    def _compute_waits_for(self):
        for backend, messages in self.grouped("backend_id").items():
            waiting = messages.filtered(
                lambda m: m.direction == "out" and m.state in ("pending", "retrying")
            )
            (messages - waiting).waits_for = False
            for message in waiting:
                record = message.sudo()._get_document() or message
                reason = backend._get_wait_reason(message.type_code, record)
                message.waits_for = reason[0] if reason else False

    def _set_refused(self, error):
        if isinstance(error, Throttled):
            return self._wait_for_turn(error)
        return super()._set_refused(error)

    def _wait_for_turn(self, error):
        """Wait for the turn; no attempt is used up and nothing is told."""
        due = fields.Datetime.now() + timedelta(seconds=error.retry_after or 1)
        self.write(
            {
                "state": "retrying" if self.outcome_unknown else "pending",
                "attempt_count": max(self.attempt_count - 1, 0),
                "next_attempt_at": due,
                "lease_until": False,
            }
        )

    @api.model
    def _prepare_attempts(self, message_id, number, tried, error):
        if not tried and isinstance(error, Throttled):
            return []  # nothing was tried
        return super()._prepare_attempts(message_id, number, tried, error)

    def _is_final(self, error):
        """Being asked to slow down ends a message to a partner by its age only."""
        if self.direction == "out" and isinstance(error, RateLimited | Throttled):
            return self._is_too_old()
        return super()._is_final(error)
