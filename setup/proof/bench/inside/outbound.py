"""Instructions without effect that go out."""

from odoo.addons.logistics_bench.canonical import Noop

from ..facts import KEYS, TEXT


def fill_outbox(env, backend_id, count, prefix, held=False):
    """Write messages to be sent and wake nobody; return their ids.

    :param held: as messages that the engine leaves alone
    """
    backend = env["logistics.backend"].browse(backend_id)
    items = [
        {
            "canonical": Noop(number=number, text=TEXT),
            "record": env.company.partner_id,
            "ordering_key": f"document-{prefix}-{number % KEYS}",
            "external_id": f"{prefix}-{number}",
        }
        for number in range(count)
    ]
    messages = env["logistics.message"]._enqueue_many(backend, items)
    env.cr.postcommit.clear()  # the bench rings when its clock starts
    if held:
        messages.write({"state": "cancelled"})
    return messages.ids


def enqueue_send_jobs(env, ids, url):
    """One job for each message."""
    bench = env["logistics.bench"]
    for message_id in ids:
        bench.with_delay(channel="root.bench")._job_send(message_id, url)


def one_at_a_time(env):
    """Let this process send without threads, which a profile cannot see into."""
    env.registry["logistics.backend"]._get_send_slots = lambda backend: 1
