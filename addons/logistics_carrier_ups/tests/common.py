"""The connector against the partner sandbox, a process that plays UPS."""

from unittest import SkipTest

import requests

from odoo.addons.logistics_carrier.tests.carrier_common import CarrierCase

TOKEN = "sandbox-token"
_send = requests.Session.send


def start_sandbox():
    try:
        from partner_sandbox.client import Sandbox
    except ImportError as error:
        raise SkipTest("the partner sandbox is in the repository's setup/") from error
    return Sandbox.spawn()


class UpsCase(CarrierCase):
    """Every request is checked against the contract by the sandbox."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A process per class: Odoo ends what a class leaves behind.
        cls.sandbox = start_sandbox()
        cls.addClassCleanup(cls.sandbox.stop)
        cls.backend.write(
            {
                "connector": "ups",
                "base_url": cls.sandbox.dialect_url("ups"),
                "allow_private_network": True,
                "ups_client_id": "client",
                "ups_client_secret": TOKEN,
                "ups_account": "A1B2C3",
                "ups_alert_key": "alert-key",
            }
        )
        cls.method.logistics_service = "11"
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
        self.sandbox.settings(mode="manual")
        self.connector._get_auth(self.backend).forget()

    def tearDown(self):
        super().tearDown()
        self.assertFalse(self.sandbox.violations()["items"])

    def labelled(self, *products, **values):
        """Return the shipment of a delivery whose label was bought."""
        delivery = self.make_delivery(*products, **values)
        delivery.action_logistics_buy()
        self.drain()
        return delivery.logistics_shipment_ids

    def make_export(self):
        """Return a delivery of two packages to Switzerland, with its customs data."""
        terms = [("code", "=", "DAP")]
        incoterm = self.env["account.incoterms"].search(terms, limit=1)
        self.method.logistics_incoterm_id = incoterm
        customer = self.make_customer(
            city="Zürich", zip="8001", country_id=self.env.ref("base.ch").id
        )
        goods = [
            self.make_product(
                name,
                weight=0.5,
                hs_code="8516.79",
                country_of_origin=self.env.ref("base.pt").id,
                logistics_customs_description=f"Electric {name}",
            )
            for name in ("kettle", "toaster")
        ]
        delivery = self.make_delivery(*goods, customer=customer, quantity=1)
        self.pack(delivery)
        return delivery

    def rate(self):
        """Return the price of the method for an order."""
        order = self.make_order()
        with self.own_transactions():
            return self.method.rate_shipment(order)

    def again(self):
        """Let what waits for its next attempt be tried now."""
        waiting = self.env["logistics.message"].search([("state", "=", "retrying")])
        waiting.next_attempt_at = False
        self.drain()

    def at_carrier(self):
        return self.sandbox.carrier_books()[self.backend.connector]
