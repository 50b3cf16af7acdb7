"""The OAuth 2 client against a token endpoint of our own."""

from __future__ import annotations

import time

import pytest
import requests

from odoo.addons.logistics_core.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    RateLimited,
    RemoteUnavailable,
)
from odoo.addons.logistics_core.tests.local_partner import (
    Reply,
    local_partner,
)
from odoo.addons.logistics_core.tools import http_auth, http_session

SECRET = "hush-7f3a91"


@pytest.fixture
def partner():
    with local_partner() as running:
        yield running


# OAuth 2.0 client credentials


def oauth(partner, secret="s3cret-one", **kw) -> http_auth.OAuth2ClientCredentials:
    return http_auth.OAuth2ClientCredentials(
        f"{partner.url}/token",
        "client",
        secret,
        http_session.make_session(True),
        timeout=1,
        **kw,
    )


def bearer(auth) -> str:
    request = requests.Request("GET", "http://127.0.0.1/").prepare()
    return auth(request).headers["Authorization"]


@pytest.fixture(autouse=True)
def _no_tokens(monkeypatch):
    monkeypatch.setattr(http_auth.OAuth2ClientCredentials, "_tokens", {})


def test_a_token_is_fetched_once_and_kept(partner) -> None:
    partner.will({"access_token": "t1", "token_type": "Bearer", "expires_in": 3600})
    assert [bearer(oauth(partner)) for _n in range(3)] == ["Bearer t1"] * 3
    assert len(partner.seen) == 1
    assert partner.seen[0].headers["Authorization"].startswith("Basic ")
    assert partner.seen[0].body == b"grant_type=client_credentials"


def test_credentials_go_in_the_body_where_the_partner_wants_that(partner) -> None:
    partner.will({"access_token": "t1", "token_type": "Bearer"})
    bearer(oauth(partner, basic=False, scope="orders"))
    assert "Authorization" not in partner.seen[0].headers
    assert b"client_secret=s3cret-one" in partner.seen[0].body
    assert b"scope=orders" in partner.seen[0].body


def test_a_token_is_renewed_a_minute_before_it_ends(partner, monkeypatch) -> None:
    partner.will(
        {"access_token": "t1", "token_type": "Bearer", "expires_in": 3600},
        {"access_token": "t2", "token_type": "Bearer", "expires_in": 3600},
    )
    auth, start = oauth(partner), time.time()
    assert bearer(auth) == "Bearer t1"
    monkeypatch.setattr(http_auth.time, "time", lambda: start + 3530)
    assert bearer(auth) == "Bearer t1"
    monkeypatch.setattr(http_auth.time, "time", lambda: start + 3545)
    assert bearer(auth) == "Bearer t2"


def test_a_short_lived_token_is_used_all_the_same(partner) -> None:
    partner.will({"access_token": "t1", "token_type": "Bearer", "expires_in": 30})
    assert [bearer(oauth(partner)) for _n in range(2)] == ["Bearer t1"] * 2
    assert len(partner.seen) == 1


@pytest.mark.parametrize("expires_in", ["nan", "soon", -5, 0, None, "1e999", []])
def test_an_absurd_life_does_not_make_a_token_eternal(partner, expires_in) -> None:
    token = {"access_token": "t", "token_type": "Bearer", "expires_in": expires_in}
    partner.will(token)
    try:
        bearer(oauth(partner))
    except AuthenticationFailed:
        return
    (kept,) = http_auth.OAuth2ClientCredentials._tokens.values()
    assert kept["refresh_at"] <= time.time() + 86400


def test_another_secret_gets_another_token(partner) -> None:
    partner.will(
        {"access_token": "t1", "token_type": "Bearer"},
        Reply(401, {"error": "invalid_client", "error_description": "no such"}),
    )
    bearer(oauth(partner))
    with pytest.raises(AuthenticationFailed, match="invalid_client no such"):
        bearer(oauth(partner, secret="wrong"))


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(400, {"error": "invalid_scope"}), AuthenticationFailed),
        (Reply(404, "not here"), AuthenticationFailed),
        (Reply(200, "<html>"), AuthenticationFailed),
        (Reply(200, {}), AuthenticationFailed),
        (Reply(302, headers={"Location": "/login"}), AuthenticationFailed),
        (Reply(429, headers={"Retry-After": "9"}), RateLimited),
        (Reply(500), RemoteUnavailable),
        (Reply(503), RemoteUnavailable),
        (Reply(cut=True), ConnectionFailed),
        (Reply(hang=3), ConnectionFailed),
    ],
)
def test_a_refusal_of_the_token_endpoint_has_its_place_on_the_ladder(
    partner, reply, expected
) -> None:
    partner.will(reply)
    auth = oauth(partner)
    auth.timeout = 0.3
    with pytest.raises(expected) as caught:
        bearer(auth)
    assert "s3cret-one" not in str(caught.value)


def test_a_slow_token_endpoint_makes_no_other_account_wait(partner) -> None:
    import threading

    with local_partner() as slow:
        slow.will(Reply(body={"access_token": "s", "token_type": "Bearer"}, hang=2))
        auth = oauth(slow)
        auth.timeout = 5
        waiting = threading.Thread(target=bearer, args=(auth,))
        waiting.start()
        while not slow.seen:
            time.sleep(0.01)
        partner.will({"access_token": "t1", "token_type": "Bearer"})
        start = time.monotonic()
        assert bearer(oauth(partner)) == "Bearer t1"
        assert time.monotonic() - start < 1
        slow.close()
        waiting.join(5)
