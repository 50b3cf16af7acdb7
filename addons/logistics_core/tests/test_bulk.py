import hashlib
import json

from psycopg2.errors import UniqueViolation

from odoo.tests import new_test_user, tagged

from ..connectors import webhook
from ..envelope import Envelope
from .common import LogisticsCase
from .test_webhook import WebhookCase

# What COPY reads as something else unless it is escaped.
ODD_TEXTS = ["\\", "\\N", "\\.", "a\nb", "a\r\nb", "a\tb", "a\x1fb", "ä€😀", "NULL"]


def make_fact(event_id, value="a", key="K1", **more):
    data = {"_message_type": "test_fact", "_version": 1, "value": value}
    return {"id": event_id, "key": key, "data": data, **more}


@tagged("post_install", "-at_install")
class TestBulk(WebhookCase):
    def post_lines(self, *facts):
        lines = [f if isinstance(f, bytes) else json.dumps(f).encode() for f in facts]
        return self.post(b"\n".join(lines), content_type="application/x-ndjson")

    def statuses(self, response):
        return [item["status"] for item in response.json()["items"]]

    def test_every_line_is_a_message_of_its_own(self):
        response = self.post_lines(*[make_fact(f"e{n}") for n in range(5)])
        self.assertEqual((response.status_code, response.json()["new"]), (202, 5))
        self.assertEqual(len(self.get_messages()), 5)
        again = self.post_lines(*[make_fact(f"e{n}") for n in range(6)])
        self.assertEqual(self.statuses(again), ["duplicate"] * 5 + ["stored"])

    def test_an_array_is_taken_like_lines(self):
        body = json.dumps([make_fact("e1"), make_fact("e2")]).encode()
        response = self.post(body)
        self.assertEqual((response.status_code, response.json()["new"]), (202, 2))

    def test_a_bad_item_is_refused_and_kept_and_the_others_are_stored(self):
        response = self.post_lines(make_fact("e1"), b"{broken", make_fact("e3"))
        self.assertEqual(response.status_code, 207)
        self.assertEqual(self.statuses(response), ["stored", "refused", "stored"])
        self.assertIn("JSON", response.json()["items"][1]["error"])
        kept = self.get_messages().filtered(lambda m: m.state == "invalid")
        self.assertEqual(kept.payload, "{broken")
        self.assertEqual(self.get_exception().kind, "invalid_message")

    def test_a_request_of_bad_items_only_is_refused(self):
        response = self.post_lines(b"[1]", b'{"id": 5}', b'{"id": "a\\u0000b"}')
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.statuses(response), ["refused"] * 3)
        self.assertEqual(len(self.get_exception()), 1)

    def test_the_same_id_with_other_content_in_one_request_is_a_conflict(self):
        response = self.post_lines(make_fact("e1", "a"), make_fact("e1", "b"))
        self.assertEqual(self.statuses(response), ["stored", "conflict"])
        self.assertEqual(self.get_exception().kind, "conflict")

    def test_too_many_items_are_refused_as_a_whole(self):
        self.patch(webhook, "MOST_ITEMS", 2)
        response = self.post_lines(*[make_fact(f"e{n}") for n in range(3)])
        self.assertEqual(response.status_code, 400)
        self.assertIn("at most 2", response.json()["message"])

    def test_an_item_that_is_too_large_or_too_deep_is_refused(self):
        self.patch(webhook, "LARGEST_ITEM", 50_000)
        deep = b"[" * 40_000
        response = self.post_lines(make_fact("e1", "x" * 60_000), deep)
        errors = [item["error"] for item in response.json()["items"]]
        self.assertIn("larger than", errors[0])
        self.assertIn("nested too deeply", errors[1])

    def test_nothing_is_read_before_the_signature_is_verified(self):
        body = json.dumps(make_fact("e1")).encode()
        response = self.post(body, key=b"no", content_type="application/x-ndjson")
        self.assertEqual(response.status_code, 401)
        self.assertFalse(self.get_messages())


