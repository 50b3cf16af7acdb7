"""Gates: what a partner can take, shared by all processes.

There is a gate before each group of operations of a backend (orders, products, polls,
…). It holds the circuit breaker, the rate limit and the limit of simultaneous messages.
The state is a row in the database, so every process and server sees the same.
"""

from datetime import timedelta

from psycopg2.extras import execute_values

from odoo import api, fields, models, tools

from ...fields import get_field_defaults
from ...tools import pacing

# The gate of a limit that holds for all groups of a backend together.
ALL = "all"
POLLS = "polls"
# What new rows have from their fields; without the ORM, because several processes may
# create them at the same time.
DEFAULTED = [
    "state",
    "rate_requests",
    "rate_seconds",
    "rate_factor",
    "max_concurrent",
    "failure_threshold",
    "failure_window",
    "failure_ratio",
    "probe_interval",
    "ramp_seconds",
    "ramp_rate_first",
    "reopened",
    "failures",
    "successes",
]
GATE_STATES = [
    ("closed", "Working"),
    ("open", "Interrupted"),
    ("probing", "Probing"),
]


class LogisticsGate(models.Model):
    """One row is one group of operations of one backend.

    As in electricity, a closed breaker lets everything through and an open one
    nothing; only a probe goes through an open one from time to time.
    """

    _name = "logistics.gate"
    _description = "Operation Group"
    _order = "backend_id, operation_group"
    _rec_name = "operation_group"

    backend_id = fields.Many2one(
        "logistics.backend",
        string="Connection",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    operation_group = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        GATE_STATES,
        required=True,
        default="closed",
        readonly=True,
        string="Circuit breaker",
    )
    rate_requests = fields.Integer(
        string="Requests",
        default=0,
        aggregator=False,
        help="Requests that the partner allows; 0: no limit.",
    )
    rate_seconds = fields.Float(
        string="per (s)", default=60.0, aggregator=False, help="In this many seconds."
    )
    max_concurrent = fields.Integer(
        string="At the same time",
        default=0,
        help="Messages on their way to the partner at the same time; 0: no limit.",
    )

    _unique_group = models.Constraint(
        "UNIQUE(backend_id, operation_group)", "This operation group exists."
    )
    _sane_limits = models.Constraint(
        "CHECK(rate_requests >= 0 AND rate_seconds > 0 AND max_concurrent >= 0)",
        "Limits must not be negative.",
    )

    @api.depends("backend_id.name", "operation_group")
    def _compute_display_name(self):
        for gate in self:
            gate.display_name = f"{gate.backend_id.name}: {gate.operation_group}"

    @api.model
    def _create_missing(self, backends):
        """Give these backends the gates their connectors ask for."""
        defaults = get_field_defaults(self, DEFAULTED)
        names = ["backend_id", "company_id", "operation_group", *defaults]
        rows = []
        for backend in backends:
            limits = backend._get_connector()._get_rate_limits(backend)
            for group in self._get_groups(backend):
                values = dict(defaults)
                if group in limits:
                    values["rate_requests"], values["rate_seconds"] = limits[group]
                rows.append(
                    (backend.id, backend.company_id.id, group, *values.values())
                )
        self.env.flush_all()
        execute_values(
            self.env.cr._obj,
            f"INSERT INTO logistics_gate ({', '.join(names)},"
            " create_uid, write_uid, create_date, write_date)"
            " SELECT v.*, 1, 1, now() AT TIME ZONE 'utc', now() AT TIME ZONE 'utc'"
            " FROM (VALUES %s) AS v ON CONFLICT DO NOTHING",
            rows,
        )
        self.env.registry.clear_cache()

    @api.model
    def _get_groups(self, backend):
        """Return the names of the operation groups of a backend."""
        types = self.env["logistics.message.type"].sudo()._get_every()
        own = backend._get_connector()._operation_groups
        return {ALL, POLLS, *types.mapped("operation_group"), *own.values()}

    @api.model
    def _get_all(self, backend):
        """Return {operation group: gate} of a backend."""
        ids = self._get_ids(backend.id)
        if not ids:
            self._create_missing(backend)
            ids = self._get_ids(backend.id)
        gates = self.sudo().browse(ids.values())
        return dict(zip(ids, gates, strict=True))

    @api.model
    @tools.ormcache("backend_id")
    def _get_ids(self, backend_id):
        gates = self.sudo().search([("backend_id", "=", backend_id)])
        return {gate.operation_group: gate.id for gate in gates}

    @api.model
    @tools.ormcache("backend_id")
    def _get_type_groups(self, backend_id):
        """Return {message type id: operation group} of a backend."""
        backend = self.env["logistics.backend"].sudo().browse(backend_id)
        own = backend._get_connector()._operation_groups
        types = self.env["logistics.message.type"].sudo()._get_every()
        return {t.id: own.get(t.code) or t.operation_group for t in types}

    @api.model
    def _get_for_type(self, backend, type_id):
        """Return the gate of a message type; the group may be new."""
        group = self._get_type_groups(backend.id).get(type_id, "orders")
        gates = self._get_all(backend)
        if group not in gates:
            self._create_missing(backend)
            gates = self._get_all(backend)
        return gates[group]

    def _is_plain(self):
        """Return whether nothing limits this gate at the moment."""
        return (
            self.state == "closed"
            and not self.max_concurrent
            and self._get_rate() is None
            and not self._get_paused_until()
        )

    def _get_rate(self):
        """Return the requests per second that may go out now; None: any."""
        now = self._now()
        return pacing.slowest(
            pacing.limit_rate(
                self.rate_requests,
                self.rate_seconds,
                self.rate_factor,
                self.limited_at or None,
                now,
            ),
            pacing.ramp_rate(
                self.ramp_rate_first, self.ramp_from or None, self.ramp_seconds, now
            ),
        )

    def _now(self):
        # Not now() of the transaction: a lock may have been waited for.
        return fields.Datetime.now()

    def _get_paused_until(self):
        until = self.paused_until
        return until if until and until > self._now() else None

    def _get_available_at(self):
        """Return when something may go through, or None: now."""
        now = self._now()
        if self.state == "open":
            return self.probe_at or now
        if self.state == "probing":
            return self.probe_until or now
        times = [t for t in (self._get_paused_until(), self.next_slot) if t]
        latest = max(times, default=None)
        horizon = now + timedelta(seconds=1)
        return latest if latest and latest > horizon else None


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    gate_ids = fields.One2many(
        "logistics.gate", "backend_id", string="Operation groups"
    )
