"""What the heartbeat looks at."""

from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import config

from odoo.addons.base.models.res_partner import _tz_get

from ..guard import MANAGER, SUPPORT, button
from ..tools.business_time import EVERY_DAY, WEEKDAYS, business_minutes
from .logistics_fairness import get_capacity

# Minutes a message of a class may wait until a person is told.
CLASS_LIMITS = {"realtime": 10, "standard": 30, "bulk": 240}
# HTTP workers that partners and people need while all jobs run.
FREE_WORKERS = 2
# Polls that may fail in a row.
POLL_FAILURES = 3


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    tz = fields.Selection(
        _tz_get,
        string="Time zone",
        default=lambda self: self.env.user.tz or "UTC",
        help="Of the partner's business hours.",
    )
    idle_limit = fields.Integer(
        string="Silence to tell (min)",
        help="A person is told when the partner sent nothing for so many minutes of"
        " its business hours. 0: never.",
    )
    idle_from = fields.Float(string="Business hours from", default=8.0)
    idle_to = fields.Float(string="Business hours to", default=18.0)
    idle_days = fields.Selection(
        [("weekdays", "Monday to Friday"), ("all", "Every day")],
        string="Business days",
        default="weekdays",
        required=True,
    )
    stall_limit = fields.Integer(
        string="Standstill to tell (min)",
        default=5,
        help="A person is told when messages that are due are not taken for so many"
        " minutes. 0: never.",
    )

    last_started_at = fields.Datetime(copy=False, readonly=True)

    def _get_business_days(self):
        return EVERY_DAY if self.idle_days == "all" else WEEKDAYS

    def _get_zone(self):
        return ZoneInfo(self.tz or "UTC")

    def _get_idle_minutes(self):
        """Return the minutes of business hours since the partner's last sign."""
        signs = (self.last_received_at, self.last_started_at)
        since = max((at for at in signs if at), default=self.create_date)
        return business_minutes(
            since,
            fields.Datetime.now(),
            self.idle_from,
            self.idle_to,
            self._get_business_days(),
            self._get_zone(),
        )

    @button("write", MANAGER)
    def action_start(self):
        """Start; silence counts from now."""
        drafts = self.filtered(lambda b: b.state == "draft")
        result = super().action_start()
        drafts.last_started_at = fields.Datetime.now()
        return result

    @button("write", MANAGER)
    def action_resume(self):
        """Resume; silence counts from now."""
        paused = self.filtered(lambda b: b.state == "paused")
        result = super().action_resume()
        paused.last_started_at = fields.Datetime.now()
        return result


class LogisticsMessageType(models.Model):
    _inherit = "logistics.message.type"

    max_wait = fields.Integer(
        string="Wait to tell (min)",
        help="A person is told when a message waits longer. 0: 10 minutes in the"
        " class real time, 30 in standard, 240 in bulk.",
    )

    def _get_max_wait(self):
        return self.max_wait or CLASS_LIMITS[self.service_class or "standard"]


class LogisticsPoll(models.Model):
    _inherit = "logistics.poll"

    failure_count = fields.Integer(readonly=True, string="Failures in a row")

    def write(self, vals):
        if "last_run_at" in vals:
            failed = bool(vals.get("last_error"))
            for poll in self:
                number = poll.failure_count + 1 if failed else 0
                super(LogisticsPoll, poll).write({"failure_count": number})
        return super().write(vals)


