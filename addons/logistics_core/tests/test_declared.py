"""What a connector declares: addresses, settings, operations, errors."""

from types import SimpleNamespace

from ..errors import (
    AuthenticationFailed,
    InvalidMessage,
    NotSupported,
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
        ("GET", "/pages/(.+)", "get_page"),
        ("GET", "/hooks", "get_hooks"),
        ("POST", "/hooks", "add_hook"),
        ("DELETE", "/hooks/(.+)", "remove_hook"),
    )

    def __init__(self):
        super().__init__()
        self.headers = []
        self.hooks = [{"key": 1, "url": "https://other.example"}]

    def handle(self, request):
        self.headers.append(request.headers)
        return super().handle(request)

    def do(self, body, params):
        return {"done": True}

    def remove(self, key, body, params):
        return 204, None

    def get_list(self, name, body, params):
        return {"items": [{"n": 2}]} if "b" in (name, params.get("Cursor")) else {}

    def get_page(self, name, body, params):
        entries = [{"n": n} for n in range(5)]
        size, page = int(params["size"]), int(params["page"])
        found = entries[(page - 1) * size : page * size]
        return {"entries": found} if name == "named" else found

    def get_hooks(self, body, params):
        return self.hooks

    def add_hook(self, body, params):
        self.hooks.append({**body, "key": len(self.requests)})
        return 201, self.hooks[-1]

    def remove_hook(self, key, body, params):
        self.hooks = [hook for hook in self.hooks if str(hook["key"]) != key]
        return 204, None


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
                    "getNamed": get("pages/named"),
                    "getPlain": get("pages/plain", expect=list),
                    "dropOrder": post("orders", none_words="no such|gone"),
                    "getHooks": get("hooks", expect=list),
                    "addHook": post("hooks"),
                    "deleteHook": delete("hooks/{}", expect=None),
                },
                _headers={"x-version": "3"},
                _request_id_headers=("x-id",),
                _subscription_operations=("getHooks", "addHook", "deleteHook", "key"),
                _subscription_settings={"webhook_scheme": "hmac"},
                _prepare_subscription=lambda self, backend, secret: {
                    "url": backend.webhook_url,
                    "secret": secret,
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

    def test_a_list_with_numbered_pages_is_read_to_its_end(self):
        for operation, name in (("getNamed", "entries"), ("getPlain", None)):
            for size, requests in ((2, 3), (5, 2)):
                self.partner.requests.clear()
                found = self.connector._iter_numbered(
                    self.backend, operation, "page", {"size": size}, name=name
                )
                self.assertEqual([item["n"] for item in found], [0, 1, 2, 3, 4])
                self.assertEqual(len(self.partner.requests), requests)

    def test_words_may_say_that_there_is_none(self):
        self.partner.answer("POST", "/orders", 400, {"errors": {"text": "It is GONE"}})
        self.assertIsNone(self.call("dropOrder"))
        self.partner.answer("POST", "/orders", 400, {"errors": {"text": "Bad key"}})
        with self.assertRaises(Rejected):
            self.call("dropOrder")

    def test_each_request_has_the_vendors_headers_and_an_id_of_its_own(self):
        self.call("getRates")
        self.call("getRates")
        self.assertEqual({h["x-version"] for h in self.partner.headers}, {"3"})
        self.assertEqual(len({h["x-id"] for h in self.partner.headers}), 2)

    def test_an_address_is_registered_once_and_removed(self):
        other, *_none = self.partner.hooks
        for once in (False, True):
            with self.scripted(_subscribes_once=once):
                self.connector._subscribe(self.backend)
                self.connector._subscribe(self.backend)
            _other, hook = self.partner.hooks
            self.assertEqual(hook["url"], self.backend.webhook_url)
            self.assertEqual(str(hook["key"]), self.backend.webhook_subscription)
            secret = self.backend._get_secret("webhook_secret")
            self.assertEqual(secret, hook["secret"])
            self.assertEqual(self.backend.webhook_scheme, "hmac")
        self.connector._unsubscribe(self.backend)
        self.assertEqual(self.partner.hooks, [other])
        self.assertFalse(self.backend.webhook_subscription)

    def test_a_shared_secret_in_a_header_is_compared(self):
        key = ("X-Key", ("webhook_secret", "webhook_secret_previous"))
        with self.scripted(_webhook_key=key):
            self.backend.write(
                {"webhook_secret": "new-key", "webhook_secret_previous": "old-key"}
            )
            verify = self.connector._verify_webhook
            for given in ("new-key", "old-key"):
                verify(self.backend, {"X-Key": given}, b"{}", 0)
            for headers in ({}, {"X-Key": "no-key"}, {"X-Key": ""}):
                with self.assertRaises(AuthenticationFailed):
                    verify(self.backend, headers, b"{}", 0)
            self.backend.write(
                {"webhook_secret": False, "webhook_secret_previous": False}
            )
            with self.assertRaises(AuthenticationFailed):
                verify(self.backend, {"X-Key": ""}, b"{}", 0)

    def test_what_is_polled_is_declared(self):
        polls = {"orders": ("Orders", 15, "_poll_orders")}
        polled = {"_poll_orders": lambda connector, backend, run: iter([run])}
        run = SimpleNamespace(operation="orders")
        with self.scripted(_polls=polls, **polled):
            found = self.connector._get_poll_operations()
            self.assertIn(("orders", "Orders", 15), found)
            self.assertEqual(list(self.connector._poll(self.backend, run)), [run])
            with self.assertRaises(NotSupported):
                other = SimpleNamespace(operation="stock")
                self.connector._poll(self.backend, other)

    def test_a_list_does_not_lead_to_another_host(self):
        self.partner.answer("GET", "/lists/a", 200, {"next": "https://evil.example/"})
        with self.assertRaisesRegex(InvalidMessage, "another host"):
            list(self.connector._iter_all(self.backend, "getList", "a"))

    def test_what_is_repeatable_needs_no_lookup(self):
        fact = SimpleNamespace(message_type="test_fact")
        self.assertTrue(self.connector._is_lookup_certain("test_fact"))
        base = self.registry["logistics.connector"]
        self.assertIsNone(base._lookup(self.connector, self.backend, None, fact))
