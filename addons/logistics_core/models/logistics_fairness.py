"""Fair sharing: no backend keeps the workers of a service class for itself.

A drain may hang on its partner or have a flood before it. As long as other
backends are at work too, a backend uses all workers of a class but one, and
between batches a drain steps back when another backend waits.
"""

from datetime import timedelta

from odoo import fields, models

from odoo.addons.queue_job.jobrunner.channels import ChannelManager
from odoo.addons.queue_job.jobrunner.runner import _channels

from ..transactions import own_transaction
from .logistics_lane import CHANNELS

# First key of the advisory locks that count a backend's drains.
LOCK_SPACE = 0x10615
MOST_PLACES = 16
CLASS_NUMBERS = {"realtime": 0, "standard": 1, "bulk": 2}
# A drain without a place looks again after this long.
LOOK_AGAIN = timedelta(seconds=3)
# Another backend counts as at work this long after its last message.
AT_WORK = "interval '10 minutes'"


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    max_drains = fields.Integer(
        string="Workers at the same time",
        help="Workers that may be busy with this partner at the same time, for each"
        " service class. 0: all, but one less while other partners are at work.",
    )

    _sane_drains = models.Constraint(
        "CHECK(max_drains >= 0 AND max_drains <= 16)", "Choose 0 to 16 workers."
    )

    def _is_alone(self):
        """Return whether no other backend is at work."""
        self.env.cr.execute(
            "SELECT 1 FROM logistics_backend WHERE id <> %s AND state = 'running'"
            " AND greatest(last_received_at, last_success_at, last_failure_at)"
            f" > (now() AT TIME ZONE 'utc') - {AT_WORK} LIMIT 1",
            [self.id],
        )
        return not self.env.cr.fetchone()


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    def _job_drain(self):
        """Drain, when the backend has a place left among the workers."""
        if not self._take_place():
            self._ring(eta=fields.Datetime.now() + LOOK_AGAIN)
            return
        super()._job_drain()

    def _take_place(self):
        """Take one of the backend's places until the job ends, however it ends.

        Advisory locks of the job's transaction: a worker that dies leaves none.
        """
        backend = self.backend_id
        most = backend.max_drains
        if not most:
            capacity = get_capacity(CHANNELS[self.service_class])
            most = capacity if backend._is_alone() else max(capacity - 1, 1)
        most = min(most, MOST_PLACES)
        first = (backend.id * 4 + CLASS_NUMBERS[self.service_class]) * MOST_PLACES
        for place in range(first, first + most):
            self.env.cr.execute(
                "SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_SPACE, place]
            )
            if self.env.cr.fetchone()[0]:
                return True
        return False

    def _get_most_jobs(self):
        most = self.backend_id.max_drains or get_capacity(CHANNELS[self.service_class])
        return min(most, super()._get_most_jobs())

    def _should_yield(self):
        """Return whether another backend waits for a worker of this class."""
        own = self.search([("backend_id", "=", self.backend_id.id)]).ids
        # The job's own transaction has an old snapshot.
        with own_transaction(self.env, read_committed=True) as env:
            env.cr.execute(
                "SELECT 1 FROM queue_job WHERE identity_key LIKE 'logistics.lane:%%'"
                " AND state IN ('pending', 'enqueued') AND channel = %s"
                " AND coalesce(eta, date_created) < (now() AT TIME ZONE 'utc')"
                " AND split_part(identity_key, ':', 2) <> ALL(%s) LIMIT 1",
                [CHANNELS[self.service_class], [str(lane_id) for lane_id in own]],
            )
            return bool(env.cr.fetchone())


def get_capacity(channel):
    """Return how many workers the job runner gives a channel; root's when not said."""
    told = {
        settings["name"]: settings.get("capacity")
        for settings in ChannelManager.parse_simple_config(_channels())
    }
    return told.get(channel) or told.get("root") or 1
