"""Lanes: where messages wait, and the doorbell that wakes the engine.

A lane belongs to one backend, direction and service class. All messages of one
ordering key are in the same lane, so their order is kept by draining a lane
only once at a time: the drain holds the lane's locks.
"""

from psycopg2.extras import execute_values

from odoo import api, fields, models, tools

LANES_PER_CLASS = 8
CLASSES = ("realtime", "standard", "bulk")
# The first lane of this class has the exclusive messages of a backend, of all classes.
SERIAL_CLASS = "realtime"
# The first outgoing lane of this class has what is urgent, of all classes.
URGENT_CLASS = "realtime"


class LogisticsLane(models.Model):
    """One row is one ordered queue of messages."""

    _name = "logistics.lane"
    _description = "Lane"
    # The engine makes and counts its lanes.
    _logistics_engine_fields = frozenset(
        {"backend_id", "direction", "service_class", "number"}
    )
    _order = "backend_id, direction, service_class, number"
    _log_access = False

    backend_id = fields.Many2one(
        "logistics.backend", string="Connection", required=True, ondelete="cascade"
    )
    direction = fields.Selection(
        [("in", "Incoming"), ("out", "Outgoing")], required=True
    )
    service_class = fields.Selection(
        [("realtime", "Real time"), ("standard", "Standard"), ("bulk", "Bulk")],
        required=True,
    )
    number = fields.Integer(required=True)
    cursor_key = fields.Char(
        readonly=True,
        help="The ordering key after which the next batch starts, so that every"
        " document gets its share however many messages another one has.",
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
            (backend.id, direction, service_class, number)
            for backend in backends
            for direction in ("in", "out")
            for service_class in CLASSES
            for number in range(LANES_PER_CLASS)
        ]
        self.env.flush_all()
        execute_values(
            self.env.cr._obj,
            "INSERT INTO logistics_lane"
            " (backend_id, direction, service_class, number) VALUES %s"
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
    def _get_serial_id(self, backend_id):
        """Return the id of the lane with what must not be applied beside others."""
        return self._get_lane_ids(backend_id, "in", SERIAL_CLASS)[0]

    @api.model
    def _get_urgent_id(self, backend_id):
        """Return the id of the lane with what is sent before all else."""
        return self._get_lane_ids(backend_id, "out", URGENT_CLASS)[0]

    @api.model
    def _get_outgoing_ids(self, backend_id, service_class, is_urgent):
        """Return the ids of the lanes over which outgoing messages are spread."""
        if is_urgent:
            return (self._get_urgent_id(backend_id),)
        lane_ids = self._get_lane_ids(backend_id, "out", service_class)
        if service_class == URGENT_CLASS:
            lane_ids = lane_ids[1:] or lane_ids
        return lane_ids

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

    @api.depends("backend_id.name", "direction", "service_class", "number")
    def _compute_display_name(self):
        for lane in self:
            lane.display_name = (
                f"{lane.backend_id.name} {lane.direction}/{lane.service_class}"
                f"/{lane.number}"
            )
