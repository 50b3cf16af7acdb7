"""What the tests of holds, breakers and limits share."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from ..engine.gate import limiter
from ..envelope import SendResult
from ..errors import ConnectionFailed
from ..tools import throttle
from .common import Fact, LogisticsCase


class PolicyCase(LogisticsCase):
    """Messages to a partner that can be switched off; a clock of the gates' own."""

    def setUp(self):
        super().setUp()
        # What the test before found calm is trusted for a moment of real time.
        limiter.trusted.clear()
        self.sent = []
        self.sent_at = []
        self.slots = {}
        self.error = None
        self.passed = 0
        self.document = self.env["res.partner"].create({"name": "Document"})
        self.gate = self.env["logistics.gate"]._get_for_type(
            self.backend, self.fact_type.id
        )
        start = fields.Datetime.now()
        self.startPatcher(
            patch.object(
                self.registry["logistics.gate"],
                "_now",
                lambda gate: start + timedelta(seconds=self.passed),
            )
        )

    def enqueue(self, *values, backend=None, document=None):
        """Write one message per value, each with a key of its own."""
        messages = self.env["logistics.message"]
        for value in values:
            messages |= messages._enqueue(
                backend or self.backend,
                Fact(value),
                record=document or self.document,
                ordering_key=value,
                external_id=value,
            )
        return messages

    def run_drain(self, backend=None):
        """Drain every lane of the backend; the partner fails while `error` is set."""

        def send(connector, backend, message, canonical):
            throttle.wait()
            self.sent.append(canonical.value)
            self.sent_at.append(self.passed)
            if self.error:
                raise self.error
            return SendResult(external_id=f"P-{canonical.value}")

        def wait(seconds):
            self.passed += seconds

        gates = self.registry["logistics.gate"]
        with (
            patch.object(gates, "_reserve", self._reserve),
            patch("odoo.addons.logistics_core.engine.gate.limiter.time.sleep", wait),
            self.handling(),
            self.scripted(_send=send),
        ):
            self.drain(backend)

    def interrupt(self, count=5):
        """Let so many messages fail, which opens the breaker; return them."""
        self.error = ConnectionFailed("down")
        messages = self.enqueue(*[f"fail{n}" for n in range(count)])
        self.run_drain()
        self.forget_sent()
        return messages

    def forget_sent(self):
        self.sent.clear()
        self.sent_at.clear()

    def count_sent(self, seconds):
        """Return how many were sent within so many seconds of the first."""
        return sum(1 for at in self.sent_at if at < self.sent_at[0] + seconds)

    @property
    def _reserve(self):
        """Slots on the tests' own clock: the one connection of a test would undo
        them with the transaction of the message. The real ones are tested with
        connections of their own.
        """

        def reserve(gate, rate, paused_until, longest):
            slot = max(self.slots.get(gate.id, 0), self.passed)
            if slot - self.passed <= longest:
                self.slots[gate.id] = slot + (1 / rate if rate else 0)
            return slot - self.passed

        return reserve