class LogisticsHeartbeat(models.AbstractModel):
    _inherit = "logistics.heartbeat"

    @api.model
    def _check_runner(self, backends):
        """Doorbells wait, and none starts: the job runner is dead."""
        limit = self._get_runner_limit()
        self.env.cr.execute(
            """
            SELECT min(greatest(date_created, coalesce(eta, date_created)))
                   FILTER (WHERE state IN ('pending', 'enqueued')
                           AND coalesce(eta, date_created) <= now),
                   max(greatest(date_started, date_done)) >= now - %(limit)s::interval
              FROM queue_job, (SELECT %(now)s::timestamp AS now) AS clock
             WHERE identity_key LIKE 'logistics.%%'
               AND (state IN ('pending', 'enqueued', 'started')
                    OR date_done >= now - %(limit)s::interval)
             GROUP BY now
            """,
            {"limit": f"{limit} seconds", "now": fields.Datetime.now()},
        )
        oldest, moves = self.env.cr.fetchone() or (None, None)
        if not oldest or moves:
            return
        age = (fields.Datetime.now() - oldest).total_seconds()
        if age > limit and backends:
            yield {
                "backend": backends[0],
                "key": "runner",
                "title": self.env._("The job runner does not work"),
                "cause": self.env._(
                    "Jobs wait for %s minutes and none is started.", int(age / 60)
                ),
                "remedy": self.env._(
                    "Restart the Odoo server; see that queue_job is among its"
                    " server_wide_modules and that its channels have a capacity."
                    " Nothing is lost: what waits goes on by itself."
                ),
                "blocks": self.env._("Everything, of all partners"),
            }

    def _get_runner_limit(self):
        """Return the seconds a doorbell may wait while none is started."""
        value = self.env["ir.config_parameter"].sudo()
        return int(value.get_param("logistics_core.runner_limit", 120))

    @api.model
    def _check_workers(self, backends):
        """Jobs run in the HTTP workers: some must be left when all jobs run."""
        workers, jobs = config["workers"], get_capacity("root")
        if backends and workers and workers < jobs + FREE_WORKERS:
            yield {
                "backend": backends[0],
                "key": "workers",
                "title": self.env._("Too few workers"),
                "cause": self.env._(
                    "Up to %(jobs)s jobs run in %(workers)s HTTP workers: partners and"
                    " people wait while they are busy.",
                    jobs=jobs,
                    workers=workers,
                ),
                "remedy": self.env._(
                    "In odoo.conf, make “workers” at least %s, or the channel root"
                    " smaller.",
                    jobs + FREE_WORKERS,
                ),
                "severity": "warning",
            }

    @api.model
    def _check_failed_jobs(self, backends):
        self.env.cr.execute(
            "SELECT count(*), max(name) FROM queue_job WHERE state = 'failed'"
            " AND channel LIKE 'root.logistics_%%'"
        )
        count, name = self.env.cr.fetchone()
        if count and backends:
            yield {
                "backend": backends[0],
                "key": "jobs",
                "title": self.env._("%s jobs failed", count),
                "cause": self.env._("The last one: %s", name),
                "remedy": self.env._(
                    "Open Job Queue, look at the failed jobs and requeue or cancel"
                    " them. Messages are taken up again by new jobs in any case."
                ),
                "severity": "warning",
            }

    @api.model
    def _check_lanes(self, backends):
        """Messages are due, nothing keeps them back, and nobody takes them."""
        for backend in backends.filtered("stall_limit"):
            since = fields.Datetime.subtract(
                fields.Datetime.now(), minutes=backend.stall_limit
            )
            lanes = self.env["logistics.lane"].search([("backend_id", "=", backend.id)])
            silent = lanes._get_silent(backend, since)
            if silent:
                yield {
                    "backend": backend,
                    "key": "lanes",
                    "title": self.env._("%s lanes stand still", len(silent)),
                    "cause": self.env._(
                        "Messages are due for more than %(minutes)s minutes and are"
                        " not taken: %(lanes)s.",
                        minutes=backend.stall_limit,
                        lanes=", ".join(silent[:3].mapped("display_name")),
                    ),
                    "remedy": self.env._(
                        "Look at Job Queue: is a drain of these lanes running, or do"
                        " all workers of the channel hang? Ring the lane under"
                        " Lanes."
                    ),
                }

    @api.model
    def _check_ages(self, backends):
        """The oldest message of a type waits longer than its limit."""
        for backend in backends:
            shut = self._get_shut_types(backend)
            self.env.cr.execute(
                "SELECT type_id, min(create_date), count(*) FROM logistics_message m"
                " WHERE lane_id IN"
                " (SELECT id FROM logistics_lane WHERE backend_id = %s)"
                " AND state IN ('pending', 'retrying')"
                " AND type_id IS NOT NULL AND type_id <> ALL(%s) GROUP BY type_id",
                [backend.id, shut],
            )
            for type_id, oldest, count in self.env.cr.fetchall():
                message_type = self.env["logistics.message.type"].browse(type_id)
                age = (fields.Datetime.now() - oldest).total_seconds() / 60
                if age > message_type._get_max_wait():
                    yield {
                        "backend": backend,
                        "key": f"age:{message_type.code}",
                        "title": self.env._("%s waits too long", message_type.name),
                        "cause": self.env._(
                            "The oldest of %(count)s waits for %(age)s minutes; the"
                            " limit is %(limit)s.",
                            count=count,
                            age=int(age),
                            limit=message_type._get_max_wait(),
                        ),
                        "remedy": self.env._(
                            "Look at its attempts. If the partner is slow, tell it;"
                            " if there is simply too much, raise the limits."
                        ),
                        "severity": "warning",
                    }

    def _get_shut_types(self, backend):
        """Return the types a hold or breaker keeps back: they are told already."""
        holds = self.env["logistics.hold"]._get_active(backend)
        groups = self.env["logistics.gate"]._get_type_groups(backend.id)
        if holds.filtered(lambda h: not h.type_id):
            return list(groups)
        gates = self.env["logistics.gate"]._get_all(backend)
        shut = {g for g, gate in gates.items() if gate.state != "closed"}
        return [t for t, g in groups.items() if g in shut] + holds.type_id.ids

    @api.model
    def _check_idle(self, backends):
        for backend in backends.filtered("idle_limit"):
            minutes = backend._get_idle_minutes()
            if minutes > backend.idle_limit:
                yield {
                    "backend": backend,
                    "key": "idle",
                    "title": self.env._("The partner is silent"),
                    "cause": self.env._(
                        "Nothing came in for %(minutes)s minutes of its business"
                        " hours; the limit is %(limit)s.",
                        minutes=int(minutes),
                        limit=backend.idle_limit,
                    ),
                    "remedy": self.env._(
                        "Test the connection, look whether the partner still knows"
                        " our webhook address, and ask the partner."
                    ),
                    "severity": "warning",
                }

    @api.model
    def _check_polls(self, backends):
        polls = backends.poll_ids.filtered("active")
        for poll in polls.filtered(lambda p: p.failure_count >= POLL_FAILURES):
            yield {
                "backend": poll.backend_id,
                "key": f"poll:{poll.id}",
                "title": self.env._("Polling fails: %s", poll.name),
                "cause": self.env._(
                    "It failed %(count)s times in a row: %(error)s",
                    count=poll.failure_count,
                    error=poll.last_error or "",
                ),
                "remedy": self.env._("Mend what the text names, then poll by hand."),
                "severity": "warning",
            }


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    def _get_silent(self, backend, since):
        """Return the lanes with messages due since before `since` that may go."""
        silent = self.browse()
        for direction in ("in", "out"):
            lanes = self.filtered(lambda lane, d=direction: lane.direction == d)
            if not lanes:
                continue
            condition = lanes[0]._admit().condition("m")
            self.env.cr.execute(
                "SELECT DISTINCT m.lane_id FROM logistics_message m"
                " WHERE m.lane_id = ANY(%s) AND m.state IN ('pending', 'retrying')"
                " AND coalesce(m.next_attempt_at, m.create_date) < %s"
                f" AND NOT {condition} AND NOT EXISTS ("
                "  SELECT 1 FROM logistics_message e WHERE e.lane_id = m.lane_id"
                "   AND e.ordering_key = m.ordering_key"
                "   AND (e.sequence, e.id) < (m.sequence, m.id)"
                "   AND e.state IN ('pending', 'in_progress', 'retrying', 'held',"
                "                   'invalid', 'dead'))",
                [lanes.ids, since],
            )
            silent |= self.browse(id_ for (id_,) in self.env.cr.fetchall())
        return silent

    @button("read", SUPPORT)
    def action_ring(self):
        """Wake the lanes by hand."""
        self.check_access("read")
        self.env["logistics.message"]._check_support()
        self.sudo()._ring_after_commit()
        return True
