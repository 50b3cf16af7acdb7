"""The connector against the partner sandbox, a process that plays ShipBob."""

import json

from odoo.addons.logistics_core.engine.poll.run import PollRun
from odoo.addons.logistics_core.errors import LogisticsError
from odoo.addons.logistics_core.tests.common import process_inbound
from odoo.addons.logistics_core.tests.sandbox_common import NOWHERE, SandboxMixin
from odoo.addons.logistics_wms.tests.common import WmsCase

TOKEN = "sandbox-token"


class ShipbobCase(SandboxMixin, WmsCase):
    """Every request is checked against the contract by the sandbox."""

    dialect = "shipbob"
    sandbox_settings = {"webhook_retries": [0]}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("web.base.url", NOWHERE)
        cls.backend.write(
            {
                **cls.get_sandbox_settings(),
                "base_url": cls.sandbox.dialect_url(),
                "shipbob_token": TOKEN,
                "shipbob_channel_id": 101,
                "wms_default_carrier_service": "Standard",
            }
        )
        cls.connector = cls.backend._get_connector()

    def setUp(self):
        super().setUp()
        self.stock_at_partner("MUG", 100)
        self.stock_at_partner("TEA", 100)

    def stock_at_partner(self, sku, quantity=0, **values):
        entry = {"sku": sku, "name": f"Product {sku}", **values}
        self.sandbox.catalogue({**entry, "quantity": quantity} if quantity else entry)

    def deliver(self, *lines, **vals):
        """Return the delivery of a confirmed order and its unsent instruction."""
        picking = self.make_order(*lines, **vals).picking_ids
        return picking, self.get_messages(picking, "outbound_instruction")

    def transmit(self, message):
        """Send one message as a lane does; return the error, if any."""
        error = None
        message.write(
            {"state": "in_progress", "attempt_count": message.attempt_count + 1}
        )
        try:
            result = message._send_or_look_up()
        except LogisticsError as e:
            error = e
            message._set_refused(e)
        else:
            message._set_sent([(message, result)])
        self.settle()
        return error

    def released(self, *lines, **vals):
        """Return a delivery that ShipBob has."""
        picking, message = self.deliver(*lines, **vals)
        error = self.transmit(message)
        self.assertFalse(error, error)
        return picking

    def subscribe(self):
        self.connector._subscribe(self.backend)

    def take_webhooks(self, picking):
        """Receive what the sandbox sent for a delivery; return the messages."""
        self.sandbox.wait_webhooks()
        messages = self.env["logistics.message"]
        for item in self.sandbox.webhooks(reference=picking.logistics_reference):
            headers = {"x-webhook-topic": item["topic"], "webhook-id": item["id"]}
            body = json.dumps(item["payload"]).encode()
            messages |= self.take(self.connector._receive(self.backend, headers, body))
        return messages

    def poll(self, operation, cursor=None):
        """Return the messages that are new, and the cursor of the next run."""
        run = PollRun(operation, cursor)
        envelopes = list(self.connector._poll(self.backend, run))
        return self.take(envelopes), run.next_cursor

    def take(self, envelopes):
        inbox = self.env["logistics.message"]
        messages, _duplicates = inbox._receive(self.backend, envelopes)
        messages = messages.sorted("id")
        process_inbound(messages)
        self.settle()
        messages.invalidate_recordset()
        return messages

    def at_partner(self, picking):
        """Return the partner's book of a delivery."""
        return self.sandbox.order(picking.logistics_reference)

    def get_ordered(self, picking):
        """Return [(SKU, quantity, unit, in eaches, line)] of the partner's book."""
        keys = ("reference_id", "quantity", "unit", "quantity_ea", "external_line_id")
        lines = self.at_partner(picking)["lines"]
        return [tuple(line[key] for key in keys) for line in lines]
