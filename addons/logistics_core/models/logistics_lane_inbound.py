"""Draining a lane of incoming messages.

One transaction claims a batch, applies it as recordsets and marks it done, so
effects and state commit together: a crash loses and doubles nothing.
"""

import json
import logging
import random
import time
from collections import defaultdict
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property

from odoo import models
from odoo.exceptions import UserError

from ..canonical import Canonical
from ..errors import InvalidMessage, LogisticsError, NotSupported, PermanentError
from ..guard import engine
from ..tools.storable import storable
from ..transactions import (
    RETRIED,
    is_contention,
    is_transaction_error,
    own_transaction,
    retrying,
)
from .logistics_message import dump_canonical

_logger = logging.getLogger(__name__)
# Messages of the first batch of a drain. The next ones are larger while a batch
# is quick and smaller while it is slow, so that a commit is neither too frequent
# nor too long in coming.
BATCH = 100
SMALLEST_BATCH, LARGEST_BATCH = 20, 1000
# After contention: so many more tries, so long a pause between them at most.
CONTENTION_TRIES = 8
LONGEST_PAUSE = 2.0
# First key of the advisory locks of turns; the second is the backend's id.
TURN_LOCK = 0x10617
QUICK_SECONDS, SLOW_SECONDS = 0.4, 2.5


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

    def _pass_on(self, cursors):
        """Note where the next batch starts in each lane."""
        self.env.cr.execute(
            "UPDATE logistics_lane l SET fence = l.fence + 1, cursor_key = v.key"
            " FROM unnest(%s::int[], %s::text[]) AS v(id, key) WHERE l.id = v.id",
            [list(cursors), list(cursors.values())],
        )


class TurnNeeded(Exception):
    """A batch must not run beside others; its transaction is undone."""


