"""The lease on an outgoing message: who is sending it now, and for how long."""

import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

import psycopg2

from ...envelope import SendResult
from ...errors import LogisticsError
from ...transactions import end_reading, own_transaction, retrying

# Seconds. Never less than what one request may take, see http_session.PATIENCE.
LEASE_SECONDS = 600
TIMEOUTS = 6
RENEW_AFTER = 60
# A message that was leased only just now is sent without another look.
FRESH_SECONDS = 2


class LeaseLost(Exception):
    """Someone else took the message over, or its backend was paused."""


class Lease:
    """The right to send one message: its attempt number is the fencing token.

    A worker that was too slow finds another number there, and stops.
    """

    def __init__(self, desk, message_id, number):
        self.env = desk.env
        self.desk = desk
        self.message_id = message_id
        self.number = number
        self.renewed_at = time.monotonic()

    @property
    def ids(self):
        """The message, as the log names it."""
        return [self.message_id]

    def is_good(self):
        """Return whether the message may be sent now.

        It may have waited for its thread, and its backend been paused meanwhile.
        """
        return self._is_fresh() or retrying(self.renew)

    def _is_fresh(self):
        return time.monotonic() - self.renewed_at < FRESH_SECONDS

    def renew(self):
        """Extend the lease; return False, and let go, when it must not be sent now."""
        with own_transaction(self.env, read_committed=True) as env:
            if self._extend(env.cr, only_running=True):
                self.renewed_at = time.monotonic()
                return True
            # Paused since it was leased: it keeps its place.
            env.cr.execute(
                "UPDATE logistics_message SET state = 'pending', lease_until = NULL,"
                " attempt_count = attempt_count - 1"
                " WHERE id = %s AND state = 'in_progress' AND attempt_count = %s",
                [self.message_id, self.number],
            )
            return False

    def keep(self):
        """Extend the lease between two requests; raise LeaseLost when it is gone."""
        if time.monotonic() - self.renewed_at < RENEW_AFTER:
            return
        with own_transaction(self.env, read_committed=True) as env:
            if not self._extend(env.cr):
                raise LeaseLost
        self.renewed_at = time.monotonic()

    def _extend(self, cr, only_running=False):
        cr.execute(
            "UPDATE logistics_message m SET lease_until = (clock_timestamp()"
            " AT TIME ZONE 'utc') + greatest(%s, %s * b.timeout) * interval '1 second'"
            "  FROM logistics_backend b"
            " WHERE m.id = %s AND m.attempt_count = %s AND m.state = 'in_progress'"
            "   AND b.id = m.backend_id"
            "   AND (NOT %s OR (b.state = 'running' AND b.active)) RETURNING m.id",
            [LEASE_SECONDS, TIMEOUTS, self.message_id, self.number, only_running],
        )
        return bool(cr.fetchone())


def lock_leased(cr, leases):
    """Lock the messages of leases; return the ids of those still ours to record."""
    cr.execute(
        "SELECT m.id FROM logistics_message m"
        " JOIN unnest(%s::int[], %s::int[]) AS v(id, number)"
        "   ON m.id = v.id AND m.attempt_count = v.number"
        " WHERE m.state = 'in_progress' ORDER BY m.id FOR NO KEY UPDATE OF m",
        [[c.message_id for c in leases], [c.number for c in leases]],
    )
    return {message_id for (message_id,) in cr.fetchall()}


class Desk:
    """Where the threads that send messages leased together read Odoo.

    They share one environment and so what it has read: backend, credentials and
    settings are not read again for each message. One at a time has the desk; who
    waits for a partner leaves it, and while nobody has it no transaction is open.
    """

    def __init__(self, env):
        self.env = env
        self.count = 0
        self.ids = []
        self._lock = threading.Lock()
        self._stack = ExitStack()
        self._own = None

    def take(self, numbers):
        """Return the leases on these messages: [(id, attempt number)]."""
        self.count = len(numbers)
        self.ids = [id_ for id_, _number in numbers]
        return [Lease(self, id_, number) for id_, number in numbers]

    @contextmanager
    def used(self):
        """Have the desk; yield its environment. It ends with its last message."""
        self._lock.acquire()
        try:
            if self._own is None:
                self._own = self._stack.enter_context(own_transaction(self.env))
            yield self._own
        finally:
            self._end()
            self._lock.release()

    def leave(self):
        """Give the desk away over a request to the partner."""
        end_reading(self._own.cr)
        self._lock.release()

    def come_back(self):
        """Take the desk again."""
        self._lock.acquire()

    def _end(self):
        self.count -= 1
        if self._own is not None:
            cr, todo = self._own.cr, self._own.transaction
            # What a connector wrote against the rules must not be written later.
            is_clean = not todo.field_dirty and not todo.tocompute
            if self.count > 0 and is_clean and not cr._cnx.closed:
                end_reading(cr)
            else:
                self.close()

    def close(self):
        """Let the environment go; what it read is dropped, nothing is written."""
        if self._own is not None:
            cr, self._own = self._own.cr, None
            # A lost connection has nothing to undo.
            with suppress(psycopg2.Error):
                cr.rollback()
            with suppress(psycopg2.Error):
                self._stack.close()


@dataclass(slots=True)
class Outcome:
    """How one leased message fared in its thread; neither when it was not tried."""

    lease: Lease
    result: SendResult | None = None
    error: LogisticsError | None = None
    exchanges: list = ()

    @property
    def is_tried(self):
        """Return whether there is something to record."""
        return bool(self.result or self.error or self.exchanges)
