"""What addon tests share: a backend, a scripted connector, a drained lane."""

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from unittest.mock import patch

from odoo.tests import TransactionCase

from ..canonical import Canonical, canonical
from ..engine.inbound.batch import Batch
from ..engine.lane.due_message import DueMessage
from ..engine.lane.time_slice import TimeSlice
from ..envelope import Envelope


@canonical("test_fact")
@dataclass(frozen=True, slots=True)
class Fact(Canonical):
    """A message type of the tests' own."""

    value: str


class LogisticsCase(TransactionCase):
    """A running backend that speaks canonical JSON, and helpers to drain it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        # Threads cannot share the one connection of a test.
        cls.enterClassContext(
            patch.object(
                cls.registry["logistics.backend"], "_get_send_slots", lambda self: 1
            )
        )
        cls.fact_type = cls.env["logistics.message.type"].create(
            {"code": "test_fact", "name": "Test fact", "max_attempts": 3}
        )
        cls.backend = cls.make_backend()

    @classmethod
    def make_backend(cls, **values):
        """Return a running backend."""
        backend = cls.env["logistics.backend"].create(
            {
                "name": f"Partner {len(cls.env['logistics.backend'].search([]))}",
                "base_url": "http://127.0.0.1:9",
                "allow_private_network": True,
                "webhook_secret": "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ=",
                **values,
            }
        )
        backend.action_start()
        return backend

    def receive(self, *envelopes, backend=None):
        """Put facts into the inbox; return the new messages."""
        new, _duplicates = self.env["logistics.message"]._receive(
            backend or self.backend, list(envelopes)
        )
        return new

    def fact(self, external_id, value="x", key="K1", **kw):
        """Return the envelope of a test fact."""
        payload = f'{{"_message_type": "test_fact", "_version": 1, "value": "{value}"}}'
        return Envelope(
            external_id=external_id,
            event="test_fact",
            ordering_key=key,
            payload=payload,
            **kw,
        )

    @contextmanager
    def own_transactions(self):
        """Let the engine's own transactions see the test's records."""
        if type(self)._registry_patched:
            # A test that serves HTTP is in this mode from the start.
            self.env.flush_all()
            yield
            self.env.invalidate_all()
            return
        with self.enter_registry_test_mode():
            yield

    def drain(self, backend=None):
        """Drain every lane of the backend once, as the jobs would."""
        lanes = self.env["logistics.lane"].search(
            [("backend_id", "=", (backend or self.backend).id)]
        )
        with self.own_transactions():
            for lane in lanes.sorted("direction"):
                drain_lane(lane)
        self.env.invalidate_all()

    def sweep(self):
        """Run the sweeper, as the scheduled action would."""
        self.env.flush_all()
        with self.own_transactions():
            self.env["logistics.lane"]._cron_sweep()
        self.env.invalidate_all()

    @contextmanager
    def scripted(self, connector="canonical", **methods):
        """Replace methods of a connector model; each gets (connector, ...)."""
        cls = self.registry[f"logistics.connector.{connector}"]
        with ExitStack() as stack:
            for name, function in methods.items():
                stack.enter_context(patch.object(cls, name, function, create=True))
            yield

    @contextmanager
    def handling(self, message_type="test_fact", **methods):
        """Give a message type a handler for the time of the block.

        Keyword arguments are the handler's methods: `_apply_one(handler,
        message, canonical)` and the others.
        """
        name = f"logistics.handler.{message_type}"
        base = self.registry["logistics.handler"]
        handler = type(name, (base,), {"_name": name, "_register": False, **methods})
        with patch.dict(self.registry.models, {name: handler}):
            yield


def drain_lane(lane):
    """Drain one lane in the test's own transaction; return False when it is locked."""
    if not lane._try_lock(lane.env.cr):
        return False
    lane._begin_drain()
    lane._drain_locked(TimeSlice(lane))
    lane._end_drain()
    return True


def process_inbound(messages):
    """Translate and apply messages as a batch; record every outcome."""
    for backend in messages.backend_id:
        mine = messages.filtered(lambda m, b=backend: m.backend_id == b)
        rows = [
            DueMessage(
                message.id,
                message.ordering_key,
                message.type_id.id,
                message.event,
                message.payload,
                message.canonical,
                message.crash_count,
                bool(message.raw_headers),
            )
            for message in mine
        ]
        Batch(backend, rows).apply()
