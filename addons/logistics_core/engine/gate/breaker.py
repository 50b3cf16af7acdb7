"""The circuit breaker of a gate: stop asking a partner that does not answer."""

from datetime import timedelta

from odoo import fields, models

from ...errors import (
    OutcomeUnknown,
    PermanentError,
    PrerequisiteMissing,
    RateLimited,
    Throttled,
    TransientError,
)
from ...guard import MANAGER, button
from ...texts import _lt
from ...tools import pacing
from ...transactions import own_transaction, retrying
from ...translation import recorded
from .limiter import trusted

# A probe whose worker died is given up after this long.
PROBE_LEASE = timedelta(minutes=5)


class LogisticsGate(models.Model):
    _inherit = "logistics.gate"

    failure_threshold = fields.Integer(
        string="Failures to interrupt",
        default=5,
        help="Number of failures within the window after which only a probe is sent"
        " from time to time. 0: never interrupt.",
    )
    failure_window = fields.Float(
        string="Window (s)", default=60.0, help="Failures are counted this long."
    )
    failure_ratio = fields.Float(
        string="Least share of failures (%)",
        default=50.0,
        help="Fewer failures than this share of all attempts do not interrupt.",
    )
    probe_interval = fields.Float(
        string="Probe after (s)",
        default=15.0,
        help="Seconds to the first probe; doubles with each that fails, up to five"
        " minutes.",
    )
    ramp_seconds = fields.Float(
        string="Catching up (s)",
        default=60.0,
        help="After an interruption or a hold, what waited is sent at a growing"
        " rate for this many seconds instead of all at once.",
    )
    ramp_rate_first = fields.Float(
        string="First rate (1/s)", default=1.0, help="Requests per second at first."
    )
    opened_at = fields.Datetime(string="Interrupted since", readonly=True)
    reopened = fields.Integer(readonly=True, default=0, help="Probes that failed.")
    probe_at = fields.Datetime(string="Next probe", readonly=True)
    probe_until = fields.Datetime(readonly=True)
    probe_message_id = fields.Many2one(
        "logistics.message", readonly=True, ondelete="set null"
    )
    failures = fields.Integer(readonly=True, default=0)
    successes = fields.Integer(readonly=True, default=0)
    window_from = fields.Datetime(readonly=True)
    ramp_from = fields.Datetime(string="Catching up since", readonly=True)
    last_error = fields.Char(readonly=True)

    _sane_breaker = models.Constraint(
        "CHECK(failure_threshold >= 0 AND failure_window > 0 AND failure_ratio >= 0"
        " AND failure_ratio <= 100 AND probe_interval >= 1 AND ramp_seconds >= 0"
        " AND ramp_rate_first > 0)",
        "Check the numbers of the circuit breaker.",
    )

    def _get_probe_allowance(self):
        """Return how many messages may go through an interrupted gate now."""
        now = self._now()
        due = self.probe_at if self.state == "open" else self.probe_until
        return int(not due or due <= now)

    def _start_probe(self, message=None):
        """Note that this message (or a poll) is the probe; the row is locked."""
        self.write(
            {
                "state": "probing",
                "probe_until": self._now() + PROBE_LEASE,
                "probe_message_id": message.id if message else False,
            }
        )

    def _note(self, error, reached, message_id=None):
        """Count an outcome in a transaction of its own, under the row's lock.

        :param error: what went wrong, None for success
        :param reached: whether a request went out at all
        """
        self.ensure_one()
        if error is not None:
            trusted.clear()
        elif self._is_calm():
            return
        if retrying(self._note_locked, error, reached, message_id):
            self._wake()

    def _is_calm(self):
        """Return whether a success changes nothing: spares a write on a hot row."""
        return self.state == "closed" and not self.failures

    def _note_locked(self, error, reached, message_id):
        with own_transaction(self.env, read_committed=True) as env:
            gate = env["logistics.gate"].browse(self.id)._lock_rows()
            if not gate:
                return False
            if isinstance(error, RateLimited):
                gate._slow_down(error.retry_after)
            if gate.state == "closed":
                gate._count(error, reached)
                return False
            return gate._note_probe(error, reached, message_id)

    def _lock_rows(self):
        """Lock and read again the rows that exist, in the order of their ids."""
        self.env.cr.execute(
            "SELECT id FROM logistics_gate WHERE id = ANY(%s) ORDER BY id"
            " FOR NO KEY UPDATE",
            [self.ids],
        )
        found = [id_ for (id_,) in self.env.cr.fetchall()]
        self.invalidate_recordset()
        return self.browse(found)

    def _count(self, error, reached):
        """Count an outcome of a closed gate; open it at the threshold."""
        now = self._now()
        end = timedelta(seconds=self.failure_window)
        if not self.window_from or now - self.window_from > end:
            self.write({"window_from": now, "failures": 0, "successes": 0})
        if not is_outage(error):
            if reached and not isinstance(error, RateLimited):
                self.successes += 1
            return
        self.failures += 1
        if self.failure_threshold and pacing.is_tripped(
            self.failures,
            self.successes,
            self.failure_threshold,
            self.failure_ratio / 100,
        ):
            self._open(error)

    def _note_probe(self, error, reached, message_id):
        """Let the probe's outcome decide; return whether the gate closed.

        The late outcome of a message that was on its way when the gate opened
        counts as well when it is good: the partner works again.
        """
        if is_outage(error):
            if self.state == "probing" and message_id in (
                None,
                self.probe_message_id.id,
            ):
                self._open(error)
            return False
        if isinstance(error, RateLimited):
            self.write({"state": "open", "probe_at": self.paused_until})
            return False
        if not reached:
            if self.state == "probing":
                # Proves nothing about the partner: the next one is the probe.
                self.write({"state": "open", "probe_at": self._now()})
            return False
        self._close()
        return True

    def _open(self, error):
        """Interrupt the group, or keep it interrupted after a failed probe."""
        now = self._now()
        again = self.state != "closed"
        reopened = self.reopened + 1 if again else 0
        wait = pacing.probe_wait(self.probe_interval, reopened)
        self.write(
            {
                "state": "open",
                "opened_at": self.opened_at if again else now,
                "reopened": reopened,
                "probe_at": now + timedelta(seconds=wait),
                "probe_until": False,
                "probe_message_id": False,
                "last_error": recorded(self.backend_id, error, 500),
                "ramp_from": False,
            }
        )
        exception = self.env["logistics.exception"]._open(
            self.backend_id,
            "unavailable" if error.kind == "outcome_unknown" else error.kind,
            _lt("Interrupted: %s", self.operation_group),
            error,
            _lt(
                "Nothing has to be done: what waits is kept, the partner is probed"
                " and work resumes automatically, at a growing rate. If it lasts,"
                " ask the partner."
            ),
            fingerprint=f"breaker:{self.operation_group}",
            blocks=_lt("Everything of “%s”", self.operation_group),
        )
        if not again:
            exception.message_post(
                body=self.env._(
                    "Interrupted after %(failures)s failures: %(error)s",
                    failures=self.failures,
                    error=self.last_error,
                )
            )

    def _close(self, resolution=None):
        """Let the work go on, at a rate that grows."""
        now = self._now()
        minutes = int((now - (self.opened_at or now)).total_seconds() / 60)
        resolution = resolution or self.env._(
            "The partner answers again after %s minutes.", minutes
        )
        self.write(
            {
                "state": "closed",
                "opened_at": False,
                "reopened": 0,
                "probe_at": False,
                "probe_until": False,
                "probe_message_id": False,
                "failures": 0,
                "successes": 0,
                "window_from": False,
                "ramp_from": now,
            }
        )
        exceptions = self.env["logistics.exception"].sudo()
        open_ones = exceptions.search(
            [
                ("backend_id", "=", self.backend_id.id),
                ("fingerprint", "=", f"breaker:{self.operation_group}"),
                ("state", "in", ("open", "in_progress")),
            ]
        )
        for exception in open_ones:
            exception.message_post(body=resolution)
        open_ones._resolve(resolution)

    def _wake(self):
        """Ring the lanes of messages that waited for this gate."""
        lanes = self.env["logistics.lane"].sudo()
        lanes.search(
            [("backend_id", "in", self.backend_id.ids), ("direction", "=", "out")]
        )._ring_waiting()

    @button("write", MANAGER)
    def action_reset(self):
        """Close the breaker by hand, after the partner said it works again."""
        self.check_access("write")
        for gate in self.sudo()._lock_rows():
            if gate.state != "closed":
                gate._close(
                    self.env._("Closed by hand by %s.", self.env.user.name),
                )
        self.env.cr.postcommit.add(self.sudo()._wake)
        return True

    @button("write", MANAGER)
    def action_probe(self):
        """Probe now instead of later."""
        self.check_access("write")
        gates = self.sudo()._lock_rows().filtered(lambda g: g.state == "open")
        gates.write({"probe_at": self._now()})
        self.env.cr.postcommit.add(gates._wake)
        return True


