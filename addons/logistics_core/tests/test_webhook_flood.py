"""What an unauthentic request costs, and what of it counts."""

import http.client
import json
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tests.common import TEST_CURSOR_COOKIE_NAME

from ..controllers import webhook
from ..tools import refusals, signatures
from .test_webhook import WebhookCase


@tagged("post_install", "-at_install")
class TestWebhookFlood(WebhookCase):
    def setUp(self):
        super().setUp()
        # No refusal is forgotten while a test runs, however slow it is.
        slow = refusals.Refusals(seconds=3600)
        self.startPatcher(patch.object(webhook, "_refusals", slow))

    def announce(self, headers=(), length=webhook.LARGEST_BODY, token=None):
        """Announce a body that never comes; return (status, Retry-After)."""
        token = token or self.backend.webhook_token
        address = self.base_url().partition("//")[2]
        self.cr.flush()
        self.cr.clear()
        with self.allow_requests():
            return self._announce(address, token, {**dict(headers)}, str(length))

    def _announce(self, address, token, headers, length):
        # The server itself gives a sender two seconds for its next byte.
        connection = http.client.HTTPConnection(address, timeout=1.5)
        self.addCleanup(connection.close)
        connection.putrequest("POST", f"/logistics/webhook/{token}")
        cookie = f"{TEST_CURSOR_COOKIE_NAME}={self.http_request_key}"
        sent = {**headers, "Content-Length": length, "Cookie": cookie}
        for name, value in sent.items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        return response.status, response.getheader("Retry-After")

    def flood(self, count=refusals.BURST, **kw):
        return [self.post(self.body(), **kw).status_code for _n in range(count)]

    def set_scheme(self, **values):
        self.backend.write(
            {
                "webhook_scheme": "hmac",
                "webhook_secret": "shared",
                "webhook_signature_header": "X-Signature",
                **values,
            }
        )

    def test_the_body_is_not_waited_for_before_address_and_headers_are_known(self):
        for expected, token, headers in (
            (404, "nobody", {}),
            (401, None, {}),
            (401, None, {"webhook-id": "1", "webhook-signature": "v1,"}),
            (
                401,
                None,
                {
                    "webhook-id": "1",
                    "webhook-signature": "v1,x",
                    "webhook-timestamp": "1",
                },
            ),
        ):
            self.assertEqual(self.announce(headers, token=token)[0], expected)
        self.backend.webhook_networks = "192.0.2.0/24"
        self.assertEqual(self.announce()[0], 403)

    def test_a_token_of_any_bytes_is_an_unknown_address(self):
        for token in ("%00", "a%00b", "%ff%fe", "%ed%a0%80", "x" * 4000, "%0d%0a"):
            self.assertEqual(self.post(self.body(), token=token).status_code, 404)

    def test_a_flood_at_unknown_addresses_is_told_to_wait_and_asks_no_database(self):
        self.assertEqual(self.post(self.body()).status_code, 202)
        self.assertEqual(self.flood(token="nobody"), [404] * refusals.BURST)
        response = self.post(self.body(), token="nobody")
        self.assertEqual(response.status_code, 429)
        self.assertGreater(int(response.headers["Retry-After"]), 0)
        search = type(self.env["logistics.backend"]).search_fetch
        with patch.object(
            type(self.env["logistics.backend"]), "search_fetch", side_effect=search
        ) as asked:
            self.flood(3, token="nobody-either")
        asked.assert_not_called()
        self.assertEqual(self.post(self.body("e2")).status_code, 202)

    def test_a_flood_of_forged_requests_leaves_authentic_ones_alone(self):
        self.assertEqual(self.flood(key=b"wrong"), [401] * refusals.BURST)
        occurrences = self.get_exception().occurrences
        webhook._last_alert.clear()
        self.assertEqual(self.flood(3, key=b"wrong"), [429] * 3)
        self.assertEqual(self.get_exception().occurrences, occurrences)
        for number in range(3):
            body = self.body(f"e{number}")
            self.assertEqual(self.post(body, event_id=f"m{number}").status_code, 202)
        self.assertEqual(self.flood(1, key=b"wrong"), [429])

    def test_of_who_forged_a_lot_no_large_body_is_read(self):
        self.flood(key=b"wrong")
        headers = {
            "webhook-id": "1",
            "webhook-timestamp": str(int(webhook.time.time())),
            "webhook-signature": "v1,x",
        }
        status, wait = self.announce(headers)
        self.assertEqual(status, 429)
        self.assertGreater(int(wait), 0)
        other = self.make_backend()
        self.assertEqual(
            self.post(self.body(), token=other.webhook_token).status_code, 202
        )

    def test_a_new_address_is_known_at_once_and_an_old_one_forgotten(self):
        old = self.backend.webhook_token
        self.assertEqual(self.post(self.body()).status_code, 202)
        self.backend.action_rotate_webhook_token()
        self.assertEqual(self.post(self.body("e2"), token=old).status_code, 404)
        self.assertEqual(self.post(self.body("e2")).status_code, 202)
        other = self.make_backend()
        self.assertEqual(
            self.post(self.body(), token=other.webhook_token).status_code, 202
        )

    def test_an_event_id_that_is_not_signed_makes_no_second_message(self):
        self.set_scheme()
        # As it could be configured before that was refused.
        self.env.cr.execute(
            "UPDATE logistics_backend SET webhook_id_header = 'X-Event-Id'"
            " WHERE id = %s",
            [self.backend.id],
        )
        self.backend.invalidate_recordset()
        self.env.registry.clear_cache()
        scheme = self.backend._get_signature_scheme()
        keys = self.backend._get_signature_keys()
        for number in range(5):
            signed = {"X-Signature": signatures.sign(scheme, keys[0], b"nonsense")}
            response = self.post(b"nonsense", **{**signed, "X-Event-Id": str(number)})
            self.assertEqual(response.status_code, 400)
        self.assertEqual(len(self.get_messages()), 1)

    def test_a_header_beside_a_shared_key_makes_no_second_message(self):
        """Some partners sign nothing, they show a key: no header of theirs counts."""

        def verify(connector, backend, headers, *body_and_now):
            return None

        with self.scripted(_verify_webhook=verify, _verify_headers=verify):
            for number in range(5):
                response = self.post(b"nonsense", event_id=str(number))
                self.assertEqual(response.status_code, 400)
        self.assertEqual(len(self.get_messages()), 1)

    def test_another_content_type_makes_no_messages_of_the_lines_of_one(self):
        body = json.dumps(json.loads(self.body()), indent=1).encode()
        self.assertEqual(self.post(body).status_code, 202)
        response = self.post(body, content_type="application/x-ndjson")
        self.assertEqual((response.status_code, response.json()["new"]), (200, 0))
        self.assertEqual(len(self.get_messages()), 1)

    def test_a_signed_id_of_a_plain_scheme_identifies_the_event(self):
        self.set_scheme(webhook_id_header="X-Event-Id", webhook_template="{id}.{body}")
        scheme = self.backend._get_signature_scheme()
        signature = signatures.sign(scheme, b"shared", b"nonsense", "7")
        headers = {"X-Signature": signature, "X-Event-Id": "7"}
        self.assertEqual(self.post(b"nonsense", **headers).status_code, 400)
        self.assertEqual(self.get_messages().external_id, "unreadable:7")
        headers["X-Event-Id"] = "8"
        self.assertEqual(self.post(b"nonsense", **headers).status_code, 401)
