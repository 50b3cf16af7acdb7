"""The claim on an outgoing message: who is sending it now, and for how long."""

import time

from ..transactions import own_transaction

# Seconds. Never less than what one request may take, see http_session.PATIENCE.
LEASE = 600
TIMEOUTS = 6
RENEW_AFTER = 60


class ClaimLost(Exception):
    """Someone else took the message over, or its backend was paused."""


class Claim:
    """The right to send one message: its attempt number is the fencing token.

    A worker that was too slow finds another number there, and stops.
    """

    def __init__(self, env, message_id, number):
        self.env = env
        self.message_id = message_id
        self.number = number
        self.renewed_at = time.monotonic()

    @property
    def ids(self):
        """The message, as the log names it."""
        return [self.message_id]

    def renew(self):
        """Extend the lease; return False, and let go, when it must not be sent now."""
        with own_transaction(self.env, read_committed=True) as env:
            if self._extend(env.cr, only_running=True):
                self.renewed_at = time.monotonic()
                return True
            # Paused since it was claimed: it keeps its place.
            env.cr.execute(
                "UPDATE logistics_message SET state = 'pending', lease_until = NULL,"
                " attempt_count = attempt_count - 1"
                " WHERE id = %s AND state = 'in_progress' AND attempt_count = %s",
                [self.message_id, self.number],
            )
            return False

    def keep(self):
        """Extend the lease between two requests; raise ClaimLost when it is gone."""
        if time.monotonic() - self.renewed_at < RENEW_AFTER:
            return
        with own_transaction(self.env, read_committed=True) as env:
            if not self._extend(env.cr):
                raise ClaimLost
        self.renewed_at = time.monotonic()

    def holds(self, cr):
        """Lock the message; return whether it is still ours to record."""
        cr.execute(
            "SELECT 1 FROM logistics_message WHERE id = %s AND state = 'in_progress'"
            " AND attempt_count = %s FOR NO KEY UPDATE",
            [self.message_id, self.number],
        )
        return bool(cr.fetchone())

    def _extend(self, cr, only_running=False):
        cr.execute(
            "UPDATE logistics_message m SET lease_until = (clock_timestamp()"
            " AT TIME ZONE 'utc') + greatest(%s, %s * b.timeout) * interval '1 second'"
            "  FROM logistics_backend b"
            " WHERE m.id = %s AND m.attempt_count = %s AND m.state = 'in_progress'"
            "   AND b.id = m.backend_id"
            "   AND (NOT %s OR (b.state = 'running' AND b.active)) RETURNING m.id",
            [LEASE, TIMEOUTS, self.message_id, self.number, only_running],
        )
        return bool(cr.fetchone())
