"""Which messages of a lane a drain may take, as SQL."""

from ...models.message.states import BLOCKING_STATES

# An archived backend rests like a paused one.
RUNNING = "(b.state = 'running' AND b.active)"


# What a drain may take once it is due. A message that is deferred, because an earlier
# one is missing, is also checked again automatically: what it waits for may have been
# applied by another transaction just before it was deferred. Without an OR, so that
# PostgreSQL walks the index of open messages in order and stops at the limit; with one
# it fetches and sorts the whole lane for each batch.
WAITING = "m.state IN ('pending', 'retrying', 'deferred')"
DUE = """(m.next_attempt_at IS NULL
    OR m.next_attempt_at <= (statement_timestamp() AT TIME ZONE 'utc'))"""


# A message may be taken when no earlier one of its key is stuck. Deferred ones do not
# block: they wait for a later one.
_UNBLOCKED = f"""NOT EXISTS (
    SELECT 1 FROM logistics_message e
     WHERE e.lane_id = m.lane_id AND e.ordering_key = m.ordering_key
       AND (e.sequence, e.id) < (m.sequence, m.id)
       AND e.state IN {BLOCKING_STATES}
       AND (e.state IN ('in_progress', 'dead', 'invalid')
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
    """Return SQL: nothing of the same key precedes message `m`.

    :param kept: SQL condition on `e`, earlier messages that have to wait
    """
    if kept == "FALSE":
        return _UNBLOCKED
    return f"{_UNBLOCKED} AND {_NOT_BEHIND_KEPT.format(kept=kept)}"


def ready(admission):
    """Return SQL: message `m` of a lane (the one parameter) may be taken now."""
    return f"""m.lane_id = %s AND {WAITING} AND {DUE}
           AND {unblocked(admission.condition("e"))}
           AND NOT {admission.condition("m")}"""
