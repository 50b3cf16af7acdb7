"""What of a lane may be taken now: holds, breakers, limits.

The engine asks once per batch. When nothing limits, that is two small reads.
"""

from odoo.tools import SQL


class Admission:
    """What of one lane may be taken in the present transaction.

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
        """Return those of the messages for which there is room.

        Notes the probe of an interrupted group.
        """
        if not self.allowances:
            return messages
        gates = self.lane.env["logistics.gate"]
        # What one lane took is not there for the next one of the same batch.
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
