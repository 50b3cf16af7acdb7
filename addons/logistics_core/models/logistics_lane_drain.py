"""Draining a lane: who may, how long, and what a drain that died leaves behind.

A drain holds an advisory lock in the transaction of its job, from the first
batch to the last. It is exclusive, and it is gone at once when the worker dies:
whoever gets the lock and finds `draining` set knows that the drain before died.
Each batch also locks the lane's row in its own transaction and bumps the fence,
because an advisory lock does not make a snapshot fresh.
"""

import time
from datetime import timedelta

from odoo import SUPERUSER_ID, fields, models

from ..errors import PermanentError
from ..tools import background
from ..transactions import own_transaction, retrying
from .logistics_lane import RUNNING

# A drain job holds a worker; after this long it lets others have a turn.
DRAIN_SECONDS = 20
# First key of the advisory locks of the drains; the second is the lane's id.
DRAIN_LOCK = 0x10616
# A message is a dead letter after so many workers died with it alone in hand.
MAX_CRASHES = 3
# So many messages are applied one by one after a drain died.
CAREFUL = 50
YIELD_SECONDS = 1.0


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    def _job_drain(self):
        """Drain this lane: the only job that moves messages."""
        lane = self.with_user(SUPERUSER_ID)
        # Whoever holds the lane looks again when it is done, so a doorbell
        # that finds the lane taken has nothing to do.
        if lane._drain():
            lane._ring_if_due()

    def _drain(self):
        """Process what is due, batch by batch, for at most `DRAIN_SECONDS`.

        :return: False when another drain held the lane
        """
        self.ensure_one()
        if not self._hold():
            return False
        turn = Turn(self)
        if self.direction == "in":
            self._drain_inbound(turn)
        else:
            self._drain_outbound(turn)
        return True

    def _hold(self):
        """Take the lane until the end of the job's transaction, if it is free."""
        self.env.cr.execute(
            "SELECT pg_try_advisory_xact_lock(%s, %s)", [DRAIN_LOCK, self.id]
        )
        return self.env.cr.fetchone()[0]

    def _begin_drain(self):
        """Leave the mark of a drain at work; return whether one died before."""
        with own_transaction(self.env) as env:
            env.cr.execute(
                "UPDATE logistics_lane SET fence = fence + 1, draining = true,"
                " crash_count = CASE WHEN draining"
                "               THEN coalesce(crash_count, 0) + 1 ELSE 0 END"
                " WHERE id = %s RETURNING crash_count > 0",
                [self.id],
            )
            return env.cr.fetchone()[0]

    def _end_drain(self):
        with own_transaction(self.env) as env:
            env.cr.execute(
                "UPDATE logistics_lane SET draining = false, crash_count = 0"
                " WHERE id = %s",
                [self.id],
            )

    def _lock(self):
        """Lock the lane's row; return (running, cursor key), or None if it is taken.

        The row is written by every batch, so a drainer whose snapshot is older
        than the last batch fails instead of reading stale rows.
        """
        self.env.cr.execute(
            f"SELECT {RUNNING}, l.cursor_key"
            "  FROM logistics_lane l JOIN logistics_backend b ON b.id = l.backend_id"
            " WHERE l.id = %s FOR NO KEY UPDATE OF l SKIP LOCKED",
            [self.id],
        )
        return self.env.cr.fetchone()

    def _ring_if_due(self):
        """Ring again when messages are left: now, or when the first is due.

        Runs after the drain's commit and reads anew, so a message whose own
        doorbell found this drain running is seen here.
        """
        with own_transaction(self.env, read_committed=True) as env:
            due = env["logistics.lane"].browse(self.id)._get_next_due()
        if due:
            now = fields.Datetime.now()
            eta = due.replace(microsecond=0) + timedelta(seconds=1)
            retrying(lambda: self._ring(eta=eta if due > now else None))

    def _drain_carefully(self):
        """Apply the next messages one by one: one of them may kill its worker.

        A message that was in hand alone when a worker died comes last, and is a
        dead letter when that happened too often; the others go through.
        """
        with own_transaction(self.env) as env:
            lane = env["logistics.lane"].browse(self.id)
            locked = lane._lock()
            if not locked or not locked[0]:
                return
            rows = lane._claim(CAREFUL, lane._admit(), locked[1] or "")
        crashes = {}
        for row in rows:
            crashes[row.key] = max(crashes.get(row.key, 0), row.crash_count)
        for row in sorted(rows, key=lambda row: crashes[row.key]):
            retrying(self._apply_suspect, row.id, row.crash_count)

    def _apply_suspect(self, message_id, crash_count):
        if crash_count >= MAX_CRASHES:
            with own_transaction(self.env) as env:
                env["logistics.message"].browse(message_id)._bury_killer()
            return
        with own_transaction(self.env) as env:
            env.cr.execute(
                "UPDATE logistics_message SET crash_count = coalesce(crash_count, 0)"
                " + 1 WHERE id = %s",
                [message_id],
            )
        retrying(self._drain_inbound_batch, 1, message_id)


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    crash_count = fields.Integer(
        string="Crashes",
        readonly=True,
        help="Workers that died while they had this message alone in hand.",
    )

    def _bury_killer(self):
        """Make a message that keeps killing its worker a dead letter."""
        self.ensure_one()
        if self.state in ("pending", "retrying", "held", "in_progress"):
            crashes, self.crash_count = self.crash_count, 0
            error = PermanentError(
                f"Its worker died {crashes} times while it was being processed.",
                code="worker_died",
                remedy="Look at the server's log and memory at the time of the"
                " attempts. Edit and replay the message, or cancel it.",
            )
            self._fail(error)
            self._open_exception(error)


class Turn:
    """The time one drain has, and whether another lane needs the worker more."""

    def __init__(self, lane):
        self.lane = lane
        self.end = time.monotonic() + DRAIN_SECONDS
        self.asked_at = time.monotonic()

    def is_over(self):
        """Return whether the drain should stop after this batch.

        Asked only when there may be more: then it is work through a backlog.
        """
        background.step_back(background.BACKLOG)
        now = time.monotonic()
        if now >= self.end:
            return True
        if now - self.asked_at < YIELD_SECONDS:
            return False
        self.asked_at = now
        return self.lane._should_yield()
