"""Draining a lane of outgoing messages.

Three steps, each with a transaction of its own and none open over HTTP: lease
(commit), send, record. A few threads send at the same time, never two messages
of one key. A send that is never recorded has an unknown outcome and is looked up
at the partner before anything is sent again.
"""

import logging
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import ExitStack
from contextvars import copy_context

from odoo import models
from odoo.tools import config

from ...envelope import SendResult
from ...errors import LogisticsError
from ...tools import exchanges
from ...transactions import own_transaction, retrying
from ..failures import as_send_error
from ..lane.conditions import ready
from .lease import LEASE_SECONDS, TIMEOUTS, Desk, LeaseLost, Outcome

SEND_SLOTS = 16


_logger = logging.getLogger(__name__)
# Messages leased at once per sending thread.
ROUNDS = 3
# A drain that had nothing more to lease looks again after this long.
LOOK_SECONDS = 0.2
GATHER_SECONDS = 0.02


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    def _drain_outbound(self, time_slice):
        """Send until nothing is due or the time slice is over.

        As soon as a thread has nothing in hand more is leased, so that a slow answer
        keeps one thread waiting and not all of them.

        :return: the number of messages that were leased
        """
        lanes, total, under_way, look_at = self, 0, set(), 0.0
        slots = max(self.backend_id._get_send_slots(), 1)
        with ExitStack() as desks:
            pool = desks.enter_context(ThreadPoolExecutor(slots, "logistics-send"))
            while True:
                leases, wanted = [], slots * ROUNDS - len(under_way)
                is_free = len(under_way) < slots and (
                    not under_way or time.monotonic() >= look_at
                )
                if is_free and not (total and time_slice.is_over()):
                    leases = retrying(lanes._lease_due, wanted)
                    lanes, total = lanes[1:] + lanes[:1], total + len(leases)
                if leases:
                    desks.callback(leases[0].desk.close)
                if len(leases) < wanted:
                    look_at = time.monotonic() + LOOK_SECONDS
                under_way |= self._start_sending(pool, slots, leases)
                if not leases and not under_way:
                    return total
                under_way = self._record_finished(under_way)

    def _lease_due(self, limit):
        """Lease the first due message of each key; commit.

        READ COMMITTED, because limits that all lanes of the backend share are
        read under their row locks.

        :return: a list of Lease
        """
        numbers = []
        with own_transaction(self.env, read_committed=True) as env:
            lanes = env["logistics.lane"].browse(self.ids)
            cursors = lanes._lock_rows()
            admission = lanes[:1]._admit(lock=True) if cursors else None
            for lane_id, after in lanes._put_urgent_first(cursors or {}):
                lane, left = lanes.browse(lane_id), limit - len(numbers)
                if left <= 0:
                    break
                heads = lane._fetch_heads(left, admission, after or "")
                messages = env["logistics.message"].browse(_without_suspects(heads))
                leased = admission.admit(messages)
                is_full = len(heads) >= left
                if heads:
                    key = heads[-1][1] if is_full else None
                    numbers += lane._write_leases(leased.ids, key)
        return Desk(self.env).take(numbers)

    def _put_urgent_first(self, cursors):
        """Return [(lane id, cursor)], the lane of what is urgent before the others."""
        if not cursors:
            return []
        urgent = self._get_urgent_id(self._get_group()[0])
        return sorted(cursors.items(), key=lambda item: item[0] != urgent)

    def _fetch_heads(self, limit, admission, after=""):
        """Return [(id, key, crash count)]: the first due message of each key."""
        heads = []
        places = [("m.ordering_key > %s", after)]
        if after:
            places.append(("m.ordering_key <= %s", after))
        for place, value in places:
            self.env.cr.execute(
                f"""
                SELECT DISTINCT ON (m.ordering_key)
                       m.id, m.ordering_key, coalesce(m.crash_count, 0)
                  FROM logistics_message m
                 WHERE {ready(admission)} AND {place}
                 ORDER BY m.ordering_key, m.sequence, m.id
                 LIMIT %s
                """,
                [self.id, value, limit - len(heads)],
            )
            heads += self.env.cr.fetchall()
            if len(heads) >= limit:
                break
        return heads

    def _write_leases(self, ids, cursor_key):
        """Mark messages as being sent by this drain, and where the next starts.

        :return: [(id, attempt number)]; the number is the fencing token
        """
        self.env.flush_all()
        self.env.cr.execute(
            "WITH lane AS (UPDATE logistics_lane SET cursor_key = %s WHERE id = %s)"
            " UPDATE logistics_message m SET state = 'in_progress',"
            "  lease_until = (clock_timestamp() AT TIME ZONE 'utc')"
            "   + greatest(%s, %s * b.timeout) * interval '1 second',"
            "  leased_at = clock_timestamp() AT TIME ZONE 'utc',"
            "  attempt_count = m.attempt_count + 1, next_attempt_at = NULL"
            " FROM logistics_backend b WHERE b.id = m.backend_id AND m.id = ANY(%s)"
            " RETURNING m.id, m.attempt_count",
            [cursor_key, self.id, LEASE_SECONDS, TIMEOUTS, ids],
        )
        numbers = dict(self.env.cr.fetchall())
        self.env["logistics.message"].invalidate_model(flush=False)
        return [(id_, numbers[id_]) for id_ in ids]

    def _start_sending(self, pool, slots, leases):
        """Hand leases to the threads; return their futures."""
        if slots == 1:
            for lease in leases:
                self._record_outcomes([self._send_leased(lease)])
            return set()
        return {
            pool.submit(copy_context().run, self._send_leased, lease)
            for lease in leases
        }

    def _send_leased(self, lease):
        """Try one message, in a thread of its own; return its Outcome."""
        outcome = Outcome(lease)
        try:
            with lease.desk.used() as env:
                if lease.is_good():  # else paused, or someone else took over
                    self._try_leased(outcome, env)
        except Exception as error:  # of a transaction, not of the send
            _logger.info("message %s: %r", lease.message_id, error)
            if outcome.result is None and outcome.error is None:
                outcome.error = as_send_error(error, lease, outcome.exchanges)
        return outcome

    def _try_leased(self, outcome, env):
        lease = outcome.lease
        messages = env["logistics.message"]
        message = messages.browse(lease.message_id).with_prefetch(lease.desk.ids)

        def before_request():
            lease.desk.leave()
            try:
                lease.keep()
            except BaseException:
                lease.desk.come_back()
                raise

        with exchanges.record(before_request, lease.desk.come_back) as recording:
            outcome.exchanges = recording.exchanges
            try:
                result = message._send_or_look_up()
                if not isinstance(result, SendResult):
                    raise TypeError(f"The connector answered {result!r}")
                outcome.result = result
            except LogisticsError as error:
                outcome.error = error
            except LeaseLost:
                _logger.info("message %s was taken over", message.id)
            except Exception as error:  # the vendor's code is the boundary here
                tried = recording.exchanges
                outcome.error = as_send_error(error, lease, tried)

    def _record_finished(self, under_way):
        """Wait a moment for sends; record those that ended, return the others."""
        if not under_way:
            return under_way
        finished, rest = wait(under_way, LOOK_SECONDS, return_when=FIRST_COMPLETED)
        if finished and rest:
            # Those that end together are recorded together.
            also, rest = wait(rest, GATHER_SECONDS)
            finished |= also
        self._record_outcomes([future.result() for future in finished])
        return rest


def _without_suspects(heads):
    """Return the ids to send; a message that saw its worker die goes alone."""
    ids = [id_ for id_, _key, crashes in heads if not crashes]
    suspects = sorted((crashes, id_) for id_, _key, crashes in heads if crashes)
    return ids if ids or not suspects else [suspects[0][1]]


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    def _get_send_slots(self):
        """Return how many messages one drain may send at the same time.

        Each needs a database connection, and another one while it waits for its
        slot; the drain, and what else the process does, need some as well.
        """
        return max(1, min(SEND_SLOTS, (config["db_maxconn"] - 4) // 2))
