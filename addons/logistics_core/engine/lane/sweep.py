"""The sweeper: finds what a lost doorbell, a dead worker or a crash left behind.

It runs every few seconds from the timer (see logistics.timer) and every minute
from a cron as well, and does not depend on queue_job's own look for dead jobs.
"""

from odoo import api, models

from ...transactions import own_transaction
from .. import job_queue
from .locks import DRAIN_LOCK, try_lock


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
            job_queue.requeue_dead(env.cr)
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
            is_free = try_lock(self.env.cr, DRAIN_LOCK, lane_id)
            self._release_leases(lane_id, is_free)

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
            message._recover_lost_send()
