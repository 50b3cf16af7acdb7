"""Draining lanes: who may, how long, and what a drain that died leaves behind.

A drain job takes its lane and its share of the lanes beside it (same backend,
direction and service class) that have something due: a burst over many lanes is a few
large batches, not many small ones. It holds advisory locks of a transaction that is
open from the first batch to the last. They are exclusive, and gone at once when the
worker dies: whoever gets one and finds `draining` set knows that the drain before died.
Each batch also locks and writes the lanes' rows in its own transaction,
because an advisory lock does not make a snapshot fresh.

Some messages must not be applied beside others, such as shipments of the same stock:
two drains would lose each other's batch, or wait for each other and keep two workers
busy. They are all in one lane of their backend, the serial one, and so in one drain.
"""

import time
from datetime import timedelta

from odoo import SUPERUSER_ID, fields, models

from ...tools import background
from ...transactions import own_transaction, retrying
from .clock import is_serving
from .conditions import RUNNING
from .locks import DRAIN_LOCK, try_lock
from .time_slice import TimeSlice

# A drain without a place among the workers looks again after this long.
LOOK_AGAIN = timedelta(seconds=3)
# After a batch of a few messages it lets some gather: a batch costs nearly the same
# for one and for ten, and the acknowledgements need the processor too.
FEW, GATHER_SECONDS = 100, 0.2


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    def _job_drain(self):
        """Drain this lane and those beside it: the only job that moves messages.

        It needs one of the backend's places among the workers. What comes in is
        applied behind the acknowledgements that other workers of this machine give
        meanwhile, and a backlog behind what has just come in.
        """
        if not self._get_group():
            return  # deleted with its backend since it was rung for
        if not self._take_place():
            self._ring(eta=fields.Datetime.now() + LOOK_AGAIN)
            return
        if self.direction == "in" and is_serving():
            background.run(self._drain_slice)
        else:
            self._drain_slice()

    def _drain_slice(self):
        """Drain until its time slice is over, then ring for what is left."""
        lane = self.with_user(SUPERUSER_ID)
        time_slice = TimeSlice(lane)
        with self.env.registry.cursor() as locks:
            drained = lane._drain_group(time_slice, locks)
            retrying(drained._end_drain)
        # The marks and the locks are gone: a doorbell that met them is made up for.
        drained._ring_if_due()

    def _drain_group(self, time_slice, locks):
        """Drain what is due in the group until there is nothing or the time is over.

        :param locks: the cursor whose transaction holds the lanes
        :return: the lanes that were taken
        """
        drained = self.browse()
        while not time_slice.is_over():
            lanes = self._take_lanes(time_slice, locks, drained)
            new = lanes - drained
            drained |= lanes
            if lanes:
                new._begin_drain()
                count = lanes._drain_locked(time_slice)
                time_slice.note(lanes, count)
                if count and count < FEW and time_slice.may_gather:
                    time.sleep(GATHER_SECONDS)
            elif not time_slice.linger():
                break
        return drained

    def _take_lanes(self, time_slice, locks, drained):
        """Hold this job's share of the lanes that have something due.

        What it holds already nobody else can take, so that comes first. With one job
        for each worker, none of them takes what the others could.

        :param drained: the lanes it holds
        """
        with own_transaction(self.env, read_committed=True) as env:
            found = env["logistics.lane"].browse(self.id)._find_due_beside()
        due = {
            id_: mark for id_, mark in found.items() if not time_slice.passes_over(id_)
        }
        share = -(-len(due) // self._get_most_jobs())
        lanes = self.browse()
        for lane_id in sorted(due, key=lambda lane_id: lane_id not in drained._ids):
            if len(lanes) >= share and lane_id not in drained._ids:
                break
            if self.browse(lane_id)._try_lock(locks):
                lanes |= self.browse(lane_id)
        # What no drain has in hand waits for this job, should there be no other.
        waiting = {id_ for id_, mark in due.items() if not mark}
        time_slice.may_gather = self.direction == "in" and waiting.issubset(lanes.ids)
        return lanes

    def _drain_locked(self, time_slice):
        """Process what is due in these lanes; return the number of messages."""
        if self[:1].direction == "in":
            return self._drain_inbound(time_slice)
        return self._drain_outbound(time_slice)

    def _try_lock(self, cr):
        """Take the lane until the end of a cursor's transaction, if it is free."""
        return try_lock(cr, DRAIN_LOCK, self.id)

    def _begin_drain(self):
        """Leave the mark of a drain at work; apply one by one where one died before.

        What a restart of PostgreSQL cut off did not die of its messages.
        """
        if self:
            for lane in self.browse(retrying(self._mark_drain)):
                if lane.direction == "in":
                    lane._drain_carefully()

    def _mark_drain(self):
        with own_transaction(self.env) as env:
            env.cr.execute(
                "UPDATE logistics_lane SET draining = true,"
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

    def _lock_rows(self):
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