@tagged("post_install", "-at_install")
class TestBulkStore(LogisticsCase):
    def test_statements_do_not_grow_with_the_items(self):
        inbox = self.env["logistics.message"]
        inbox._receive_each(self.backend, [self.fact("warm")])
        facts = [self.fact(f"e{n}", key=f"K{n}") for n in range(300)]
        # One, and the COPY, which Odoo does not count.
        with self.assertQueryCount(1):
            results = inbox._receive_each(self.backend, facts)
        self.assertEqual({status for status, _id in results}, {"stored"})

    def receive(self, *keys):
        facts = [self.fact(key, key=key) for key in keys]
        return self.env["logistics.message"]._receive_each(self.backend, facts)

    def test_of_many_those_that_are_known_are_told_from_the_new_ones(self):
        known = [f"e{n}" for n in range(30)]
        self.receive(*known)
        with self.assertNoLogs("odoo.sql_db", "ERROR"):
            results = self.receive("new1", *known, "new2")
        self.assertEqual(
            [status for status, _id in results],
            ["stored"] + ["duplicate"] * 30 + ["stored"],
        )
        messages = self.env["logistics.message"].browse(i for _s, i in results)
        self.assertEqual(messages.mapped("external_id"), ["new1", *known, "new2"])

    def test_one_of_many_may_come_twice_in_a_request(self):
        results = self.receive("twice", *[f"e{n}" for n in range(30)], "twice")
        self.assertEqual([s for s, _id in results], ["stored"] * 31 + ["duplicate"])

    def test_each_of_many_gets_the_id_of_its_own_row(self):
        keys = [f"e{n}" for n in range(50)]
        for key, (_status, id_) in zip(keys, self.receive(*keys), strict=True):
            message = self.env["logistics.message"].browse(id_)
            self.assertEqual((message.external_id, message.ordering_key), (key, key))

    def test_of_many_each_is_stored_as_it_came(self):
        facts = [
            Envelope(
                external_id=f"{number} {odd}",
                event="test_fact",
                ordering_key=f"K{odd}",
                payload=f'"{odd}"',
                sequence=2**53 - number,
                correlation_id=odd if number % 2 else None,
            )
            for number, odd in enumerate(ODD_TEXTS * 7)
        ]
        inbox = self.env["logistics.message"]
        messages = inbox._receive(self.backend, facts)[0]
        for message, fact in zip(messages, facts, strict=True):
            stored = {name: message[name] for name in fact.__slots__}
            stored["correlation_id"] = stored["correlation_id"] or None
            self.assertEqual(stored, {n: getattr(fact, n) for n in fact.__slots__})
            digest = hashlib.sha256(fact.payload.encode()).hexdigest()
            self.assertEqual(message.body_hash, digest)
            self.assertEqual(message.create_date, self.env.cr.now())

    def test_what_is_no_duplicate_is_not_tried_for_ever(self):
        self.receive("first")
        self.env.cr.execute(
            "SELECT setval('logistics_message_id_seq', max(id) - 1)"
            " FROM logistics_message"
        )
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.receive(*[f"e{n}" for n in range(30)])


@tagged("post_install", "-at_install")
class TestUncheckedLinks(LogisticsCase):
    """What foreign keys would do if the table could afford them."""

    def test_a_deleted_message_is_nobodys_twin_any_more(self):
        inbox = self.env["logistics.message"]
        facts = [self.fact("first"), self.fact("second"), self.fact("third")]
        first, second, third = inbox._receive(self.backend, facts)[0].sorted("id")
        second.twin_id = third.replay_of_id = first
        first.unlink()
        (second | third).invalidate_recordset()
        self.assertFalse(second.twin_id or third.replay_of_id)

    def test_who_wrote_a_message_may_be_deleted(self):
        inbox = self.env["logistics.message"]
        [message] = inbox._receive(self.backend, [self.fact("first")])[0]
        user = new_test_user(self.env, "leaver")
        self.env.cr.execute(
            "UPDATE logistics_message SET create_uid = %s, write_uid = %s"
            " WHERE id = %s",
            [user.id, user.id, message.id],
        )
        user.unlink()
        message.invalidate_recordset()
        self.assertFalse(message.create_uid or message.write_uid)
