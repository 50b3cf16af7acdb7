"""Put messages and jobs in place, and drain lanes in this process."""

import time

from odoo.addons.logistics_core.engine.inbound import pace
from odoo.addons.logistics_core.engine.lane import time_slice
from odoo.addons.logistics_core.envelope import Envelope
from odoo.addons.logistics_core.transactions import own_transaction

from ..facts import KEYS, noop_payload
from ..requests_made import SECRET


def make_backend(env, name, **values):
    """Make and start a backend; return its id and the path of its webhook.

    Those before it rest: next to partners at work it would get fewer workers.
    """
    env["logistics.backend"].search([("state", "=", "running")]).state = "paused"
    backend = env["logistics.backend"].create(
        {
            "name": name,
            "base_url": "http://127.0.0.1:9",
            "allow_private_network": True,
            "webhook_secret": SECRET,
            **values,
        }
    )
    backend.action_start()
    return [backend.id, f"/logistics/webhook/{backend.webhook_token}"]


def _noop_envelope(prefix, number):
    return Envelope(
        external_id=f"{prefix}-{number}",
        event="bench_noop",
        ordering_key=f"document-{number % KEYS}",
        payload=noop_payload(number),
    )


def fill_inbox(env, backend_id, count, prefix):
    """Put facts without effect into the inbox and wake nobody.

    One fact of each document is received as from the partner; the others are
    copies of its row under keys of their own, because a million would take long.
    """
    backend = env["logistics.backend"].browse(backend_id)
    first = min(count, KEYS)
    envelopes = [_noop_envelope(prefix, number) for number in range(first)]
    new, _duplicates = env["logistics.message"]._receive(backend, envelopes)
    copy_messages(env, new.ids, count)


def copy_messages(env, ids, count):
    """Copy rows of messages round by round until there are ``count`` of them."""
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = 'logistics_message'"
        " AND column_name NOT IN ('id', 'external_id') AND is_generated = 'NEVER'"
    )
    columns = ", ".join(name for (name,) in env.cr.fetchall())
    env.cr.execute(
        f"INSERT INTO logistics_message (external_id, {columns})"
        f" SELECT external_id || '-' || round, {columns}"
        "  FROM logistics_message, generate_series(1, %s) AS round"
        " WHERE id = ANY(%s) ORDER BY round, id LIMIT %s",
        [-(-count // len(ids)), list(ids), count - len(ids)],
    )


def enqueue_noop_jobs(env, count):
    """Put one job for each fact into the queue."""
    bench = env["logistics.bench"]
    for number in range(count):
        bench.with_delay(channel="root.bench")._job_noop(noop_payload(number))


def ring(env, backend_id):
    """Ring the lanes in which something waits, as the webhook does after its commit."""
    env.cr.execute(
        "SELECT id FROM logistics_lane l WHERE backend_id = %s AND EXISTS ("
        "SELECT FROM logistics_message m WHERE m.lane_id = l.id"
        " AND m.state IN ('pending', 'retrying', 'deferred'))",
        [backend_id],
    )
    env["logistics.lane"].browse(row[0] for row in env.cr.fetchall())._ring()


def lane_ids(env, backend_id, direction="in"):
    """The lanes of a backend in which something waits."""
    env.cr.execute(
        "SELECT DISTINCT lane_id FROM logistics_message WHERE backend_id = %s"
        " AND direction = %s AND state = 'pending' ORDER BY lane_id",
        [backend_id, direction],
    )
    return [row[0] for row in env.cr.fetchall()]


def drain(env, lanes):
    """Do what the doorbell jobs of these lanes do; return the seconds taken."""
    env.cr.commit()
    time_slice.LINGER_SECONDS = 0  # waiting for more is not work
    started = time.perf_counter()
    for lane in env["logistics.lane"].browse(lanes):
        lane._job_drain()
    return time.perf_counter() - started


def receive(env, backend_id, prefix, count, per_request):
    """Store facts as the webhook does, ``per_request`` with each commit.

    :return: the seconds taken, with reading nothing and ringing nobody
    """
    batches = [
        [_noop_envelope(prefix, n) for n in range(start, start + per_request)]
        for start in range(0, count, per_request)
    ]
    started = time.perf_counter()
    for batch in batches:
        with own_transaction(env, read_committed=True) as own:
            backend = own["logistics.backend"].browse(backend_id)
            own["logistics.message"]._receive(backend, batch)
    return time.perf_counter() - started


def batch_sizes(env):
    """[first, largest] number of messages the engine claims at once."""
    return [pace.BATCH, pace.LARGEST_BATCH]


def forget_jobs(env):
    """Drop doorbells that were rung where no job runner is."""
    env.cr.execute("DELETE FROM queue_job WHERE state <> 'done'")


def forget_messages(env, backend_id):
    """Drop a backend's messages, so that the table keeps its size."""
    env.cr.execute("DELETE FROM logistics_message WHERE backend_id = %s", [backend_id])


def drain_batches(env, lanes, batches):
    """Drain so many batches of each lane; return how many facts in what time."""
    env.cr.commit()
    started = time.perf_counter()
    handled = sum(
        env["logistics.lane"].browse(lane_id)._drain_inbound_batch() or 0
        for _round in range(batches)
        for lane_id in lanes
    )
    return [handled, time.perf_counter() - started]
