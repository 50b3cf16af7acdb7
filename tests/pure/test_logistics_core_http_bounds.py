"""A whole call is bounded in bytes and in time, whatever drips or floods."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest
import requests
from urllib3.exceptions import HTTPError

from odoo.addons.logistics_core.errors import (
    ConnectionFailed,
    InvalidMessage,
    OutcomeUnknown,
    RemoteUnavailable,
)
from odoo.addons.logistics_core.tools import bounded, http_session
from odoo.addons.logistics_core.tools.http_errors import to_transport_error

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@contextmanager
def answering(pieces: Iterable[bytes], pause: float = 0.0) -> Iterator[str]:
    """Yield the URL of a server that sends these pieces to its first visitor."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            visitor, _address = server.accept()
            with visitor:
                visitor.recv(65536)
                try:
                    for piece in pieces:
                        visitor.sendall(piece)
                        if stop.wait(pause):
                            return
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        stop.set()
        thread.join(5)


def call(url: str, method: str = "GET", timeout: float = 0.4):
    session = http_session.make_session(True)
    try:
        request = session.prepare_request(requests.Request(method, url))
        return http_session.send(session, request, timeout)
    except (requests.RequestException, HTTPError) as error:
        return to_transport_error(error, method)


# Where an answer drips: how it begins, and what then comes again and again.
DRIPS = {
    "status line": (b"", b"H"),
    "headers": (HEAD, b"X-A: 1\r\n"),
    "a header": (HEAD + b"X-A: ", b"x"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "size of a chunk": (CHUNKED, b"0"),
    "chunks": (CHUNKED, b"1\r\nx\r\n"),
    "trailers": (CHUNKED + b"0\r\n", b"X-A: 1\r\n"),
    "body": (HEAD + b"Content-Length: 999\r\n\r\n", b"x"),
}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", DRIPS)
def test_whatever_drips_ends(name, method) -> None:
    start, more = DRIPS[name]
    started = time.monotonic()
    with answering([start, *[more] * 200], 0.1) as url:
        error = call(url, method)
    assert time.monotonic() - started < 8
    expected = RemoteUnavailable if method == "GET" else OutcomeUnknown
    assert isinstance(error, expected), repr(error)


FLOODS = {
    "headers": [HEAD, *[b"X-A: " + b"x" * 60_000 + b"\r\n"] * 9],
    "interim answers": [b"HTTP/1.1 100 Continue\r\n\r\n" * 40_000],
    "size of a chunk": [CHUNKED, *[b"0" * 60_000] * 99],
    "trailers": [CHUNKED + b"0\r\n", *[b"X-A: 1\r\n" * 9_000] * 999],
}


@pytest.mark.parametrize("name", FLOODS)
def test_whatever_floods_is_not_taken(name, monkeypatch) -> None:
    monkeypatch.setattr(http_session, "LARGEST_ANSWER", 100_000)
    with answering(FLOODS[name]) as url:
        error = call(url, timeout=10)
    assert isinstance(error, InvalidMessage | ConnectionFailed), repr(error)


def test_of_a_large_error_answer_the_beginning_is_read() -> None:
    head = b"HTTP/1.1 400 Bad\r\nContent-Length: 27000000\r\n\r\n"
    with answering([head, b"Too bad. ", *[b"x" * 90_000] * 300]) as url:
        answer = call(url, timeout=10)
    assert answer.is_cut
    assert answer.content.startswith(b"Too bad.")
    assert len(answer.content) == bounded.ERROR.size


def test_a_small_error_answer_is_read_whole() -> None:
    with answering([b"HTTP/1.1 400 Bad\r\nContent-Length: 3\r\n\r\nbad"]) as url:
        answer = call(url, timeout=10)
    assert (answer.content, answer.is_cut) == (b"bad", False)


def test_an_answer_after_a_pause_is_waited_for() -> None:
    pieces = [HEAD, b"Content-Length: 2\r\n\r\n", b"o", b"k"]
    with answering(pieces, 0.1) as url:
        assert call(url, timeout=5).content == b"ok"
