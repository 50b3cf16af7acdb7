"""The connector against the partner sandbox, a process that plays ShipEngine."""

from unittest import SkipTest

import requests

from odoo import fields

from odoo.addons.logistics_carrier.tests.carrier_common import CarrierCase

# Nobody listens there: what the sandbox sends is taken from its journal.
NOWHERE = "http://127.0.0.1:9"
GROUND = "se-100001:ups_ground"
_send = requests.Session.send


def start_sandbox():
    try:
        from partner_sandbox.client import Sandbox
    except ImportError as error:
        raise SkipTest("the partner sandbox is in the repository's setup/") from error
    return Sandbox.spawn()


class ShipengineCase(CarrierCase):
    """Every request is checked against the contract by the sandbox."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = start_sandbox()
        cls.addClassCleanup(cls.sandbox.stop)
        cls.env["ir.config_parameter"].set_param("web.base.url", NOWHERE)
        cls.backend.write(
            {
                "connector": "shipengine",
                "base_url": cls.sandbox.dialect_url("shipengine"),
                "allow_private_network": True,
                "shipengine_api_key": cls.sandbox.token,
            }
        )
        cls.method.logistics_service = GROUND
        cls.connector = cls.backend._get_connector()

    @classmethod
    def _request_handler(cls, session, request, /, **kw):
        if request.url.startswith(cls.sandbox.url):
            return _send(session, request, **kw)
        return super()._request_handler(session, request, **kw)

    def setUp(self):
        super().setUp()
        self.sandbox.reset()
        self.sandbox.settings(mode="manual", webhook_retries=[0])

    def tearDown(self):
        super().tearDown()
        self.assertFalse(self.sandbox.violations()["items"])

    def get_books(self):
        return self.sandbox.carrier_books("shipengine")["shipengine"]

    def ask(self, *products, **values):
        """Return the shipment of a delivery whose label is asked for."""
        delivery = self.make_delivery(*products, **values)
        if len(products) > 1:
            self.pack(delivery)
        delivery.action_logistics_buy()
        return delivery.logistics_shipment_ids

    def bought(self, *products, **values):
        shipment = self.ask(*products, **values)
        self.drain()
        self.assertEqual(shipment.state, "labelled", shipment.error)
        return shipment

    def drain_again(self, message):
        """Drain once more what waits for its next attempt."""
        message.next_attempt_at = fields.Datetime.subtract(
            fields.Datetime.now(), minutes=1
        )
        self.drain()
