"""The proxy cuts where it is configured to, and the partner counts what it did."""

import http.client
import json
import socket
import threading
import time

import pytest

from proof.chaos import parallel
from proof.chaos.history import History
from proof.chaos.partner import Partner
from proof.chaos.proxy import Fault, HttpProxy, TcpProxy


@pytest.fixture
def partner(tmp_path):
    server = Partner(0, History(tmp_path))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def proxied(partner):
    proxies = []

    def start(choose):
        proxies.append(HttpProxy(partner.server_address[1], choose))
        return proxies[-1]

    yield start
    for proxy in proxies:
        proxy.close()


def ask(port, key, method="POST", **said):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(
            method, "/acc", json.dumps({"id": key, **said}), {"Idempotency-Key": key}
        )
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers
    finally:
        connection.close()


def entries(partner, kind):
    return [e["id"] for e in partner.ledger.read("ledger") if e["kind"] == kind]


def test_without_a_fault_everything_passes(partner, proxied):
    proxy = proxied(lambda request: None)
    status, body, _headers = ask(proxy.port, "k1")
    assert (status, json.loads(body)) == (200, {"id": "P-k1"})
    assert proxy.spoiled == 0


def test_cut_after_the_commit_the_work_is_done_and_no_answer_comes(partner, proxied):
    proxy = proxied(lambda request: Fault(cut_answer_at=0))
    with pytest.raises((OSError, http.client.HTTPException)):
        ask(proxy.port, "k1")
    assert entries(partner, "done") == ["k1"]
    assert proxy.spoiled == 1


def test_cut_amid_the_request_nothing_is_done(partner, proxied):
    proxy = proxied(lambda request: Fault(cut_request_at=30))
    with pytest.raises((OSError, http.client.HTTPException)):
        ask(proxy.port, "k1")
    assert entries(partner, "done") == []


def test_late_answers_are_late(partner, proxied):
    proxy = proxied(lambda request: Fault(latency=0.3))
    started = time.monotonic()
    assert ask(proxy.port, "k1")[0] == 200
    assert time.monotonic() - started >= 0.3


def test_a_swallowed_request_reaches_nobody(partner, proxied):
    proxy = proxied(lambda request: Fault(swallow=0.2))
    with pytest.raises((OSError, http.client.HTTPException)):
        ask(proxy.port, "k1")
    assert entries(partner, "asked") == []


def test_the_same_key_is_done_once(partner):
    port = partner.server_address[1]
    assert ask(port, "k1")[:2] == ask(port, "k1")[:2]
    assert entries(partner, "asked") == ["k1", "k1"]
    assert entries(partner, "done") == ["k1"]


def test_the_partner_refuses_what_is_beyond_its_rate(partner):
    port = partner.server_address[1]
    ask(port, "x", "PUT", rate={"requests": 2, "seconds": 30})
    answers = [ask(port, f"k{n}") for n in range(3)]
    assert [answer[0] for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2][2]["Retry-After"]) <= 30


def test_a_frozen_line_delivers_later_what_was_sent():
    server = socket.create_server(("127.0.0.1", 0))
    proxy = TcpProxy(server.getsockname()[1])
    client = socket.create_connection(("127.0.0.1", proxy.port))
    far, _address = server.accept()
    far.settimeout(0.3)
    try:
        proxy.freeze()
        client.sendall(b"hello")
        with pytest.raises(TimeoutError):
            far.recv(10)
        proxy.thaw()
        far.settimeout(5)
        assert far.recv(10) == b"hello"
    finally:
        proxy.close()
        for one in (client, far, server):
            one.close()


def test_work_in_parallel_raises_the_first_error_and_stops():
    seen = []

    def work(number):
        seen.append(number)
        if number == 3:
            raise ValueError("three")

    with pytest.raises(ValueError, match="three"):
        parallel.for_each(work, range(1000), 1)
    assert seen == [0, 1, 2, 3]


def test_work_in_parallel_says_when_the_time_was_over():
    assert parallel.for_each(lambda number: None, range(50), 4)
    assert not parallel.for_each(lambda number: time.sleep(0.3), range(50), 2, 0.2)
