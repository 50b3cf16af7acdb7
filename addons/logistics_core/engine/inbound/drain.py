"""Draining a lane of incoming messages.

One transaction claims a batch, applies it as recordsets and marks it done, so
effects and state commit together: a crash loses and doubles nothing.
"""

import logging
import random
import time
from contextlib import contextmanager, nullcontext

from odoo import models

from ...transactions import RETRIED, is_contention, own_transaction, retrying
from ..lane.claimed import Claimed
from ..lane.conditions import claimable
from ..lane.locks import TURN_LOCK
from .batch import Batch
from .pace import BATCH, Pace

_logger = logging.getLogger(__name__)
# After contention: so many more tries, so long a pause between them at most.
CONTENTION_TRIES = 8
LONGEST_PAUSE = 2.0


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    def _drain_inbound(self, turn):
        """Apply batch after batch until nothing is due or the turn is over.

        :return: the number of messages that were claimed
        :raises TurnNeeded: they must be applied by the leading drain of their group
        """
        lanes, pace, total = self, Pace(is_exclusive=turn.is_leading), 0
        while True:
            count = lanes._drain_patiently(pace)
            total += count or 0
            if not count or count < pace.size or turn.is_over(is_full=True):
                return total
            pace.adapt()
            # A lane that fills batch after batch does not keep the others waiting.
            lanes = lanes[1:] + lanes[:1]

    def _drain_patiently(self, pace):
        """Drain a batch; after contention again, smaller, and in turn with others.

        Lanes of one backend may write the same records, such as the stock of a
        product. A batch that lost against another is undone as a whole.

        :return: the number of messages, None when there was too much contention
        """
        try:
            return retrying(self._drain_at_pace, pace, tries=1)
        except RETRIED as error:
            if not is_contention(error):
                # The connection broke; PostgreSQL may be restarting.
                return retrying(self._drain_at_pace, pace)
        pace.is_exclusive = True
        for attempt in range(1, CONTENTION_TRIES + 1):
            # The other one is mostly through by now: once more as it was.
            pace.size = pace.size if attempt == 1 else max(pace.size // 4, 1)
            time.sleep(random.uniform(0, min(0.05 * 2**attempt, LONGEST_PAUSE)))
            try:
                return self._drain_at_pace(pace)
            except RETRIED as error:
                if not is_contention(error):
                    raise
        names = ", ".join(self.mapped("display_name"))
        _logger.info("%s: give way for now, too much contention", names)
        return None

    def _drain_at_pace(self, pace):
        """Drain a batch, in turn with the other drains where that must be."""
        with self._in_turn() if pace.is_exclusive else nullcontext():
            started = time.monotonic()
            count = self._drain_inbound_batch(pace.size, has_turn=pace.is_exclusive)
            pace.seconds = time.monotonic() - started
            return count

    @contextmanager
    def _in_turn(self):
        """Let the lanes of a backend go one by one.

        A session lock of the job's connection: the batch's own snapshot must be
        taken after the lock was got, not before.
        """
        key = [TURN_LOCK, self.backend_id.id]
        self.env.cr.execute("SELECT pg_advisory_lock(%s, %s)", key)
        try:
            yield
        finally:
            # A connection that broke has no lock any more; what follows says so.
            self.env.cr.execute(
                "SELECT pg_advisory_unlock(%s, %s)", key, log_exceptions=False
            )

    def _drain_inbound_batch(self, size=BATCH, only_id=None, has_turn=True):
        """Claim and apply one batch in a transaction of its own.

        :param only_id: apply this message only
        :param has_turn: whether no other drain of the backend is at work that
            keeps to the turns
        :return: the number of messages that were claimed, None when another
            drain holds a lane's row
        :raises TurnNeeded: a message must not be applied without the turn
        """
        with own_transaction(self.env) as env:
            lanes = env["logistics.lane"].browse(self.ids)
            cursors = lanes._lock()
            if cursors is None:
                return None
            rows, admission = [], lanes[:1]._admit() if cursors else None
            for lane_id, after in cursors.items():
                lane, left = lanes.browse(lane_id), size - len(rows)
                found = lane._claim(left, admission, after or "", only_id)
                rows += found
                cursors[lane_id] = found[-1].key if len(found) == left else None
                if len(found) == left:
                    break
            if rows:
                Batch(lanes.backend_id, rows, has_turn).apply()
            if only_id is None:
                lanes._pass_on(cursors)
            return len(rows)

    def _claim(self, limit, admission, after="", only_id=None):
        """Return claimed messages, in order per key, none behind a stuck one.

        Keys are taken in turn, from `after` on and then from the first again, so
        that a key with very many messages does not keep the others waiting.

        :param only_id: claim this one message, if it may be claimed
        """
        if only_id:
            return self._select_claim(admission, "m.id = %s", only_id, 1)
        rows = self._select_claim(admission, "m.ordering_key > %s", after, limit)
        if after and len(rows) < limit:
            rows += self._select_claim(
                admission, "m.ordering_key <= %s", after, limit - len(rows)
            )
        return rows

    def _select_claim(self, admission, place, value, limit):
        self.env.cr.execute(
            f"""
            SELECT m.id, m.ordering_key, m.type_id, m.event, m.payload,
                   m.canonical, coalesce(m.crash_count, 0),
                   m.raw_headers IS NOT NULL
              FROM logistics_message m
             WHERE {claimable(admission)} AND {place}
             ORDER BY m.ordering_key, m.sequence, m.id
             LIMIT %s
            """,
            [self.id, value, limit],
        )
        return [Claimed(*row) for row in self.env.cr.fetchall()]

    def _pass_on(self, cursors):
        """Note where the next batch starts in each lane."""
        self.env.cr.execute(
            "UPDATE logistics_lane l SET fence = l.fence + 1, cursor_key = v.key"
            " FROM unnest(%s::int[], %s::text[]) AS v(id, key) WHERE l.id = v.id",
            [list(cursors), list(cursors.values())],
        )


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    def _process_inbound(self):
        """Translate and apply these messages; record every outcome."""
        for backend in self.backend_id:
            mine = self.filtered(lambda m, backend=backend: m.backend_id == backend)
            rows = [
                Claimed(
                    message.id,
                    message.ordering_key,
                    message.type_id.id,
                    message.event,
                    message.payload,
                    message.canonical,
                    message.crash_count,
                    bool(message.raw_headers),
                )
                for message in mine
            ]
            Batch(backend, rows).apply()
