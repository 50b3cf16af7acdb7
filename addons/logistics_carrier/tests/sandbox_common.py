"""A carrier's connector against the partner sandbox."""

from odoo import fields

from odoo.addons.logistics_core.tests.sandbox_common import SandboxMixin

from .carrier_common import CarrierCase


class SandboxCarrierCase(SandboxMixin, CarrierCase):
    """Deliveries, labels and prices of a carrier that the sandbox plays, in euros."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        euro = cls.env.ref("base.EUR")
        euro.active = True
        if not euro.rate_ids:
            euro.rate_ids = [fields.Command.create({"name": "2020-01-01", "rate": 1})]

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
