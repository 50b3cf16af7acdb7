"""Claiming: which messages of a lane a drain may take, in which order."""

from dataclasses import dataclass

from odoo import fields, models
from odoo.tools import config

SEND_SLOTS = 16
# What a drain may take once it is due. A message that waits for a prerequisite is
# also looked at again by itself: the fact it waits for may have been applied by
# another transaction just before this one was parked.
# Without an OR, so that PostgreSQL walks the index of open messages in order and stops
# at the limit; with one it fetches and sorts the whole lane for each batch.
WAITING = """(m.state IN ('pending', 'retrying', 'held')
    AND (m.state <> 'held' OR m.error_kind = 'prerequisite'))"""
DUE = """(m.next_attempt_at IS NULL
    OR m.next_attempt_at <= (statement_timestamp() AT TIME ZONE 'utc'))"""

# States in which a message can keep later ones of its key back. They have a
# small partial index of their own, so that the check costs the same however long
# the backlog is.
BLOCKING_STATES = ("retrying", "in_progress", "held", "invalid", "dead")

# A message may be taken when no earlier one of its key is stuck. Messages that
# wait for a prerequisite (held) do not block: they wait for a later one.
_UNBLOCKED = f"""NOT EXISTS (
    SELECT 1 FROM logistics_message e
     WHERE e.lane_id = m.lane_id AND e.ordering_key = m.ordering_key
       AND (e.sequence, e.id) < (m.sequence, m.id)
       AND e.state IN {BLOCKING_STATES}
       AND (e.state IN ('in_progress', 'dead', 'invalid')
            OR (e.state = 'held' AND e.error_kind = 'hold')
            OR (e.state = 'retrying'
                AND e.next_attempt_at > (statement_timestamp() AT TIME ZONE 'utc')))
       AND coalesce((SELECT t.blocks_key FROM logistics_message_type t
                      WHERE t.id = e.type_id), false)
)"""
# The same for earlier messages that a hold or limit keeps back.
_NOT_BEHIND_KEPT = """NOT EXISTS (
    SELECT 1 FROM logistics_message e
     WHERE e.lane_id = m.lane_id AND e.ordering_key = m.ordering_key
       AND (e.sequence, e.id) < (m.sequence, m.id)
       AND e.state IN ('pending', 'retrying') AND {kept}
       AND coalesce((SELECT t.blocks_key FROM logistics_message_type t
                      WHERE t.id = e.type_id), false)
)"""


def unblocked(kept="FALSE"):
    """Return SQL: nothing of the same key stands before message `m`.

    :param kept: SQL condition on `e`, earlier messages that have to wait
    """
    if kept == "FALSE":
        return _UNBLOCKED
    return f"{_UNBLOCKED} AND {_NOT_BEHIND_KEPT.format(kept=kept)}"


@dataclass(slots=True)
class Claimed:
    """One claimed message, light: a batch is claimed in one statement."""

    id: int
    key: str
    type_id: int | None
    event: str | None
    payload: str | None
    canonical: str | None
    crash_count: int
    # An authentic request that could not be read as it came in.
    raw: bool = False


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    def _admit(self, lock=False):
        """Return what holds and limits let through now: see Admission."""
        return Admission()

    def _should_yield(self):
        """Return whether a drain should make room for another one."""
        return False

    def _note_outcomes(self, outcomes):
        """Learn from sends: [(message id, error or None, whether requests went out)].

        Called before failures are recorded, and after successes are.
        """

    def _get_claim_conditions(self, admission):
        return f"""m.lane_id = %s AND {WAITING} AND {DUE}
               AND {unblocked(admission.condition("e"))}
               AND NOT {admission.condition("m")}"""

    def _claim(self, limit, admission, after="", only_id=None):
        """Return claimed messages, in order per key, none behind a stuck one.

        Keys are taken in turn, from `after` on and then from the first again, so
        that a key with very many messages does not keep the others waiting.

        :param only_id: claim this one message, if it may be claimed
        """
        if only_id:
            return self._select_claim(admission, "m.id = %s", only_id, 1)
        rows = self._select_claim(admission, "m.ordering_key > %s", after, limit)
        if after and len(rows) < limit:
            rows += self._select_claim(
                admission, "m.ordering_key <= %s", after, limit - len(rows)
            )
        return rows

    def _select_claim(self, admission, place, value, limit):
        self.env.cr.execute(
            f"""
            SELECT m.id, m.ordering_key, m.type_id, m.event, m.payload,
                   m.canonical, coalesce(m.crash_count, 0),
                   m.raw_headers IS NOT NULL
              FROM logistics_message m
             WHERE {self._get_claim_conditions(admission)} AND {place}
             ORDER BY m.ordering_key, m.sequence, m.id
             LIMIT %s
            """,
            [self.id, value, limit],
        )
        return [Claimed(*row) for row in self.env.cr.fetchall()]

    def _claim_heads(self, limit, admission, after=""):
        """Return [(id, key, crash count)]: the first due message of each key."""
        heads = []
        places = [("m.ordering_key > %s", after)]
        if after:
            places.append(("m.ordering_key <= %s", after))
        for place, value in places:
            self.env.cr.execute(
                f"""
                SELECT DISTINCT ON (m.ordering_key)
                       m.id, m.ordering_key, coalesce(m.crash_count, 0)
                  FROM logistics_message m
                 WHERE {self._get_claim_conditions(admission)} AND {place}
                 ORDER BY m.ordering_key, m.sequence, m.id
                 LIMIT %s
                """,
                [self.id, value, limit - len(heads)],
            )
            heads += self.env.cr.fetchall()
            if len(heads) >= limit:
                break
        return heads

    def _get_next_due(self):
        """Return when the first claimable message of the lane is due, or None."""
        if self.backend_id.state != "running" or not self.backend_id.active:
            return None
        admission = self._admit()
        self.env.cr.execute(
            "SELECT 1 FROM logistics_message m"
            f" WHERE {self._get_claim_conditions(admission)} LIMIT 1",
            [self.id],
        )
        if self.env.cr.fetchone():
            return fields.Datetime.now()
        return self._get_later_due(admission)

    def _get_later_due(self, admission):
        """Return when the first message that waits for its time is due."""
        self.env.cr.execute(
            f"""
            SELECT min(m.next_attempt_at)
              FROM logistics_message m
             WHERE m.lane_id = %s AND m.state IN ('retrying', 'held') AND {WAITING}
               AND m.next_attempt_at > (statement_timestamp() AT TIME ZONE 'utc')
               AND {unblocked(admission.condition("e"))}
            """,
            [self.id],
        )
        return self.env.cr.fetchone()[0]


class Admission:
    """Lets everything through; holds and limits have their own."""

    def condition(self, alias):
        """Return SQL that is true for messages of `alias` that must wait."""
        return "FALSE"

    def admit(self, messages):
        """Return those of the outgoing messages for which there is room."""
        return messages


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    def _get_send_slots(self):
        """Return how many messages one drain may send at the same time.

        Each needs a database connection, and another one while it waits for its
        turn; the drain, and what else the process does, need some as well.
        """
        return max(1, min(SEND_SLOTS, (config["db_maxconn"] - 4) // 2))
