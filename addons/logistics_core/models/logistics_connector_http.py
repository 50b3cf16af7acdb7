"""The one template for REST requests, with hooks for the vendor."""

import json as json_module
import socket
import time
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from odoo import models

from ..errors import (
    AuthenticationFailed,
    ConnectionFailed,
    InvalidMessage,
    LogisticsError,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    RemoteUnavailable,
)
from ..tools import exchanges, throttle
from ..tools.http_auth import BearerAuth, OAuth2ClientCredentials
from ..tools.http_session import ForbiddenAddress, get_session
from ..tools.masking import mask_body, mask_headers, mask_url

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# Errors before the first byte of the request is on its way.
NEVER_SENT = (
    NewConnectionError,
    ConnectTimeoutError,
    requests.ConnectTimeout,
    socket.gaierror,
)
LARGEST_ANSWER = 32 * 1024 * 1024


class LogisticsConnector(models.AbstractModel):
    _inherit = "logistics.connector"

    _idempotency_header = None

    def _request(
        self,
        backend,
        method,
        path,
        *,
        json=None,
        params=None,
        headers=None,
        data=None,
        operation=None,
        idempotency_key=None,
        timeout=None,
    ):
        """Send one request and return the 2xx response.

        :param path: path below the base URL, or a full URL on the same host
        :param operation: the vendor's name of the operation, for error texts
        :raises LogisticsError: see `_get_error`; a write whose fate is not
            known raises OutcomeUnknown
        """
        session = self._get_session(backend)
        headers = {**self._prepare_headers(backend), **(headers or {})}
        if idempotency_key and self._idempotency_header:
            headers[self._idempotency_header] = idempotency_key
        auth = self._get_auth(backend)
        request = requests.Request(
            method,
            self._get_url(backend, path),
            headers=headers,
            params=params,
            json=json,
            data=data,
            auth=auth,
        )
        timeout = timeout or backend.timeout
        secrets = self._get_known_secrets(backend)
        response = self._exchange(session, request, timeout, secrets, operation)
        if response.status_code == 401 and isinstance(auth, OAuth2ClientCredentials):
            auth.forget()
            response = self._exchange(session, request, timeout, secrets, operation)
        if not response.ok or response.is_redirect:
            raise self._get_error(backend, response)
        return response

    # Hooks for the vendor.

    def _get_base_url(self, backend):
        """Return the base URL; a vendor gives its own per environment."""
        if not backend.base_url:
            raise InvalidMessage(
                self.env._("No base URL is set on the backend “%s”.", backend.name)
            )
        return backend.base_url

    def _get_auth(self, backend):
        """Return requests' authentication, or None."""
        token = backend._get_secret("auth_token")
        return BearerAuth(token) if token else None

    def _prepare_headers(self, backend):
        """Return the headers of every request."""
        return {"Accept": "application/json", "User-Agent": "LogisticsHub/19.0"}

    def _get_known_secrets(self, backend):
        """Return secret values that must not appear in the attempt log."""
        return [
            value
            for name in backend._get_secret_names()
            if (value := backend._get_secret(name))
        ]

    def _get_error_text(self, response):
        """Return the partner's own words from an error response."""
        return mask_body(response.text, limit=500)

    def _get_error(self, backend, response):
        """Map an error response to the error ladder."""
        status = response.status_code
        text = self._get_error_text(response)
        facts = {
            "http_status": status,
            "request_id": response.headers.get("x-request-id"),
        }
        message = self.env._(
            "%(partner)s answered %(status)s: %(text)s",
            partner=backend.name,
            status=status,
            text=text or response.reason,
        )
        if status in (401, 403):
            return AuthenticationFailed(message, **facts)
        if status == 429:
            retry_after = parse_retry_after(response.headers.get("Retry-After"))
            return RateLimited(message, retry_after=retry_after, **facts)
        if status in (408, 425, 503) or (
            status >= 500 and response.request.method in SAFE_METHODS
        ):
            retry_after = parse_retry_after(response.headers.get("Retry-After"))
            return RemoteUnavailable(message, retry_after=retry_after, **facts)
        if status >= 500:
            return OutcomeUnknown(message, **facts)
        return Rejected(message, code=str(status), **facts)

    # The template's own steps.

    def _get_session(self, backend):
        return get_session(
            (self.env.cr.dbname, backend.id, bool(backend.allow_private_network))
        )

    def _get_url(self, backend, path):
        base = self._get_base_url(backend).rstrip("/")
        if "://" not in path:
            return f"{base}/{path.lstrip('/')}"
        # A "next page" link of the partner must not carry our credentials away.
        if urlsplit(path)[:2] != urlsplit(base)[:2]:
            raise InvalidMessage(
                self.env._("The partner points to another host: %s", mask_url(path))
            )
        return path

    def _exchange(self, session, request, timeout, secrets, operation):
        recording = exchanges.current()
        prepared = session.prepare_request(request)
        if recording:
            recording.before_request()
        throttle.wait()
        exchange = _start_exchange(prepared, secrets)
        started = time.monotonic()
        try:
            response = session.send(
                prepared,
                timeout=timeout,
                allow_redirects=False,
                stream=True,
            )
            _read_limited(response)
        except requests.RequestException as error:
            failure = _get_transport_error(error, request.method)
            exchange.error = str(failure)
            raise failure from error
        except LogisticsError as error:
            exchange.error = str(error)
            raise
        finally:
            exchange.duration_ms = int((time.monotonic() - started) * 1000)
            if recording:
                recording.exchanges.append(exchange)
        exchange.status = response.status_code
        exchange.response = _describe(
            response.headers, mask_body(response.text, secrets)
        )
        return response


