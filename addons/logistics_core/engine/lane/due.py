"""What is due: which lanes have something to do, and when the next one has."""

from datetime import timedelta

from odoo import api, fields, models

from ...transactions import own_transaction
from .conditions import DUE, RUNNING, WAITING, ready, unblocked
from .locks import NOBODY_DRAINS

_DUE_LANES = f"""
SELECT l.id, l.draining FROM logistics_lane l
  JOIN logistics_backend b ON b.id = l.backend_id AND {RUNNING}
 CROSS JOIN LATERAL (
    SELECT 1 FROM logistics_message m
     WHERE m.lane_id = l.id AND {WAITING} AND {DUE} AND {unblocked()}
     LIMIT 1) AS due
"""


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    def _get_next_due(self):
        """Return when the next message is due, what limits keep back included.

        :return: None when nothing is
        """
        if self.backend_id.state != "running" or not self.backend_id.active:
            return None
        admission = self._admit()
        self.env.cr.execute(
            f"SELECT 1 FROM logistics_message m WHERE {ready(admission)} LIMIT 1",
            [self.id],
        )
        if self.env.cr.fetchone():
            return fields.Datetime.now()
        due = self._get_later_due(admission)
        types = sorted(admission.closed_types)
        if not types or not self._has_due(types):
            return due
        gate_due = self._get_gate_due()
        return min(due, gate_due) if due else gate_due

    def _get_later_due(self, admission):
        """Return when the first message that waits for its time is due."""
        self.env.cr.execute(
            f"""
            SELECT min(m.next_attempt_at)
              FROM logistics_message m
             WHERE m.lane_id = %s AND m.state IN ('retrying', 'deferred')
               AND m.next_attempt_at > (statement_timestamp() AT TIME ZONE 'utc')
               AND {unblocked(admission.condition("e"))}
            """,
            [self.id],
        )
        return self.env.cr.fetchone()[0]

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

    @api.model
    def _find_due_lanes(self, env):
        """Return the ids of lanes with something due that nobody drains.

        One probe per lane, however many messages wait in it.
        """
        env.cr.execute(f"{_DUE_LANES} WHERE {NOBODY_DRAINS}")
        return [lane_id for lane_id, _draining in env.cr.fetchall()]

    def _find_due_beside(self):
        """Return {id: whether a drain works on it} of the lanes with something due.

        Of this one's group: this one first, then the others in their order.
        """
        ids = self._get_lane_ids(*self._get_group())
        self.env.cr.execute(
            f"{_DUE_LANES} WHERE l.id = ANY(%s) ORDER BY (l.id >= %s) DESC, l.id",
            [list(ids), self.id],
        )
        return {lane_id: bool(draining) for lane_id, draining in self.env.cr.fetchall()}

    @api.model
    def _get_due(self, backend_ids=None):
        """Return the lanes with something to do now, of all or of some backends."""
        with own_transaction(self.env, read_committed=True) as env:
            due = env["logistics.lane"].browse(self._find_due_lanes(env))
            if backend_ids is not None:
                due = due.filtered(lambda lane: lane.backend_id.id in backend_ids)
            return self.browse(due.ids)

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
                "   AND e.state IN ('pending', 'in_progress', 'retrying', 'deferred',"
                "                   'invalid', 'dead'))",
                [lanes.ids, since],
            )
            silent |= self.browse(id_ for (id_,) in self.env.cr.fetchall())
        return silent
