"""The connector against the partner sandbox, a process that plays ShipBob."""

import json
from unittest import SkipTest

import requests

from odoo.addons.logistics_core.engine.poll.run import PollRun
from odoo.addons.logistics_core.errors import LogisticsError
from odoo.addons.logistics_core.tests.common import process_inbound
from odoo.addons.logistics_wms.tests.common import WmsCase

TOKEN = "sandbox-token"
# Nobody listens there: what the sandbox sends is taken from its journal.
NOWHERE = "http://127.0.0.1:9"
_send = requests.Session.send


def start_sandbox():
    try:
        from partner_sandbox.client import Sandbox
    except ImportError as error:
        raise SkipTest("the partner sandbox is in the repository's setup/") from error
    return Sandbox.spawn()


class ShipbobCase(WmsCase):
    """Every request is checked against the contract by the sandbox."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A process per class: Odoo ends what a class leaves behind.
        cls.sandbox = start_sandbox()
        cls.addClassCleanup(cls.sandbox.stop)
        cls.env["ir.config_parameter"].set_param("web.base.url", NOWHERE)
        cls.backend.write(
            {
                "connector": "shipbob",
                "base_url": cls.sandbox.dialect_url(),
                "allow_private_network": True,
                "shipbob_token": TOKEN,
                "shipbob_channel_id": 101,
                "wms_default_carrier_service": "Standard",
            }
        )
        cls.connector = cls.backend._get_connector()

    @classmethod
    def _request_handler(cls, session, request, /, **kw):
        # Odoo's own handler expects one number as timeout.
        if request.url.startswith(cls.sandbox.url):
            return _send(session, request, **kw)
        return super()._request_handler(session, request, **kw)

    def setUp(self):
        super().setUp()
        self.sandbox.reset()
        self.sandbox.settings(mode="manual", webhook_retries=[0])
        self.stock_at_partner("MUG", 100)
        self.stock_at_partner("TEA", 100)

    def tearDown(self):
        super().tearDown()
        self.assertFalse(self.sandbox.violations()["items"])

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
