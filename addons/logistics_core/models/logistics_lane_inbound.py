"""Draining a lane of incoming messages.

One transaction claims a batch, applies it as recordsets and marks it done, so
effects and state commit together: a crash loses and doubles nothing.
"""

import logging
import time
from collections import defaultdict

from psycopg2.extras import execute_values

from odoo import models
from odoo.exceptions import UserError

from ..canonical import Canonical
from ..errors import InvalidMessage, LogisticsError, NotSupported, PermanentError
from ..tools.storable import storable
from ..transactions import is_transaction_error, own_transaction
from .logistics_lane import OPEN_STATES, RUNNING, UNBLOCKED, WAITING
from .logistics_message import dump_canonical

_logger = logging.getLogger(__name__)
BATCH = 100
_DUE = f"""
  FROM logistics_message m
  JOIN logistics_backend b ON b.id = m.backend_id
 WHERE m.lane_id = %(lane)s AND m.state = ANY(%(states)s) AND {RUNNING} AND {WAITING}
   AND (m.next_attempt_at IS NULL
        OR m.next_attempt_at <= (statement_timestamp() AT TIME ZONE 'utc'))
   AND {UNBLOCKED}
"""
# The oldest messages name the keys; of each key comes first what is first in its
# sequence, though it may have been stored last.
_CLAIM = f"""
WITH oldest AS (
    SELECT m.id, m.ordering_key {_DUE} ORDER BY m.id LIMIT %(limit)s
), keys AS (
    SELECT ordering_key, min(id) AS first FROM oldest GROUP BY ordering_key
)
SELECT d.id FROM keys k CROSS JOIN LATERAL (
    SELECT m.id, m.sequence {_DUE} AND m.ordering_key = k.ordering_key
     ORDER BY m.sequence, m.id LIMIT %(limit)s
) d ORDER BY k.first, d.sequence, d.id LIMIT %(limit)s
"""


