"""Rate limits of a gate: a request goes out at its slot, in whatever process."""

import time
from dataclasses import dataclass
from datetime import timedelta

from odoo import api, fields, models

from ..errors import Throttled
from ..tools import pacing
from ..transactions import own_transaction, retrying

# A worker sleeps at most this long for the first request of a message; what has
# a later slot becomes due then and takes no worker.
LONGEST_WAIT = 5.0
# In the middle of a message it is better to wait than to begin anew.
LONGEST_WAIT_BETWEEN = 60.0
DEFAULT_RETRY_AFTER = 5.0
LONGEST_PAUSE = 3600.0
# The clock of all servers that share the database.
CLOCK = "(clock_timestamp() AT TIME ZONE 'utc')"


# A process takes it from its last look that nothing limits a gate, for so long and
# as long as nothing went wrong; else every request looks for itself.
TRUST_SECONDS = 0.2
_trusted = {}


@dataclass(frozen=True, slots=True)
class Slot:
    """When a request may go out.

    :param wait: seconds from `taken_at` on
    :param taken_at: when the database told the wait, on this process's steady clock:
        the commit of the reservation takes its time too
    :param lateness: seconds after which the slot is not good any more
    """

    wait: float
    taken_at: float
    lateness: float

    def get_rest(self):
        """Return the seconds that are left to wait."""
        return max(self.taken_at + self.wait - time.monotonic(), 0.0)

    def is_missed(self):
        """Return whether a request that left now could crowd a later window."""
        return time.monotonic() > self.taken_at + self.wait + self.lateness


# Nothing limits it: at once, and never too late.
AT_ONCE = Slot(0.0, 0.0, float("inf"))


