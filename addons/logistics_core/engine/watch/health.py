"""What the health screen shows: backends by group, and lanes."""

from odoo import api, fields, models

from ...guard import button
from .. import job_queue
from .heartbeat import BEAT_SECONDS, PREFIX

STATUSES = [
    ("working", "Working"),
    ("paced", "Catching up"),
    ("limited", "Slowed down (429)"),
    ("partly", "Partly on hold"),
    ("held", "On hold"),
    ("paused", "Paused"),
    ("probing", "Probing"),
    ("interrupted", "Interrupted"),
]


class LogisticsGate(models.Model):
    _inherit = "logistics.gate"

    status = fields.Selection(STATUSES, compute="_compute_status")
    status_reason = fields.Char(compute="_compute_status", string="Why")
    rate_now = fields.Float(
        compute="_compute_status",
        string="Rate now (1/s)",
        help="Requests per second that may go out at present; 0: any number.",
    )
    waiting_count = fields.Integer(compute="_compute_backlog", string="Waiting")
    in_flight_count = fields.Integer(compute="_compute_backlog", string="Under way")
    oldest_waiting_at = fields.Datetime(
        compute="_compute_backlog", string="Oldest since"
    )
    oldest_minutes = fields.Integer(compute="_compute_backlog", string="Oldest (min)")

    def _compute_status(self):
        for gate in self:
            # While a form is edited its gates are as they are in the database.
            stored = gate._origin or gate
            gate.rate_now = stored._get_rate() or 0
            gate.status, gate.status_reason = stored._get_status()

    def _get_status(self):
        """Return (status, reason)."""
        wait = self._find_wait()
        if not wait:
            return "working", False
        if wait.kind == "hold":
            status = "partly" if wait.is_partial else "held"
            return status, f"{wait.scope}: {wait.cause}"
        return wait.kind, wait.cause or wait.reason

    def _compute_backlog(self):
        backlog = {}
        for backend in self.backend_id._origin:
            backlog[backend] = self._read_backlog(backend)
        for gate in self:
            groups = backlog.get(gate.backend_id._origin, {})
            if gate.operation_group == "all":
                rows = groups.values()
            else:
                rows = [groups.get(gate.operation_group, (0, 0, None))]
            gate.waiting_count = sum(row[0] for row in rows)
            gate.in_flight_count = sum(row[1] for row in rows)
            oldest = min((row[2] for row in rows if row[2]), default=False)
            gate.oldest_waiting_at = oldest
            age = fields.Datetime.now() - oldest if oldest else None
            gate.oldest_minutes = int(age.total_seconds() / 60) if age else 0

    def _read_backlog(self, backend):
        """Return {operation group: (waiting, under way, oldest waiting)}."""
        groups = self._get_type_groups(backend.id)
        self.env.cr.execute(
            "SELECT type_id, count(*) FILTER (WHERE state <> 'in_progress'),"
            " count(*) FILTER (WHERE state = 'in_progress'),"
            " min(create_date) FILTER (WHERE state <> 'in_progress')"
            " FROM logistics_message WHERE lane_id IN (SELECT id FROM logistics_lane"
            "   WHERE backend_id = %s AND direction = 'out')"
            " AND state IN ('pending', 'retrying', 'deferred', 'in_progress')"
            " GROUP BY type_id",
            [backend.id],
        )
        result = {}
        for type_id, waiting, under_way, oldest in self.env.cr.fetchall():
            group = groups.get(type_id, "orders")
            old = result.get(group, (0, 0, None))
            dates = [d for d in (old[2], oldest) if d]
            result[group] = (
                old[0] + waiting,
                old[1] + under_way,
                min(dates, default=None),
            )
        return result

    @button("read")
    def action_open_waiting(self):
        """Open the messages that wait in this group."""
        self.ensure_one()
        groups = self._get_type_groups(self.backend_id.id)
        types = [t for t, g in groups.items() if g == self.operation_group]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "logistics_core.logistics_message_action"
        )
        domain = [
            ("backend_id", "=", self.backend_id.id),
            ("direction", "=", "out"),
            ("state", "in", ("pending", "retrying", "deferred", "in_progress")),
        ]
        if self.operation_group != "all":
            domain.append(("type_id", "in", types))
        return {**action, "domain": domain, "context": {}}

    @button("read")
    def action_hold(self):
        """Hold something of this backend."""
        return self.backend_id.action_hold()


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    company_id = fields.Many2one(related="backend_id.company_id")
    waiting_count = fields.Integer(
        compute="_compute_backlog", search="_search_waiting_count", string="Waiting"
    )
    stuck_count = fields.Integer(compute="_compute_backlog", string="Stuck")
    oldest_minutes = fields.Integer(compute="_compute_backlog", string="Oldest (min)")
    doorbell = fields.Selection(
        [("none", "None"), ("waiting", "Waiting"), ("started", "Draining")],
        compute="_compute_doorbell",
        string="Job",
    )

    def _compute_backlog(self):
        self.env.cr.execute(
            "SELECT lane_id,"
            " count(*) FILTER (WHERE state IN ('pending', 'retrying', 'deferred',"
            " 'in_progress')),"
            " count(*) FILTER (WHERE state IN ('invalid', 'dead')),"
            " min(create_date) FILTER (WHERE state IN ('pending', 'retrying'))"
            " FROM logistics_message WHERE lane_id = ANY(%s) AND state IN ('pending',"
            " 'retrying', 'in_progress', 'deferred', 'invalid', 'dead')"
            " GROUP BY lane_id",
            [self.ids],
        )
        rows = {row[0]: row[1:] for row in self.env.cr.fetchall()}
        now = fields.Datetime.now()
        for lane in self:
            waiting, stuck, oldest = rows.get(lane.id, (0, 0, None))
            lane.waiting_count = waiting
            lane.stuck_count = stuck
            age = (now - oldest).total_seconds() if oldest else 0
            lane.oldest_minutes = int(age / 60)

    def _search_waiting_count(self, operator, value):
        if (operator, value) != (">", 0):
            return NotImplemented
        self.env.cr.execute(
            "SELECT DISTINCT lane_id FROM logistics_message WHERE state IN"
            " ('pending', 'retrying', 'in_progress', 'deferred', 'invalid', 'dead')"
            " AND lane_id IS NOT NULL"
        )
        return [("id", "in", [lane_id for (lane_id,) in self.env.cr.fetchall()])]

    def _compute_doorbell(self):
        jobs = job_queue.get_drain_jobs(self.env.cr)
        for lane in self:
            started = jobs.get(lane.id)
            lane.doorbell = (
                "none" if started is None else "started" if started else "waiting"
            )

    @button("read")
    def action_open_messages(self):
        """Open what is in this lane."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "logistics_core.logistics_message_action"
        )
        states = ("pending", "retrying", "deferred", "in_progress", "invalid", "dead")
        return {
            **action,
            "domain": [("lane_id", "=", self.id), ("state", "in", states)],
            "context": {},
        }


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    lane_name = fields.Char(compute="_compute_lane_name", string="Service lane")

    @api.depends("lane_id")
    def _compute_lane_name(self):
        classes = dict(
            self.env["logistics.lane"]
            ._fields["service_class"]
            ._description_selection(self.env)
        )
        for message in self:
            lane = message.lane_id
            name = f"{classes[lane.service_class]} {lane.number}" if lane else False
            message.lane_name = name


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    hold_count = fields.Integer(compute="_compute_alerts")
    alerts = fields.Text(
        compute="_compute_alerts",
        help="What does not move: standstills, interruptions and holds.",
    )

    def _compute_alerts(self):
        exceptions = self.env["logistics.exception"].sudo()
        stalled = exceptions.search(
            [
                ("backend_id", "in", self.ids),
                ("fingerprint", "=like", f"{PREFIX}%"),
                ("state", "in", ("open", "in_progress")),
            ]
        ).grouped("backend_id")
        dead = self._get_dead_heartbeat()
        for backend in self:
            holds = self.env["logistics.hold"]._get_active(backend)
            backend.hold_count = len(holds)
            lines = [dead] if dead and backend.state == "running" else []
            lines += [f"{x.title}. {x.cause}" for x in stalled.get(backend, exceptions)]
            gates = backend.sudo().gate_ids.filtered(lambda g: g.state != "closed")
            for wait in (record._get_wait() for record in (*gates, *holds)):
                text = (
                    self.env._("On hold: %(scope)s. %(cause)s")
                    if wait.kind == "hold"
                    else self.env._("Interrupted: %(scope)s. %(cause)s")
                )
                lines.append(text % {"scope": wait.scope, "cause": wait.cause})
            backend.alerts = "\n".join(lines) or False

    @api.model
    def _get_dead_heartbeat(self):
        """Return a sentence when not even the heartbeat runs, else None."""
        age = self.env["logistics.heartbeat"]._get_beat_age()
        if age is None or age < BEAT_SECONDS:
            return None
        return self.env._(
            "The heartbeat stopped %s minutes ago: scheduled actions do not run."
            " Restart the Odoo server.",
            int(age / 60),
        )

    @button("read")
    def action_open_holds(self):
        """Open the holds of this backend."""
        return {
            **self._action_open("logistics_core.logistics_hold_action"),
            "context": {"search_default_active": 1},
        }

    @button("read")
    def action_open_gates(self):
        """Open the limits and interruptions of this backend."""
        return self._action_open("logistics_core.logistics_gate_action")
