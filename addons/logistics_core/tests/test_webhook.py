import json
import time

from odoo.tests import HttpCase, tagged

from ..controllers import webhook
from ..tools import signatures
from .common import LogisticsCase

KEY = b"secret-secret-secret"


class WebhookCase(HttpCase, LogisticsCase):
    """Posts signed requests to the backend's webhook."""

    def setUp(self):
        super().setUp()
        webhook._last_alert.clear()

    def body(self, event_id="e1", value="a"):
        fact = {
            "id": event_id,
            "key": "K1",
            "data": {"_message_type": "test_fact", "_version": 1, "value": value},
        }
        return json.dumps(fact).encode()

    def post(self, body, *, key=KEY, age=0, token=None, content_type=None, **headers):
        timestamp = str(int(time.time() - age))
        signature = signatures.sign(
            signatures.STANDARD_WEBHOOKS, key, body, "m1", timestamp
        )
        headers = {
            "webhook-id": "m1",
            "webhook-timestamp": timestamp,
            "webhook-signature": signature,
            "Content-Type": content_type or "application/json",
            **headers,
        }
        token = token or self.backend.webhook_token
        return self.url_open(f"/logistics/webhook/{token}", data=body, headers=headers)

    def get_messages(self):
        return self.env["logistics.message"].search(
            [("backend_id", "=", self.backend.id)]
        )

    def get_exception(self):
        return self.env["logistics.exception"].search(
            [("backend_id", "=", self.backend.id)]
        )


@tagged("post_install", "-at_install")
class TestWebhook(WebhookCase):
    def test_an_authentic_event_is_stored_and_a_duplicate_answered_the_same(self):
        self.assertEqual(self.post(self.body()).status_code, 202)
        self.assertEqual(self.post(self.body()).status_code, 200)
        message = self.get_messages()
        self.assertEqual((message.state, message.external_id), ("pending", "e1"))
        self.assertTrue(
            self.env["queue.job"]
            .sudo()
            .search([("identity_key", "=", f"logistics.lane:{message.lane_id.id}:")])
        )

    def test_an_unknown_address_is_not_found(self):
        self.assertEqual(self.post(self.body(), token="nobody").status_code, 404)

    def test_a_draft_backend_is_not_found(self):
        self.backend.state = "draft"
        self.assertEqual(self.post(self.body()).status_code, 404)

    def test_a_forged_event_is_refused_and_told_once(self):
        for _n in range(2):
            self.assertEqual(self.post(self.body(), key=b"wrong").status_code, 401)
        self.assertFalse(self.get_messages())
        self.assertEqual(self.get_exception().occurrences, 1)

    def test_an_event_outside_the_window_is_refused(self):
        self.assertEqual(self.post(self.body(), age=301).status_code, 401)
        self.assertEqual(self.post(self.body(), age=-330).status_code, 401)
        self.assertEqual(self.post(self.body(), age=290).status_code, 202)

    def test_the_previous_secret_is_accepted_while_it_is_set(self):
        self.backend.webhook_secret_previous = self.backend._get_secret(
            "webhook_secret"
        )
        self.backend.webhook_secret = "whsec_bmV3LW5ldy1uZXctbmV3LW5ldw=="
        self.assertEqual(self.post(self.body()).status_code, 202)
        self.backend.webhook_secret_previous = False
        self.assertEqual(self.post(self.body("e2")).status_code, 401)

    def test_a_backend_without_secret_accepts_nothing(self):
        self.backend.webhook_secret = False
        self.assertEqual(self.post(self.body(), key=b"").status_code, 401)

    def test_a_body_that_cannot_be_read_is_kept_for_a_person(self):
        self.assertEqual(self.post(b"\xff\x00 not json").status_code, 400)
        message = self.get_messages()
        self.assertEqual(
            (message.state, message.payload_encoding), ("invalid", "base64")
        )
        self.assertEqual(self.get_exception().kind, "invalid_message")

    def test_a_form_is_verified_on_its_raw_bytes(self):
        response = self.post(
            b"a=1&b=2", content_type="application/x-www-form-urlencoded"
        )
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.get_messages().payload, "a=1&b=2")

    def test_a_body_that_is_too_large_is_refused(self):
        body = b"x" * (webhook.LARGEST_BODY + 1)
        self.assertEqual(self.post(body).status_code, 413)
        self.assertFalse(self.get_messages())

    def test_another_source_is_refused(self):
        self.backend.webhook_networks = "192.0.2.0/24"
        self.assertEqual(self.post(self.body()).status_code, 403)
        self.backend.webhook_networks = "192.0.2.0/24, 127.0.0.0/8"
        self.assertEqual(self.post(self.body()).status_code, 202)

    def test_get_is_not_allowed(self):
        url = f"/logistics/webhook/{self.backend.webhook_token}"
        self.assertEqual(self.url_open(url, method="GET").status_code, 405)

    def test_a_plain_hmac_scheme_is_configured_on_the_backend(self):
        self.backend.write(
            {
                "webhook_scheme": "hmac",
                "webhook_secret": "shared",
                "webhook_signature_header": "X-Hub-Signature",
                "webhook_prefix": "sha256=",
            }
        )
        scheme, keys = self.backend._get_signature_scheme()
        signature = signatures.sign(scheme, keys[0], self.body())
        response = self.post(self.body(), **{"X-Hub-Signature": signature})
        self.assertEqual(response.status_code, 202)
        response = self.post(self.body("e2"), **{"X-Hub-Signature": signature})
        self.assertEqual(response.status_code, 401)
