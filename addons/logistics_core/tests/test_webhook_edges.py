"""Webhooks at the edges: marks, sizes, methods, and secrets as people paste them."""

import json
import time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..controllers import webhook
from ..tools import signatures
from .test_webhook import KEY, WebhookCase

MARK = b"\xef\xbb\xbf"
SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQ="


@tagged("post_install", "-at_install")
class TestWebhookEdges(WebhookCase):
    def post_in_chunks(self, body):
        """Post without a length, as proxies and some clients do."""
        timestamp = str(int(time.time()))
        signature = signatures.sign(
            signatures.STANDARD_WEBHOOKS, KEY, body, "m1", timestamp
        )
        chunks = (body[at : at + 65536] for at in range(0, len(body), 65536))
        return self.opener.post(
            f"{self.base_url()}/logistics/webhook/{self.backend.webhook_token}",
            data=chunks,
            headers={
                "webhook-id": "m1",
                "webhook-timestamp": timestamp,
                "webhook-signature": signature,
                "Content-Type": "application/json",
            },
            timeout=60,
        )

    # Bodies

    def test_a_byte_order_mark_is_not_part_of_the_content(self):
        self.assertEqual(self.post(MARK + self.body()).status_code, 202)
        self.assertEqual(self.get_messages().external_id, "e1")
        many = json.dumps([json.loads(self.body("e2"))]).encode()
        self.assertEqual(self.post(MARK + many).status_code, 202)
        lines = MARK + self.body("e3") + b"\n" + self.body("e4")
        response = self.post(lines, content_type="application/x-ndjson")
        self.assertEqual(response.json()["new"], 2)

    def test_a_request_with_a_mark_is_kept_as_it_came_and_read_again(self):
        body = MARK + self.body()

        def receive(_connector, _backend, _headers, _body):
            raise KeyError("topic")

        with (
            self.scripted(_receive=receive),
            self.assertLogs("odoo.addons.logistics_core", "ERROR"),
        ):
            self.post(body)
        message = self.get_messages()
        self.assertEqual(message.payload.encode(), body)
        message._read_again()
        self.assertIn("e1", self.get_messages().mapped("external_id"))

    def test_a_body_in_chunks_is_taken_up_to_the_limit(self):
        self.assertEqual(self.post_in_chunks(self.body()).status_code, 202)
        largest = self.body("e2").ljust(webhook.LARGEST_BODY)
        self.assertEqual(self.post_in_chunks(largest).status_code, 202)

    def test_a_body_in_chunks_over_the_limit_is_too_large(self):
        for more in (1, 2, 200_000):
            body = b"x" * (webhook.LARGEST_BODY + more)
            self.assertEqual(self.post_in_chunks(body).status_code, 413, more)
        self.assertFalse(self.get_exception())

    # Methods and addresses

    def test_a_look_at_the_address_warns_nobody(self):
        url = f"/logistics/webhook/{self.backend.webhook_token}"
        for method, status in (("OPTIONS", 204), ("HEAD", 405), ("GET", 405)):
            response = self.url_open(url, method=method)
            self.assertEqual(response.status_code, status, method)
            self.assertEqual(response.headers["Allow"], "POST, OPTIONS")
        self.assertFalse(self.get_exception())
        self.assertFalse(self.get_messages())

    def test_a_slash_at_the_end_is_the_same_address(self):
        token = f"{self.backend.webhook_token}/"
        self.assertEqual(self.post(self.body(), token=token).status_code, 202)

    def test_the_content_type_does_not_matter(self):
        for number, kind in enumerate(
            ("text/plain", "application/json; charset=utf-8", "application/cloudevents")
        ):
            response = self.post(self.body(f"t{number}"), content_type=kind)
            self.assertEqual(response.status_code, 202, kind)

    # Secrets

    def test_a_secret_is_accepted_in_the_forms_that_vendors_show(self):
        forms = (
            f"whsec_{SECRET}",
            f"  whsec_{SECRET}\n",
            f"whsec_{SECRET}\r\n",
            f"\ufeffwhsec_{SECRET}\u200b",
            f"v1,whsec_{SECRET}",
            f"v1, whsec_{SECRET}",
            SECRET,
            f"\t{SECRET}",
        )
        for number, text in enumerate(forms):
            for field in ("webhook_secret", "webhook_secret_previous"):
                with self.subTest(text=text, field=field):
                    other = "whsec_bmV3LW5ldy1uZXctbmV3LW5ldw=="
                    self.backend.write(
                        {
                            "webhook_secret": other,
                            "webhook_secret_previous": False,
                            field: text,
                        }
                    )
                    body = self.body(f"{field}{number}")
                    self.assertEqual(self.post(body).status_code, 202)

    def test_a_secret_that_cannot_be_one_is_refused_at_once(self):
        for text in (
            "whsec_not base64 %%",
            "whsec_",
            SECRET.rstrip("="),
            "v1,",
            f"whsec_{SECRET[:8]}\n{SECRET[8:]}",
            f"whsec_{SECRET[:8]}\u200b{SECRET[8:]}",
        ):
            for field in ("webhook_secret", "webhook_secret_previous"):
                with self.subTest(text=text, field=field):
                    with self.assertRaises(ValidationError) as caught:
                        self.backend[field] = text
                    self.assertIn("Copy it again", str(caught.exception))
        self.assertEqual(self.post(self.body()).status_code, 202)

    def test_a_secret_of_another_scheme_is_checked_with_its_scheme(self):
        self.backend.write(
            {"webhook_scheme": "hmac", "webhook_secret": "not base64 %%"}
        )
        with self.assertRaises(ValidationError):
            self.backend.webhook_scheme = "standard"

    def test_every_secret_of_every_connector_is_taken_without_what_is_around_it(self):
        names = self.backend._get_secret_names()
        self.backend.webhook_scheme = "hmac"
        for name in names:
            with self.subTest(name):
                self.backend[name] = " \n\u00a0t0p secret\r\n\t"
                self.assertEqual(self.backend._get_secret(name), "t0p secret")
                with self.assertRaises(ValidationError):
                    self.backend[name] = "t0p\nsecret"
                self.backend[name] = " \n"
                self.assertIsNone(self.backend._get_secret(name))