@dataclass
class Pace:
    """How the batches of one drain go.

    :ivar size: messages of the next batch
    :ivar is_exclusive: whether no other drain of the backend that asks for its turn
        may be at work meanwhile
    :ivar seconds: what the last batch took
    """

    size: int = BATCH
    is_exclusive: bool = False
    seconds: float = 0.0

    def adapt(self):
        """Choose the next size, so that a commit is neither too soon nor too late."""
        if self.seconds < QUICK_SECONDS:
            self.size = min(self.size * 2, LARGEST_BATCH)
        elif self.seconds > SLOW_SECONDS:
            self.size = max(self.size // 2, SMALLEST_BATCH)


class Batch:
    """A batch on its way: translate, apply by type, record every outcome."""

    def __init__(self, backend, rows, has_turn=True):
        self.has_turn = has_turn
        self.env = backend.env
        self.backend = backend
        self.connector = backend._get_connector()
        self.type_ids = {}
        self.rows = rows
        # Keys of which nothing more may be applied in this batch.
        self.parked = set()
        # (message, error) whose exceptions are opened at the end, so that rows
        # that all lanes share are locked for a moment only.
        self.failures = []
        # (row, canonical text when it is new, milliseconds, note)
        self.done = []

    @cached_property
    def user_env(self):
        """The integration user's environment; its absence fails each message."""
        return self.backend._as_integration_user().env

    def apply(self):
        """Process all rows of the batch."""
        with engine():
            self._apply()

    def _apply(self):
        queues = defaultdict(list)
        retyped = []
        for row in self.rows:
            item = self._translate(row, retyped)
            if item:
                queues[row.key].append(item)
        if not self.has_turn and self._needs_turn(queues):
            raise TurnNeeded
        self._write_types(retyped)
        while queues:
            for type_code, items in take_heads(queues, self.parked).items():
                self._apply_group(type_code, items)
        self.env["logistics.message"]._finish(self.done)
        for message, error in self.failures:
            message._open_exception(error)

    def _needs_turn(self, queues):
        codes = {item[1].message_type for items in queues.values() for item in items}
        names = [f"logistics.handler.{code}" for code in codes]
        return any(self.env[n]._is_exclusive for n in names if n in self.env)

    def _message(self, row):
        return self.env["logistics.message"].browse(row.id)

    def _translate(self, row, retyped):
        """Return (row, canonical, text), or None when there is nothing to apply."""
        if row.key in self.parked:
            return None
        try:
            if row.raw:
                self._message(row)._read_again()
                return None
            canonical, text = self._read(row)
            if canonical is not None and text is not None:
                self._set_type(row, canonical, retyped)
        except LogisticsError as error:
            self._fail(row, error)
            return None
        except Exception as error:  # the vendor's translator is the boundary here
            if is_transaction_error(error):
                raise
            _logger.exception("message %s cannot be translated", row.id)
            self._fail(row, InvalidMessage(f"The message cannot be read: {error!r}"))
            return None
        if canonical is None:
            note = self.env._("Understood; nothing to do.")
            self.done.append((row, None, 0, note))
            return None
        return row, canonical, text

    def _read(self, row):
        """Return (canonical, its text when it was translated just now)."""
        if row.canonical:
            # An edited copy, or a message that was translated before.
            return Canonical.from_dict(json.loads(row.canonical)), None
        translate = self.connector._translate
        canonical = translate(self.backend, row.event or "", row.payload)
        if canonical is None:
            return None, None
        if not isinstance(canonical, Canonical):
            raise InvalidMessage("The connector gave no canonical message.")
        return canonical, dump_canonical(canonical)

    def _set_type(self, row, canonical, retyped):
        code = canonical.message_type
        type_id = self.type_ids.get(code)
        if type_id is None:
            type_id = self.env["logistics.message.type"]._get_id(code)
            self.type_ids[code] = type_id
        if not type_id:
            raise InvalidMessage(f"The message type {code} is not installed.")
        if type_id != row.type_id:
            row.type_id = type_id
            retyped.append(row)

    def _write_types(self, rows):
        """Correct the types that the event alone did not tell, in one statement."""
        if rows:
            self.env.cr.execute(
                "UPDATE logistics_message m SET type_id = v.type_id"
                " FROM unnest(%s::int[], %s::int[]) AS v(id, type_id)"
                " WHERE m.id = v.id",
                [[row.id for row in rows], [row.type_id for row in rows]],
            )

    def _fail(self, row, error, text=None, started=None):
        """Record a failure; let later ones of this key wait, if its type says so."""
        message = self._message(row)
        if text is not None:
            message.write({"type_id": row.type_id, "canonical": text})
        if message._fail(error, started=started):
            self.failures.append((message, error))
        if message.state != "held" and message.type_id.blocks_key:
            self.parked.add(row.key)

    def _apply_group(self, type_code, items):
        """Apply messages of one type; bisect on error."""
        items = [item for item in items if item[0].key not in self.parked]
        if not items:
            return
        started = time.monotonic()
        try:
            with self.env.cr.savepoint():
                self._call_handler(type_code, items)
                self.env.flush_all()
        except Exception as error:  # the batch is the boundary: bisect to the culprit
            if is_transaction_error(error):
                raise
            if len(items) > 1:
                middle = len(items) // 2
                self._apply_group(type_code, items[:middle])
                self._apply_group(type_code, items[middle:])
                return
            row, _canonical, text = items[0]
            known = as_logistics_error(error, self._message(row))
            self._fail(row, known, text, started)
            return
        each = (time.monotonic() - started) * 1000 / len(items)
        self.done += [(row, text, int(each), None) for row, _c, text in items]

    def _call_handler(self, type_code, items):
        name = f"logistics.handler.{type_code}"
        if name not in self.env:
            raise NotSupported(
                self.env._("No installed addon handles “%s”.", type_code),
                remedy=self.env._("Install what handles it, then replay."),
            )
        messages = self.user_env["logistics.message"].browse(
            [row.id for row, _c, _t in items]
        )
        self.user_env[name]._apply(
            [(m, item[1]) for m, item in zip(messages, items, strict=True)]
        )


def take_heads(queues, parked):
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