class Batch:
    """What is learned while one batch is processed.

    :ivar parked: keys whose later messages have to wait
    :ivar failures: (message, error) whose exceptions are opened at the end, so that
        rows that all lanes share are locked for a moment only
    """

    def __init__(self):
        self.parked = set()
        self.failures = []


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    def _drain_inbound_batch(self):
        """Claim and apply one batch in a transaction of its own.

        :return: the number of messages that left the queue, None when another
            drain holds the lane
        """
        with own_transaction(self.env) as env:
            lane = env["logistics.lane"].browse(self.id)
            if not lane._lock():
                return None
            messages = lane._claim(BATCH)
            messages._process_inbound()
            return len(messages)

    def _claim(self, limit):
        """Return due messages, in order per key, none behind a stuck one."""
        self.env.cr.execute(
            _CLAIM, {"lane": self.id, "limit": limit, "states": list(OPEN_STATES)}
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        return self.env["logistics.message"].browse(ids)


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    def _process_inbound(self):
        """Translate and apply these messages; record every outcome."""
        batch = Batch()
        queues = defaultdict(list)
        for message in self:
            item = message._translate_inbound(batch)
            if item:
                queues[message.ordering_key].append(item)
        while queues:
            for type_code, items in _take_heads(queues, batch.parked).items():
                self._apply_group(type_code, items, batch)
        for message, error in batch.failures:
            message._open_exception(error)

    def _translate_inbound(self, batch):
        """Return (message, canonical), or None when there is nothing to apply."""
        if self.ordering_key in batch.parked:
            return None
        try:
            if self.raw_headers:
                self._read_again()
                return None
            if self.canonical:
                # An edited copy, or a message that was translated before.
                canonical = self._get_canonical()
            else:
                canonical = self._translate_payload()
        except LogisticsError as error:
            self._fail_in(batch, error)
            return None
        except Exception as error:  # the vendor's translator is the boundary here
            if is_transaction_error(error):
                raise
            _logger.exception("message %s cannot be translated", self.id)
            self._fail_in(
                batch, InvalidMessage(f"The message cannot be read: {error!r}")
            )
            return None
        if canonical is None:
            self._mark_done(note=self.env._("Understood; nothing to do."))
            return None
        return self, canonical

    def _fail_in(self, batch, error, started=None):
        """Record the failure; later messages of this key wait, if its type says so."""
        if self._fail(error, started=started):
            batch.failures.append((self, error))
        if self.state != "held" and self.type_id.blocks_key:
            batch.parked.add(self.ordering_key)

    def _translate_payload(self):
        backend = self.backend_id
        canonical = backend._get_connector()._translate(
            backend, self.event or "", self.payload
        )
        if canonical is None:
            return None
        if not isinstance(canonical, Canonical):
            raise InvalidMessage("The connector gave no canonical message.")
        self._set_translation(canonical)
        return canonical

    def _set_translation(self, canonical):
        type_id = self.env["logistics.message.type"]._get_id(canonical.message_type)
        if not type_id:
            raise InvalidMessage(
                f"The message type {canonical.message_type} is not installed."
            )
        self.write({"type_id": type_id, "canonical": dump_canonical(canonical)})

    def _apply_group(self, type_code, items, batch):
        """Apply messages of one type and mark them done; bisect on error."""
        items = [(m, c) for m, c in items if m.ordering_key not in batch.parked]
        if not items:
            return
        started = time.monotonic()
        messages = self.browse([m.id for m, _c in items])
        try:
            with self.env.cr.savepoint():
                self._call_handler(type_code, items)
                self.env.flush_all()
        except Exception as error:  # the batch is the boundary: bisect to the culprit
            if is_transaction_error(error):
                raise
            if len(items) > 1:
                middle = len(items) // 2
                self._apply_group(type_code, items[:middle], batch)
                self._apply_group(type_code, items[middle:], batch)
                return
            messages._fail_in(batch, as_logistics_error(error, messages), started)
            return
        messages._mark_done(started=started)

    def _call_handler(self, type_code, items):
        for backend, part in _by_backend(items).items():
            env = backend._as_integration_user().env
            name = f"logistics.handler.{type_code}"
            if name not in env:
                raise NotSupported(
                    self.env._("No installed addon handles “%s”.", type_code),
                    remedy=self.env._("Install what handles it, then replay."),
                )
            env[name]._apply([(message.with_env(env), c) for message, c in part])

    def _mark_done(self, started=None, note=None):
        """Take the messages out of the hot path, in the effects' transaction."""
        if not self:
            return
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE logistics_message SET state = 'done',"
            " attempt_count = attempt_count + 1, error_kind = NULL, error = NULL,"
            " next_attempt_at = NULL, note = coalesce(%s, note),"
            " done_at = now() AT TIME ZONE 'utc', write_date = now() AT TIME ZONE 'utc'"
            " WHERE id = ANY(%s)",
            [note, self.ids],
        )
        self.invalidate_recordset(flush=False)
        self._log_attempts("ok", started)
        self._wake_waiting()
        self._resolve_exceptions()

    def _log_attempts(self, outcome, started=None, error=None):
        if not self:
            return
        duration = (time.monotonic() - started) * 1000 if started else 0
        execute_values(
            self.env.cr._obj,
            "INSERT INTO logistics_message_attempt (message_id, number, started_at,"
            " duration_ms, outcome, error, create_uid, write_uid, create_date,"
            " write_date) SELECT m.id, m.attempt_count,"
            " clock_timestamp() AT TIME ZONE 'utc' - v.ms * interval '1 ms', v.ms,"
            " v.outcome, v.error, 1, 1, now() AT TIME ZONE 'utc',"
            " now() AT TIME ZONE 'utc' FROM (VALUES %s) AS v (id, ms, outcome, error)"
            " JOIN logistics_message m ON m.id = v.id",
            [(id_, int(duration / len(self)), outcome, error) for id_ in self.ids],
            template="(%s, %s, %s, %s::varchar)",
            page_size=1000,
        )

    def _wake_waiting(self):
        """Let messages go on that waited for a fact of the same document."""
        self.env.cr.execute(
            "UPDATE logistics_message w SET state = 'pending', next_attempt_at = NULL"
            "  FROM logistics_message d"
            " WHERE d.id = ANY(%s) AND w.backend_id = d.backend_id"
            "   AND w.ordering_key = d.ordering_key AND w.direction = d.direction"
            "   AND w.state = 'held' AND w.error_kind = 'prerequisite'"
            " RETURNING w.lane_id",
            [self.ids],
        )
        lanes = {lane_id for (lane_id,) in self.env.cr.fetchall()}
        self.env["logistics.lane"].browse(lanes)._ring_after_commit()

    def _resolve_exceptions(self):
        """Close the exceptions whose last message went through."""
        if self.ids:
            self.env["logistics.exception"].sudo()._auto_resolve(self.ids)


def _take_heads(queues, parked):
    """Take from each key its leading messages of one type, grouped by type.

    Applying the groups one after the other keeps the order within each key.
    """
    groups = defaultdict(list)
    for key in list(queues):
        queue = queues.pop(key)
        if key in parked:
            continue
        type_code = queue[0][1].message_type
        count = 1
        while count < len(queue) and queue[count][1].message_type == type_code:
            count += 1
        groups[type_code].extend(queue[:count])
        if queue[count:]:
            queues[key] = queue[count:]
    return groups


def _by_backend(items):
    parts = defaultdict(list)
    for message, canonical in items:
        parts[message.backend_id].append((message, canonical))
    return parts


def as_logistics_error(error, message):
    """Return what Odoo or a handler raised as an error of the ladder."""
    if isinstance(error, LogisticsError):
        return error
    if isinstance(error, UserError):
        # Odoo says no, in words for a person: nothing for the server's log.
        _logger.info("message %s is refused: %s", message.ids, error)
    else:
        _logger.error("message %s failed in its handler", message.ids, exc_info=error)
    return PermanentError(
        storable(str(error).strip() or repr(error), 500),
        remedy="Odoo refused it. Mend what the text names and replay the message; if"
        " it says nothing to you, send the server's log to support.",
        code=type(error).__name__,
    )
