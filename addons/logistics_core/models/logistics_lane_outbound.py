"""Draining a lane of outgoing messages.

Three steps, each with a transaction of its own and none open over HTTP: claim
(commit), send, record. A few threads send at the same time, never two messages
of one key. A claim that is never recorded has an unknown outcome and is looked up
at the partner before anything is sent again.
"""

import logging
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass
from datetime import timedelta

from odoo import models

from ..errors import LogisticsError, OutcomeUnknown
from ..transactions import is_transaction_error, own_transaction, retrying

_logger = logging.getLogger(__name__)
# Messages claimed at once per sending thread.
ROUNDS = 3
LEASE = timedelta(minutes=3)
RENEW_SECONDS = 60
# Outcomes are worth waiting for a database that is restarting (about a minute).
RECORD_TRIES = 12


@dataclass(slots=True)
class Outcome:
    """How one claimed message fared in its thread.

    :param given_back: it was not tried, because its backend was paused
    """

    message_id: int
    result: object = None
    error: LogisticsError | None = None
    exchanges: list = ()
    given_back: bool = False


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    def _drain_outbound(self, turn):
        """Send batch after batch until nothing is due or the turn is over."""
        slots = max(self.backend_id._get_send_slots(), 1)
        with ThreadPoolExecutor(slots, thread_name_prefix=f"lane{self.id}") as pool:
            while claimed := retrying(self._claim_outbound, slots * ROUNDS):
                ids, leased_at = claimed
                if slots > 1 and len(ids) > 1:
                    self._send_parallel(pool, ids, leased_at)
                else:
                    self._send_in_turn(ids, leased_at)
                if turn.is_over():
                    break

    def _claim_outbound(self, limit):
        """Lease the first due message of each key; commit.

        READ COMMITTED, because limits that all lanes of the backend share are
        read under their row locks.

        :return: (ids, when they were leased), None when there is nothing to send
        """
        with own_transaction(self.env, read_committed=True) as env:
            lane = env["logistics.lane"].browse(self.id)
            locked = lane._lock()
            if not locked or not locked[0]:
                return None
            after = locked[1]
            admission = lane._admit(lock=True)
            heads = lane._claim_heads(limit, admission, after or "")
            ids = _without_suspects(heads)
            claimed = admission.admit(env["logistics.message"].browse(ids))
            is_full = len(heads) >= limit
            leased_at = lane._lease(claimed.ids, heads[-1][1] if is_full else None)
            return (claimed.ids, leased_at) if claimed else None

    def _lease(self, ids, cursor_key):
        """Mark messages as being sent by this drain, and where the next starts.

        :return: the instant, which tells this claim from any other
        """
        self.env.flush_all()
        self.env.cr.execute(
            "WITH leased AS ("
            " UPDATE logistics_message SET state = 'in_progress',"
            "  lease_until = (now() AT TIME ZONE 'utc') + %s,"
            "  leased_at = now() AT TIME ZONE 'utc',"
            "  attempt_count = attempt_count + 1, next_attempt_at = NULL"
            "  WHERE id = ANY(%s))"
            " UPDATE logistics_lane SET fence = fence + 1, cursor_key = %s"
            "  WHERE id = %s RETURNING now() AT TIME ZONE 'utc'",
            [LEASE, ids, cursor_key, self.id],
        )
        leased_at = self.env.cr.fetchone()[0]
        self.env["logistics.message"].invalidate_model(flush=False)
        return leased_at

    def _send_in_turn(self, ids, leased_at):
        for message_id in ids:
            deadline = time.monotonic() + LEASE.total_seconds() / 2
            outcome = self._send_claimed(message_id, deadline)
            self._record_outcomes([outcome], leased_at)
            retrying(self._renew_leases, ids)

    def _send_parallel(self, pool, ids, leased_at):
        """Send claimed messages in parallel; record outcomes as they come."""
        deadline = time.monotonic() + LEASE.total_seconds() / 2
        waiting = {
            pool.submit(copy_context().run, self._send_claimed, id_, deadline)
            for id_ in ids
        }
        renewed_at = time.monotonic()
        while waiting:
            finished, waiting = wait(
                waiting, timeout=RENEW_SECONDS / 4, return_when=FIRST_COMPLETED
            )
            self._record_outcomes([f.result() for f in finished], leased_at)
            if waiting and time.monotonic() - renewed_at > RENEW_SECONDS:
                renewed_at = time.monotonic()
                retrying(self._renew_leases, ids)

    def _renew_leases(self, ids):
        with own_transaction(self.env, read_committed=True) as env:
            env.cr.execute(
                "UPDATE logistics_message SET"
                " lease_until = (now() AT TIME ZONE 'utc') + %s"
                " WHERE id = ANY(%s) AND state = 'in_progress'",
                [LEASE, ids],
            )

    def _send_claimed(self, message_id, deadline):
        """Try one message, in a thread of its own; return its Outcome.

        :param deadline: not begun after this instant (monotonic seconds): a
            process that was stopped for long may have lost its claim
        """
        outcome = Outcome(message_id)
        try:
            with own_transaction(self.env) as env:
                message = env["logistics.message"].browse(message_id)
                running = message.backend_id.state == "running"
                outcome.given_back = not running or time.monotonic() > deadline
                if not outcome.given_back:
                    message._attempt(outcome)
                env.cr.rollback()
        except Exception as error:  # of the transaction itself
            if not is_transaction_error(error):
                _logger.exception("message %s: sending failed", message_id)
            if not outcome.exchanges:
                outcome.given_back = True
            elif outcome.result is None and outcome.error is None:
                outcome.error = OutcomeUnknown(f"Sending was cut off: {error!r}"[:200])
        return outcome

    def _record_outcomes(self, outcomes, leased_at):
        """Record outcomes, as many as there are, in one transaction."""
        if not outcomes:
            return
        try:
            retrying(self._record_all, outcomes, leased_at, tries=RECORD_TRIES)
        except Exception:
            if len(outcomes) == 1:
                raise
            _logger.exception("outcomes are recorded one by one")
            for outcome in outcomes:
                self._record_outcomes([outcome], leased_at)
            return
        tried = [o for o in outcomes if not o.given_back]
        if tried:
            self._note_outcomes(
                [(o.message_id, o.error, bool(o.exchanges)) for o in tried]
            )

    def _record_all(self, outcomes, leased_at):
        by_id = {outcome.message_id: outcome for outcome in outcomes}
        with own_transaction(self.env) as env:
            env.cr.execute(
                "SELECT id, state = 'in_progress' AND leased_at = %s"
                " FROM logistics_message WHERE id = ANY(%s)"
                " ORDER BY id FOR NO KEY UPDATE",
                [leased_at, list(by_id)],
            )
            is_ours = dict(env.cr.fetchall())
            messages = env["logistics.message"].browse(is_ours)
            # A message whose lease ran out belongs to someone else by now.
            ours = messages.filtered(lambda m: is_ours[m.id])
            tried = messages.filtered(lambda m: not by_id[m.id].given_back)
            tried._record_exchanges(by_id)
            for message in ours:
                message._record_outcome(by_id[message.id])


def _without_suspects(heads):
    """Return the ids to send; a message that saw its worker die goes alone."""
    ids = [id_ for id_, _key, crashes in heads if not crashes]
    suspects = sorted((crashes, id_) for id_, _key, crashes in heads if crashes)
    return ids if ids or not suspects else [suspects[0][1]]
