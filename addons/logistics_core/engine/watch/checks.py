"""What the heartbeat looks at."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import config

from ...texts import some
from ...translation import translated
from .. import job_queue

# HTTP workers that partners and people need while all jobs run.
FREE_WORKERS = 2
# Polls that may fail in a row.
POLL_FAILURES = 3


class LogisticsHeartbeat(models.AbstractModel):
    _inherit = "logistics.heartbeat"

    @api.model
    def _check_runner(self, backends):
        """Doorbells wait, and none starts: the job runner is dead."""
        limit = self._get_runner_limit()
        oldest = job_queue.get_standstill(self.env.cr, fields.Datetime.now(), limit)
        if not oldest:
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
                    " Nothing is lost: what waits continues automatically."
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
        workers, jobs = config["workers"], job_queue.get_capacity("root")
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
    def _check_secrets(self, backends):
        """The key for secrets is missing, or is another: told before the first use."""
        for backend in backends:
            try:
                backend._get_secrets()
            except UserError as error:
                yield {
                    "backend": backend,
                    "key": "secrets",
                    "title": self.env._("The credentials cannot be read"),
                    "cause": str(error),
                    "remedy": self.env._(
                        "Restore the server's key for secrets, or enter the credentials"
                        " of this connection again."
                    ),
                    "blocks": self.env._("Everything, of this partner"),
                }

    @api.model
    def _check_failed_jobs(self, backends):
        count, name = job_queue.count_failed(self.env.cr)
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
                names = some(silent.mapped("display_name"), 3)
                yield {
                    "backend": backend,
                    "key": "lanes",
                    "title": self.env._("%s lanes do not move", len(silent)),
                    "cause": self.env._(
                        "Messages are due for more than %(minutes)s minutes and are"
                        " not taken: %(lanes)s.",
                        minutes=backend.stall_limit,
                        lanes=translated(self.env, names),
                    ),
                    "remedy": self.env._(
                        "Look at Job Queue: is a drain of these lanes running, or"
                        " do all workers of the channel hang? Start the lane under"
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
                # What is tried at this moment waits too, else each attempt would end
                # the incident and open it again.
                " AND state IN ('pending', 'retrying', 'in_progress')"
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
                            "Look at its attempts. If the partner is slow, inform"
                            " it; if there is simply too much, raise the limits."
                        ),
                        "severity": "warning",
                    }

    def _get_shut_types(self, backend):
        """Return the types of which people know that something keeps them back."""
        types = self.env["logistics.message.type"].sudo()._get_every()
        waits = {type_id: backend._find_wait(type_id) for type_id in types.ids}
        return [t for t, wait in waits.items() if wait and wait.kind != "limited"]

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
                "remedy": self.env._("Fix what the text names, then poll by hand."),
                "severity": "warning",
            }
