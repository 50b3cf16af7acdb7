"""The connector against the partner sandbox, a process that plays UPS."""

from odoo.addons.logistics_carrier.tests.sandbox_common import SandboxCarrierCase

TOKEN = "sandbox-token"


class UpsCase(SandboxCarrierCase):
    """Every request is checked against the contract by the sandbox."""

    dialect = "ups"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend.write(
            {
                **cls.get_sandbox_settings(),
                "ups_client_id": "client",
                "ups_client_secret": TOKEN,
                "ups_account": "A1B2C3",
                "ups_alert_key": "alert-key",
            }
        )
        cls.method.logistics_service = "11"
        cls.connector = cls.backend._get_connector()

    def setUp(self):
        super().setUp()
        self.connector._get_auth(self.backend).forget()
