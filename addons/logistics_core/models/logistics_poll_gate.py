"""Polls go through a gate as messages do: breaker and rate limit."""

from odoo import models

from ..errors import Throttled
from ..tools import throttle
from ..transactions import own_transaction
from .logistics_breaker import is_evidence
from .logistics_gate import POLLS
from .logistics_limit import Turn


class LogisticsPoll(models.Model):
    _inherit = "logistics.poll"

    def _job_poll(self):
        """Poll, unless the gate is shut: then when it lets the next one through."""
        if not self._enter_gate():
            return
        gate = self.env["logistics.gate"]._get_all(self.backend_id)[POLLS]
        with throttle.using(Turn(self.env, gate)):
            super()._job_poll()

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

    def _record_run(self, run, error):
        if isinstance(error, Throttled):
            with own_transaction(self.env) as env:
                poll = env["logistics.poll"].browse(self.id)
                poll.next_run_at = poll.backend_id.gate_ids._now()
            return
        super()._record_run(run, error)
        gate = self.env["logistics.gate"]._get_all(self.backend_id)[POLLS]
        gate._note(error, is_evidence(error, exchanged=error is None))
