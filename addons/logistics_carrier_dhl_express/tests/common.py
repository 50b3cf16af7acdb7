"""The connector against the partner sandbox, a process that plays DHL Express."""

from odoo.addons.logistics_carrier.tests.sandbox_common import SandboxCarrierCase

TOKEN = "sandbox-token"


class DhlExpressCase(SandboxCarrierCase):
    """Every request is checked against the contract by the sandbox."""

    dialect = "dhl_express"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend.write(
            {
                **cls.get_sandbox_settings(),
                "dhl_express_user": "user",
                "dhl_express_password": TOKEN,
                "dhl_express_account": "123456789",
            }
        )
        cls.method.logistics_service = "N"
        cls.connector = cls.backend._get_connector()
