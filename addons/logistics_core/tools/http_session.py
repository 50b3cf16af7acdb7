"""HTTP sessions that only reach addresses they may. Never imports odoo.

Server-side request forgery is stopped where the connection is made: the name is
resolved once, every address is checked, and the connection goes to one of those,
so a DNS answer that changes between check and use does not get through.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import LocationParseError, NewConnectionError
from urllib3.poolmanager import PoolManager

from ..texts import _lt
from .public_addresses import is_public

LARGEST_ANSWER = 32 * 1024 * 1024
CHUNK = 65536
# The timeout is per read; so many times it is what a whole answer may take.
PATIENCE = 4

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


class _GuardedHTTPConnection(_GuardedConnection, HTTPConnection):
    pass


class _GuardedHTTPSConnection(_GuardedConnection, HTTPSConnection):
    pass


class _GuardedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _GuardedHTTPConnection


class _GuardedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedHTTPSConnection


class _GuardedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kw: Any) -> None:
        result = super().init_poolmanager(*args, **kw)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {
            "http": _GuardedHTTPPool,
            "https": _GuardedHTTPSPool,
        }
        return result


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Follow nothing: credentials go to the address they were entered for."""


def make_session(allow_private: bool) -> requests.Session:
    """Return a session without ambient proxies, credentials, cookies or redirects."""
    session = _Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter_class = HTTPAdapter if allow_private else _GuardedAdapter
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

    :param timeout: seconds for the connection and for each read
    :raises requests.RequestException, urllib3.exceptions.HTTPError:
    """
    deadline = time.monotonic() + PATIENCE * timeout
    response = session.send(
        request, timeout=timeout, allow_redirects=False, stream=True
    )
    try:
        response._content = _read(response, deadline)
    except BaseException:
        response.close()
        raise
    return response


def _read(response: requests.Response, deadline: float) -> bytes:
    chunks, size = [], 0
    for chunk in _iter_chunks(response):
        chunks.append(chunk)
        size += len(chunk)
        if size > LARGEST_ANSWER:
            raise AnswerTooLarge(_lt("The answer is larger than 32 MB."))
        if time.monotonic() > deadline:
            raise AnswerTooSlow(_lt("The answer does not come to an end."))
    return b"".join(chunks)


def _iter_chunks(response: requests.Response) -> Iterator[bytes]:
    """Yield what arrives as it arrives, so that a drip is seen as one."""
    if not hasattr(response.raw, "read1"):  # urllib3 before 2.2
        yield from response.iter_content(CHUNK)
        return
    while chunk := response.raw.read1(CHUNK, decode_content=True):
        yield chunk
