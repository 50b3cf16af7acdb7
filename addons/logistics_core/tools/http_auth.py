"""Authentication of outgoing requests as requests' own AuthBase classes.

HTTP basic is `requests.auth.HTTPBasicAuth`. Never imports odoo.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import defaultdict
from typing import ClassVar

import requests
from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error
from requests.auth import AuthBase, HTTPBasicAuth
from urllib3.exceptions import HTTPError

from ..errors import (
    AuthenticationFailed,
    ConnectionFailed,
    InvalidMessage,
    PermanentError,
    RateLimited,
    RemoteUnavailable,
)
from ..texts import _lt
from . import bounded, http_session
from .http_errors import parse_retry_after, to_transport_error
from .storable import storable

LONGEST_LIFE = 24 * 3600.0


class BearerAuth(AuthBase):
    """`Authorization: Bearer <token>`."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


class ApiKeyAuth(AuthBase):
    """A key in a header of the partner's choice."""

    def __init__(self, key: str, header: str = "X-API-Key") -> None:
        self.key = key
        self.header = header

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers[self.header] = self.key
        return request


class OAuth2ClientCredentials(AuthBase):
    """OAuth 2.0 client credentials grant (RFC 6749, 4.4).

    The token is kept in this process until a minute before it ends, and is fetched
    again once when the partner answers 401 (see `forget`).

    :param session: the transport the token request goes through
    :param basic: send the client's credentials as HTTP basic (else in the body)
    """

    _tokens: ClassVar[dict[tuple, dict]] = {}
    # One lock per account: a slow token endpoint makes only its own account wait.
    _locks: ClassVar[dict[tuple, threading.Lock]] = defaultdict(threading.Lock)
    margin = 60.0

    def __init__(
        self,
        token_url: str,
        client_id: str,
        client_secret: str,
        session: requests.Session,
        *,
        scope: str | None = None,
        basic: bool = True,
        timeout: float = 20.0,
    ) -> None:
        self.token_url = token_url
        self.client_id = client_id
        self.client_secret = client_secret
        self.session = session
        self.scope = scope
        self.basic = basic
        self.timeout = timeout

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._get_token()}"
        return request

    def forget(self) -> None:
        """Drop the cached token, after the partner refused it."""
        with self._locks[self._key]:
            self._tokens.pop(self._key, None)

    @property
    def _key(self) -> tuple:
        """Whoever has another secret or scope gets another token."""
        digest = hashlib.sha256(self.client_secret.encode()).hexdigest()
        return (self.token_url, self.client_id, digest, self.scope)

    def _get_token(self) -> str:
        key = self._key
        with self._locks[key]:
            token = self._tokens.get(key)
            if not token or token["refresh_at"] <= time.time():
                token = self._tokens[key] = self._fetch()
        return token["access_token"]

    def _fetch(self) -> dict:
        client = BackendApplicationClient(client_id=self.client_id, scope=self.scope)
        credentials = {} if self.basic else {"client_secret": self.client_secret}
        body = client.prepare_request_body(
            include_client_id=not self.basic, **credentials
        )
        auth = HTTPBasicAuth(self.client_id, self.client_secret) if self.basic else None
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        request = requests.Request(
            "POST", self.token_url, data=body, headers=headers, auth=auth
        )
        try:
            response = http_session.send(
                self.session, self.session.prepare_request(request), self.timeout
            )
        except (requests.RequestException, HTTPError) as error:
            # Asking for a token twice does no harm, as with a GET.
            cause = to_transport_error(error, "GET", [self.client_secret])
            if isinstance(cause, PermanentError):
                raise cause from error
            raise ConnectionFailed(
                _lt("The token endpoint: %(cause)s", cause=cause), remedy=cause.remedy
            ) from error
        return self._parse(client, response)

    def _parse(
        self, client: BackendApplicationClient, response: requests.Response
    ) -> dict:
        status = response.status_code
        facts = {"http_status": status}
        retry_after = parse_retry_after(response.headers.get("Retry-After"))
        if status == 429:
            raise RateLimited(
                _lt("The token endpoint asks us to slow down."),
                retry_after=retry_after,
                **facts,
            )
        if status >= 500:
            raise RemoteUnavailable(
                _lt("The token endpoint is out of order."),
                retry_after=retry_after,
                **facts,
            )
        try:
            bounded.check_json(response.content, bounded.TOKEN)
            text = response.content.decode("utf-8", "replace")
            token = client.parse_request_body_response(text)
        except (OAuth2Error, InvalidMessage, ValueError, RecursionError) as error:
            # A ValueError quotes the whole answer; its name says enough.
            code = getattr(error, "error", None)
            description = getattr(error, "description", None) or ""
            text = (
                storable(f"{code} {description}".strip(), 200)
                if code
                else _lt("no token in the answer")
            )
            raise AuthenticationFailed(
                _lt(
                    "The token request was refused (%(status)s): %(text)s.",
                    status=status,
                    text=text,
                ),
                **facts,
            ) from error
        return {
            "access_token": token["access_token"],
            "refresh_at": time.time() + self._get_life(token.get("expires_in")),
        }

    def _get_life(self, expires_in: object) -> float:
        """Return the seconds until the token is fetched again."""
        try:
            seconds = float(expires_in or 300)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            seconds = 300.0
        seconds = min(seconds, LONGEST_LIFE) if seconds > 0 else 0.0
        # A token that lives shorter than the margin is used for half its life.
        return max(seconds - self.margin, seconds / 2)
