import time
from email.utils import formatdate

from requests.auth import HTTPBasicAuth

from odoo.tests import tagged
from odoo.tests.common import _super_send

from ..connectors.http import parse_json
from ..envelope import SendResult
from ..errors import (
    AuthenticationFailed,
    ConnectionFailed,
    InvalidMessage,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    RemoteUnavailable,
)
from ..tools import exchanges, http_session
from ..tools.http_auth import ApiKeyAuth, OAuth2ClientCredentials
from .common import Fact, LogisticsCase
from .local_partner import LocalPartner, Reply, free_port

TOKEN = "hush-token-7f3a"


class HttpPartnerCase(LogisticsCase):
    """A backend whose partner is a real server on 127.0.0.1."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = LocalPartner()
        cls.addClassCleanup(cls.partner.close)
        cls.backend.write({"base_url": cls.partner.url + "/api", "auth_token": TOKEN})

    @classmethod
    def _request_handler(cls, s, r, /, **kw):
        # Odoo's own raises short timeouts to ten seconds.
        return _super_send(s, r, **kw)

    def setUp(self):
        super().setUp()
        self.partner.seen.clear()
        self.partner._replies.clear()
        OAuth2ClientCredentials._tokens.clear()

    def request(self, method="GET", path="things", **kw):
        connector = self.backend._get_connector()
        return connector._request(self.backend, method, path, **kw)

    def failing(self, expected, method="GET", **kw):
        with self.assertRaises(expected) as caught:
            self.request(method, **kw)
        self.assertIs(type(caught.exception), expected)
        return caught.exception


@tagged("post_install", "-at_install")
class TestRequest(HttpPartnerCase):
    def test_a_bearer_token_is_sent(self):
        self.request(params={"q": "a b"}, headers={"X-More": "1"})
        seen = self.partner.seen[0]
        self.assertEqual(seen.headers["Authorization"], f"Bearer {TOKEN}")
        self.assertEqual(
            (seen.method, seen.path, seen.headers["X-More"]),
            ("GET", "/api/things?q=a+b", "1"),
        )

    def test_an_api_key_and_basic_credentials_are_sent(self):
        for auth, name, value in (
            (ApiKeyAuth("k-77", "X-Partner-Key"), "X-Partner-Key", "k-77"),
            (HTTPBasicAuth("ada", "pw"), "Authorization", "Basic YWRhOnB3"),
        ):
            with self.scripted(_get_auth=lambda connector, backend, a=auth: a):
                self.request()
            self.assertEqual(self.partner.seen[-1].headers[name], value)

    def test_the_idempotency_key_goes_where_the_partner_wants_it(self):
        self.request("POST", json={}, idempotency_key="o-1")
        self.assertEqual(self.partner.seen[0].headers["Idempotency-Key"], "o-1")

    def oauth(self, connector, backend):
        session = connector._get_session(backend)
        url = self.partner.url + "/token"
        return OAuth2ClientCredentials(url, "client", "client-secret-x", session)

    def token(self, value):
        return {"access_token": value, "token_type": "Bearer", "expires_in": 3600}

    def test_a_refused_oauth_token_is_fetched_again_once(self):
        self.partner.will(
            self.token("t1"), Reply(401), self.token("t2"), Reply(200), Reply(200)
        )
        with self.scripted(_get_auth=lambda c, b: self.oauth(c, b)):
            self.assertEqual(self.request().status_code, 200)
            self.assertEqual(self.request().status_code, 200)
        tokens = [
            seen.headers["Authorization"].split()[-1]
            for seen in self.partner.seen
            if seen.path == "/api/things"
        ]
        self.assertEqual(tokens, ["t1", "t2", "t2"])

    def test_a_partner_that_refuses_every_token_is_not_asked_for_ever(self):
        self.partner.will(self.token("t1"), Reply(401), self.token("t2"), Reply(401))
        with self.scripted(_get_auth=lambda c, b: self.oauth(c, b)):
            self.failing(AuthenticationFailed)
        self.assertEqual(len(self.partner.seen), 4)

    def test_a_refused_client_names_the_reason_and_not_the_secret(self):
        self.partner.will(Reply(401, {"error": "invalid_client"}))
        with self.scripted(_get_auth=lambda c, b: self.oauth(c, b)):
            error = self.failing(AuthenticationFailed)
        self.assertIn("invalid_client", str(error))
        self.assertNotIn("client-secret-x", str(error))

    def test_each_status_has_its_place_on_the_ladder(self):
        for status, get, post in (
            (401, AuthenticationFailed, AuthenticationFailed),
            (403, AuthenticationFailed, AuthenticationFailed),
            (404, Rejected, Rejected),
            (408, RemoteUnavailable, RemoteUnavailable),
            (409, Rejected, Rejected),
            (422, Rejected, Rejected),
            (425, RemoteUnavailable, RemoteUnavailable),
            (429, RateLimited, RateLimited),
            (500, RemoteUnavailable, OutcomeUnknown),
            (502, RemoteUnavailable, OutcomeUnknown),
            (503, RemoteUnavailable, RemoteUnavailable),
            (504, RemoteUnavailable, OutcomeUnknown),
            (300, Rejected, Rejected),
            (304, Rejected, Rejected),
        ):
            for method, expected in (("GET", get), ("POST", post)):
                with self.subTest(status=status, method=method):
                    self.partner.will(
                        Reply(status, headers={"X-Request-Id": "r1"}, body="why")
                    )
                    error = self.failing(expected, method)
                    self.assertEqual(error.http_status, status)
                    self.assertEqual(error.request_id, "r1")
                    self.assertTrue(error.remedy)

    def test_retry_after_is_taken_as_seconds_and_as_a_date(self):
        at = formatdate(time.time() + 100, usegmt=True)
        self.partner.will(
            Reply(429, headers={"Retry-After": "17"}),
            Reply(503, headers={"Retry-After": at}),
        )
        self.assertEqual(self.failing(RateLimited).retry_after, 17)
        self.assertAlmostEqual(
            self.failing(RemoteUnavailable).retry_after, 100, delta=3
        )

    def test_the_partners_own_words_are_told_without_our_secret(self):
        page = "<html><head><title>502 Bad Gateway</title></head><p>x</p></html>"
        self.partner.will(
            Reply(422, {"errors": {"zip": ["is missing"]}}),
            Reply(400, f"token {TOKEN} has no scope"),
            Reply(502, page, headers={"Content-Type": "text/html"}),
            Reply(422, {"message": "a\x00b"}),
        )
        error = self.failing(Rejected)
        self.assertIn("zip: is missing", str(error))
        error = self.failing(Rejected)
        self.assertIn("has no scope", str(error))
        self.assertNotIn(TOKEN, str(error))
        self.assertTrue(
            str(self.failing(RemoteUnavailable)).endswith("502: 502 Bad Gateway")
        )
        self.assertNotIn("\x00", str(self.failing(Rejected)))

    def test_a_redirect_is_not_followed_and_named(self):
        self.partner.will(
            Reply(301, headers={"Location": "https://new.example/?key=K"})
        )
        error = self.failing(Rejected, "POST")
        self.assertIn("https://new.example/", str(error))
        self.assertNotIn("=K", str(error))
        self.assertIn("base URL", error.remedy)
        self.assertEqual(len(self.partner.seen), 1)

    def test_nobody_there_was_never_sent(self):
        self.backend.base_url = f"http://127.0.0.1:{free_port()}"
        self.failing(ConnectionFailed, "POST")
        self.backend.base_url = "http://nowhere.invalid"
        self.failing(ConnectionFailed, "POST")

    def test_a_cut_or_silent_connection_leaves_a_write_unknown(self):
        self.partner.will(Reply(cut=True), Reply(cut=True), Reply(hang=2))
        self.failing(OutcomeUnknown, "POST")
        self.failing(ConnectionFailed, "GET")
        self.failing(OutcomeUnknown, "POST", timeout=0.2)

    def test_an_answer_that_is_too_large_leaves_a_write_unknown(self):
        self.patch(http_session, "LARGEST_ANSWER", 1000)
        self.partner.will("x" * 2000, "x" * 2000)
        self.failing(InvalidMessage, "GET")
        self.failing(OutcomeUnknown, "POST")

    def test_what_is_not_json_leaves_a_write_unknown(self):
        self.partner.will("<html>", "<html>")
        with self.assertRaises(OutcomeUnknown):
            parse_json(self.request("POST"))
        with self.assertRaises(RemoteUnavailable):
            parse_json(self.request("GET"))

    def test_one_connection_serves_many_requests(self):
        for _n in range(3):
            self.request()
        self.assertEqual(len({seen.port for seen in self.partner.seen}), 1)

    def test_a_next_page_on_another_host_gets_no_credentials(self):
        for link in (
            "http://evil.example/next",
            f"https://127.0.0.1:{self.partner.port}/next",
            f"http://127.0.0.1:{self.partner.port + 1}/next",
            f"HTTP://me@127.0.0.1:{self.partner.port}/next",
            "http://[::1",
        ):
            with self.subTest(link=link):
                self.failing(InvalidMessage, path=link)
        self.assertFalse(self.partner.seen)

    def test_a_next_page_on_the_same_host_is_fetched(self):
        self.request(path=self.partner.url.replace("http", "HTTP") + "/next?page=2")
        self.request(path="things?back=http://elsewhere.example")
        self.assertEqual(
            [seen.path for seen in self.partner.seen],
            ["/next?page=2", "/api/things?back=http://elsewhere.example"],
        )

    def test_a_token_with_an_impossible_character_is_said_to_be_wrong(self):
        self.backend.auth_token = "abc…def"
        error = self.failing(InvalidMessage, "POST")
        self.assertIn("credentials", error.remedy)

    def test_a_private_address_behind_a_name_is_refused(self):
        self.backend.allow_private_network = False
        self.backend.base_url = f"http://localhost:{self.partner.port}"
        self.assertIn("private", str(self.failing(ConnectionFailed)))
        self.assertFalse(self.partner.seen)


@tagged("post_install", "-at_install")
class TestWireTap(HttpPartnerCase):
    """What an attempt shows of the wire, and what it never shows."""

    def send(self, *replies, **scripts):
        self.partner.will(*replies)
        message = self.env["logistics.message"]._enqueue(
            self.backend,
            Fact("a"),
            record=self.env.user.partner_id,
            ordering_key="K1",
            external_id=f"o{time.monotonic_ns()}",
        )
        with self.handling(), self.scripted(**scripts):
            self.drain()
        return message

    def get_log(self, message):
        values = message.attempt_ids.read()
        return "\n".join(str(value) for row in values for value in row.values())

    def test_request_and_answer_are_kept(self):
        message = self.send({"id": "P-9"})
        self.assertEqual(message.state, "done")
        attempt = message.attempt_ids
        self.assertEqual((attempt.method, attempt.status), ("POST", 200))
        self.assertEqual(attempt.url, self.partner.url + "/api/")
        self.assertIn('"value": "a"', attempt.request)
        self.assertIn("P-9", attempt.response)
        self.assertGreaterEqual(attempt.duration_ms, 0)

    def test_no_secret_is_in_an_attempt(self):
        echo = Reply(
            400,
            {"error": f"bad {TOKEN}", "access_token": "other-secret"},
            headers={"Set-Cookie": "sid=cookie-secret", "X-Echo": TOKEN},
        )

        def send(connector, backend, message, canonical):
            connector._request(
                backend,
                "POST",
                f"x/{TOKEN}?api_key={TOKEN}",
                json={"password": "pw-secret", "note": f"with {TOKEN}"},
                headers={"X-Odd-Name": TOKEN},
            )

        message = self.send(echo, _send=send)
        self.assertEqual(message.state, "dead")
        log = self.get_log(message) + str(message.read()) + message.exception_ids.cause
        for secret in (TOKEN, "other-secret", "cookie-secret", "pw-secret"):
            self.assertNotIn(secret, log)
        self.assertIn("X-Odd-Name", log)

    def test_no_secret_of_basic_or_oauth_is_in_an_attempt(self):
        def oauth(connector, backend):
            session = connector._get_session(backend)
            url = self.partner.url + "/token"
            return OAuth2ClientCredentials(url, "client", "client-secret-x", session)

        token = {"access_token": "oauth-secret", "token_type": "Bearer"}
        log = self.get_log(
            self.send(token, {"echo": "oauth-secret"}, _get_auth=oauth)
        ) + self.get_log(
            self.send(
                {"echo": "YWRhOnB3LXNlY3JldA=="},
                _get_auth=lambda c, b: HTTPBasicAuth("ada", "pw-secret"),
            )
        )
        for secret in (
            "client-secret-x",
            "oauth-secret",
            "pw-secret",
            "YWRhOnB3LXNlY3JldA==",
        ):
            self.assertNotIn(secret, log)

    def test_a_document_and_a_nul_do_not_stop_the_recording(self):
        pdf = Reply(
            body=b"%PDF-1.7\x00\xff" * 99, headers={"Content-Type": "application/pdf"}
        )

        def send(connector, backend, message, canonical):
            connector._request(backend, "POST", "label")
            return SendResult(note="a\x00b")

        message = self.send(pdf, _send=send)
        self.assertEqual(message.state, "done")
        self.assertIn("(990 bytes, application/pdf)", message.attempt_ids.response)
        message = self.send(
            Reply(422, {"message": "bad \x00 zip"}),
            Reply(200),
        )
        self.assertEqual(message.state, "dead")
        self.assertIn("bad ␀ zip", message.error)

    def test_no_transaction_is_open_while_the_partner_works(self):
        released = []
        with exchanges.record(before_request=lambda: released.append(1)) as recording:
            self.request()
        self.assertEqual((len(released), len(recording.exchanges)), (1, 1))

    def test_a_failed_exchange_is_kept_too(self):
        message = self.send(Reply(cut=True))
        self.assertEqual(message.attempt_ids.outcome, "unknown")
        self.assertIn("No answer", message.attempt_ids.error)
        self.assertIn('"value": "a"', message.attempt_ids.request)
