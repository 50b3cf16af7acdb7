"""Polling: facts that the partner does not send are fetched."""

import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models

from ...errors import CONTACT_KINDS, LogisticsError, PermanentError, Throttled
from ...guard import MANAGER, button, engine
from ...models.exception.exception import OPEN
from ...texts import _lt
from ...tools import exchanges, throttle
from ...transactions import is_transaction_error, own_transaction, retrying
from ...translation import recorded
from .. import job_queue
from ..gate.breaker import is_evidence
from ..gate.gate import POLLS
from ..gate.limiter import RateLimiter
from .run import PollRun

_logger = logging.getLogger(__name__)

CHUNK = 200


class LogisticsPoll(models.Model):
    """One row is one kind of fact that is fetched from one backend."""

    _name = "logistics.poll"
    _description = "Poll"
    _logistics_engine_fields = frozenset({"backend_id"})
    _order = "backend_id, operation"
    _rec_name = "name"

    name = fields.Char(required=True)
    backend_id = fields.Many2one(
        "logistics.backend", string="Connection", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    active = fields.Boolean(default=True)
    operation = fields.Char(required=True, readonly=True)
    interval = fields.Integer(
        default=15,
        required=True,
        string="Minutes",
        help="Minutes between runs.",
    )
    cursor = fields.Char(readonly=True, help="Where the next run starts.")
    next_run_at = fields.Datetime(string="Next run", default=fields.Datetime.now)
    last_run_at = fields.Datetime(string="Last run", readonly=True)
    last_count = fields.Integer(
        string="New", readonly=True, help="Facts that were new at the last run."
    )
    last_error = fields.Char(string="Last error", readonly=True)
    failure_count = fields.Integer(readonly=True, string="Failures in a row")

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
                ("backend_id.active", "=", True),
            ]
        )
        due._enqueue_run()

    @button("write", MANAGER)
    def action_run(self):
        """Poll now."""
        self.check_access("write")
        self._enqueue_run()

    def _enqueue_run(self):
        for poll in self.sudo():
            poll.next_run_at = fields.Datetime.now() + timedelta(minutes=poll.interval)
            job_queue.enqueue(
                poll.with_user(SUPERUSER_ID),
                f"Poll {poll.name}",
                service_class="bulk",
                key=f"logistics.poll:{poll.id}",
                max_retries=1,
            )._job_poll()

    def _job_poll(self):
        """Poll, unless the gate is shut: then when it lets the next one through."""
        if not self._enter_gate():
            return
        gate = self.env["logistics.gate"]._get_all(self.backend_id)[POLLS]
        with throttle.using(RateLimiter(self.env, gate)):
            self._run()

    def _run(self):
        """Fetch what is new and store it in the inbox, in chunks."""
        backend = self.backend_id
        if backend.state != "running" or not backend.active:
            return
        with own_transaction(self.env) as env:
            poll = env["logistics.poll"].browse(self.id)
            run = PollRun(poll.operation, poll.cursor)
            with exchanges.record(before_request=env.cr.rollback):
                error = poll._fetch(run)
            env.cr.rollback()
        retrying(self._record_run, run, error)
        if run.details:
            retrying(self._record_details, run)

    def _fetch(self, run):
        """Store what the connector yields; return the error that ended it, if any.

        What was yielded before an error is kept: it will be received again, and be
        rejected by the index as a duplicate.
        """
        chunk, error = [], None
        backend_id = self.backend_id.id
        try:
            backend = self.backend_id._as_integration_user()
            for envelope in backend._get_connector()._poll(backend, run):
                chunk.append(envelope)
                if len(chunk) == CHUNK:
                    run.count += retrying(self._store, backend_id, chunk)
                    chunk = []
        except LogisticsError as e:
            error = e
        except Exception as e:  # the vendor's code is the boundary here
            if is_transaction_error(e):
                raise
            _logger.exception("poll %s failed", self.id)
            error = PermanentError(
                _lt("The connector failed: %(e)r", e=e),
                remedy=_lt(
                    "Send the server's log to support. It is polled again "
                    "at the next time."
                ),
            )
        run.count += retrying(self._store, backend_id, chunk)
        return error

    def _store(self, backend_id, envelopes):
        """Put facts into the inbox in a transaction of their own."""
        if not envelopes:
            return 0
        # Nothing stays open meanwhile; the connector may only have read.
        self.env.cr.rollback()
        with own_transaction(self.env, read_committed=True) as env:
            backend = env["logistics.backend"].browse(backend_id)
            new, _duplicates = env["logistics.message"]._receive(backend, envelopes)
            count, lanes = len(new), new.lane_id.ids
        retrying(self.env["logistics.lane"].browse(lanes)._ring)
        return count

    def _record_run(self, run, error):
        if isinstance(error, Throttled):
            with own_transaction(self.env) as env:
                poll = env["logistics.poll"].browse(self.id)
                poll.next_run_at = poll.backend_id.gate_ids._now()
            return
        with own_transaction(self.env) as env:
            poll = env["logistics.poll"].browse(self.id)
            vals = {
                "last_run_at": fields.Datetime.now(),
                "last_count": run.count,
                "last_error": recorded(poll.backend_id, error, 500) if error else False,
            }
            if not error:
                vals["cursor"] = run.next_cursor or run.cursor
            poll.write(vals)
            poll._note_run(error)
        gate = self.env["logistics.gate"]._get_all(self.backend_id)[POLLS]
        gate._note(error, is_evidence(error, exchanged=error is None))

    def _record_details(self, run):
        """Let the connector record what it noted, also of a run that failed."""
        with own_transaction(self.env) as env:
            poll = env["logistics.poll"].browse(self.id)
            backend = poll.backend_id._as_integration_user()
            with engine():
                backend._get_connector()._record_poll(backend, run)

    def _note_run(self, error):
        """Report what needs a person; close that once it works."""
        exceptions = self.env["logistics.exception"]
        fingerprint = f"poll:{self.id}"
        if error is None or error.kind in CONTACT_KINDS:
            self.backend_id._note_contact(error)
        if isinstance(error, PermanentError):
            exceptions._open(
                self.backend_id,
                error.kind,
                _lt("Polling: %s", self.name),
                error,
                error.remedy,
                fingerprint=fingerprint,
            )
        elif error is None:
            exceptions.search(
                [
                    ("backend_id", "=", self.backend_id.id),
                    ("fingerprint", "=", fingerprint),
                    ("state", "in", OPEN),
                ]
            )._resolve(self.env._("It was polled with success."))

    def _enter_gate(self):
        """Return whether this poll may go; note it as the probe where it is one."""
        with own_transaction(self.env, read_committed=True) as env:
            poll = env["logistics.poll"].browse(self.id)
            gate = env["logistics.gate"]._get_all(poll.backend_id)[POLLS]
            if gate.state == "closed":
                return True
            gate = gate._lock_rows()
            if gate._get_probe_allowance():
                gate._start_probe()
                return True
            poll.next_run_at = gate._get_available_at() or poll.next_run_at
        return False

    def write(self, vals):
        if "last_run_at" in vals:
            failed = bool(vals.get("last_error"))
            for poll in self:
                number = poll.failure_count + 1 if failed else 0
                super(LogisticsPoll, poll).write({"failure_count": number})
        return super().write(vals)


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    poll_ids = fields.One2many(
        "logistics.poll", "backend_id", context={"active_test": False}
    )

    def _ensure_polls(self):
        """Create the polls that the connectors ask for and that are not there yet.

        Also for an addon that brings one to backends which were started before.
        """
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
