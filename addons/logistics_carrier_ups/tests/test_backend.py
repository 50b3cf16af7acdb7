"""Settings, connection, track alerts."""

from odoo.modules.neutralize import neutralize_database
from odoo.tests import Form, tagged

from odoo.addons.logistics_core.errors import AuthenticationFailed

from .common import UpsCase


@tagged("post_install", "-at_install")
class TestUpsBackend(UpsCase):
    def test_form_takes_the_settings_and_hides_the_secrets(self):
        form = Form(self.env["logistics.backend"])
        form.name = "UPS"
        form.connector = "ups"
        form.ups_client_id = "id-1"
        form.ups_client_secret = "secret-1"
        form.ups_alert_key = "alert-1"
        form.ups_account = "A1B2C3"
        backend = form.save()
        self.assertNotIn("secret-1", str(backend.read()))
        self.assertNotIn("alert-1", str(backend.read()))
        self.assertEqual(backend._get_secret("ups_client_secret"), "secret-1")

    def test_vendor_s_own_addresses_are_the_default(self):
        self.backend.base_url = False
        urls = []
        for environment in ("production", "sandbox"):
            self.backend.environment = environment
            urls.append(self.connector._get_base_url(self.backend))
        expected = ["https://onlinetools.ups.com", "https://wwwcie.ups.com"]
        self.assertEqual(urls, expected)

    def test_connection_is_tested_with_the_account(self):
        self.assertIn("A1B2C3", self.connector._test_connection(self.backend))

    def test_wrong_secret_fails_the_test(self):
        self.backend.ups_client_secret = "wrong"
        with self.assertRaises(AuthenticationFailed):
            self.connector._test_connection(self.backend)

    def test_missing_settings_are_said_before_anything_is_sent(self):
        self.backend.ups_account = False
        with self.assertRaisesRegex(AuthenticationFailed, "account number"):
            self.connector._test_connection(self.backend)
        self.backend.write({"ups_account": "A1B2C3", "ups_client_secret": False})
        with self.assertRaisesRegex(AuthenticationFailed, "client secret"):
            self.connector._test_connection(self.backend)

    def test_an_expired_token_is_fetched_again(self):
        self.connector._test_connection(self.backend)
        self.sandbox.rules({"action": "unauthorized", "path": "pickup", "times": 1})
        self.assertTrue(self.connector._test_connection(self.backend))

    def test_alerts_are_known_by_the_key_and_nothing_else(self):
        for given in ("wrong", ""):
            with self.assertRaises(AuthenticationFailed):
                self.connector._verify_webhook(
                    self.backend, {"x-api-key": given}, b"{}", 0
                )
        self.connector._verify_webhook(
            self.backend, {"x-api-key": "alert-key"}, b"{}", 0
        )
        self.backend.ups_alert_key = False
        with self.assertRaises(AuthenticationFailed):
            self.connector._verify_webhook(self.backend, {"x-api-key": ""}, b"{}", 0)

    def test_neutralized_copy_knows_no_account(self):
        self.env.flush_all()
        neutralize_database(self.env.cr)
        self.backend.invalidate_recordset()
        self.assertFalse(self.backend.ups_account or self.backend.ups_client_id)
