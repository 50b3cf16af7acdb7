"""Settings and connection."""

from odoo.modules.neutralize import neutralize_database
from odoo.tests import Form, tagged

from odoo.addons.logistics_core.errors import AuthenticationFailed

from .common import DhlExpressCase


@tagged("post_install", "-at_install")
class TestDhlExpressBackend(DhlExpressCase):
    def test_form_takes_the_settings_and_hides_the_password(self):
        form = Form(self.env["logistics.backend"])
        form.name = "DHL"
        form.connector = "dhl_express"
        form.dhl_express_user = "user-1"
        form.dhl_express_password = "secret-1"
        form.dhl_express_account = "123456789"
        backend = form.save()
        self.assertNotIn("secret-1", str(backend.read()))
        self.assertEqual(backend._get_secret("dhl_express_password"), "secret-1")

    def test_vendor_s_own_addresses_are_the_default(self):
        self.backend.base_url = False
        urls = []
        for environment in ("production", "sandbox"):
            self.backend.environment = environment
            urls.append(self.connector._get_base_url(self.backend))
        base = "https://express.api.dhl.com/mydhlapi"
        self.assertEqual(urls, [base, f"{base}/test"])

    def test_connection_is_tested_with_the_account(self):
        self.assertIn("123456789", self.connector._test_connection(self.backend))

    def test_wrong_password_fails_the_test(self):
        self.backend.dhl_express_password = "wrong"
        with self.assertRaises(AuthenticationFailed):
            self.connector._test_connection(self.backend)

    def test_missing_settings_are_said_before_anything_is_sent(self):
        self.backend.dhl_express_password = False
        with self.assertRaisesRegex(AuthenticationFailed, "password"):
            self.connector._test_connection(self.backend)
        self.backend.dhl_express_account = False
        with self.assertRaisesRegex(AuthenticationFailed, "account"):
            self.connector._test_connection(self.backend)

    def test_neither_void_nor_webhooks_are_declared(self):
        absent = {"transport_void", "transport_manifest", "webhook"}
        self.assertFalse(absent & self.connector._capabilities)

    def test_neutralized_copy_knows_no_account(self):
        self.env.flush_all()
        neutralize_database(self.env.cr)
        self.backend.invalidate_recordset()
        known = self.backend.dhl_express_account or self.backend.dhl_express_user
        self.assertFalse(known)
