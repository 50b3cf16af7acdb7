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
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.poolmanager import PoolManager

_local = threading.local()


class ForbiddenAddress(OSError):
    """The address is private, and the backend may only reach public ones."""


def check_address(address: str) -> None:
    """Raise ForbiddenAddress unless the address is globally reachable."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if not ip.is_global or ip.is_multicast:
        raise ForbiddenAddress(f"{address} is not a public address")


class _GuardedConnection:
    def _new_conn(self) -> socket.socket:
        """Resolve once, check every address, connect to a checked one."""
        name = self._dns_host
        found = socket.getaddrinfo(name, self.port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(info[4][0] for info in found))
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
        super().init_poolmanager(*args, **kw)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {
            "http": _GuardedHTTPPool,
            "https": _GuardedHTTPSPool,
        }


def make_session(allow_private: bool) -> requests.Session:
    """Return a session without ambient proxies, credentials or redirects."""
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = 0
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
