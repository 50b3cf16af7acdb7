"""The sweeper: finds what a lost doorbell, a dead worker or a crash left behind.

It runs every few seconds from the timer (see logistics.timer) and every minute
from a cron as well, and does not depend on queue_job's own look for dead jobs.
"""

from odoo import api, models

from ...transactions import own_transaction
from .locks import DRAIN_LOCK

# A drain job that a worker was handed and did not start after so long is dead.
DEAD_ENQUEUED = "interval '8 seconds'"
# A started job commits that state just before it takes its lock.
DEAD_STARTED = "interval '2 seconds'"

_REQUEUE_DEAD_JOBS = f"""
UPDATE queue_job j SET state = 'pending'
 WHERE j.state IN ('enqueued', 'started')
   AND j.identity_key LIKE 'logistics.lane:%'
   AND ((j.state = 'started' AND j.date_started
           < (statement_timestamp() AT TIME ZONE 'utc') - {DEAD_STARTED})
     OR j.date_enqueued
           < (statement_timestamp() AT TIME ZONE 'utc') - {DEAD_ENQUEUED})
   AND (NOT EXISTS (SELECT 1 FROM queue_job_lock k
                     WHERE k.queue_job_id = j.id)
        OR j.id IN (SELECT k.queue_job_id FROM queue_job_lock k
                     WHERE k.queue_job_id = j.id
                       FOR NO KEY UPDATE SKIP LOCKED))
"""


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    @api.model
    def _cron_sweep(self):
        """Sweep once a minute, should no timer run in any process."""
        self._sweep()

    @api.model
    def _sweep(self):
        """Take back what dead workers held, then ring for whatever is due."""
        with own_transaction(self.env, read_committed=True) as env:
            env["logistics.lane"]._release_dead_leases()
        # A drain that met our locks above gave up; what it was rung for is
        # committed by now and seen by this second look.
        with own_transaction(self.env, read_committed=True) as env:
            env["logistics.lane"]._requeue_dead_jobs()
            due = env["logistics.lane"].browse(self._find_due_lanes(env))
            due._ring_now(only_idle=False)

    @api.model
    def _release_dead_leases(self):
        """Take back what a dead worker was sending; its outcome is unknown.

        A worker is dead when the lock of its drain is free. That proves nothing
        after a restart of PostgreSQL, which frees the locks of the living: then
        the lease has to run out.
        """
        self.env.cr.execute(
            "SELECT DISTINCT lane_id FROM logistics_message"
            " WHERE state = 'in_progress' AND direction = 'out'"
        )
        for (lane_id,) in self.env.cr.fetchall():
            self.env.cr.execute(
                "SELECT pg_try_advisory_xact_lock(%s, %s)", [DRAIN_LOCK, lane_id]
            )
            self._release_leases(lane_id, is_free=self.env.cr.fetchone()[0])

    @api.model
    def _release_leases(self, lane_id, is_free):
        self.env.cr.execute(
            "SELECT id FROM logistics_message"
            " WHERE lane_id = %s AND state = 'in_progress' AND direction = 'out'"
            " AND (lease_until IS NULL"
            "  OR lease_until < (statement_timestamp() AT TIME ZONE 'utc')"
            "  OR (%s AND leased_at AT TIME ZONE 'utc' > pg_postmaster_start_time()))"
            " FOR NO KEY UPDATE SKIP LOCKED",
            [lane_id, is_free],
        )
        ids = [message_id for (message_id,) in self.env.cr.fetchall()]
        for message in self.env["logistics.message"].browse(ids):
            message._lose_sender()

    @api.model
    def _requeue_dead_jobs(self):
        """Give the drain jobs of dead workers back to the runner, and wake it.

        As queue_job does itself, but that waits for its next round: up to a
        minute, in which dead jobs also keep the places of their channel.
        """
        self.env.cr.execute(_REQUEUE_DEAD_JOBS)
