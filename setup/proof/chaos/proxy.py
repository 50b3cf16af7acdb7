"""A TCP proxy that spoils connections: loopback only, in threads of its own.

In front of a partner it knows where a request and its answer end, so it can cut
"after the partner's commit". In front of PostgreSQL it passes bytes, and can hold
them back both ways: a half-open connection, as when a cable is pulled.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass

from hub.machine import ports

CHUNK = 65536
# Closing with this option sends a reset instead of a proper end.
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Request:
    """One HTTP request on its way to the partner."""

    method: str
    path: str
    body: bytes
    number: int


@dataclass(frozen=True)
class Fault:
    """What happens to a request.

    :param cut_request_at: so many bytes reach the partner, then the line is cut
    :param cut_answer_at: the partner has done it, and so many bytes of its answer
        come through before the line is cut
    :param swallow: seconds for which nothing passes and nobody is notified
    :param latency: seconds the answer is late
    """

    cut_request_at: int | None = None
    cut_answer_at: int | None = None
    swallow: float = 0.0
    latency: float = 0.0


Choose = Callable[[Request], Fault | None]


class _Listener:
    """Accepts connections and gives each a thread."""

    def __init__(self, target: int) -> None:
        self.target = target
        self._server = socket.create_server((ports.LOOPBACK, 0))
        self.port = self._server.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._closed = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._closed.set()
        self._server.close()
        for one in list(self._open):
            reset(one)

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                client, _address = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._guard, args=(client,), daemon=True).start()

    def _guard(self, client: socket.socket) -> None:
        partner = None
        try:
            partner = socket.create_connection((ports.LOOPBACK, self.target), 10)
            partner.settimeout(None)
            self._open |= {client, partner}
            self._serve(client, partner)
        except OSError:
            reset(client)
        finally:
            for one in filter(None, (client, partner)):
                self._open.discard(one)
                with contextlib.suppress(OSError):
                    one.close()

    def _serve(self, client: socket.socket, partner: socket.socket) -> None:
        raise NotImplementedError


class HttpProxy(_Listener):
    """In front of a partner; ``choose`` says what happens to each request."""

    def __init__(self, target: int, choose: Choose = lambda request: None) -> None:
        self.choose = choose
        self.spoiled = 0
        self._count = 0
        self._lock = threading.Lock()
        super().__init__(target)

    @property
    def url(self) -> str:
        return f"http://{ports.LOOPBACK}:{self.port}"

    def _serve(self, client: socket.socket, partner: socket.socket) -> None:
        while request := read_message(client):
            fault = self._fault(request)
            if fault.cut_request_at is not None:
                partner.sendall(request[: fault.cut_request_at])
                reset(partner)
                reset(client)
                return
            if fault.swallow:
                self._closed.wait(fault.swallow)
                reset(client)
                return
            partner.sendall(request)
            answer = read_message(partner)
            if not answer:
                return
            if fault.cut_answer_at is not None:
                client.sendall(answer[: fault.cut_answer_at])
                reset(client)
                return
            self._closed.wait(fault.latency)
            client.sendall(answer)

    def _fault(self, request: bytes) -> Fault:
        head, _, body = request.partition(b"\r\n\r\n")
        method, path, *_rest = head.split(b" ", 2)
        with self._lock:
            self._count += 1
            number = self._count
        fault = self.choose(Request(method.decode(), path.decode(), body, number))
        if fault is None:
            return Fault()
        with self._lock:
            self.spoiled += 1
        return fault


class TcpProxy(_Listener):
    """Passes bytes both ways until :meth:`freeze`; then holds them back."""

    def __init__(self, target: int) -> None:
        self._flowing = threading.Event()
        self._flowing.set()
        super().__init__(target)

    def freeze(self) -> None:
        """From now on nothing passes and nobody is notified."""
        self._flowing.clear()

    def thaw(self) -> None:
        self._flowing.set()

    def close(self) -> None:
        self.thaw()
        super().close()

    def _serve(self, client: socket.socket, partner: socket.socket) -> None:
        back = threading.Thread(target=self._pump, args=(partner, client), daemon=True)
        back.start()
        self._pump(client, partner)
        back.join()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                self._flowing.wait()
                target.sendall(data)
            self._flowing.wait()
            target.shutdown(socket.SHUT_WR)


def reset(one: socket.socket) -> None:
    """End a connection abruptly."""
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


def read_message(source: socket.socket) -> bytes:
    """One whole HTTP/1.1 request or answer; empty at the end of the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = source.recv(CHUNK)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    fields = head.lower()
    if b"transfer-encoding: chunked" in fields:
        while not body.endswith(b"0\r\n\r\n"):
            body += _more(source)
    else:
        wanted = _content_length(fields)
        while len(body) < wanted:
            body += _more(source)
    return head + b"\r\n\r\n" + body


def _more(source: socket.socket) -> bytes:
    data = source.recv(CHUNK)
    if not data:
        raise OSError("the connection ended amid a message")
    return data


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip() == b"content-length":
            return int(value)
    return 0
