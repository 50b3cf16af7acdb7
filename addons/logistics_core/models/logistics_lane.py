"""Lanes: where messages wait, and the doorbell that wakes the engine.

A lane belongs to one backend, direction and service class. All messages of one
ordering key are in the same lane, so their order is kept by draining a lane
only once at a time: the drain holds the lane's locks.
"""

from psycopg2.extras import execute_values

from odoo import api, fields, models, tools

from ..transactions import commit_and_ask, own_transaction, retrying

LANES_PER_CLASS = 8
CHANNELS = {
    "realtime": "root.logistics_realtime",
    "standard": "root.logistics_standard",
    "bulk": "root.logistics_bulk",
}
# States in which a message still needs the engine or a person. The partial
# index of the hot path is over exactly these.
OPEN_STATES = ("pending", "retrying", "in_progress", "held", "invalid", "dead")

# Which of some lanes no drain has in hand, and which drain jobs wait.
LOOK = """
SELECT ARRAY(SELECT id FROM logistics_lane
              WHERE id = ANY(%s) AND NOT (%s AND draining IS TRUE)),
       ARRAY(SELECT identity_key FROM queue_job
              WHERE identity_key = ANY(%s)
                AND state IN ('wait_dependencies', 'pending', 'enqueued'))
"""

# An archived backend rests like a paused one.
RUNNING = "(b.state = 'running' AND b.active)"


class LogisticsLane(models.Model):
    """One row is one ordered queue of messages."""

    _name = "logistics.lane"
    _description = "Lane"
    # The engine makes and counts its lanes.
    _logistics_engine_fields = frozenset(
        {"backend_id", "direction", "service_class", "number", "fence"}
    )
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
    cursor_key = fields.Char(
        readonly=True,
        help="The ordering key after which the next batch starts, so that every"
        " document has its turn however many messages another one has.",
    )
    draining = fields.Boolean(
        readonly=True, help="Set while a drain works; left behind when it died."
    )
    draining_since = fields.Datetime(readonly=True, help="When the last drain began.")
    crash_count = fields.Integer(
        readonly=True, help="Drains in a row that died; they are drained one by one."
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
            while the mark stands is seen. After a crash the sweeper rings.
        :param commits: commit before the doorbells are looked at, so that a job that
            waits now starts later than what was committed.
        """
        groups = {}
        for lane_id in sorted(self.ids):
            groups.setdefault(self._get_group_of(lane_id), []).append(lane_id)
        groups.pop(None, None)
        keys = {
            f"logistics.lane:{lane_id}:{eta or ''}": lane_id
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

    @api.model
    @tools.ormcache("lane_id")
    def _get_group_of(self, lane_id):
        """Return (backend id, direction, service class); None when it is gone."""
        lane = self.sudo().browse(lane_id).exists()
        if not lane:
            return None
        return lane.backend_id.id, lane.direction, lane.service_class

    def _get_group(self):
        """Return what these lanes have in common that a job may drain together."""
        return self._get_group_of(self[:1].id)

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
            lane.with_delay(
                channel=CHANNELS[lane.service_class],
                identity_key=f"logistics.lane:{lane.id}:{eta or ''}",
                eta=eta,
                max_retries=0,
                description=f"Drain lane {lane.display_name}",
            )._job_drain()

    @api.model
    def _get_capacity(self, service_class):
        """Return how many jobs of a service class can run at the same time."""
        return LANES_PER_CLASS

    def _get_most_jobs(self):
        """Return how many jobs can drain the lanes of this group at the same time."""
        return LANES_PER_CLASS

    @api.depends("backend_id.name", "direction", "service_class", "number")
    def _compute_display_name(self):
        for lane in self:
            lane.display_name = (
                f"{lane.backend_id.name} {lane.direction}/{lane.service_class}"
                f"/{lane.number}"
            )
