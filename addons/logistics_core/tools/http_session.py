"""HTTP sessions that only reach addresses they may. Never imports odoo.

Server-side request forgery is stopped where the connection is made: the name is
resolved once, every address is checked, and the connection goes to one of those,
so a DNS answer that changes between check and use does not get through.
"""

from __future__ import annotations

import contextlib
import io
import ipaddress
import math
import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPResponse
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import LocationParseError, NewConnectionError
from urllib3.poolmanager import PoolManager

from ..texts import _lt
from .bounded import ERROR
from .public_addresses import is_public

LARGEST_ANSWER = 10 * 1024 * 1024
LARGEST_HEAD = 256 * 1024
CHUNK = 65536
# The timeout is per read; so many times it is what a whole call may take.
PATIENCE = 2

_local = threading.local()


class ForbiddenAddress(OSError):
    """The address is private, and the backend may only reach public ones."""


class AnswerTooLarge(requests.RequestException):
    """The answer is larger than any that makes sense."""


class AnswerTooSlow(requests.Timeout):
    """The answer drips in without an end."""


def check_address(address: str) -> None:
    """Raise ForbiddenAddress unless the address is on the public internet."""
    try:
        fine = is_public(ipaddress.ip_address(address))
    except ValueError:
        fine = False
    if not fine:
        raise ForbiddenAddress(f"{address} is not a public address")


class _BoundedReader(io.RawIOBase):
    """Reads a socket until a deadline, and so many bytes of it at most.

    All that `http.client` reads goes through here: interim answers, headers, sizes of
    chunks, trailers.
    """

    def __init__(self, raw: socket.SocketIO, sock: socket.socket) -> None:
        self._raw, self._sock = raw, sock
        self._patience = sock.gettimeout() or math.inf
        self._deadline = getattr(_local, "deadline", math.inf)
        self.left = LARGEST_HEAD

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def readinto(self, buffer: Any) -> int | None:
        seconds = self._deadline - time.monotonic()
        if seconds <= 0:
            raise AnswerTooSlow(_lt("The answer does not come to an end."))
        seconds = min(self._patience, seconds)
        self._sock.settimeout(None if math.isinf(seconds) else seconds)
        count = self._raw.readinto(buffer)
        self.left -= count or 0
        if self.left < 0:
            raise AnswerTooLarge(_lt("The answer is too large."))
        return count

    def close(self) -> None:
        self._raw.close()
        return super().close()


class _BoundedResponse(HTTPResponse):
    """An answer whose head is bounded in bytes, and all of it in time."""

    def __init__(self, sock: socket.socket, *args: Any, **kw: Any) -> None:
        super().__init__(sock, *args, **kw)
        self._reader = _BoundedReader(self.fp.detach(), sock)
        self.fp = io.BufferedReader(self._reader)

    def begin(self) -> None:
        result = super().begin()
        # Sizes of chunks come on top of what they hold.
        self._reader.left = LARGEST_HEAD + 2 * LARGEST_ANSWER
        return result


class _BoundedHTTPConnection(HTTPConnection):
    response_class = _BoundedResponse


class _BoundedHTTPSConnection(HTTPSConnection):
    response_class = _BoundedResponse


class _BoundedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _BoundedHTTPConnection


class _BoundedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _BoundedHTTPSConnection


class _GuardedConnection:
    def _new_conn(self) -> socket.socket:
        """Resolve once, check every address, connect to a checked one."""
        name = self._dns_host
        addresses = _resolve(name, self.port)
        for address in addresses:
            check_address(address)
        try:
            for address in addresses[:-1]:
                self._dns_host = address
                with contextlib.suppress(NewConnectionError):
                    return super()._new_conn()  # type: ignore[misc]
            self._dns_host = addresses[-1]
            return super()._new_conn()  # type: ignore[misc]
        finally:
            self._dns_host = name


def _resolve(name: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise LocationParseError(f"{name!r} is not a host name") from error
    return list(dict.fromkeys(str(info[4][0]) for info in found))


class _GuardedHTTPConnection(_GuardedConnection, _BoundedHTTPConnection):
    pass


class _GuardedHTTPSConnection(_GuardedConnection, _BoundedHTTPSConnection):
    pass


class _GuardedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _GuardedHTTPConnection


class _GuardedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedHTTPSConnection


class _BoundedAdapter(HTTPAdapter):
    pools = (_BoundedHTTPPool, _BoundedHTTPSPool)

    def init_poolmanager(self, *args: Any, **kw: Any) -> None:
        result = super().init_poolmanager(*args, **kw)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = dict(
            zip(("http", "https"), self.pools, strict=True)
        )
        return result


class _GuardedAdapter(_BoundedAdapter):
    pools = (_GuardedHTTPPool, _GuardedHTTPSPool)


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Follow nothing: credentials go to the address they were entered for."""


def make_session(allow_private: bool) -> requests.Session:
    """Return a session without ambient proxies, credentials, cookies or redirects."""
    session = _Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter_class = _BoundedAdapter if allow_private else _GuardedAdapter
    for prefix in ("http://", "https://"):
        session.mount(prefix, adapter_class(pool_connections=4, pool_maxsize=4))
    return session


def get_session(key: tuple) -> requests.Session:
    """Return this thread's session of a backend, so connections are reused.

    A session is not safe to share between threads.
    :param key: (database, backend id, whether private addresses are allowed)
    """
    sessions = _local.__dict__.setdefault("sessions", {})
    if key not in sessions:
        sessions[key] = make_session(allow_private=key[-1])
    return sessions[key]


def send(
    session: requests.Session, request: requests.PreparedRequest, timeout: float
) -> requests.Response:
    """Send one request, follow nothing, and read the whole bounded answer.

    Of an error answer the beginning is read; `is_cut` is set where there was more.

    :param timeout: seconds for the connection and for each read
    :raises requests.RequestException, urllib3.exceptions.HTTPError:
    """
    _local.deadline = deadline = time.monotonic() + PATIENCE * timeout
    try:
        response = session.send(
            request, timeout=timeout, allow_redirects=False, stream=True
        )
        try:
            response._content, response.is_cut = _read(response, deadline)
        except BaseException:
            response.close()
            raise
    finally:
        _local.__dict__.pop("deadline", None)
    if response.is_cut:
        response.close()
    return response


def _read(response: requests.Response, deadline: float) -> tuple[bytes, bool]:
    """Return (content, whether there was more)."""
    content = bytearray()
    is_error = response.status_code >= 400
    for chunk in _iter_chunks(response):
        content += chunk
        if is_error and len(content) > ERROR.size:
            return bytes(content[: ERROR.size]), True
        if len(content) > LARGEST_ANSWER:
            most = LARGEST_ANSWER // 1024**2
            raise AnswerTooLarge(_lt("The answer is larger than %s MB.", most))
        if time.monotonic() > deadline:
            raise AnswerTooSlow(_lt("The answer does not come to an end."))
    return bytes(content), False


def _iter_chunks(response: requests.Response) -> Iterator[bytes]:
    """Yield what arrives as it arrives, so that a drip is seen as one."""
    if not hasattr(response.raw, "read1"):  # urllib3 before 2.2
        yield from response.iter_content(CHUNK)
        return
    while chunk := response.raw.read1(CHUNK, decode_content=True):
        yield chunk
