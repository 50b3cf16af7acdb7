"""Lanes: where messages wait, and the doorbell that wakes the engine.

A lane belongs to one backend, direction and service class. All messages of one
ordering key and class are in the same lane, so their order is kept by draining a
lane only once at a time: the drain holds the lane's row lock.
"""

import time
import zlib
from datetime import timedelta

from psycopg2.extras import execute_values

from odoo import SUPERUSER_ID, api, fields, models, tools

from ..transactions import own_transaction, retrying

LANES_PER_CLASS = 8
# A drain job holds a worker; after this long it lets others have a turn.
DRAIN_SECONDS = 20
CHANNELS = {
    "realtime": "root.logistics_realtime",
    "standard": "root.logistics_standard",
    "bulk": "root.logistics_bulk",
}
# States in which a message still needs the engine or a person. The partial
# index of the hot path is over exactly these.
OPEN_STATES = ("pending", "retrying", "in_progress", "held", "invalid", "dead")

# An archived backend rests like a paused one.
RUNNING = "(b.state = 'running' AND b.active)"

# What a drain may take once it is due. A message that waits for a prerequisite is
# also looked at again by itself: the fact it waits for may have been applied by
# another transaction just before this one was parked.
WAITING = """(m.state IN ('pending', 'retrying')
    OR (m.state = 'held' AND m.error_kind = 'prerequisite'))"""

# A message may be taken when no earlier one of its key is stuck. Messages that
# wait for a prerequisite (held) do not block: they wait for a later one.
UNBLOCKED = """NOT EXISTS (
    SELECT 1 FROM logistics_message e
      JOIN logistics_message_type t ON t.id = e.type_id AND t.blocks_key
     WHERE e.lane_id = m.lane_id AND e.ordering_key = m.ordering_key
       AND (e.sequence, e.id) < (m.sequence, m.id)
       AND (e.state IN ('in_progress', 'dead', 'invalid')
            OR (e.state = 'held' AND e.error_kind = 'hold')
            OR (e.state = 'retrying'
                AND e.next_attempt_at > (statement_timestamp() AT TIME ZONE 'utc')))
)"""

# `m` is the message, `b` its backend.
_FIRST_DUE = f"""
SELECT min(coalesce(m.next_attempt_at, m.create_date))
  FROM logistics_message m
  JOIN logistics_backend b ON b.id = m.backend_id
 WHERE m.lane_id = %s AND {RUNNING} AND {WAITING} AND {UNBLOCKED}
"""
_LANES_DUE = f"""
SELECT DISTINCT m.lane_id
  FROM logistics_message m
  JOIN logistics_backend b ON b.id = m.backend_id
 WHERE {RUNNING} AND {WAITING} AND m.lane_id IS NOT NULL
   AND (%s::int[] IS NULL OR m.backend_id = ANY(%s))
   AND coalesce(m.next_attempt_at, m.create_date)
       <= (statement_timestamp() AT TIME ZONE 'utc')
   AND {UNBLOCKED}
"""


