"""What a connector declares: addresses, settings, operations, errors."""

from types import SimpleNamespace

from ..errors import (
    AuthenticationFailed,
    InvalidMessage,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    RemoteUnavailable,
)
from ..tools.operations import ask, delete, get, post
from .common import LogisticsCase
from .fake_partner import URL, FakePartner, FakePartnerMixin


class Partner(FakePartner):
    routes = (
        ("POST", "/rates", "do"),
        ("POST", "/orders", "do"),
        ("DELETE", "/orders/(.+)", "remove"),
        ("GET", "/lists/(.+)", "get_list"),
    )

    def do(self, body, params):
        return {"done": True}

    def remove(self, key, body, params):
        return 204, None

    def get_list(self, name, body, params):
        return {"items": [{"n": 2}]} if "b" in (name, params.get("Cursor")) else {}


class TestDeclared(FakePartnerMixin, LogisticsCase):
    partner_class = Partner

    def setUp(self):
        super().setUp()
        self.backend.write({"base_url": URL, "auth_token": "token-1"})
        self.connector = self.backend._get_connector()
        self.enterContext(
            self.scripted(
                _base_urls={"sandbox": "https://sandbox.example/"},
                _required_settings=("auth_token",),
                _error_texts=("errors.text",),
                _error_code="errors.code",
                _error_request_id="request",
                _retry_after_headers=("Retry-After", "x-wait"),
                _operations={
                    "getRates": ask("rates"),
                    "createOrder": post("orders"),
                    "findOrder": get("orders/{}", none=404),
                    "getOrder": get("orders/{}"),
                    "deleteOrder": delete("orders/{}", expect=None),
                    "getList": get("lists/{}"),
                },
                _repeatable=frozenset({"test_fact"}),
            )
        )

    def call(self, operation, *arguments, **kw):
        return self.connector._call(self.backend, operation, *arguments, **kw)

    def test_the_backends_address_comes_before_the_vendors(self):
        self.assertEqual(self.connector._get_base_url(self.backend), URL)
        self.backend.base_url = False
        found = self.connector._get_base_url(self.backend)
        self.assertEqual(found, "https://sandbox.example")
        self.backend.environment = "production"
        with self.assertRaises(InvalidMessage):
            self.connector._get_base_url(self.backend)

    def test_a_missing_setting_is_named_before_anything_is_sent(self):
        self.backend.auth_token = False
        label = self.backend.fields_get(["auth_token"])["auth_token"]["string"]
        with self.assertRaisesRegex(AuthenticationFailed, label):
            self.call("createOrder")
        with self.assertRaisesRegex(AuthenticationFailed, label):
            self.connector._get_setting(self.backend, "auth_token")
        self.assertFalse(self.partner.requests)

    def test_what_is_none_is_no_error(self):
        self.assertIsNone(self.call("findOrder", "a/b"))
        self.assertEqual(self.partner.requests, [("GET", "/orders/a%2Fb", None)])
        with self.assertRaises(Rejected):
            self.call("getOrder", "a")

    def test_an_answer_without_a_body_is_not_read(self):
        self.assertIsNone(self.call("deleteOrder", "a"))

    def test_the_partners_words_code_and_request_are_kept(self):
        errors = [{"code": "E7", "text": "Too heavy"}, {"text": "Too long"}]
        body = {"errors": errors, "request": "R1"}
        self.partner.answer("POST", "/orders", 422, body)
        with self.assertRaisesRegex(Rejected, "Too heavy; Too long") as caught:
            self.call("createOrder")
        error = caught.exception
        self.assertEqual((error.code, error.request_id), ("E7", "R1"))

    def test_an_error_in_other_words_is_read_all_the_same(self):
        self.partner.answer("POST", "/orders", 422, {"detail": "No such street"})
        with self.assertRaisesRegex(Rejected, "No such street") as caught:
            self.call("createOrder")
        self.assertEqual(caught.exception.code, "422")

    def test_an_error_without_any_words_is_one_all_the_same(self):
        self.partner.answer("POST", "/orders", 422)
        with self.assertRaises(Rejected) as caught:
            self.call("createOrder")
        self.assertEqual(caught.exception.http_status, 422)

    def test_what_only_asks_has_no_unknown_outcome(self):
        for operation, path, expected in (
            ("getRates", "/rates", RemoteUnavailable),
            ("createOrder", "/orders", OutcomeUnknown),
        ):
            self.partner.lose_answer("POST", path)
            with self.subTest(operation), self.assertRaises(expected):
                self.call(operation)
            for status, body in ((500, {}), (200, "no object")):
                self.partner.answer("POST", path, status, body)
                with self.subTest(status=status), self.assertRaises(expected):
                    self.call(operation)

    def test_what_was_done_and_cannot_be_read_is_looked_up(self):
        for error in (InvalidMessage("odd"), RateLimited("slow", retry_after=9)):
            with (
                self.assertRaisesRegex(OutcomeUnknown, str(error)) as caught,
                self.connector._reading(self.backend),
            ):
                raise error
        self.assertEqual(caught.exception.retry_after, 9)
        with self.assertRaises(Rejected), self.connector._reading(self.backend):
            raise Rejected("no")

    def test_a_list_is_read_to_its_end(self):
        for cursor in (None, "Cursor"):
            following = "b" if cursor else f"{URL}/lists/b"
            first = {"items": [{"n": 1}], "next": following}
            self.partner.answer("GET", "/lists/a", 200, first)
            found = self.connector._iter_all(
                self.backend, "getList", "a", cursor=cursor
            )
            self.assertEqual([item["n"] for item in found], [1, 2])

    def test_a_list_does_not_lead_to_another_host(self):
        self.partner.answer("GET", "/lists/a", 200, {"next": "https://evil.example/"})
        with self.assertRaisesRegex(InvalidMessage, "another host"):
            list(self.connector._iter_all(self.backend, "getList", "a"))

    def test_what_is_repeatable_needs_no_lookup(self):
        fact = SimpleNamespace(message_type="test_fact")
        self.assertTrue(self.connector._is_lookup_certain("test_fact"))
        base = self.registry["logistics.connector"]
        self.assertIsNone(base._lookup(self.connector, self.backend, None, fact))
