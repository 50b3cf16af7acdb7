"""Fair sharing: no backend keeps the workers of a service class for itself.

A drain may hang on its partner or have a flood before it. As long as other
backends are at work too, a backend uses all workers of a class but one, and for what
comes in leaves a processor core free; between batches a drain ends when another backend
waits.
"""

import os
import sys

from odoo import api, fields, models

from ...transactions import own_transaction
from .. import job_queue
from .lane import LANES_PER_CLASS
from .locks import PLACES, try_lock

MOST_PLACES = 16
CLASS_NUMBERS = {"realtime": 0, "standard": 1, "bulk": 2}
# Another backend counts as at work this long after its last message.
AT_WORK = "interval '10 minutes'"
# For so long its next message is expected at any moment.
AT_WORK_NOW = "interval '1 minute'"


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    max_drains = fields.Integer(
        string="Workers at the same time",
        help="Workers that may be busy with this partner at the same time, for each"
        " service class. 0: all; while other partners are at work one less, and for"
        " what comes in no more than leaves a processor core free.",
    )

    _sane_drains = models.Constraint(
        "CHECK(max_drains >= 0 AND max_drains <= 16)", "Choose 0 to 16 workers."
    )

    def _is_alone(self, within=AT_WORK):
        """Return whether no other backend is at work."""
        self.env.cr.execute(
            "SELECT 1 FROM logistics_backend WHERE id <> %s AND state = 'running'"
            " AND greatest(last_received_at, last_success_at, last_failure_at)"
            f" > (now() AT TIME ZONE 'utc') - {within} LIMIT 1",
            [self.id],
        )
        return not self.env.cr.fetchone()


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    def _take_place(self):
        """Take one of the backend's places until the job ends, however it ends.

        Advisory locks of the job's transaction: a worker that dies leaves none.
        """
        first = (self.backend_id.id * 4 + CLASS_NUMBERS[self.service_class]) * (
            MOST_PLACES
        )
        for place in self._get_places():
            if try_lock(self.env.cr, PLACES, first + place):
                return True
        return False

    def _get_places(self):
        """Return the numbers of the places this lane may take, best first.

        What comes in keeps a processor core busy for each drain, so while others are
        busy it gets one place less than the machine has cores. What goes out mostly
        waits for the partner; it begins with the places that are left.
        """
        backend = self.backend_id
        capacity = self._get_capacity(self.service_class)
        if backend.max_drains:
            return range(min(backend.max_drains, MOST_PLACES))
        if backend._is_alone():
            return range(min(capacity, MOST_PLACES))
        most = min(max(capacity - 1, 1), MOST_PLACES)
        if self.direction == "in" and not backend._is_alone(AT_WORK_NOW):
            return range(min(most, max(count_cores() - 1, 1)))
        return range(most - 1, -1, -1)

    @api.model
    def _get_capacity(self, service_class):
        """Return how many jobs of a service class can run at the same time."""
        return job_queue.get_capacity(job_queue.CHANNELS[service_class])

    def _get_most_jobs(self):
        """Return how many jobs can drain the lanes of this group at the same time."""
        return min(len(self._get_places()), LANES_PER_CLASS)

    def _should_yield(self):
        """Return whether another backend waits for a worker of this class."""
        own = self.search([("backend_id", "=", self.backend_id.id)]).ids
        # The job's own transaction has an old snapshot.
        with own_transaction(self.env, read_committed=True) as env:
            return job_queue.has_waiting(env.cr, self.service_class, own)


def count_cores():
    """Return the processor cores that this server may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
