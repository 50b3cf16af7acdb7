"""A vendor client that checks every answer, and a webhook receiver."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

from partner_sandbox.client import Sandbox
from partner_sandbox.contract.contract import Contract
from partner_sandbox.core.message import Answer

Json = dict[str, Any]
VERSION = "/2026-01"
FRANCE = {
    "address1": "1 rue de la Paix",
    "city": "Paris",
    "country": "FR",
    "zip_code": "75002",
}


def order_body(reference: str, *lines: Json | tuple[str, int], **extra: Any) -> Json:
    """A valid order; a line is ``(sku, quantity)`` or a whole line."""
    products = [
        line
        if isinstance(line, dict)
        else {"reference_id": line[0], "name": line[0], "quantity": line[1]}
        for line in lines
    ]
    return {
        "reference_id": reference,
        "shipping_method": "Standard",
        "type": "DTC",
        "recipient": {"name": "Ada Lovelace", "address": dict(FRANCE)},
        "products": products,
        **extra,
    }


class VendorClient:
    """Speaks ShipBob's API; every answer must follow the contract, where there is one.

    ``undocumented`` names statuses the contract does not list for an operation.
    """

    def __init__(self, sandbox: Sandbox, contract: Contract | None) -> None:
        self.sandbox = sandbox
        self.contract = contract
        self.session = requests.Session()
        self.session.trust_env = False
        self.headers = {
            "Authorization": f"Bearer {sandbox.token}",
            "shipbob_channel_id": "101",
        }
        self.last: requests.Response | None = None

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        status: int = 200,
        undocumented: bool = False,
        **query: Any,
    ) -> Any:
        """One call; answers the decoded body."""
        url = f"{self.sandbox.dialect_url()}{VERSION}{path}"
        answer = self.session.request(
            method, url, json=body, params=query, headers=self.headers, timeout=10
        )
        self.last = answer
        assert answer.status_code == status, f"{answer.status_code} {answer.text}"
        if self.contract and not undocumented:
            given = Answer(answer.status_code, answer.content)
            found = self.contract.check_answer(method, VERSION + path, given)
            assert not found, found
        return answer.json() if answer.content else None

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        """A GET."""
        return self.call("GET", path, None, status, **query)

    def post(self, path: str, body: Any = None, status: int = 200) -> Any:
        """A POST."""
        return self.call("POST", path, body, status)

    def order(
        self, reference: str, *lines: Any, status: int = 201, **extra: Any
    ) -> Any:
        """Create an order of ``(sku, quantity)`` lines."""
        return self.post("/order", order_body(reference, *lines, **extra), status)

    def subscribe(self, url: str, *topics: str) -> Json:
        """Subscribe to topics; answers the subscription with its secret."""
        body = {"url": url, "topics": list(topics)}
        return dict(self.post("/webhook", body))


class Receiver:
    """Takes webhooks; ``answer(n)`` decides the status of the n-th post (from 0)."""

    def __init__(self) -> None:
        self.posts: list[tuple[dict[str, str], bytes]] = []
        self.times: list[float] = []
        self.answer: Callable[[int], int] = lambda _: 200
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        ).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {k.lower(): v for k, v in self.headers.items()}
                self.send_response(receiver.take(headers, body))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Remember one post, answer its status."""
        with self._lock:
            self.posts.append((headers, body))
            self.times.append(time.monotonic())
            return self.answer(len(self.posts) - 1)

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def topics(self) -> list[str]:
        """Topics in the order they came."""
        return [h["x-webhook-topic"] for h, _ in self.posts]

    @property
    def payloads(self) -> list[Json]:
        """Bodies in the order they came."""
        return [json.loads(body) for _, body in self.posts]

    def wait(self, count: int, seconds: float = 5.0) -> None:
        """Until so many posts came. Fails when they do not."""
        wait_until(lambda: len(self.posts) >= count, seconds)


def wait_until(condition: Callable[[], Any], seconds: float = 5.0) -> None:
    """Poll until it holds. Fails when it does not."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)
