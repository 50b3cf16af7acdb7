"""Rate limits of a gate: a request goes out at its slot, in whatever process."""

import time
from datetime import timedelta

from odoo import api, fields, models

from ...errors import Throttled
from ...texts import _lt
from ...tools import pacing
from ...transactions import own_transaction, retrying
from .limiter import AT_ONCE, LONGEST_WAIT, TRUST_SECONDS, Slot, trusted

DEFAULT_RETRY_AFTER = 5.0
LONGEST_PAUSE = 3600.0
# The clock of all servers that share the database.
CLOCK = "(clock_timestamp() AT TIME ZONE 'utc')"


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
        if time.monotonic() < trusted.get(key, 0):
            return AT_ONCE
        slot = retrying(self._take_slots, sorted(gate_ids), longest, may_enter)
        if slot.wait > longest:
            raise Throttled(
                _lt("The rate limit of the partner is used up."),
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
                trusted[key] = time.monotonic() + TRUST_SECONDS
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

        A little behind, it catches up; after a rest it starts again, because the first
        requests after a rest are the slowest.
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
        """Return how many more messages may be taken for the coming slots.

        :param in_flight: messages that are leased and may still need a slot
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
