"""A partner that counts: its own process, its ledger a file of its own.

``POST /<account>`` with an Idempotency-Key is an order; the same key again is
answered as before and does nothing. ``PUT /<account>`` sets how the account answers:
``{"status", "retry_after", "latency", "rate"}``. Everything is written to the ledger
before it is answered: what was asked (``kind: asked``) and what was done (``done``).
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

if __package__:
    from .history import History
else:  # started as a file
    sys.path.insert(0, str(Path(__file__).parent))
    from history import History


class Account:
    """How one account answers, and what it has done."""

    def __init__(self) -> None:
        self.mode: dict[str, Any] = {}
        self.done: set[str] = set()
        self.seen: deque[float] = deque()
        self.lock = threading.Lock()

    def refuses(self) -> tuple[int, float | None] | None:
        """(status, Retry-After) when this request is not accepted."""
        status = self.mode.get("status")
        if status:
            return status, self.mode.get("retry_after")
        rate = self.mode.get("rate")
        if not rate:
            return None
        now = time.monotonic()
        with self.lock:
            while self.seen and self.seen[0] <= now - rate["seconds"]:
                self.seen.popleft()
            if len(self.seen) >= rate["requests"]:
                return 429, self.seen[0] + rate["seconds"] - now
            self.seen.append(now)
        return None


class Partner(ThreadingHTTPServer):
    """The server and its ledger."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, ledger: History) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.ledger = ledger
        self.accounts: dict[str, Account] = {}
        self.lock = threading.Lock()

    def account(self, name: str) -> Account:
        with self.lock:
            return self.accounts.setdefault(name, Account())


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: Partner

    def do_PUT(self) -> None:
        self.server.account(self._name).mode = json.loads(self._body())
        self._answer(200, {})

    def do_POST(self) -> None:
        body = self._body()
        account = self.server.account(self._name)
        key = self.headers.get("Idempotency-Key") or json.loads(body).get("id")
        refusal = account.refuses()
        self._write("asked", key, refusal[0] if refusal else 200)
        if latency := account.mode.get("latency"):
            time.sleep(latency)
        if refusal:
            self._answer(refusal[0], {}, refusal[1])
            return
        with account.lock:
            fresh = key not in account.done
            account.done.add(key)
        if fresh:
            self._write("done", key, 200)
        self._answer(200, {"id": f"P-{key}"})

    def _write(self, kind: str, key: str, status: int) -> None:
        self.server.ledger.write(
            "ledger", kind=kind, account=self._name, id=key, status=status
        )

    @property
    def _name(self) -> str:
        return self.path.strip("/")

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _answer(
        self, status: int, said: dict, retry_after: float | None = None
    ) -> None:
        content = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if retry_after is not None:
            # Whole seconds, rounded up: never an invitation to come too early.
            self.send_header("Retry-After", str(int(-(-retry_after // 1))))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: the ledger says it all."""


def serve(port: int, folder: str) -> None:
    Partner(port, History(Path(folder))).serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
