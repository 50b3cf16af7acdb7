"""What happens to a message after a failed attempt."""

from datetime import UTC, datetime, timedelta

from odoo import fields, models

from ...errors import (
    Conflict,
    InvalidMessage,
    LogisticsError,
    MappingMissing,
    OutcomeUnknown,
    PrerequisiteMissing,
    RateLimited,
    Throttled,
    TransientError,
)
from ...translation import recorded
from .attempt import get_outcome

# The message itself cannot be processed, as opposed to was refused or gave up.
INVALID_ERRORS = (InvalidMessage, MappingMissing, Conflict)


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    def _fail(self, error: LogisticsError, started=None):
        """Record a failed attempt of an incoming message; return as _set_failed."""
        self.ensure_one()
        self.attempt_count += 1
        self.flush_recordset()
        self._log_attempt(
            get_outcome(error), started, recorded(self.backend_id, error, 500)
        )
        return self._set_failed(error)

    def _set_failed(self, error: LogisticsError):
        """Choose between another attempt, waiting and failure.

        :return: whether it has failed; the caller opens its exception
        """
        self.ensure_one()
        vals = {
            "error_kind": error.kind,
            "error": recorded(self.backend_id, error, 500),
            "lease_until": False,
        }
        if isinstance(error, OutcomeUnknown):
            vals["outcome_unknown"] = True
        if self._is_final(error):
            invalid = isinstance(error, INVALID_ERRORS)
            self.write({**vals, "state": "invalid" if invalid else "dead"})
            return True
        waits = isinstance(error, PrerequisiteMissing)
        delay = self.type_id._get_delay(self.attempt_count, error.retry_after)
        # Odoo's now() drops the fraction: the attempt would come too early.
        due = datetime.now(UTC).replace(tzinfo=None) + timedelta(seconds=delay)
        state = "deferred" if waits else "retrying"
        self.write({**vals, "state": state, "next_attempt_at": due})
        return False

    def _is_final(self, error):
        """Return whether this error ends the message; waiting ends with its age.

        So does being asked to slow down, for a message to a partner.
        """
        if isinstance(error, PrerequisiteMissing):
            return self._is_too_old()
        if self.direction == "out" and isinstance(error, RateLimited | Throttled):
            return self._is_too_old()
        return not isinstance(error, TransientError) or self._is_exhausted()

    def _is_exhausted(self):
        """Return whether the message was tried often or long enough."""
        tried = self.attempt_count >= self.type_id.max_attempts
        return tried or self._is_too_old()

    def _is_too_old(self):
        if not self.type_id:
            return True
        age = fields.Datetime.now() - (self.queued_at or self.create_date)
        return age > timedelta(hours=self.type_id.max_age)
