"""A small warehouse in this process, and the test case of a connector that speaks it.

It is the partner of a connector that `./setup/new_connector wms` has just written:
replace its routes by those of the real warehouse, one by one.
"""

import itertools

from odoo.addons.logistics_core.engine.poll.run import PollRun
from odoo.addons.logistics_core.tests.common import process_inbound
from odoo.addons.logistics_core.tests.fake_partner import (
    URL,
    FakePartner,
    FakePartnerMixin,
)

from .common import WmsCase


class FakeWarehouse(FakePartner):
    """`orders` are its books: {reference: order}; `events` what it has to say."""

    routes = (
        ("GET", "/account", "get_account"),
        ("POST", "/orders", "create_order"),
        ("GET", "/orders", "find_order"),
        ("DELETE", "/orders/([^/]+)", "cancel_order"),
        ("GET", "/events", "get_events"),
    )

    def __init__(self):
        super().__init__()
        self.numbers = itertools.count(1)
        self.orders = {}
        self.events = []

    def get_account(self, body, params):
        return {"account": "W-1"}

    def create_order(self, body, params):
        order = {"id": f"O{next(self.numbers):04}", **body}
        self.orders[body["reference"]] = order
        return 201, order

    def find_order(self, body, params):
        found = self.orders.get(params.get("reference"))
        return found or (404, {"error": {"code": "none", "message": "No order"}})

    def cancel_order(self, key, body, params):
        for reference, order in self.orders.items():
            if order["id"] == key:
                del self.orders[reference]
                return {"id": key}
        return 404, {"error": {"code": "none", "message": "No order"}}

    def get_events(self, body, params):
        since = params.get("since") or ""
        return {"events": [event for event in self.events if event["at"] > since]}

    def ship(self, reference, at="2026-03-02T12:00:00+00:00"):
        """Ship all of an order."""
        order = self.orders[reference]
        self.events.append(
            {
                "id": f"E{next(self.numbers):04}",
                "at": at,
                "status": "shipped",
                "reference": reference,
                "order": order["id"],
                "shipment": f"S{next(self.numbers):04}",
                "tracking": f"T{next(self.numbers):04}",
                "lines": order["lines"],
            }
        )


class FakeWarehouseCase(FakePartnerMixin, WmsCase):
    """`self.partner` is a FakeWarehouse at `URL`."""

    partner_class = FakeWarehouse
    url = URL

    def instruct(self, *lines):
        """Return the delivery of an order, and the result of its instruction."""
        picking = self.make_order(*lines).picking_ids
        message = self.get_messages(picking, "outbound_instruction")
        result = message._send_or_look_up()
        message._set_sent([(message, result)])
        self.settle()
        return picking, result

    def poll(self, operation, cursor=None):
        """Apply what is new at the partner; return the cursor of the next run."""
        run = PollRun(operation, cursor)
        envelopes = list(self.connector._poll(self.backend, run))
        messages, _duplicates = self.env["logistics.message"]._receive(
            self.backend, envelopes
        )
        process_inbound(messages)
        self.settle()
        return run.next_cursor
