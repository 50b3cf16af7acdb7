"""A partner on 127.0.0.1 that answers, fails, hangs and breaks as instructed.

Real sockets in a thread of the test's process. Never imports odoo.
"""

import json
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    """One scripted answer.

    :param cut: take the request, then close the connection without a word
    :param cut_after: promise more bytes than are sent, then close
    :param hang: seconds before the answer
    :param drip: seconds between single bytes of the body
    """

    status: int = 200
    body: bytes | str | dict | list = b""
    headers: dict = field(default_factory=dict)
    cut: bool = False
    cut_after: bool = False
    hang: float = 0.0
    drip: float = 0.0

    def encode(self):
        """Return the bytes of the body."""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        return json.dumps(self.body).encode()


@dataclass
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict
    body: bytes
    port: int  # the client's: the same port is the same connection


class LocalPartner:
    """`will(...)` queues answers; when none is left, `{}` with status 200."""

    def __init__(self):
        self.seen = []
        self._replies = []
        self._stop = threading.Event()
        partner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Headers and body are two writes: without it, 40 ms each (Nagle).
            disable_nagle_algorithm = True

            def handle_one_request(self):
                try:
                    return super().handle_one_request()
                except OSError:  # the other side went away
                    self.close_connection = True
                    return None

            def answer(self):
                partner._answer(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = answer

            def log_message(self, *args):
                """Stay quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    def will(self, *replies):
        """Queue answers; a bare value is the body of a 200."""
        self._replies += [r if isinstance(r, Reply) else Reply(body=r) for r in replies]

    def close(self):
        """Stop at once, also what hangs."""
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _answer(self, handler):
        length = int(handler.headers.get("Content-Length") or 0)
        self.seen.append(
            Seen(
                handler.command,
                handler.path,
                dict(handler.headers.items()),
                handler.rfile.read(length),
                handler.client_address[1],
            )
        )
        reply = self._replies.pop(0) if self._replies else Reply(body={})
        self._stop.wait(reply.hang)
        if reply.cut:
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        self._write(handler, reply)

    def _write(self, handler, reply):
        body = reply.encode()
        headers = {"Content-Type": "application/json", **reply.headers}
        headers["Content-Length"] = str(len(body) + (100 if reply.cut_after else 0))
        handler.send_response(reply.status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        pieces = [bytes([byte]) for byte in body] if reply.drip else [body]
        for piece in pieces:
            handler.wfile.write(piece)
            handler.wfile.flush()
            self._stop.wait(reply.drip)
        if reply.cut_after:
            handler.close_connection = True


@contextmanager
def local_partner():
    """Run a partner for the time of the block."""
    partner = LocalPartner()
    try:
        yield partner
    finally:
        partner.close()


def free_port():
    """Return a port of 127.0.0.1 on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
