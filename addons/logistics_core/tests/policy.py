"""What the tests of holds, breakers and limits share."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from ..envelope import SendResult
from ..errors import ConnectionFailed
from ..tools import throttle
from .common import Fact, LogisticsCase


class PolicyCase(LogisticsCase):
    """Messages to a partner that can be switched off; a clock of the gates' own."""

    def setUp(self):
        super().setUp()
        self.sent = []
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
            if self.error:
                raise self.error
            return SendResult(external_id=f"P-{canonical.value}")

        # Slots are on the database's clock: they are reserved, not waited for.
        sleep = patch("odoo.addons.logistics_core.models.logistics_limit.time.sleep")
        with sleep, self.handling(), self.scripted(_send=send):
            self.drain(backend)

    def interrupt(self, count=5):
        """Let so many messages fail, which opens the breaker; return them."""
        self.error = ConnectionFailed("down")
        messages = self.enqueue(*[f"fail{n}" for n in range(count)])
        self.run_drain()
        self.sent.clear()
        return messages
