"""The doorbell: a job of the queue that wakes the engine for a lane."""

from datetime import timedelta

from odoo import fields, models

from ...guard import SUPPORT, button
from ...transactions import commit_and_ask, own_transaction, retrying
from .. import job_queue

# Which of some lanes no drain has in hand, and which drain jobs wait.
LOOK = f"""
SELECT ARRAY(SELECT id FROM logistics_lane
              WHERE id = ANY(%s) AND NOT (%s AND draining IS TRUE)),
       ARRAY({job_queue.WAITING_KEYS})
"""


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

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
        """Enqueue drain jobs for these lanes, see `_ring_now`; own transaction."""
        if self:
            with own_transaction(self.env, read_committed=True) as env:
                env["logistics.lane"].browse(self.ids)._ring_now(eta)

    def _ring_now(self, eta=None, only_idle=True, commits=False):
        """Enqueue drain jobs in the caller's READ COMMITTED transaction.

        No more of them than there are workers: a job drains the lanes beside its own
        too. A started job does not count as waiting: it may already have read past
        the message that is rung for.

        :param only_idle: leave out lanes that are being drained. Whoever drains one
            looks at it once more after its mark is taken away, so what is committed
            while the mark is set is seen. After a crash the sweeper rings.
        :param commits: commit before the doorbells are looked at, so that a job that
            waits now starts later than what was committed.
        """
        groups = {}
        for lane_id in sorted(self.ids):
            groups.setdefault(self._get_group_of(lane_id), []).append(lane_id)
        groups.pop(None, None)
        keys = {
            job_queue.get_drain_key(lane_id, eta): lane_id
            for group in groups
            for lane_id in self._get_lane_ids(*group)
        }
        params = [self.ids, only_idle and not eta, list(keys)]
        if commits:
            ((due, found),) = commit_and_ask(self.env, LOOK, params)
        else:
            self.env.cr.execute(LOOK, params)
            ((due, found),) = self.env.cr.fetchall()
        waiting = {keys[key] for key in found}
        for group, lane_ids in sorted(groups.items()):
            lanes = [lane_id for lane_id in lane_ids if lane_id in due]
            if lanes:
                beside = self._get_lane_ids(*group)
                self.browse(lanes)._ring_group(group, waiting.intersection(beside), eta)

    def _ring_group(self, group, waiting, eta):
        """Enqueue what drain jobs these lanes of a group still need.

        :param waiting: ids of the group's lanes that have a job which waits
        """
        missing = self.filtered(lambda lane: lane.id not in waiting)
        if missing and not eta:
            # A date is for one lane only; now is for all the lanes together.
            room = min(len(self), self._get_capacity(group[2])) - len(waiting)
            if room > 0:  # else what is asked next, and costs more, cannot matter
                room = min(len(self), self[:1]._get_most_jobs()) - len(waiting)
            missing = missing[: max(room, 0)]
        for lane in missing:
            job_queue.enqueue(
                lane,
                f"Drain lane {lane.display_name}",
                service_class=lane.service_class,
                key=job_queue.get_drain_key(lane.id, eta),
                eta=eta,
            )._job_drain()

    def _ring_waiting(self):
        """Ring those of these lanes in which something waits."""
        if not self:
            return
        with own_transaction(self.env, read_committed=True) as env:
            env.cr.execute(
                "SELECT DISTINCT lane_id FROM logistics_message"
                " WHERE lane_id = ANY(%s)"
                " AND state IN ('pending', 'retrying', 'deferred')",
                [self.ids],
            )
            ids = [lane_id for (lane_id,) in env.cr.fetchall()]
        self.browse(ids)._ring()

    def _ring_if_due(self):
        """Ring again when messages are left: now, or when the first is due.

        Runs after the drain and reads again, so a message whose own doorbell found this
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

    @button("read", SUPPORT)
    def action_ring(self):
        """Wake the lanes by hand."""
        self.check_access("read")
        self.env["logistics.message"]._check_support()
        self.sudo()._ring_after_commit()
        return True
