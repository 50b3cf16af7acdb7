"""The one door to queue_job: enqueue, look, count, channels.

Nothing else of the suite imports queue_job or reads its tables; setup/hub/lint/doors.py
sees to it, and tests/test_job_queue.py fails when what is used here changes there.
"""

from odoo.addons.queue_job.jobrunner.channels import ChannelManager
from odoo.addons.queue_job.jobrunner.runner import _channels

# Service class -> channel. Each has places of its own, so that a flood in one does not
# delay the others.
CHANNELS = {
    "realtime": "root.logistics_realtime",
    "standard": "root.logistics_standard",
    "bulk": "root.logistics_bulk",
}
# A drain job that a worker was handed and did not start after so long is dead.
DEAD_ENQUEUED = "interval '8 seconds'"
# A started job commits that state just before it takes its lock.
DEAD_STARTED = "interval '2 seconds'"

# The keys (one parameter) that have a job which waits. A started job does not count.
WAITING_KEYS = """SELECT identity_key FROM queue_job WHERE identity_key = ANY(%s)
   AND state IN ('wait_dependencies', 'pending', 'enqueued')"""
_HAS_OTHERS = """
SELECT 1 FROM queue_job WHERE identity_key LIKE 'logistics.lane:%%'
   AND state IN ('pending', 'enqueued') AND channel = %s
   AND coalesce(eta, date_created) < (now() AT TIME ZONE 'utc')
   AND split_part(identity_key, ':', 2) <> ALL(%s) LIMIT 1
"""
_REQUEUE_DEAD = f"""
UPDATE queue_job j SET state = 'pending'
 WHERE j.state IN ('enqueued', 'started')
   AND j.identity_key LIKE 'logistics.lane:%'
   AND ((j.state = 'started' AND j.date_started
           < (statement_timestamp() AT TIME ZONE 'utc') - {DEAD_STARTED})
     OR j.date_enqueued
           < (statement_timestamp() AT TIME ZONE 'utc') - {DEAD_ENQUEUED})
   AND (NOT EXISTS (SELECT 1 FROM queue_job_lock k
                     WHERE k.queue_job_id = j.id)
        OR j.id IN (SELECT k.queue_job_id FROM queue_job_lock k
                     WHERE k.queue_job_id = j.id
                       FOR NO KEY UPDATE SKIP LOCKED))
"""
_DRAIN_JOBS = """
SELECT split_part(identity_key, ':', 2)::int, bool_or(state = 'started')
  FROM queue_job WHERE identity_key LIKE 'logistics.lane:%'
   AND state IN ('pending', 'enqueued', 'started') GROUP BY 1
"""
_STANDSTILL = """
SELECT min(greatest(date_created, coalesce(eta, date_created)))
       FILTER (WHERE state IN ('pending', 'enqueued')
               AND coalesce(eta, date_created) <= now),
       max(greatest(date_started, date_done)) >= now - %(limit)s::interval
  FROM queue_job, (SELECT %(now)s::timestamp AS now) AS clock
 WHERE identity_key LIKE 'logistics.%%'
   AND (state IN ('pending', 'enqueued', 'started')
        OR date_done >= now - %(limit)s::interval)
 GROUP BY now
"""
_FAILED = """
SELECT count(*), max(name) FROM queue_job
 WHERE state = 'failed' AND channel LIKE 'root.logistics_%'
"""


def get_drain_key(lane_id, eta=None):
    """Return the key of a lane's drain job; a date has a job of its own."""
    return f"logistics.lane:{lane_id}:{eta or ''}"


def enqueue(record, description, *, service_class, key=None, eta=None, max_retries=0):
    """Return a record whose next method call is enqueued instead of made.

    In the caller's transaction. The arguments of the call must be ids and numbers:
    they are stored in clear.

    :param key: while a job of this key waits there is no second one
    :param eta: when it may start (naive UTC), None: at once
    """
    return record.with_delay(
        channel=CHANNELS[service_class],
        identity_key=key,
        eta=eta,
        max_retries=max_retries,
        description=description,
    )


def has_waiting(cr, service_class, except_lane_ids):
    """Return whether a drain of other lanes is due and waits for a worker."""
    cr.execute(
        _HAS_OTHERS, [CHANNELS[service_class], [str(id_) for id_ in except_lane_ids]]
    )
    return bool(cr.fetchone())


def requeue_dead(cr):
    """Give the drain jobs of dead workers back to the runner, and wake it.

    As queue_job does itself, but that waits for its next round: up to a minute, in
    which dead jobs also keep the places of their channel.
    """
    cr.execute(_REQUEUE_DEAD)


def get_drain_jobs(cr):
    """Return {lane id: whether its job is started} of the lanes that have one."""
    cr.execute(_DRAIN_JOBS)
    return dict(cr.fetchall())


def get_standstill(cr, now, seconds):
    """Return since when a job waits (naive UTC), or None when jobs are being started.

    :param seconds: a job that started or ended within so many shows that they are
    """
    cr.execute(_STANDSTILL, {"limit": f"{seconds} seconds", "now": now})
    oldest, moves = cr.fetchone() or (None, None)
    return None if moves else oldest


def count_failed(cr):
    """Return (number of our failed jobs, description of one)."""
    cr.execute(_FAILED)
    return cr.fetchone()


def get_capacity(channel):
    """Return how many workers the job runner gives a channel; root's when not said."""
    given = {
        settings["name"]: settings.get("capacity")
        for settings in ChannelManager.parse_simple_config(_channels())
    }
    return given.get(channel) or given.get("root") or 1