def _start_exchange(prepared, secrets):
    body = prepared.body or b""
    if isinstance(body, bytes):
        body = body.decode("utf-8", "replace")
    return exchanges.Exchange(
        method=prepared.method,
        url=mask_url(prepared.url),
        request=_describe(prepared.headers, mask_body(body, secrets)),
        started_at=time.time(),
    )


def _describe(headers, body):
    lines = [f"{name}: {value}" for name, value in mask_headers(headers).items()]
    return "\n".join([*lines, "", body])


def _read_limited(response):
    """Read the body into the response, refusing one that is absurdly large."""
    chunks, size = [], 0
    for chunk in response.iter_content(65536):
        chunks.append(chunk)
        size += len(chunk)
        if size > LARGEST_ANSWER:
            response.close()
            raise InvalidMessage("The partner's answer is larger than 32 MB.")
    response._content = b"".join(chunks)


def _get_causes(error):
    """Return the error and everything it was raised from or wraps."""
    causes, queue = [], [error]
    while queue:
        cause = queue.pop()
        if isinstance(cause, BaseException) and cause not in causes:
            causes.append(cause)
            reason = getattr(cause, "reason", None)
            queue += [cause.__cause__, cause.__context__, reason, *cause.args]
    return causes


def _get_transport_error(error, method):
    """Tell "never reached" from "may have been done"."""
    causes = _get_causes(error)
    cause = causes[-1]
    if any(isinstance(c, ForbiddenAddress) for c in causes):
        return ConnectionFailed(
            "The address is private or local, and the backend may only reach the"
            " internet.",
            remedy="Correct the base URL, or allow private addresses on the backend.",
        )
    if any(isinstance(c, NEVER_SENT) for c in causes):
        return ConnectionFailed(f"The partner is not reachable: {cause}")
    if isinstance(error, requests.exceptions.SSLError):
        return ConnectionFailed(f"The partner's certificate is not accepted: {cause}")
    if isinstance(
        error, requests.exceptions.InvalidURL | requests.exceptions.MissingSchema
    ):
        return InvalidMessage(f"The address is not a valid URL: {error}")
    if method in SAFE_METHODS:
        return ConnectionFailed(f"The connection broke: {cause}")
    return OutcomeUnknown(f"The connection broke after the request was sent: {cause}")


def parse_retry_after(value):
    """Return seconds from a Retry-After header (seconds or HTTP date), or None."""
    if not value:
        return None
    try:
        return max(float(value), 0.0)
    except ValueError:
        pass
    try:
        return max(parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    except (TypeError, ValueError):
        return None


def parse_json(response):
    """Return the JSON body; raise InvalidMessage when it is not JSON.

    After a write this is OutcomeUnknown: the partner did something.
    """
    try:
        return json_module.loads(response.content)
    except ValueError as error:
        text = f"The partner's answer is not JSON: {response.text[:200]!r}"
        if response.request.method in SAFE_METHODS:
            raise RemoteUnavailable(text) from error
        raise OutcomeUnknown(text) from error
