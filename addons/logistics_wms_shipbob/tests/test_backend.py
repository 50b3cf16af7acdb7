"""Settings, connection, subscription."""

from odoo.exceptions import UserError
from odoo.modules.neutralize import neutralize_database
from odoo.tests import Form

from odoo.addons.logistics_core.errors import AuthenticationFailed
from odoo.addons.logistics_wms_shipbob.tests.common import NOWHERE, TOKEN, ShipbobCase


class TestShipbobBackend(ShipbobCase):
    def get_subscriptions(self):
        return self.connector._get_subscriptions(self.backend)

    def test_form_takes_the_settings_and_hides_the_token(self):
        form = Form(self.env["logistics.backend"])
        form.name = "ShipBob"
        form.connector = "shipbob"
        form.shipbob_token = "pat-123"
        form.shipbob_location_id = 10
        backend = form.save()
        self.assertNotIn("pat-123", str(backend.read()))
        self.assertEqual(backend._get_secret("shipbob_token"), "pat-123")
        self.assertEqual(backend.shipbob_order_type, "DTC")

    def test_vendor_s_own_addresses_are_the_default(self):
        self.backend.base_url = False
        urls = []
        for environment in ("production", "sandbox"):
            self.backend.environment = environment
            urls.append(self.connector._get_base_url(self.backend))
        self.assertEqual(
            urls, ["https://api.shipbob.com", "https://sandbox-api.shipbob.com"]
        )

    def test_test_of_the_connection_finds_the_channel(self):
        self.backend.shipbob_channel_id = 0
        sentence = self.connector._test_connection(self.backend)
        self.assertEqual(self.backend.shipbob_channel_id, 101)
        self.assertIn("101", sentence)

    def test_wrong_channel_is_answered_with_the_right_ones(self):
        self.backend.shipbob_channel_id = 5
        with self.assertRaisesRegex(AuthenticationFailed, "101"):
            self.connector._test_connection(self.backend)

    def test_wrong_token_fails_the_test(self):
        self.backend.shipbob_token = "wrong"
        with self.assertRaises(AuthenticationFailed):
            self.connector._test_connection(self.backend)

    def test_missing_token_is_said_before_anything_is_sent(self):
        self.backend.shipbob_token = False
        with self.assertRaisesRegex(AuthenticationFailed, "access token"):
            self.connector._test_connection(self.backend)

    def test_subscribing_twice_leaves_one_subscription(self):
        self.subscribe()
        first = self.backend.webhook_subscription
        secret = self.backend._get_secret("webhook_secret")
        self.subscribe()
        self.assertEqual(self.get_subscriptions(), [self.backend.webhook_subscription])
        self.assertNotEqual(self.backend.webhook_subscription, first)
        self.assertTrue(secret.startswith("whsec_"))
        self.assertEqual(self.backend._get_secret("webhook_secret"), secret)

    def test_refused_subscription_is_told_to_the_person(self):
        self.sandbox.rules({"action": "status", "status": 422, "message": "No https"})
        with self.assertRaisesRegex(UserError, "No https"):
            self.backend.action_subscribe_webhooks()

    def test_others_subscriptions_are_left_alone(self):
        other = self.backend.copy(
            {"name": "Other", "shipbob_token": TOKEN, "webhook_token": "other"}
        )
        other.webhook_secret = "whsec_" + "A" * 32
        self.connector._subscribe(other)
        self.subscribe()
        self.connector._unsubscribe(self.backend)
        self.assertFalse(self.get_subscriptions())
        self.assertFalse(self.backend.webhook_subscription)
        self.assertEqual(len(self.connector._get_subscriptions(other)), 1)

    def test_signed_webhook_is_authentic(self):
        self.subscribe()
        self.assertTrue(self.backend.webhook_url.startswith(NOWHERE))
        scheme = self.backend._get_signature_scheme()
        keys = self.backend._get_signature_keys()
        self.assertEqual(scheme.id_header, "webhook-id")
        self.assertEqual([len(key) for key in keys], [24])

    def test_neutralized_copy_knows_no_channel(self):
        self.env.flush_all()
        neutralize_database(self.env.cr)
        self.backend.invalidate_recordset()
        self.assertFalse(self.backend.shipbob_channel_id)
        self.assertEqual(self.backend.shipbob_order_type, "DTC")
