"""The transport on real sockets: where it may go, what a failure means."""

from __future__ import annotations

import math
import socket
import time
from email.utils import formatdate

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from urllib3.exceptions import HTTPError

from odoo.addons.logistics_core.errors import (
    ConnectionFailed,
    InvalidMessage,
    LogisticsError,
    OutcomeUnknown,
    RemoteUnavailable,
)
from odoo.addons.logistics_core.tests.local_partner import (
    Reply,
    free_port,
    local_partner,
)
from odoo.addons.logistics_core.tools import http_session
from odoo.addons.logistics_core.tools.http_errors import (
    parse_retry_after,
    to_transport_error,
)

SECRET = "hush-7f3a91"


@pytest.fixture
def partner():
    with local_partner() as running:
        yield running


def call(url: str, method: str = "GET", *, private: bool = True, timeout: float = 1):
    """Send as the template does; return the response or the ladder's error."""
    session = http_session.make_session(private)
    try:
        request = session.prepare_request(requests.Request(method, url))
        return http_session.send(session, request, timeout)
    except (requests.RequestException, HTTPError) as error:
        return to_transport_error(error, method, [SECRET])


# Where it may go


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "fe80::1%lo", "no address"])
def test_an_address_that_is_not_public_is_refused(address) -> None:
    with pytest.raises(http_session.ForbiddenAddress):
        http_session.check_address(address)


