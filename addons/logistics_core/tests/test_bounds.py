"""A small or large input costs little, and what is too much is refused in words."""

import json
from unittest.mock import patch

from odoo.tests import tagged

from ..engine.inbound import drain
from ..errors import OutcomeUnknown, Rejected, RemoteUnavailable
from ..tools import bounded
from .common import LogisticsCase, drain_lane
from .local_partner import Reply
from .test_http import HttpPartnerCase
from .test_webhook import WebhookCase


@tagged("post_install", "-at_install")
class TestWebhookBounds(WebhookCase):
    def fact(self, **data):
        fact = {"_message_type": "test_fact", "_version": 1, "value": "a", **data}
        return json.dumps({"id": "e1", "key": "K1", "data": fact}).encode()

    def test_an_address_that_cannot_be_a_token_is_not_found(self):
        for token in ("%00", "a%00b", "%ff%fe", "a'b", "%C3%A4", "x" * 3000, "..%5C"):
            with self.subTest(token=token[:20]):
                self.assertEqual(self.post(self.body(), token=token).status_code, 404)

    def test_a_message_of_too_many_lines_is_refused_and_kept_with_a_remedy(self):
        lines = [
            {"sku": f"SKU-{n}", "quantity": "1", "uom": "EA"} for n in range(76000)
        ]
        response = self.post(self.fact(lines=lines))
        self.assertEqual(response.status_code, 413)
        self.assertIn("at most", response.json()["message"])
        message = self.get_messages()
        self.assertEqual((message.state, len(message)), ("invalid", 1))
        self.assertEqual(json.loads(message.payload)["data"]["lines"], lines)
        self.assertIn("smaller messages", self.get_exception().remedy)
        # The next one is none the worse for it.
        self.assertEqual(self.post(self.body("e2"), event_id="m2").status_code, 202)

    def test_numbers_that_json_has_not_are_refused(self):
        for number, text in enumerate(("NaN", "-Infinity", "1E999999999", "9" * 5000)):
            body = self.fact(number=0).replace(
                b'"number": 0', b'"number": ' + text.encode()
            )
            with self.subTest(text=text[:20]):
                response = self.post(body, event_id=f"m{number}")
                self.assertEqual(response.status_code, 400)
        self.assertEqual(set(self.get_messages().mapped("state")), {"invalid"})

    def test_a_message_that_is_nested_too_deeply_is_refused(self):
        deep = b'{"a":' * 200 + b"1" + b"}" * 200
        body = self.fact(number=0).replace(b'"number": 0', b'"number": ' + deep)
        response = self.post(body)
        self.assertEqual(response.status_code, 400)
        self.assertIn("nested too deeply", response.json()["message"])

    def test_a_bulk_request_of_blank_lines_is_refused_unread(self):
        response = self.post(b"\n" * 2_000_000, content_type="application/x-ndjson")
        self.assertEqual(response.status_code, 400)
        self.assertIn("at most", response.json()["message"])

    def test_an_item_of_too_many_parts_is_refused_and_the_others_are_taken(self):
        parts = bounded.MESSAGE.parts
        body = b"[" + self.body("e1") + b"," + self.fact(lines=[{}] * parts) + b"]"
        response = self.post(body)
        self.assertEqual(response.status_code, 207)
        statuses = [item["status"] for item in response.json()["items"]]
        self.assertEqual(statuses, ["stored", "refused"])


@tagged("post_install", "-at_install")
class TestBatchBounds(LogisticsCase):
    def test_a_batch_ends_with_the_message_that_exceeds_its_bytes(self):
        messages = self.receive(*[self.fact(f"e{n}", "x" * 600) for n in range(9)])
        sizes, batch = [], drain.Batch

        def noted(backend, rows):
            sizes.append(len(rows))
            return batch(backend, rows)

        with (
            patch.object(drain, "BATCH_BYTES", 1000),
            patch.object(drain, "Batch", noted),
            self.handling(_apply_one=lambda *a: None),
            self.own_transactions(),
        ):
            # One drain: it goes on where its bytes ended a batch.
            drain_lane(messages.lane_id)
        messages.invalidate_recordset()
        self.assertEqual(set(messages.mapped("state")), {"done"})
        self.assertEqual(sizes, [2, 2, 2, 2, 1])

    def test_a_message_larger_than_a_batch_is_applied_alone(self):
        messages = self.receive(*[self.fact(f"e{n}", "x" * 2000) for n in range(3)])
        with (
            patch.object(drain, "BATCH_BYTES", 1000),
            self.handling(_apply_one=lambda *a: None),
        ):
            self.drain()
        self.assertEqual(messages.mapped("state"), ["done"] * 3)


@tagged("post_install", "-at_install")
class TestAnswerBounds(HttpPartnerCase):
    def test_a_nested_error_is_told_at_once(self):
        body = '{"errors":' * 24 + '"Too deep to matter"' + "}" * 24
        empty = '{"errors":' * 60 + "{}" + "}" * 60
        self.partner.will(Reply(400, body), Reply(400, empty))
        self.failing(Rejected)
        self.failing(Rejected)

    def test_an_error_answer_of_many_megabytes_is_read_in_part(self):
        self.partner.will(Reply(422, {"message": "Too bad", "x": ["y" * 99] * 270_000}))
        error = self.failing(Rejected)
        self.assertIn("Too bad", str(error))

    def test_an_odd_encoding_of_an_error_is_no_fault_of_ours(self):
        for charset in ("idna", "punycode", "hex", "nobody"):
            kind = {"Content-Type": f"application/json; charset={charset}"}
            self.partner.will(Reply(422, {"message": "Too bad"}, headers=kind))
            self.assertIn("Too bad", str(self.failing(Rejected)))

    def test_an_answer_of_too_many_parts_leaves_a_write_unknown(self):
        connector = self.backend._get_connector()
        for method, expected in (("GET", RemoteUnavailable), ("POST", OutcomeUnknown)):
            self.partner.will([{}] * (bounded.ANSWER.parts + 1))
            with self.assertRaises(expected) as caught:
                connector._call_json(
                    self.backend, "list", method, "things", expect=list
                )
            self.assertIn("too large", str(caught.exception))
