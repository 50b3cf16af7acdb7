"""Polling: facts that the partner does not send are fetched."""

from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models

from ..errors import LogisticsError, PermanentError
from ..tools import exchanges
from ..transactions import own_transaction

CHUNK = 200


class LogisticsPoll(models.Model):
    """One row is one kind of fact that is fetched from one backend."""

    _name = "logistics.poll"
    _description = "Poll"
    _order = "backend_id, operation"
    _rec_name = "name"

    name = fields.Char(required=True)
    backend_id = fields.Many2one("logistics.backend", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    active = fields.Boolean(default=True)
    operation = fields.Char(required=True, readonly=True)
    interval = fields.Integer(
        default=15,
        required=True,
        string="Every (minutes)",
        help="Minutes between runs.",
    )
    cursor = fields.Char(readonly=True, help="Where the next run starts.")
    next_run_at = fields.Datetime(default=fields.Datetime.now)
    last_run_at = fields.Datetime(readonly=True)
    last_count = fields.Integer(string="New at last run", readonly=True)
    last_error = fields.Char(readonly=True)

    _unique_operation = models.Constraint(
        "UNIQUE(backend_id, operation)", "This is polled already."
    )
    _positive_interval = models.Constraint(
        "CHECK(interval > 0)", "The interval must be at least a minute."
    )

    @api.model
    def _cron_poll(self):
        """Enqueue the polls that are due."""
        due = self.search(
            [
                ("next_run_at", "<=", fields.Datetime.now()),
                ("backend_id.state", "=", "running"),
            ]
        )
        due._enqueue_run()

    def action_run(self):
        """Poll now."""
        self.check_access("write")
        self._enqueue_run()

    def _enqueue_run(self):
        for poll in self.sudo():
            poll.next_run_at = fields.Datetime.now() + timedelta(minutes=poll.interval)
            poll.with_user(SUPERUSER_ID).with_delay(
                channel="root.logistics_bulk",
                identity_key=f"logistics.poll:{poll.id}",
                max_retries=1,
                description=f"Poll {poll.name}",
            )._job_poll()

    def _job_poll(self):
        """Fetch what is new and store it in the inbox, in chunks."""
        if self.backend_id.state != "running":
            return
        count, error, cursor = 0, None, None
        with own_transaction(self.env) as env:
            poll = env["logistics.poll"].browse(self.id)
            backend = poll.backend_id._as_integration_user()
            with exchanges.record(before_request=env.cr.rollback):
                try:
                    run = PollRun(poll.operation, poll.cursor)
                    chunk = []
                    for envelope in backend._get_connector()._poll(backend, run):
                        chunk.append(envelope)
                        if len(chunk) == CHUNK:
                            count += self._store(chunk)
                            chunk = []
                    count += self._store(chunk)
                    cursor = run.next_cursor or run.cursor
                except LogisticsError as e:
                    error = e
            env.cr.rollback()
        self._record_run(count, error, cursor)

    def _store(self, envelopes):
        with own_transaction(self.env, read_committed=True) as env:
            backend = env["logistics.backend"].browse(self.backend_id.id)
            new, _duplicates = env["logistics.message"]._receive(backend, envelopes)
            lanes = new.lane_id.ids
        self.env["logistics.lane"].browse(lanes)._ring()
        return len(new)

    def _record_run(self, count, error, cursor):
        with own_transaction(self.env) as env:
            poll = env["logistics.poll"].browse(self.id)
            poll.write(
                {
                    "last_run_at": fields.Datetime.now(),
                    "last_count": count,
                    "last_error": str(error)[:500] if error else False,
                    **({"cursor": cursor} if not error else {}),
                }
            )
            poll.backend_id._note_contact(error)
            if isinstance(error, PermanentError):
                env["logistics.exception"]._open(
                    poll.backend_id,
                    error.kind,
                    self.env._("Polling: %s", poll.name),
                    str(error),
                    error.remedy,
                    fingerprint=f"poll:{poll.id}",
                )


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    poll_ids = fields.One2many(
        "logistics.poll", "backend_id", context={"active_test": False}
    )

    def action_start(self):
        """Start, with the polls that the connector asks for."""
        result = super().action_start()
        for backend in self:
            known = set(backend.poll_ids.mapped("operation"))
            self.env["logistics.poll"].sudo().create(
                [
                    {
                        "backend_id": backend.id,
                        "operation": operation,
                        "name": name,
                        "interval": minutes,
                    }
                    for operation, name, minutes in (
                        backend._get_connector()._get_poll_operations()
                    )
                    if operation not in known
                ]
            )
        return result


class PollRun:
    """One run of a poll, as the connector sees it.

    :ivar operation: what is polled
    :ivar cursor: what the run before left, or None
    :ivar next_cursor: set by the connector; kept only when the run succeeds
    """

    def __init__(self, operation, cursor):
        self.operation = operation
        self.cursor = cursor or None
        self.next_cursor = None