def test_a_public_address_is_not_refused() -> None:
    http_session.check_address("8.8.8.8")


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let names resolve to these addresses, one answer after the other."""
    real, asked, left = socket.getaddrinfo, [], list(answers)

    def fake(host, port, *args, **kw):
        if not str(host).endswith(".example"):
            return real(host, port, *args, **kw)
        asked.append(host)
        addresses = left.pop(0) if len(left) > 1 else left[0]
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", fake)
    return asked


def test_a_name_that_resolves_to_a_private_address_is_refused(
    partner, monkeypatch
) -> None:
    resolving(monkeypatch, ["127.0.0.1"])
    error = call(f"http://inside.example:{partner.port}/", private=False)
    assert isinstance(error, ConnectionFailed)
    assert "private" in str(error)
    assert not partner.seen


def test_one_private_address_among_public_ones_is_enough(partner, monkeypatch) -> None:
    resolving(monkeypatch, ["203.0.113.9", "127.0.0.1"])
    error = call(f"http://both.example:{partner.port}/", private=False)
    assert "private" in str(error)


def test_a_name_is_resolved_once_so_it_cannot_change_in_between(
    partner, monkeypatch
) -> None:
    monkeypatch.setattr(
        http_session, "check_address", lambda address: passed.append(address)
    )
    passed: list[str] = []
    asked = resolving(monkeypatch, ["127.0.0.1"], ["203.0.113.9"])
    answer = call(f"http://rebind.example:{partner.port}/", private=False)
    assert answer.status_code == 200
    assert (asked, passed) == (["rebind.example"], ["127.0.0.1"])
    assert partner.seen[0].headers["Host"] == f"rebind.example:{partner.port}"


def test_a_literal_private_address_is_refused_unless_allowed(partner) -> None:
    assert "private" in str(call(partner.url, private=False))
    assert call(partner.url, private=True).status_code == 200


def test_a_mapped_address_is_refused(partner) -> None:
    url = f"http://[::ffff:127.0.0.1]:{partner.port}/"
    assert "private" in str(call(url, private=False))


def test_an_ambient_proxy_is_not_used(partner, monkeypatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    assert call(partner.url).status_code == 200


def test_no_cookie_is_kept(partner) -> None:
    session = http_session.make_session(True)
    partner.will(Reply(headers={"Set-Cookie": "sid=1"}))
    for _n in range(2):
        request = session.prepare_request(requests.Request("GET", partner.url))
        http_session.send(session, request, 1)
    assert "Cookie" not in partner.seen[1].headers


def test_a_connection_is_used_again(partner) -> None:
    session = http_session.get_session(("db", 1, True))
    for _n in range(3):
        request = session.prepare_request(requests.Request("GET", partner.url))
        http_session.send(session, request, 1)
    assert len({seen.port for seen in partner.seen}) == 1
    assert http_session.get_session(("db", 1, True)) is session
    assert http_session.get_session(("db", 2, True)) is not session


def test_a_redirect_is_handed_back_and_not_followed(partner) -> None:
    target = f"{partner.url}/elsewhere"
    partner.will(Reply(302, headers={"Location": target}))
    assert call(partner.url).status_code == 302
    assert len(partner.seen) == 1


# What a failure means


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_refused_connection_was_never_sent(method) -> None:
    error = call(f"http://127.0.0.1:{free_port()}/", method)
    assert isinstance(error, ConnectionFailed)
    assert str(error) == "The partner is not reachable: Connection refused"


@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize("host", ["nowhere.invalid", "a" * 64 + ".example", "a..b"])
def test_a_name_that_does_not_resolve_was_never_sent(host, private) -> None:
    error = call(f"http://{host}/", "POST", private=private)
    assert isinstance(error, ConnectionFailed | InvalidMessage), repr(error)
    assert not isinstance(error, OutcomeUnknown)


def test_a_cut_after_sending_leaves_the_outcome_of_a_write_unknown(partner) -> None:
    partner.will(Reply(cut=True), Reply(cut=True))
    assert isinstance(call(partner.url, "POST"), OutcomeUnknown)
    assert isinstance(call(partner.url, "GET"), ConnectionFailed)
    assert len(partner.seen) == 2


def test_a_cut_within_the_answer_leaves_the_outcome_of_a_write_unknown(
    partner,
) -> None:
    partner.will(Reply(body="half", cut_after=True), Reply(body="half", cut_after=True))
    assert isinstance(call(partner.url, "POST"), OutcomeUnknown)
    assert isinstance(call(partner.url, "GET"), ConnectionFailed)


def test_no_answer_in_time_leaves_the_outcome_of_a_write_unknown(partner) -> None:
    partner.will(Reply(hang=3), Reply(hang=3))
    assert isinstance(call(partner.url, "POST", timeout=0.2), OutcomeUnknown)
    assert isinstance(call(partner.url, "GET", timeout=0.2), RemoteUnavailable)


def test_an_answer_that_drips_ends(partner, monkeypatch) -> None:
    monkeypatch.setattr(http_session, "PATIENCE", 2)
    partner.will(Reply(body="x" * 400, drip=0.1))
    start = time.monotonic()
    error = call(partner.url, timeout=0.3)
    assert isinstance(error, RemoteUnavailable)
    assert time.monotonic() - start < 3


def test_an_answer_that_is_too_large_is_not_read(partner, monkeypatch) -> None:
    monkeypatch.setattr(http_session, "LARGEST_ANSWER", 100_000)
    partner.will(Reply(body="x" * 200_000), Reply(body="x" * 200_000))
    assert isinstance(call(partner.url, "GET"), InvalidMessage)
    assert isinstance(call(partner.url, "POST"), OutcomeUnknown)


def test_a_compressed_bomb_is_not_unpacked(partner, monkeypatch) -> None:
    import gzip

    monkeypatch.setattr(http_session, "LARGEST_ANSWER", 1_000_000)
    bomb = gzip.compress(b"\0" * 50_000_000)
    partner.will(Reply(body=bomb, headers={"Content-Encoding": "gzip"}))
    assert isinstance(call(partner.url), InvalidMessage)


def test_a_body_that_is_not_what_it_says_is_a_broken_answer(partner) -> None:
    partner.will(
        *[Reply(body="no gzip", headers={"Content-Encoding": "gzip"}) for _n in "ab"]
    )
    assert isinstance(call(partner.url, "GET"), ConnectionFailed)
    assert isinstance(call(partner.url, "POST"), OutcomeUnknown)


def test_a_certificate_that_is_not_accepted_was_never_sent(partner) -> None:
    """Plain HTTP answers a TLS hello: the write never left."""
    error = call(partner.url.replace("http:", "https:"), "GET")
    assert isinstance(error, ConnectionFailed)


@pytest.mark.parametrize("url", ["no-scheme/x", "ftp://h/x", "http://", "http://[::1"])
def test_a_wrong_address_is_said_to_be_one(url) -> None:
    assert isinstance(call(url), InvalidMessage)


def test_no_error_text_names_the_url_with_its_secret(partner) -> None:
    partner.will(Reply(cut=True), Reply(hang=2))
    for url, method in (
        (f"http://127.0.0.1:{free_port()}/?key={SECRET}", "GET"),
        (f"http://nowhere.invalid/?key={SECRET}", "GET"),
        (f"{partner.url}/?key={SECRET}", "POST"),
        (f"{partner.url}/?key={SECRET}", "GET"),
        (f"ftp://h/?key={SECRET}", "GET"),
        (f"no-scheme?key={SECRET}", "GET"),
    ):
        error = call(url, method, timeout=0.2)
        assert isinstance(error, LogisticsError)
        assert SECRET not in str(error), url


# Retry-After


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        ("1.5", 1.5),
        ("-3", 0),
        ("99999999", 86400),
        ("inf", 86400),
        ("nan", None),
        ("", None),
        (None, None),
        ("soon", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
    ],
)
def test_retry_after_is_seconds_or_a_date(value, seconds) -> None:
    assert parse_retry_after(value) == seconds


def test_retry_after_as_a_date_is_the_time_until_then() -> None:
    at = formatdate(time.time() + 90, usegmt=True)
    assert parse_retry_after(at) == pytest.approx(90, abs=2)


@given(st.text(max_size=40))
def test_any_retry_after_is_a_wait_or_nothing(value) -> None:
    seconds = parse_retry_after(value)
    assert seconds is None or (math.isfinite(seconds) and 0 <= seconds <= 86400)
