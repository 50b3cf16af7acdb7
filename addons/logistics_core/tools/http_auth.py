"""Authentication of outgoing requests as requests' own AuthBase classes.

HTTP basic is `requests.auth.HTTPBasicAuth`. Never imports odoo.
"""

from __future__ import annotations

import threading
import time
from typing import ClassVar

import requests
from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error
from requests.auth import AuthBase, HTTPBasicAuth

from ..errors import AuthenticationFailed, ConnectionFailed, RemoteUnavailable


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

    The token is kept in this process until a minute before it ends, and is
    fetched anew once when the partner answers 401 (see `forget`).

    :param session: the transport the token request goes through
    :param basic: send the client's credentials as HTTP basic (else in the body)
    """

    _tokens: ClassVar[dict[tuple[str, str], dict]] = {}
    _lock = threading.Lock()
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
        with self._lock:
            self._tokens.pop(self._key, None)

    @property
    def _key(self) -> tuple[str, str]:
        return (self.token_url, self.client_id)

    def _get_token(self) -> str:
        with self._lock:
            token = self._tokens.get(self._key)
            if not token or token["expires_at"] - self.margin <= time.time():
                token = self._tokens[self._key] = self._fetch()
        return token["access_token"]

    def _fetch(self) -> dict:
        client = BackendApplicationClient(client_id=self.client_id, scope=self.scope)
        credentials = {} if self.basic else {"client_secret": self.client_secret}
        body = client.prepare_request_body(
            include_client_id=not self.basic, **credentials
        )
        auth = HTTPBasicAuth(self.client_id, self.client_secret) if self.basic else None
        try:
            response = self.session.post(
                self.token_url,
                data=body,
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                auth=auth,
                timeout=self.timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise ConnectionFailed("The token endpoint is not reachable.") from error
        if response.status_code >= 500:
            raise RemoteUnavailable(
                "The token endpoint is out of order.", http_status=response.status_code
            )
        return self._parse(client, response)

    def _parse(
        self, client: BackendApplicationClient, response: requests.Response
    ) -> dict:
        try:
            token = client.parse_request_body_response(response.text)
        except (OAuth2Error, ValueError) as error:
            raise AuthenticationFailed(
                f"The token request was refused: {getattr(error, 'error', error)}.",
                http_status=response.status_code,
            ) from error
        expires_in = float(token.get("expires_in") or 300)
        return {
            "access_token": token["access_token"],
            "expires_at": time.time() + expires_in,
        }
