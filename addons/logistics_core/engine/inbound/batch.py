"""A batch of incoming messages: translate, apply by type, record every outcome."""

import json
import logging
import time
from collections import defaultdict
from functools import cached_property

from ...canonical import Canonical, dump_canonical
from ...errors import InvalidMessage, LogisticsError, NotSupported
from ...guard import engine
from ...texts import _lt
from ...tools.arrays import literal
from ...transactions import is_transaction_error
from ..failures import as_logistics_error

_logger = logging.getLogger(__name__)
# One statement for a whole batch: the messages leave the hot path, every try gets
# its row, what waited for them is woken. `w` must not be one of `done`: a
# statement that writes a row twice keeps only one of the changes.
FINISH = """
WITH input AS (
    SELECT * FROM unnest(%s::int[], %s::text[], %s::int[], %s::text[])
           AS v (id, canonical, ms, note)
), done AS (
    UPDATE logistics_message m
       SET state = 'done', attempt_count = m.attempt_count + 1, error_kind = NULL,
           error = NULL, next_attempt_at = NULL, crash_count = 0,
           canonical = coalesce(v.canonical, m.canonical),
           note = coalesce(v.note, m.note),
           done_at = now() AT TIME ZONE 'utc', write_date = now() AT TIME ZONE 'utc'
      FROM input v
     WHERE m.id = v.id
    RETURNING m.id, m.attempt_count, m.backend_id, m.direction, m.ordering_key, v.ms
), tried AS (
    INSERT INTO logistics_message_attempt (message_id, number, started_at,
        duration_ms, outcome, create_date, write_date)
    SELECT d.id, d.attempt_count, (clock_timestamp() AT TIME ZONE 'utc')
           - d.ms * interval '1 ms', d.ms, 'ok',
           now() AT TIME ZONE 'utc', now() AT TIME ZONE 'utc'
      FROM done d
), woken AS (
    UPDATE logistics_message w SET state = 'pending', next_attempt_at = NULL
      FROM (SELECT DISTINCT backend_id, direction, ordering_key FROM done) d
     WHERE w.state = 'deferred'
       AND w.backend_id = d.backend_id AND w.ordering_key = d.ordering_key
       AND w.direction = d.direction AND w.id <> ALL(%s::int[])
    RETURNING w.lane_id
)
SELECT (SELECT array_agg(DISTINCT lane_id) FROM woken),
       EXISTS (SELECT 1 FROM logistics_exception_message_rel r
                WHERE r.message_id = ANY(%s::int[]))
"""


class Batch:
    """A batch on its way: translate, apply by type, record every outcome."""

    def __init__(self, backend, rows):
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
        self._write_types(retyped)
        self._move_to_serial_lane(queues)
        while queues:
            for type_code, items in take_heads(queues, self.parked).items():
                self._apply_group(type_code, items)
        finish(self.env, self.done)
        for message, error in self.failures:
            message._open_exception(error)

    def _move_to_serial_lane(self, queues):
        """Leave what must not be applied beside others to the lane that it belongs in.

        It is in another one when its event did not tell its type, or when its handler
        was not exclusive yet when it came.
        """
        codes = {item[1].message_type for items in queues.values() for item in items}
        alone = set(filter(self.env["logistics.handler"]._is_alone, codes))
        if not alone:
            return
        serial = self.env["logistics.lane"]._get_serial_id(self.backend.id)
        moved = []
        for key, items in list(queues.items()):
            stray = [
                row.id
                for row, canonical, _text in items
                if canonical.message_type in alone and row.lane_id not in (None, serial)
            ]
            moved += stray
            queues[key] = [item for item in items if item[0].id not in stray]
            if not queues[key]:
                del queues[key]
        if moved:
            self.env.cr.execute(
                "UPDATE logistics_message SET lane_id = %s WHERE id = ANY(%s)",
                [serial, moved],
            )
            self.env["logistics.lane"].browse(serial)._ring_after_commit()

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
            self._fail(
                row,
                InvalidMessage(
                    _lt("The message cannot be read: %(error)r", error=error)
                ),
            )
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
            raise InvalidMessage(_lt("The connector gave no canonical message."))
        return canonical, dump_canonical(canonical)

    def _set_type(self, row, canonical, retyped):
        code = canonical.message_type
        type_id = self.type_ids.get(code)
        if type_id is None:
            type_id = self.env["logistics.message.type"]._get_id(code)
            self.type_ids[code] = type_id
        if not type_id:
            raise InvalidMessage(
                _lt("The message type %(code)s is not installed.", code=code)
            )
        if type_id != row.type_id:
            row.type_id = type_id
            retyped.append(row)

    def _write_types(self, rows):
        """Correct the types that the event alone did not show, in one statement."""
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
            if not error.holds_key:
                # It has nothing to do with the others of this key.
                message.ordering_key = f"{row.key}#{row.id}"
                return
        if message.state != "deferred" and message.type_id.blocks_key:
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
                _lt("No installed addon handles “%s”.", type_code),
                remedy=_lt("Install what handles it, then retry."),
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


def finish(env, done):
    """Take messages out of the hot path, in the effects' transaction.

    :param done: list of (DueMessage, new canonical text or None, ms, note or None)
    """
    if not done:
        return
    env.flush_all()
    ids = [row.id for row, _text, _ms, _note in done]
    rows = [(row.id, text, ms, note) for row, text, ms, note in done]
    columns = zip(*rows, strict=True)
    own = literal(ids)
    env.cr.execute(FINISH, [*map(literal, columns), own, own])
    woken, concerned = env.cr.fetchone()
    messages = env["logistics.message"]
    messages.invalidate_model(flush=False)
    env["logistics.lane"].browse(woken or ())._ring_after_commit()
    if concerned:
        messages.browse(ids)._resolve_exceptions()
