"""The connector against the partner sandbox, a process that plays ShipEngine."""

from odoo import fields

from odoo.addons.logistics_carrier.tests.sandbox_common import SandboxCarrierCase
from odoo.addons.logistics_core.tests.sandbox_common import NOWHERE

GROUND = "se-100001:ups_ground"


class ShipengineCase(SandboxCarrierCase):
    """Every request is checked against the contract by the sandbox."""

    dialect = "shipengine"
    sandbox_settings = {"webhook_retries": [0]}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("web.base.url", NOWHERE)
        cls.backend.write(
            {
                **cls.get_sandbox_settings(),
                "shipengine_api_key": cls.sandbox.token,
            }
        )
        cls.method.logistics_service = GROUND
        cls.connector = cls.backend._get_connector()

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
