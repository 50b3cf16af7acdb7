"""How much of a lane the limits and holds let through now."""

from collections import defaultdict

from odoo import models

from .admission import Admission


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    def _admit(self, lock=False):
        """Return the Admission of this lane.

        :param lock: keep others from taking messages for the same limits until the
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
        """Return (types that are shut, {gate: messages that may be taken})."""
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


class LogisticsGate(models.Model):
    _inherit = "logistics.gate"

    def _get_allowance(self, in_flight):
        """Return how many messages may be taken now; None: any number.

        :param in_flight: messages of this group that are on their way
        """
        if self.state != "closed":
            return self._get_probe_allowance()
        allowances = [self._get_request_allowance(in_flight)]
        if self.max_concurrent:
            allowances.append(max(self.max_concurrent - in_flight, 0))
        return min((a for a in allowances if a is not None), default=None)
