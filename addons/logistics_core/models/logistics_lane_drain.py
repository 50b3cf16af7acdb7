"""Draining lanes: who may, how long, and what a drain that died leaves behind.

A drain job takes its lane and its share of the lanes beside it (same backend,
direction and service class) that have something due: a burst over many lanes is a few
large batches, not many small ones. It holds advisory locks of a transaction that is
open from the first batch to the last. They are exclusive, and gone at once when the
worker dies: whoever gets one and finds `draining` set knows that the drain before died.
Each batch also locks the lanes' rows in its own transaction and bumps their fences,
because an advisory lock does not make a snapshot fresh.

Some messages must not be applied beside others, such as shipments of the same stock:
two drains would lose each other's batch, or wait for each other and keep two workers
busy. The first drain that meets one leads its group: it takes all lanes of the group,
and the others give theirs back to it.
"""

import time
from contextlib import suppress
from datetime import timedelta

from odoo import SUPERUSER_ID, fields, models

from ..errors import PermanentError
from ..tools import background
from ..transactions import RETRIED, own_transaction, retrying
from .logistics_lane import RUNNING
from .logistics_lane_inbound import TurnNeeded

# A drain job holds a worker; after this long it lets others have a turn.
DRAIN_SECONDS = 20
# First key of the advisory locks of the drains; the second is the lane's id.
DRAIN_LOCK = 0x10616
# First key of the advisory locks of leading drains; the second is the id of the group's
# first lane.
LEAD_LOCK = 0x10618
# A message is a dead letter after so many workers died with it alone in hand.
MAX_CRASHES = 3
# So many messages are applied one by one after a drain died.
CAREFUL = 50
SUSPECT = """
UPDATE logistics_message SET crash_count = coalesce(crash_count, 0) + 1,
       leased_at = clock_timestamp() AT TIME ZONE 'utc' WHERE id = %s
"""
ACQUIT = """
UPDATE logistics_message SET crash_count = 0 WHERE id = %s AND crash_count > 0
"""
YIELD_SECONDS = 1.0
# A drain that keeps a core busy for so long is at work on a backlog.
BUSY_SECONDS, BUSY_SHARE = 0.3, 0.5
# A drain that ran dry looks again so often, for so long.
LOOK_SECONDS = 0.03
LINGER_SECONDS = 0.3
# After a batch of a few messages it lets some gather: a batch costs nearly the same
# for one and for ten, and the acknowledgements need the processor too.
FEW, GATHER_SECONDS = 100, 0.2


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    def _job_drain(self):
        """Drain this lane and those beside it: the only job that moves messages."""
        lane = self.with_user(SUPERUSER_ID)
        turn = Turn(lane)
        with self.env.registry.cursor() as locks:
            drained = lane._drain_group(turn, locks)
            retrying(drained._end_drain)
        # The marks and the locks are gone: a doorbell that met them is made up for.
        if turn.is_leading or turn.has_given_way:
            drained = lane.browse(lane._get_lane_ids(*lane._get_group()))
        if not (turn.has_given_way and lane._has_leader()):
            drained._ring_if_due()

    def _drain_group(self, turn, locks):
        """Drain what is due in the group until there is nothing or the turn is over.

        :param locks: the cursor whose transaction holds the lanes
        :return: the lanes that were taken
        """
        drained = self.browse()
        while not turn.is_over():
            lanes = self._take_lanes(turn, locks, drained)
            new = lanes - drained
            drained |= lanes
            if lanes:
                new._begin_drain()
                try:
                    count = lanes._drain_held(turn)
                except TurnNeeded:
                    turn.is_leading = self._lead(locks)
                    turn.has_given_way = not turn.is_leading
                    if turn.has_given_way:
                        break
                    continue
                turn.note(lanes, count)
                if count and count < FEW and turn.may_gather:
                    time.sleep(GATHER_SECONDS)
            elif not turn.linger():
                break
        return drained

    def _take_lanes(self, turn, locks, drained):
        """Hold this job's share of the lanes that have something due.

        What it holds already nobody else can take, so that comes first. With one job
        for each worker, none of them takes what the others could; a leading one takes
        all.

        :param drained: the lanes it holds
        """
        with own_transaction(self.env, read_committed=True) as env:
            found = env["logistics.lane"].browse(self.id)._find_due_beside()
        due = {id_: mark for id_, mark in found.items() if not turn.passes_over(id_)}
        jobs = 1 if turn.is_leading else self._get_most_jobs()
        share = -(-len(due) // jobs)
        lanes = self.browse()
        for lane_id in sorted(due, key=lambda lane_id: lane_id not in drained._ids):
            if len(lanes) >= share and lane_id not in drained._ids:
                break
            if self.browse(lane_id)._hold(locks):
                lanes |= self.browse(lane_id)
        # What no drain has in hand waits for this job, should there be no other. What
        # the others give back waits for a leading one.
        waiting = {id_ for id_, mark in due.items() if turn.is_leading or not mark}
        turn.may_gather = self.direction == "in" and waiting.issubset(lanes.ids)
        return lanes

    def _drain(self):
        """Drain this lane alone; return False when another drain holds it."""
        self.ensure_one()
        if not self._hold(self.env.cr):
            return False
        self._begin_drain()
        turn = Turn(self)
        try:
            self._drain_held(turn)
        except TurnNeeded:
            turn.is_leading = True
            self._drain_held(turn)
        retrying(self._end_drain)
        return True

    def _drain_held(self, turn):
        """Process what is due in these lanes; return the number of messages."""
        if self[:1].direction == "in":
            return self._drain_inbound(turn)
        return self._drain_outbound(turn)

    def _hold(self, cr):
        """Take the lane until the end of a cursor's transaction, if it is free."""
        cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [DRAIN_LOCK, self.id])
        return cr.fetchone()[0]

    def _lead(self, cr):
        """Lead this lane's group until the end of a cursor's transaction, if none does.

        :return: whether this drain leads
        """
        first = self._get_lane_ids(*self._get_group())[0]
        cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LEAD_LOCK, first])
        return cr.fetchone()[0]

    def _has_leader(self):
        """Return whether a drain leads the group: it sees to all lanes when it ends.

        Asked after the lanes were given back. Who gets a wrong yes met another one
        that asks, which gets a no and sees to all lanes, too.
        """
        with own_transaction(self.env, read_committed=True) as env:
            return not env["logistics.lane"].browse(self.id)._lead(env.cr)

    def _begin_drain(self):
        """Leave the mark of a drain at work; go carefully where one died before.

        What a restart of PostgreSQL cut off did not die of its messages.
        """
        if self:
            for lane in self.browse(retrying(self._mark_drain)):
                if lane.direction == "in":
                    lane._drain_carefully()

    def _mark_drain(self):
        with own_transaction(self.env) as env:
            env.cr.execute(
                "UPDATE logistics_lane SET fence = fence + 1, draining = true,"
                " draining_since = clock_timestamp() AT TIME ZONE 'utc',"
                " crash_count = CASE WHEN draining AND draining_since"
                "               AT TIME ZONE 'utc' > pg_postmaster_start_time()"
                "               THEN coalesce(crash_count, 0) + 1 ELSE 0 END"
                " WHERE id = ANY(%s) RETURNING id, crash_count",
                [self.ids],
            )
            return [lane_id for lane_id, crashes in env.cr.fetchall() if crashes]

    def _end_drain(self):
        if self:
            with own_transaction(self.env) as env:
                env.cr.execute(
                    "UPDATE logistics_lane SET draining = false, crash_count = 0"
                    " WHERE id = ANY(%s)",
                    [self.ids],
                )

    def _lock(self):
        """Lock the lanes' rows; return {lane id: cursor key} of those that run.

        Rows are written by every batch, so a drainer whose snapshot is older than the
        last batch fails instead of reading stale rows.

        :return: None when another drain has one of them
        """
        self.env.cr.execute(
            f"SELECT l.id, l.cursor_key, {RUNNING}"
            "  FROM logistics_lane l JOIN logistics_backend b ON b.id = l.backend_id"
            " WHERE l.id = ANY(%s) ORDER BY l.id FOR NO KEY UPDATE OF l SKIP LOCKED",
            [self.ids],
        )
        rows = self.env.cr.fetchall()
        if len(rows) < len(self):
            return None
        found = {lane_id: after for lane_id, after, is_running in rows if is_running}
        return {lane_id: found[lane_id] for lane_id in self.ids if lane_id in found}

    def _ring_if_due(self):
        """Ring again when messages are left: now, or when the first is due.

        Runs after the drain and reads anew, so a message whose own doorbell found this
        drain running is seen here.
        """
        if not self:
            return
        with own_transaction(self.env, read_committed=True) as env:
            dues = {
                lane.id: due
                for lane in env["logistics.lane"].browse(self.ids)
                if (due := lane._get_next_due())
            }
        now = fields.Datetime.now()
        retrying(self.browse([id_ for id_, due in dues.items() if due <= now])._ring)
        for lane_id, due in dues.items():
            if due > now:
                eta = due.replace(microsecond=0) + timedelta(seconds=1)
                retrying(self.browse(lane_id)._ring, eta)

    def _drain_carefully(self):
        """Apply the next messages one by one: one of them may kill its worker.

        A message that was in hand alone when a worker died comes last, and is a
        dead letter when that happened too often; the others go through.
        """
        with own_transaction(self.env) as env:
            lane = env["logistics.lane"].browse(self.id)
            locked = lane._lock()
            if not locked:
                return
            rows = lane._claim(CAREFUL, lane._admit(), locked[lane.id] or "")
            lane._acquit_after_restart(rows)
        crashes = {}
        for row in rows:
            crashes[row.key] = max(crashes.get(row.key, 0), row.crash_count)
        for row in sorted(rows, key=lambda row: crashes[row.key]):
            if row.crash_count >= MAX_CRASHES:
                retrying(self._bury, row.id)
            else:
                self._apply_suspect(row.id)

    def _acquit_after_restart(self, rows):
        """Take back what a restart of PostgreSQL explains: no worker died of that."""
        suspects = {row.id: row for row in rows if row.crash_count}
        self.env.cr.execute(
            "UPDATE logistics_message SET crash_count = crash_count - 1,"
            " leased_at = NULL WHERE id = ANY(%s)"
            " AND leased_at AT TIME ZONE 'utc' <= pg_postmaster_start_time()"
            " RETURNING id, crash_count",
            [list(suspects)],
        )
        for message_id, crashes in self.env.cr.fetchall():
            suspects[message_id].crash_count = crashes

    def _bury(self, message_id):
        with own_transaction(self.env) as env:
            env["logistics.message"].browse(message_id)._bury_killer()

    def _apply_suspect(self, message_id):
        """Apply one message; it is suspected for just as long as that takes."""
        with self._in_turn():
            retrying(self._note_suspect, SUSPECT, message_id)
            try:
                retrying(self._drain_inbound_batch, 1, message_id)
            except RETRIED:
                with suppress(*RETRIED):
                    self._note_suspect(ACQUIT, message_id)
                raise
            # The worker lives, also when the message failed, or could not be applied.
            retrying(self._note_suspect, ACQUIT, message_id)

    def _note_suspect(self, statement, message_id):
        with own_transaction(self.env, read_committed=True) as env:
            env.cr.execute(statement, [message_id])


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
    """The time one drain job has, and whether another lane needs the worker more."""

    def __init__(self, lane):
        self.lane = lane
        now = time.monotonic()
        self.start, self.cpu_start = now, time.thread_time()
        self.end = now + DRAIN_SECONDS
        self.asked_at = now
        self.worked_at = None
        # Lanes in which nothing could be done, and until when they are left alone.
        self.passed_over = {}
        self.has_waited = False
        # Whether this drain leads its group, or gave its lanes to the one that does.
        self.is_leading = self.has_given_way = False
        # Whether nothing waits while this drain lets more gather.
        self.may_gather = False

    def is_over(self, is_full=False):
        """Return whether the drain should stop after this batch; then it stays so.

        :param is_full: there is more than the last batch took: a backlog
        """
        now = time.monotonic()
        if is_full or self._is_busy(now):
            background.step_back(background.BACKLOG)
        if is_full and self.has_waited:
            # What came together while this job waited is shared with other workers.
            self.end = now
        elif now - self.asked_at >= YIELD_SECONDS:
            self.asked_at = now
            if self.lane._should_yield():
                self.end = now
        return now >= self.end

    def _is_busy(self, now):
        """Return whether this thread has kept a processor core busy so far."""
        elapsed = now - self.start
        used = time.thread_time() - self.cpu_start
        return elapsed > BUSY_SECONDS and used > elapsed * BUSY_SHARE

    def note(self, lanes, count):
        """Remember when there was something to do, and where there was not."""
        now = time.monotonic()
        if count:
            self.worked_at = now
        else:
            # Held back by something that only the claim knows.
            self.passed_over |= dict.fromkeys(lanes.ids, now + YIELD_SECONDS)

    def passes_over(self, lane_id):
        """Return whether nothing could be done in this lane a moment ago."""
        return self.passed_over.get(lane_id, 0) > time.monotonic()

    def linger(self):
        """Wait a moment for more; return False when nothing came for long enough.

        A job costs much more than looking again, and at a steady pace the next
        message is not far.
        """
        now = time.monotonic()
        if self.worked_at is None or now - self.worked_at > LINGER_SECONDS:
            return False
        self.has_waited = True
        time.sleep(LOOK_SECONDS)
        return True
