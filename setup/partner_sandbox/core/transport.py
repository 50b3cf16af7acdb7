"""HTTP/1.1 with keep-alive over plain sockets.

The standard library's threading server is used instead of a WSGI one because the
sandbox must be able to cut a socket without answering, which WSGI has no word for.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from .message import Answer, Request

_logger = logging.getLogger(__name__)
MAX_BODY = 32 * 1024 * 1024
App = Callable[[Request], Answer]


class SandboxServer(ThreadingHTTPServer):
    """Threaded server of one application; ``stopping`` ends hung answers."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def __init__(self, address: tuple[str, int], app: App) -> None:
        super().__init__(address, _Handler)
        self.app = app
        self.stopping = False

    @property
    def url(self) -> str:
        """Base URL, with the real port when 0 was asked for."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is not worth a traceback."""
        _logger.debug("connection of %s ended", client_address, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 75
    server: SandboxServer

    def _serve(self) -> None:
        if self.headers.get("Transfer-Encoding"):
            self._send(Answer.of({"error": "send a Content-Length"}, 411), close=True)
            return
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY:
            self._send(Answer.of({"error": "body too large"}, 413), close=True)
            return
        request = self._request(self.rfile.read(length))
        try:
            answer = self.server.app(request)
        except Exception:
            _logger.exception("%s %s failed", request.method, request.path)
            answer = Answer.of({"error": "sandbox failure, see its log"}, 500)
        self._cut(answer) if answer.cut else self._send(answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _serve

    def _request(self, body: bytes) -> Request:
        parts = urlsplit(self.path)
        headers = {k.lower(): v for k, v in self.headers.items()}
        base = f"http://{headers.get('host') or urlsplit(self.server.url).netloc}"
        return Request(
            self.command, parts.path, parts.query, headers, body, base_url=base
        )

    def _send(self, answer: Answer, close: bool = False) -> None:
        phrase = self.responses.get(answer.status, ("",))[0]
        lines = [f"{self.protocol_version} {answer.status} {phrase}"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        if answer.status not in (204, 304):
            lines.append(f"Content-Length: {len(answer.body)}")
        if close:
            lines.append("Connection: close")
            self.close_connection = True
        body = b"" if self.command == "HEAD" else answer.body
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    def _cut(self, answer: Answer) -> None:
        end = time.monotonic() + answer.hang
        while time.monotonic() < end and not self.server.stopping:
            time.sleep(0.05)
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            _logger.debug("socket already closed")

    def log_message(self, format: str, *args: object) -> None:
        """Requests are in the journal, not in the log."""
