"""The bench's HTTP client, and the requests that it signs."""

import asyncio
import json
import time

import pytest

from odoo.addons.logistics_core.errors import AuthenticationFailed
from odoo.addons.logistics_core.tools import signatures

from proof.bench import http_load, slow_partner
from proof.bench.requests_made import SECRET, bulk, webhooks


def _parts(request):
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return first, dict(line.lower().split(": ", 1) for line in lines), body


def test_the_product_accepts_what_the_bench_signs_and_nothing_changed():
    request = webhooks("/hook", "run", 3, int(time.time()))[2]
    _first, headers, body = _parts(request)
    keys = [signatures.decode_secret(SECRET)]
    headers["webhook-signature"] = (
        request.split(b"webhook-signature: ")[1].split(b"\r\n")[0].decode()
    )
    check = signatures.STANDARD_WEBHOOKS, keys, headers
    signatures.verify(*check, body, time.time())
    with pytest.raises(AuthenticationFailed):
        signatures.verify(*check, body + b" ", time.time())


def test_each_request_is_another_fact_of_the_right_length():
    requests = [_parts(request) for request in webhooks("/hook", "run", 5, 1)]
    assert all(first == "POST /hook HTTP/1.1" for first, _headers, _body in requests)
    assert all(int(head["content-length"]) == len(body) for _f, head, body in requests)
    facts = [json.loads(body) for _first, _headers, body in requests]
    assert len({fact["id"] for fact in facts}) == 5
    assert facts[3]["data"]["number"] == 3


def test_a_bulk_request_carries_each_fact_once():
    requests = [_parts(request) for request in bulk("/hook", "run", 25, 10, 1)]
    lines = [body.split(b"\n") for _first, _headers, body in requests]
    assert [len(part) for part in lines] == [10, 10, 5]
    ids = [json.loads(line)["id"] for part in lines for line in part]
    assert ids == [f"run-{number}" for number in range(25)]
    assert {headers["content-type"] for _f, headers, _b in requests} == {
        "application/x-ndjson"
    }


def _against_partner(delay, connections, count, due):
    async def run():
        partner = slow_partner.Partner(delay)
        server = await asyncio.start_server(partner.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        head = "POST / HTTP/1.1\r\nContent-Length: 2\r\nIdempotency-Key: K"
        requests = [f"{head}{n}\r\n\r\n{{}}".encode() for n in range(count)]
        client = http_load.Client(http_load.Plan(port, connections, requests, due))
        seconds = await client.send_all()
        server.close()
        return partner, client.answers, seconds

    return asyncio.run(run())


def test_every_request_is_sent_once_over_kept_connections():
    partner, answers, _seconds = _against_partner(0, 4, 40, [])
    assert sorted(partner.keys) == sorted(f"k{n}" for n in range(40))
    assert {status for status, _latency, _at in answers} == {200}


def test_waiting_for_a_connection_counts_as_latency_of_a_paced_request():
    _partner, answers, seconds = _against_partner(0.1, 1, 3, [0.0, 0.0, 0.0])
    latencies = [latency for _status, latency, _at in answers]
    assert latencies == sorted(latencies)
    assert latencies[-1] >= 0.29
    assert seconds >= 0.29
