"""What of a lane may be claimed now: holds, breakers, limits.

The engine asks once per batch. With nothing in the way that is two small reads.
"""

from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..tools import throttle
from ..transactions import own_transaction
from . import logistics_lane_claim
from .logistics_breaker import is_evidence
from .logistics_limit import Turn


class Admission(logistics_lane_claim.Admission):
    """What of one lane may be claimed in the present transaction.

    :param holds: SQL conditions of the manual holds, functions of the alias
    :param closed_types: message types nothing of which may go through
    :param allowances: {gate: number of messages}, of the gates that limit
    """

    def __init__(self, lane, holds, closed_types, allowances):
        self.lane = lane
        self.holds = holds
        self.closed_types = closed_types
        self.allowances = allowances

    def condition(self, alias):
        """Return SQL that is true for messages that must wait.

        To be embedded in a query that is executed with parameters. It is
        "FALSE" when nothing waits.
        """
        return self._embed([*self._get_holds(alias), *self._get_shut(alias)])

    def _get_holds(self, alias):
        return [hold(alias) for hold in self.holds]

    def _get_shut(self, alias):
        types = tuple(sorted(self.closed_types))
        table = SQL.identifier(alias)
        return [SQL("%s.type_id IN %s", table, types)] if types else []

    def _embed(self, parts):
        if not parts:
            return "FALSE"
        sql = SQL(
            "coalesce(%s, FALSE)", SQL(" OR ").join(SQL("(%s)", p) for p in parts)
        )
        text = self.lane.env.cr.mogrify(sql.code, sql.params).decode()
        return text.replace("%", "%%")

    def admit(self, messages):
        """Return those of the claimed messages for which there is room.

        Notes the probe of an interrupted group.
        """
        if not self.allowances:
            return messages
        gates = self.lane.env["logistics.gate"]
        # What one lane took is not there for the next one of the same claim.
        left = self.allowances
        admitted = []
        for message in messages:
            gate = gates._get_for_type(message.backend_id, message.type_id.id)
            if gate not in left:
                admitted.append(message.id)
            elif left[gate] > 0:
                left[gate] -= 1
                admitted.append(message.id)
                if gate.state != "closed":
                    gate._start_probe(message)
        return messages.browse(admitted)


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    def _admit(self, lock=False):
        """Return the Admission of this lane.

        :param lock: keep others from claiming for the same limits until the
            end of the transaction, which must be READ COMMITTED
        """
        holds = self.env["logistics.hold"]._get_conditions(
            self.backend_id, self.direction
        )
        if self.direction == "in":
            return Admission(self, holds, (), {})
        gates = self.env["logistics.gate"]
        limited = gates.browse(
            [
                g.id
                for g in gates._get_all(self.backend_id).values()
                if not g._is_plain()
            ]
        )
        if not limited:
            return Admission(self, holds, (), {})
        if lock:
            limited = limited._lock_rows()
        return Admission(self, holds, *self._get_allowances(limited))

    def _get_allowances(self, limited):
        """Return (types that are shut, {gate: messages that may be claimed})."""
        in_flight = self._count_in_flight()
        total = sum(in_flight.values())
        overall = None
        allowances = {}
        for gate in limited:
            if gate.operation_group == "all":
                overall = gate._get_allowance(total)
            else:
                count = in_flight.get(gate.operation_group, 0)
                allowances[gate] = gate._get_allowance(count)
        groups = self.env["logistics.gate"]._get_type_groups(self.backend_id.id)
        if overall is not None:
            for gate in self.env["logistics.gate"]._get_all(self.backend_id).values():
                own = allowances.get(gate)
                allowances[gate] = overall if own is None else min(own, overall)
        allowances = {g: a for g, a in allowances.items() if a is not None}
        shut = {g.operation_group for g, a in allowances.items() if a <= 0}
        return {t for t, group in groups.items() if group in shut}, allowances

    def _count_in_flight(self):
        """Return {operation group: messages on their way to the partner}."""
        groups = self.env["logistics.gate"]._get_type_groups(self.backend_id.id)
        self.env.cr.execute(
            "SELECT type_id, count(*) FROM logistics_message WHERE backend_id = %s"
            " AND state = 'in_progress' AND direction = 'out' GROUP BY type_id",
            [self.backend_id.id],
        )
        counts = defaultdict(int)
        for type_id, count in self.env.cr.fetchall():
            counts[groups.get(type_id, "orders")] += count
        return counts

    def _get_next_due(self):
        """Return when the next message is due, what limits keep back included."""
        due = super()._get_next_due()
        if self.direction == "in" or self.backend_id.state != "running":
            return due
        types = sorted(self._admit().closed_types)
        if not types or not self._has_due(types):
            return due
        gate_due = self._get_gate_due()
        return min(due, gate_due) if due else gate_due

    def _has_due(self, type_ids):
        """Return whether a message of these types waits for a limit only."""
        self.env.cr.execute(
            "SELECT 1 FROM logistics_message WHERE lane_id = %s AND state IN"
            " ('pending', 'retrying') AND type_id = ANY(%s)"
            " AND (next_attempt_at IS NULL"
            " OR next_attempt_at <= (now() AT TIME ZONE 'utc')) LIMIT 1",
            [self.id, type_ids],
        )
        return bool(self.env.cr.fetchone())

    def _get_gate_due(self):
        """Return when a limit of this lane's backend next lets something through."""
        now = fields.Datetime.now()
        gates = self.env["logistics.gate"]._get_all(self.backend_id).values()
        times = [at for gate in gates if (at := gate._get_available_at())]
        return max(min(times, default=now), now + timedelta(seconds=1))

    def _note_outcomes(self, outcomes):
        """Tell the gates how attempts went.

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

    def _ring_waiting(self):
        """Ring those of these lanes in which something waits."""
        if not self:
            return
        with own_transaction(self.env, read_committed=True) as env:
            env.cr.execute(
                "SELECT DISTINCT lane_id FROM logistics_message"
                " WHERE lane_id = ANY(%s) AND state IN ('pending', 'retrying', 'held')",
                [self.ids],
            )
            ids = [lane_id for (lane_id,) in env.cr.fetchall()]
        self.browse(ids)._ring()


class LogisticsGate(models.Model):
    _inherit = "logistics.gate"

    def _get_allowance(self, in_flight):
        """Return how many messages may be claimed now; None: any number.

        :param in_flight: messages of this group that are on their way
        """
        if self.state != "closed":
            return self._get_probe_allowance()
        allowances = [self._get_request_allowance(in_flight)]
        if self.max_concurrent:
            allowances.append(max(self.max_concurrent - in_flight, 0))
        return min((a for a in allowances if a is not None), default=None)


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    def _send_or_look_up(self):
        """Send; each request of it waits for its turn."""
        gate = self.env["logistics.gate"]._get_for_type(
            self.backend_id, self.type_id.id
        )
        with throttle.using(Turn(self.env, gate, self.id)):
            return super()._send_or_look_up()
