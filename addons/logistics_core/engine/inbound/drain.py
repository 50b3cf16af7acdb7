"""Draining a lane of incoming messages.

One transaction takes a batch, applies it as recordsets and marks it done, so
effects and state commit together: a crash loses and doubles nothing.
"""

import logging
import random
import time
from contextlib import contextmanager, nullcontext

from odoo import models

from ...transactions import RETRIED, is_contention, own_transaction, retrying
from ..lane.conditions import ready
from ..lane.due_message import DueMessage, DueMessages
from ..lane.locks import exclusive
from .batch import Batch
from .pace import BATCH, BATCH_BYTES, Pace

_logger = logging.getLogger(__name__)
# After contention: so many more tries, so long a pause between them at most.
CONTENTION_TRIES = 8
LONGEST_PAUSE = 2.0


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    def _drain_inbound(self, time_slice):
        """Apply batch after batch until nothing is due or the time slice is over.

        :return: the number of messages that were taken
        """
        is_serial = self._get_serial_id(self.backend_id.id) in self.ids
        lanes, pace, total = self, Pace(is_exclusive=is_serial), 0
        while True:
            count = lanes._drain_patiently(pace)
            total += count or 0
            if not count or count < pace.size or time_slice.is_over(is_full=True):
                return total
            pace.adapt()
            # A lane that fills batch after batch does not keep the others waiting.
            lanes = lanes[1:] + lanes[:1]

    def _drain_patiently(self, pace):
        """Drain a batch; after contention again, smaller, and alone.

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
        _logger.info("%s: stopped for now, too much contention", names)
        return None

    def _drain_at_pace(self, pace):
        """Drain a batch, alone among the drains of the backend where that must be."""
        with self._exclusively() if pace.is_exclusive else nullcontext():
            started = time.monotonic()
            count = self._drain_inbound_batch(pace.size)
            pace.seconds = time.monotonic() - started
            return count

    @contextmanager
    def _exclusively(self):
        """Keep other exclusive batches of the backend away meanwhile."""
        with exclusive(self.env.cr, self.backend_id.id):
            yield

    def _drain_inbound_batch(self, size=BATCH, only_id=None):
        """Take and apply one batch in a transaction of its own.

        :param only_id: apply this message only
        :return: the number of messages that were taken, None when another
            drain holds a lane's row; `size` where there is more than fits
        """
        with own_transaction(self.env) as env:
            lanes = env["logistics.lane"].browse(self.ids)
            cursors = lanes._lock_rows()
            if cursors is None:
                return None
            rows, admission = DueMessages(), lanes[:1]._admit() if cursors else None
            for lane_id, after in cursors.items():
                lane, left = lanes.browse(lane_id), size - len(rows)
                room = BATCH_BYTES - rows.size
                found = lane._fetch_due(left, admission, after or "", only_id, room)
                rows += found
                is_full = len(found) == left or rows.size >= BATCH_BYTES
                cursors[lane_id] = found[-1].key if is_full else None
                if is_full:
                    break
            if rows:
                Batch(lanes.backend_id, rows).apply()
            if only_id is None:
                lanes._pass_on(cursors)
            return size if rows.size >= BATCH_BYTES else len(rows)

    def _fetch_due(self, limit, admission, after="", only_id=None, room=BATCH_BYTES):
        """Return messages that are due, in order per key, none behind a stuck one.

        Keys are taken one after the other, from `after` on and then from the first
        again, so that a key with very many messages does not keep the others waiting.

        :param only_id: take this one message, if it may be taken
        :param room: bytes of contents; the message that exceeds them is the last one
        """
        if only_id:
            return self._select_due(admission, "m.id = %s", only_id, 1, room)
        rows = self._select_due(admission, "m.ordering_key > %s", after, limit, room)
        if after and len(rows) < limit and rows.size < room:
            rows += self._select_due(
                admission,
                "m.ordering_key <= %s",
                after,
                limit - len(rows),
                room - rows.size,
            )
        return rows

    def _select_due(self, admission, place, value, limit, room):
        """Return what is due; contents beyond the room are not even unpacked."""
        self.env.cr.execute(
            f"""
            SELECT id, ordering_key, type_id, event, payload, canonical, crashes, raw,
                   total
              FROM (SELECT *, sum(size) OVER
                             (ORDER BY ordering_key, sequence, id) AS total
                      FROM (SELECT m.id, m.ordering_key, m.sequence, m.type_id,
                                   m.event, m.payload, m.canonical,
                                   coalesce(m.crash_count, 0) AS crashes,
                                   m.raw_headers IS NOT NULL AS raw,
                                   coalesce(octet_length(m.payload), 0)
                                   + coalesce(octet_length(m.canonical), 0) AS size
                              FROM logistics_message m
                             WHERE {ready(admission)} AND {place}
                             ORDER BY m.ordering_key, m.sequence, m.id
                             LIMIT %s) AS due) AS weighed
             WHERE total - size < %s
             ORDER BY ordering_key, sequence, id
            """,
            [self.id, value, limit, room],
        )
        rows = self.env.cr.fetchall()
        messages = (DueMessage(*row[:-1], lane_id=self.id) for row in rows)
        return DueMessages(messages, int(rows[-1][-1]) if rows else 0)

    def _pass_on(self, cursors):
        """Note where the next batch starts in each lane.

        Written also where it stays: see `_lock_rows`.
        """
        self.env.cr.execute(
            "UPDATE logistics_lane l SET cursor_key = v.key"
            " FROM unnest(%s::int[], %s::text[]) AS v(id, key) WHERE l.id = v.id",
            [list(cursors), list(cursors.values())],
        )