class LogisticsGate(models.Model):
    _inherit = "logistics.gate"

    rate_factor = fields.Float(readonly=True, default=1.0)
    limited_at = fields.Datetime(string="Last 429", readonly=True)
    paused_until = fields.Datetime(
        readonly=True, help="The partner asked us to wait until then (429)."
    )
    next_slot = fields.Datetime(readonly=True)

    def _slow_down(self, retry_after):
        """React to a 429: wait as long as asked, then go on more slowly."""
        now = self._now()
        wait = min(retry_after or DEFAULT_RETRY_AFTER, LONGEST_PAUSE)
        until = now + timedelta(seconds=wait + 1)  # stored in whole seconds
        factor = pacing.factor_at(self.rate_factor, self.limited_at or None, now)
        reduced = pacing.reduced(factor, within_limit=bool(self.rate_requests))
        fresh = not self.limited_at or now - self.limited_at > timedelta(seconds=2)
        self.write(
            {
                # Many requests that were under way together are one signal.
                "rate_factor": reduced if fresh else factor,
                "limited_at": now,
                "paused_until": max(until, self.paused_until or until),
            }
        )

    def _note(self, error, reached, message_id=None):
        if error is not None:
            _trusted.clear()
        return super()._note(error, reached, message_id)

    @api.model
    def _take_slot(self, gate_ids, longest, may_enter=None):
        """Reserve the next slot of these gates; return it.

        Own transaction, one UPDATE per limited gate: it is atomic across all
        processes and servers, on the database's clock.

        :param may_enter: called with the gates first, may raise Throttled
        :raises Throttled: when the slot is more than `longest` seconds away;
            none is taken then
        """
        key = (self.env.cr.dbname, *sorted(gate_ids))
        if time.monotonic() < _trusted.get(key, 0):
            return AT_ONCE
        slot = retrying(self._take_slots, sorted(gate_ids), longest, may_enter)
        if slot.wait > longest:
            raise Throttled(
                self.env._("The rate limit of the partner is used up."),
                retry_after=slot.wait,
            )
        return slot

    def _take_slots(self, gate_ids, longest, may_enter):
        with own_transaction(self.env, read_committed=True) as env:
            gates = env["logistics.gate"].browse(gate_ids).exists()
            if may_enter:
                may_enter(gates)
            if all(gate._is_plain() and gate._is_calm() for gate in gates):
                key = (env.cr.dbname, *gates.ids)
                _trusted[key] = time.monotonic() + TRUST_SECONDS
                return AT_ONCE
            wait, lateness = 0.0, float("inf")
            for gate in gates:
                rate, paused_until = gate._get_rate(), gate._get_paused_until()
                if rate is None and not paused_until:
                    continue
                wait = max(wait, gate._reserve(rate, paused_until, longest))
                if gate.rate_requests:
                    lateness = min(lateness, pacing.own_lateness(gate.rate_seconds))
                if wait > longest:
                    env.cr.rollback()
                    break
            return Slot(wait, time.monotonic(), lateness)

    def _reserve(self, rate, paused_until, longest):
        """Move `next_slot` on by one interval; return the wait for the slot.

        A little behind, it catches up; after a rest it begins anew, because the
        first requests after a rest are the slowest on their way.
        """
        interval = 1.0 / rate if rate else 0.0
        catch_up = pacing.CATCH_UP * self.rate_seconds if self.rate_requests else 0.0
        self.env.cr.execute(
            f"SELECT greatest(CASE WHEN next_slot > {CLOCK} - %s * interval '1 s'"
            f" THEN next_slot ELSE {CLOCK} END, %s::timestamp)"
            " FROM logistics_gate WHERE id = %s FOR NO KEY UPDATE",
            [catch_up, paused_until or None, self.id],
        )
        (slot,) = self.env.cr.fetchone()
        self.env.cr.execute(
            f"SELECT extract(epoch FROM %s::timestamp - {CLOCK})", [slot]
        )
        wait = max(float(self.env.cr.fetchone()[0]), 0.0)
        if wait <= longest:
            self.env.cr.execute(
                "UPDATE logistics_gate SET next_slot = %s WHERE id = %s",
                [slot + timedelta(seconds=interval), self.id],
            )
        return wait

    def _get_request_allowance(self, in_flight):
        """Return how many more messages may be claimed for the coming slots.

        :param in_flight: messages that are claimed and may still need a slot
        """
        if self._get_paused_until():
            return 0
        rate = self._get_rate()
        if rate is None:
            return None
        ahead = 0.0
        if self.next_slot:
            ahead = (self.next_slot - self._now()).total_seconds()
        if ahead > LONGEST_WAIT - 1:
            return 0
        return max(int(rate * (LONGEST_WAIT - 1)) or 1, 1) - in_flight


class Turn:
    """Waits for the slots of one message's or poll's requests.

    :param gate_ids: the group's gate and the one over all groups
    """

    def __init__(self, env, gate, message_id=None):
        self.env = env
        self.gate_id = gate.id
        self.gate_ids = {gate.id, gate._get_all(gate.backend_id)["all"].id}
        self.message_id = message_id
        self.count = 0

    def __call__(self):
        """Sleep until the next request may go out.

        :raises Throttled: the slot is far away, or the breaker opened meanwhile
        """
        first = not self.count
        while True:
            slot = self.env["logistics.gate"]._take_slot(
                self.gate_ids,
                LONGEST_WAIT if first else LONGEST_WAIT_BETWEEN,
                self._check_breaker if first else None,
            )
            if rest := slot.get_rest():
                time.sleep(rest)
            if not slot.is_missed():
                break
        self.count += 1

    def _check_breaker(self, gates):
        """Do not begin a message after the breaker opened, unless it is the probe."""
        gate = gates.filtered(lambda g: g.id == self.gate_id)
        if not gate or gate.state == "closed":
            return
        probes = (False, self.message_id)
        if gate.state == "probing" and gate.probe_message_id.id in probes:
            return
        available = gate._get_available_at()
        wait = (available - gate._now()).total_seconds() if available else 1.0
        raise Throttled(
            self.env._("The work with the partner was interrupted."),
            retry_after=max(wait, 1.0),
        )
