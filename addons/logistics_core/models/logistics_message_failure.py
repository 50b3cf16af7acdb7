"""What happens to a message after a failed attempt."""

from datetime import timedelta

from odoo import fields, models

from ..errors import (
    Conflict,
    InvalidMessage,
    LogisticsError,
    MappingMissing,
    OutcomeUnknown,
    PrerequisiteMissing,
    TransientError,
)

# The message itself cannot be processed, as opposed to was refused or gave up.
INVALID_ERRORS = (InvalidMessage, MappingMissing, Conflict)


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    def _fail(self, error: LogisticsError, started=None):
        """Record a failed attempt of an incoming message."""
        self.ensure_one()
        self.attempt_count += 1
        self.flush_recordset()
        self._log_attempts(get_outcome(error), started, str(error)[:500])
        self._set_failed(error)

    def _set_failed(self, error: LogisticsError):
        """Choose between another attempt, waiting and the dead letter."""
        self.ensure_one()
        vals = {
            "error_kind": error.kind,
            "error": str(error)[:500],
            "lease_until": False,
        }
        if isinstance(error, OutcomeUnknown):
            vals["outcome_unknown"] = True
        if not isinstance(error, TransientError) or self._is_exhausted():
            invalid = isinstance(error, INVALID_ERRORS)
            self.write({**vals, "state": "invalid" if invalid else "dead"})
            self._open_exception(error)
        elif isinstance(error, PrerequisiteMissing):
            self.write({**vals, "state": "held", "next_attempt_at": False})
        else:
            delay = self.type_id._get_delay(self.attempt_count, error.retry_after)
            due = fields.Datetime.now() + timedelta(seconds=delay)
            self.write({**vals, "state": "retrying", "next_attempt_at": due})

    def _is_exhausted(self):
        """Return whether the message was tried often or long enough."""
        if not self.type_id:
            return True
        age = fields.Datetime.now() - self.create_date
        return self.attempt_count >= self.type_id.max_attempts or age > timedelta(
            hours=self.type_id.max_age
        )

    def _release_expired_leases(self):
        """Take back what a dead worker was sending; its outcome is unknown."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE logistics_message SET state = 'retrying', outcome_unknown = true,"
            " next_attempt_at = now() AT TIME ZONE 'utc', lease_until = NULL,"
            " error_kind = 'outcome_unknown',"
            " error = 'The worker died while it was sending.'"
            " WHERE state = 'in_progress' AND direction = 'out'"
            " AND lease_until < (now() AT TIME ZONE 'utc')"
        )
        self.env["logistics.message"].invalidate_model()

    def _expire_held(self):
        """Give up waiting for a prerequisite that did not come in time."""
        self.env.cr.execute(
            "SELECT m.id FROM logistics_message m"
            " JOIN logistics_message_type t ON t.id = m.type_id"
            " WHERE m.state = 'held' AND m.error_kind = 'prerequisite'"
            " AND m.create_date + t.max_age * interval '1 hour'"
            " < (now() AT TIME ZONE 'utc')"
        )
        for message in self.browse([row[0] for row in self.env.cr.fetchall()]):
            error = PrerequisiteMissing(message.error or "")
            message.write({"state": "dead"})
            message._open_exception(error)


def get_outcome(error):
    if isinstance(error, OutcomeUnknown):
        return "unknown"
    return "transient" if isinstance(error, TransientError) else "permanent"
