"""Recording what became of incoming messages."""

import time

from odoo import models

from ..tools.arrays import literal
from .logistics_lane_claim import Claimed
from .logistics_lane_inbound import Batch

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
     WHERE w.state = 'held' AND w.error_kind = 'prerequisite'
       AND w.backend_id = d.backend_id AND w.ordering_key = d.ordering_key
       AND w.direction = d.direction AND w.id <> ALL(%s::int[])
    RETURNING w.lane_id
)
SELECT (SELECT array_agg(DISTINCT lane_id) FROM woken),
       EXISTS (SELECT 1 FROM logistics_exception_message_rel r
                WHERE r.message_id = ANY(%s::int[]))
"""


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

    def _mark_done(self, note=None):
        """Take one message out of the hot path that had no effect of its own."""
        self.ensure_one()
        row = Claimed(self.id, self.ordering_key, None, None, None, None, 0)
        self._finish([(row, None, 0, note)])

    def _finish(self, done):
        """Take messages out of the hot path, in the effects' transaction.

        :param done: list of (Claimed, new canonical text or None, ms, note or None)
        """
        if not done:
            return
        self.env.flush_all()
        ids = [row.id for row, _text, _ms, _note in done]
        rows = [(row.id, text, ms, note) for row, text, ms, note in done]
        columns = zip(*rows, strict=True)
        own = literal(ids)
        self.env.cr.execute(FINISH, [*map(literal, columns), own, own])
        woken, concerned = self.env.cr.fetchone()
        self.invalidate_model(flush=False)
        self.env["logistics.lane"].browse(woken or ())._ring_after_commit()
        if concerned:
            self.browse(ids)._resolve_exceptions()

    def _log_attempt(self, outcome, started=None, error=None):
        """Write the row of one try of one message."""
        self.ensure_one()
        duration = int((time.monotonic() - started) * 1000) if started else 0
        self.env.cr.execute(
            "INSERT INTO logistics_message_attempt (message_id, number, started_at,"
            " duration_ms, outcome, error, create_uid, write_uid, create_date,"
            " write_date) SELECT m.id, m.attempt_count,"
            " clock_timestamp() AT TIME ZONE 'utc' - %s * interval '1 ms', %s,"
            " %s, %s, 1, 1, now() AT TIME ZONE 'utc', now() AT TIME ZONE 'utc'"
            " FROM logistics_message m WHERE m.id = %s",
            [duration, duration, outcome, error, self.id],
        )

    def _resolve_exceptions(self):
        """Close the exceptions whose last message went through."""
        if self.ids:
            self.env["logistics.exception"].sudo()._auto_resolve(self.ids)