def is_outage(error):
    """Return whether an error says that the partner does not work."""
    if isinstance(error, RateLimited | Throttled | PrerequisiteMissing):
        return False
    return isinstance(error, TransientError | OutcomeUnknown)


def is_evidence(error, exchanged):
    """Return whether the outcome says anything about the partner's health."""
    return exchanged or not isinstance(error, PermanentError | Throttled)


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    def _note_outcomes(self, outcomes):
        """Report to the gates how attempts went.

        :param outcomes: list of (message id, error or None, whether a request
            went out)
        """
        with own_transaction(self.env, read_committed=True) as env:
            env.cr.execute(
                "SELECT id, type_id FROM logistics_message WHERE id = ANY(%s)",
                [[message_id for message_id, _error, _exchanged in outcomes]],
            )
            backend = env["logistics.backend"].browse(self.backend_id.id)
            by_id = {
                message_id: env["logistics.gate"]._get_for_type(backend, type_id)
                for message_id, type_id in env.cr.fetchall()
            }
            calm = {gate.id for gate in by_id.values() if gate._is_calm()}
        for message_id, error, exchanged in outcomes:
            gate = by_id.get(message_id)
            if gate and not (error is None and gate.id in calm):
                self.env["logistics.gate"].browse(gate.id)._note(
                    error, is_evidence(error, exchanged), message_id
                )
