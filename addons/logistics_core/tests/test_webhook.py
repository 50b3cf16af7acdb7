import json
import time
from types import SimpleNamespace
from unittest.mock import patch

import psycopg2
from cryptography.fernet import Fernet

from odoo.tests import HttpCase, tagged
from odoo.tools import config, mute_logger

from ..controllers import webhook
from ..tools import signatures
from .common import LogisticsCase

KEY = b"secret-secret-secret"


class WebhookCase(HttpCase, LogisticsCase):
    """Posts signed requests to the backend's webhook."""

    def setUp(self):
        super().setUp()
        webhook._last_alert.clear()
        webhook._refusals.clear()

    def body(self, event_id="e1", value="a"):
        fact = {
            "id": event_id,
            "key": "K1",
            "data": {"_message_type": "test_fact", "_version": 1, "value": value},
        }
        return json.dumps(fact).encode()

    def post(
        self,
        body,
        *,
        key=KEY,
        age=0,
        token=None,
        content_type=None,
        event_id="m1",
        **headers,
    ):
        timestamp = str(int(time.time() - age))
        signature = signatures.sign(
            signatures.STANDARD_WEBHOOKS, key, body, event_id, timestamp
        )
        headers = {
            "webhook-id": event_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature,
            "Content-Type": content_type or "application/json",
            **headers,
        }
        token = token or self.backend.webhook_token
        url = f"/logistics/webhook/{token}"
        return self.url_open(url, data=body, headers=headers, method="POST")

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
        scheme = self.backend._get_signature_scheme()
        keys = self.backend._get_signature_keys()
        signature = signatures.sign(scheme, keys[0], self.body())
        response = self.post(self.body(), **{"X-Hub-Signature": signature})
        self.assertEqual(response.status_code, 202)
        response = self.post(self.body("e2"), **{"X-Hub-Signature": signature})
        self.assertEqual(response.status_code, 401)

    def test_a_body_that_makes_no_sense_is_kept_and_answered_400(self):
        data = {"_message_type": "test_fact", "_version": 1, "value": "a"}
        good = {"id": "e", "key": "K", "data": data}
        for number, body in enumerate(
            (
                b"",
                b"7",
                b"null",
                b"[" * 100_000,
                b'{"id": "e", "key": "K", "sequence": 1e999, "data": {}}',
                json.dumps({**good, "id": 7}).encode(),
                json.dumps({**good, "id": "x" * 9999}).encode(),
                json.dumps({**good, "key": "a\x00b"}).encode(),
                json.dumps({**good, "id": "\ud800"}).encode(),
                json.dumps({**good, "sequence": 2**70}).encode(),
                json.dumps({**good, "correlation_id": {"a": 1}}).encode(),
                json.dumps({**good, "data": []}).encode(),
                json.dumps({**good, "data": {**data, "_message_type": []}}).encode(),
            )
        ):
            with self.subTest(body=body[:60]):
                event_id = f"w{number}"
                self.assertEqual(self.post(body, event_id=event_id).status_code, 400)
                message = self.env["logistics.message"].search(
                    [("external_id", "=", f"unreadable:{event_id}")]
                )
                self.assertEqual(message.state, "invalid")
                self.assertEqual(message.payload or "", body.decode())

    def test_an_empty_bulk_request_is_answered_and_stores_nothing(self):
        self.assertEqual(self.post(b"[]").json()["duplicates"], 0)
        self.assertFalse(self.get_messages())

    def test_an_unreadable_body_sent_again_is_kept_once(self):
        for _n in range(2):
            self.assertEqual(self.post(b"nonsense").status_code, 400)
        self.assertEqual(len(self.get_messages()), 1)
        self.assertEqual(self.get_exception().occurrences, 1)

    def test_a_fault_of_the_connector_keeps_the_request_and_says_so(self):
        def receive(connector, backend, headers, body):
            backend.env.cr.execute("SELECT 1")
            raise KeyError("topic")

        with (
            self.scripted(_receive=receive),
            self.assertLogs("odoo.addons.logistics_core", "ERROR"),
        ):
            self.assertEqual(self.post(self.body()).status_code, 202)
        message = self.get_messages()
        self.assertEqual(
            (message.state, message.payload), ("invalid", self.body().decode())
        )
        self.assertIn("KeyError", self.get_exception().cause)
        with self.handling(_apply_one=lambda *a: None):
            message.action_replay()
            self.drain()
            self.drain()
        self.assertEqual(set(self.get_messages().mapped("state")), {"done"})
        self.assertEqual(len(self.get_messages()), 2)

    def test_a_server_that_cannot_read_its_secrets_asks_to_come_again(self):
        options = config.options
        key = options["logistics_secret_key"]
        self.addCleanup(options.__setitem__, "logistics_secret_key", key)
        options["logistics_secret_key"] = Fernet.generate_key().decode()
        response = self.post(self.body())
        self.assertEqual(response.status_code, 503)
        self.assertEqual(response.headers["Retry-After"], "60")
        self.assertIn("another key", self.get_exception().cause)
        options["logistics_secret_key"] = key
        self.assertEqual(self.post(self.body()).status_code, 202)

    def test_refusals_are_told_once_a_minute(self):
        self.post(self.body(), key=b"wrong")
        for key in webhook._last_alert:
            webhook._last_alert[key] -= 61
        self.post(self.body(), key=b"wrong")
        self.post(self.body(), key=b"wrong")
        exception = self.get_exception()
        self.assertEqual((len(exception), exception.occurrences), (1, 2))

    def test_a_database_that_is_busy_asks_to_come_again(self):
        error = psycopg2.OperationalError("the database system is shutting down")
        with (
            patch.object(webhook.WebhookController, "_receive", side_effect=error),
            mute_logger("odoo.http"),
        ):
            response = self.post(self.body())
        self.assertEqual(response.status_code, 503)
        self.assertEqual(response.headers["Retry-After"], "5")

    def test_a_request_that_meets_contention_is_stored_at_the_next_try(self):
        receive = webhook.WebhookController._receive
        errors = [psycopg2.errors.SerializationFailure()]

        def receive_later(controller, *args):
            if errors:
                raise errors.pop()
            return receive(controller, *args)

        with patch.object(webhook.WebhookController, "_receive", receive_later):
            self.assertEqual(self.post(self.body()).status_code, 202)
        self.assertEqual(len(self.get_messages()), 1)

    def test_a_fault_of_ours_tells_nothing_about_us(self):
        with (
            patch.object(
                webhook.WebhookController, "_receive", side_effect=ValueError("inside")
            ),
            mute_logger("odoo.http"),
        ):
            response = self.post(self.body())
        self.assertEqual(response.status_code, 500)
        self.assertNotIn("inside", response.text)
        self.assertEqual(response.headers["Content-Type"], "application/json")

    def test_a_paused_backend_keeps_what_comes_in(self):
        self.backend._pause("count")
        self.assertEqual(self.post(self.body()).status_code, 202)
        self.assertEqual(self.get_messages().state, "pending")

    def test_an_archived_backend_is_not_found(self):
        self.backend.active = False
        self.assertEqual(self.post(self.body()).status_code, 404)

    def test_the_source_is_compared_as_an_address(self):
        self.backend.webhook_networks = "192.0.2.0/24, 2001:db8::/32"
        for source, accepted in (
            ("192.0.2.7", True),
            ("::ffff:192.0.2.7", True),
            ("2001:db8::1", True),
            ("198.51.100.1", False),
            ("::ffff:198.51.100.1", False),
            ("", False),
            (None, False),
            ("unix:", False),
        ):
            request = SimpleNamespace(httprequest=SimpleNamespace(remote_addr=source))
            with patch.object(webhook, "request", request):
                found = webhook._is_accepted_source(self.backend)
            self.assertEqual(found, accepted, source)
