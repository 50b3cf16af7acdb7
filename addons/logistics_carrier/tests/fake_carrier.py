"""A small carrier in this process, and the test case of a connector that speaks it.

It is the partner of a connector that `./setup/new_connector carrier` has just written:
replace its routes by those of the real carrier, one by one.
"""

import base64
import itertools

from odoo.addons.logistics_core.tests.fake_partner import (
    URL,
    FakePartner,
    FakePartnerMixin,
)

from .carrier_common import CarrierCase, make_pdf


class FakeCarrier(FakePartner):
    """`shipments` are its books: {reference: shipment}."""

    routes = (
        ("GET", "/account", "get_account"),
        ("POST", "/rates", "get_rates"),
        ("POST", "/shipments", "create_shipment"),
        ("GET", "/shipments", "find_shipment"),
        ("DELETE", "/shipments/([^/]+)", "cancel_shipment"),
        ("GET", "/parcels/([^/]+)/events", "get_events"),
    )

    def __init__(self):
        super().__init__()
        self.numbers = itertools.count(1)
        self.currency = "EUR"
        self.shipments = {}
        self.events = {}

    def get_account(self, body, params):
        return {"account": "A-1"}

    def get_rates(self, body, params):
        price = {"amount": "9.40", "currency": self.currency}
        return {"offers": [{"service": "PARCEL", "name": "Parcel", "price": price}]}

    def create_shipment(self, body, params):
        label = base64.b64encode(make_pdf()).decode()
        shipment = {
            "id": f"S{next(self.numbers):04}",
            "price": {"amount": "9.40", "currency": self.currency},
            "parcels": [
                {
                    "reference": parcel["reference"],
                    "number": f"N{next(self.numbers):04}",
                    "label": label,
                }
                for parcel in body["parcels"]
            ],
        }
        self.shipments[body["reference"]] = shipment
        return 201, shipment

    def find_shipment(self, body, params):
        found = self.shipments.get(params.get("reference"))
        return found or (404, {"error": {"code": "none", "message": "No shipment"}})

    def cancel_shipment(self, key, body, params):
        for reference, shipment in self.shipments.items():
            if shipment["id"] == key:
                del self.shipments[reference]
                return {"id": key}
        return 404, {"error": {"code": "none", "message": "No shipment"}}

    def get_events(self, number, body, params):
        return {"events": self.events.get(number, [])}


class FakeCarrierCase(FakePartnerMixin, CarrierCase):
    """`self.partner` is a FakeCarrier at `URL`."""

    partner_class = FakeCarrier
    url = URL

    def setUp(self):
        super().setUp()
        self.partner.currency = self.company.currency_id.name

    def buy(self, *products, **values):
        """Return the shipment of a delivery whose label was asked for."""
        delivery = self.make_delivery(*products, **values)
        delivery.action_logistics_buy()
        self.drain()
        return delivery.logistics_shipment_ids

    def try_again(self):
        """Let what waits for its next attempt be tried now."""
        waiting = self.env["logistics.message"].search([("state", "=", "retrying")])
        waiting.next_attempt_at = False
        self.drain()