class LogisticsLane(models.Model):
    """One row is one ordered queue of messages."""

    _name = "logistics.lane"
    _description = "Lane"
    _order = "backend_id, direction, service_class, number"
    _log_access = False

    backend_id = fields.Many2one("logistics.backend", required=True, ondelete="cascade")
    direction = fields.Selection(
        [("in", "Incoming"), ("out", "Outgoing")], required=True
    )
    service_class = fields.Selection(
        [("realtime", "Real time"), ("standard", "Standard"), ("bulk", "Bulk")],
        required=True,
    )
    number = fields.Integer(required=True)
    fence = fields.Integer(
        default=0, required=True, help="Counts the drains; makes a stale read visible."
    )

    _unique_lane = models.Constraint(
        "UNIQUE(backend_id, direction, service_class, number)",
        "This lane exists already.",
    )

    @api.model
    def _create_missing(self, backends):
        rows = [
            (backend.id, direction, service_class, number, 0)
            for backend in backends
            for direction in ("in", "out")
            for service_class in CHANNELS
            for number in range(LANES_PER_CLASS)
        ]
        self.env.flush_all()
        execute_values(
            self.env.cr._obj,
            "INSERT INTO logistics_lane"
            " (backend_id, direction, service_class, number, fence) VALUES %s"
            " ON CONFLICT DO NOTHING",
            rows,
        )
        self.env.registry.clear_cache()

    @api.model
    @tools.ormcache("backend_id", "direction", "service_class")
    def _get_lane_ids(self, backend_id, direction, service_class):
        return tuple(
            self.sudo()
            .search(
                [
                    ("backend_id", "=", backend_id),
                    ("direction", "=", direction),
                    ("service_class", "=", service_class),
                ],
                order="number",
            )
            .ids
        )

    @api.model
    def _get_lane_id(self, backend, direction, service_class, ordering_key):
        """Return the id of the lane in which this key is kept in order."""
        ids = self._get_lane_ids(backend.id, direction, service_class)
        return ids[zlib.crc32(ordering_key.encode()) % len(ids)]

    def _ring_after_commit(self):
        """Wake the lanes once the current transaction is committed.

        Should the process die in between, the sweeper finds the messages.
        """
        if self:
            env, ids = self.env, tuple(self.ids)
            self.env.cr.postcommit.add(
                lambda: retrying(env["logistics.lane"].browse(ids)._ring)
            )

    def _ring(self, eta=None):
        """Enqueue a drain job for each lane that has none waiting.

        A started job does not count as waiting: it may already have read past
        the message that is rung for. Own transaction, read committed.
        """
        keys = {
            f"logistics.lane:{lane_id}:{eta or ''}": lane_id for lane_id in self.ids
        }
        with own_transaction(self.env, read_committed=True) as env:
            env.cr.execute(
                "SELECT identity_key FROM queue_job WHERE identity_key = ANY(%s)"
                " AND state IN ('wait_dependencies', 'pending', 'enqueued')",
                [list(keys)],
            )
            waiting = {key for (key,) in env.cr.fetchall()}
            for key, lane_id in keys.items():
                if key not in waiting:
                    lane = env["logistics.lane"].browse(lane_id)
                    lane.with_delay(
                        channel=CHANNELS[lane.service_class],
                        identity_key=key,
                        eta=eta,
                        max_retries=0,
                        description=f"Drain lane {lane.display_name}",
                    )._job_drain()

    @api.depends("backend_id.name", "direction", "service_class", "number")
    def _compute_display_name(self):
        for lane in self:
            lane.display_name = (
                f"{lane.backend_id.name} {lane.direction}/{lane.service_class}"
                f"/{lane.number}"
            )

    def _job_drain(self):
        """Drain this lane: the only job that moves messages."""
        lane = self.with_user(SUPERUSER_ID)
        # Whoever holds the lane looks again when it is done, so a doorbell
        # that finds the lane taken has nothing to do.
        if lane._drain():
            lane._ring_if_due()

    def _drain(self):
        """Process what is due, batch by batch, for at most `DRAIN_SECONDS`.

        :return: False when another drain held the lane all the time
        """
        self.ensure_one()
        end = time.monotonic() + DRAIN_SECONDS
        drain = (
            self._drain_inbound_batch
            if self.direction == "in"
            else self._drain_outbound_batch
        )
        count = retrying(drain)
        had_lane = count is not None
        while count and time.monotonic() < end:
            count = retrying(drain)
        return had_lane

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

    def _get_next_due(self):
        """Return when the first claimable message of the lane is due, or None."""
        self.env.cr.execute(_FIRST_DUE, [self.id])
        return self.env.cr.fetchone()[0]

    def _lock(self):
        """Take the lane for this transaction; return False if another has it.

        The fence is written by every drain, so a drainer whose snapshot is
        older than the last drain fails instead of reading stale rows.
        """
        self.env.cr.execute(
            "SELECT id FROM logistics_lane WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED",
            [self.id],
        )
        if not self.env.cr.fetchone():
            return False
        self.env.cr.execute(
            "UPDATE logistics_lane SET fence = fence + 1 WHERE id = %s", [self.id]
        )
        return True

    @api.model
    def _cron_sweep(self):
        """Find what a lost doorbell, a dead worker or a crash left behind."""
        retrying(self._sweep_leases)
        retrying(retrying(self._get_due)._ring)

    def _sweep_leases(self):
        with own_transaction(self.env) as env:
            env["logistics.message"]._release_expired_leases()

    def _get_due(self, backend_ids=None):
        """Return the lanes with something to do now, of all or of some backends."""
        with own_transaction(self.env, read_committed=True) as env:
            env.cr.execute(_LANES_DUE, [backend_ids, backend_ids])
            return self.browse([row[0] for row in env.cr.fetchall()])
