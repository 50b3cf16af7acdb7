"""The one template for REST requests, with hooks for the vendor."""

import time
import uuid
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from odoo import models

from ..errors import (
    AuthenticationFailed,
    InvalidMessage,
    LogisticsError,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    RemoteUnavailable,
    TooLarge,
)
from ..texts import _lt
from ..tools import (
    bounded,
    exchanges,
    http_session,
    http_text,
    json_paths,
    throttle,
)
from ..tools.error_text import error_text
from ..tools.http_auth import BearerAuth, OAuth2ClientCredentials
from ..tools.http_errors import SAFE_METHODS, parse_retry_after, to_transport_error
from ..tools.masking import hide, mask_body, mask_url
from ..tools.storable import storable

PORTS = {"http": 80, "https": 443}
LONGEST_ERROR = 500


class LogisticsConnector(models.AbstractModel):
    _inherit = "logistics.connector"

    _idempotency_header = None
    # Headers of every request, and those that carry an id of our own for each.
    _headers = {}
    _request_id_headers = ()

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
        self._check_settings(backend)
        headers = {**self._prepare_headers(backend), **(headers or {})}
        if idempotency_key and self._idempotency_header:
            headers[self._idempotency_header] = idempotency_key
        request = requests.Request(
            method,
            self._get_url(backend, path),
            headers=headers,
            params=params,
            json=json,
            data=data,
            auth=self._get_auth(backend),
        )
        timeout = timeout or self._get_timeout(backend)
        response = self._exchange(backend, request, timeout)
        if not 200 <= response.status_code < 300:
            raise self._get_error(backend, response)
        return response

    # Hooks for the vendor.

    def _get_base_url(self, backend):
        """Return the backend's address, else the vendor's own (`_base_urls`).

        :raises InvalidMessage: there is none
        """
        base_url = backend.base_url or self._base_urls.get(backend.environment)
        if not base_url:
            raise InvalidMessage(
                _lt("No base URL is set on the connection “%s”.", backend.name)
            )
        return base_url.rstrip("/")

    def _get_auth(self, backend):
        """Return requests' authentication, or None."""
        token = backend._get_secret("auth_token")
        return BearerAuth(token) if token else None

    def _prepare_headers(self, backend):
        """Return the headers of every request."""
        return {
            "Accept": "application/json",
            "User-Agent": "LogisticsHub/19.0",
            **self._headers,
            **{name: uuid.uuid4().hex for name in self._request_id_headers},
        }

    def _get_known_secrets(self, backend):
        """Return secret values that must not appear in the attempt log."""
        values = backend._get_secrets(*backend._get_secret_names())
        return [value for value in values if value]

    def _get_error_text(self, response):
        """Return the partner's own words from an error response (`_error_texts`)."""
        body = _read_error_body(response) if self._error_texts else {}
        found = (json_paths.find(body, path) for path in self._error_texts)
        text = error_text([text for texts in found for text in texts])
        return mask_body(text, limit=LONGEST_ERROR) or http_text.read_error(response)

    def _get_error(self, backend, response):
        """Map an error response to the error ladder."""
        status = response.status_code
        text = self._get_error_text(response)
        code, request_id = self._get_error_names(response)
        facts = {"http_status": status, "request_id": request_id, "code": code}
        message = _lt(
            "%(partner)s answered %(status)s: %(text)s",
            partner=backend.name,
            status=status,
            text=storable(
                hide(text or response.reason or "", self._get_known_secrets(backend))
            ),
        )
        if 300 <= status < 400:
            return self._get_redirect_error(backend, response, facts)
        if status in (401, 403):
            return AuthenticationFailed(message, **facts)
        if status == 429:
            retry_after = self._get_retry_after(response)
            return RateLimited(message, retry_after=retry_after, **facts)
        if status in (408, 425, 503) or (
            status >= 500 and response.request.method in SAFE_METHODS
        ):
            retry_after = self._get_retry_after(response)
            return RemoteUnavailable(message, retry_after=retry_after, **facts)
        if status >= 500:
            return OutcomeUnknown(message, **facts)
        return Rejected(message, **{**facts, "code": code or str(status)})

    def _get_retry_after(self, response):
        found = (response.headers.get(name) for name in self._retry_after_headers)
        return parse_retry_after(next(filter(None, found), None))

    def _get_error_names(self, response):
        """Return the vendor's code of an error and its identifier of the request."""
        code = self._read_error(response, self._error_code)
        request_id = self._read_error(response, self._error_request_id)
        return code, request_id or response.headers.get("x-request-id")

    def _read_error(self, response, path):
        """Return the first text at a dotted path of an error answer, or None."""
        return json_paths.text(_read_error_body(response), path) if path else None

    def _get_redirect_error(self, backend, response, facts):
        target = mask_url(response.headers.get("Location") or "")
        return Rejected(
            _lt(
                "%(partner)s redirects to %(target)s.",
                partner=backend.name,
                target=storable(target, 200),
            ),
            remedy=_lt(
                "Redirects are not followed. Correct the base URL of the"
                " connection, then retry the message."
            ),
            **{**facts, "code": str(response.status_code)},
        )

    def _get_timeout(self, backend):
        """Return the seconds to wait for an answer.

        A person who waits for a price waits less: context `logistics_timeout`. A
        client sets it as well, so it never makes a wait longer.
        """
        patience = self.env.context.get("logistics_timeout")
        if not isinstance(patience, (int, float)) or patience <= 0:
            return backend.timeout
        return min(patience, backend.timeout)

    # The template's own steps.

    def _get_session(self, backend):
        return http_session.get_session(
            (self.env.cr.dbname, backend.id, bool(backend.allow_private_network))
        )

    def _get_url(self, backend, path):
        base = self._get_base_url(backend).rstrip("/")
        if not path.lower().startswith(("http://", "https://")):
            return f"{base}/{path.lstrip('/')}"
        # A "next page" link of the partner must not carry our credentials away.
        if _get_origin(path) != _get_origin(base):
            raise InvalidMessage(
                _lt("The partner points to another host: %s", mask_url(path))
            )
        return path

    def _exchange(self, backend, request, timeout):
        """Send a request and return its response, whatever its status.

        A token that the partner refuses is fetched again, once.
        """
        response = self._exchange_once(backend, request, timeout)
        auth = request.auth
        if response.status_code == 401 and isinstance(auth, OAuth2ClientCredentials):
            auth.forget()
            response = self._exchange_once(backend, request, timeout)
        return response

    def _exchange_once(self, backend, request, timeout):
        session = self._get_session(backend)
        secrets = self._get_known_secrets(backend)
        with exchanges.outside() as recording:
            throttle.wait()
            return _send(session, request, timeout, secrets, recording)


def _send(session, request, timeout, secrets, recording):
    """Send on the wire and tap it; nothing of Odoo is touched here."""
    exchange = exchanges.Exchange(
        method=request.method,
        url=hide(mask_url(request.url), secrets),
        request="",
        started_at=time.time(),
    )
    started = time.monotonic()
    try:
        # An authentication may fetch its token here.
        prepared = session.prepare_request(request)
        secrets += http_text.credentials(prepared)
        exchange.url = hide(mask_url(prepared.url), secrets)
        body = http_text.request_body(prepared)
        exchange.request = http_text.describe(prepared.headers, body, secrets)
        response = http_session.send(session, prepared, timeout)
    except (requests.RequestException, HTTPError, UnicodeError) as error:
        failure = to_transport_error(error, request.method, secrets)
        exchange.error = failure.text
        raise failure from error
    except LogisticsError as error:
        exchange.error = error.text
        raise
    finally:
        exchange.duration_ms = int((time.monotonic() - started) * 1000)
        if recording:
            recording.exchanges.append(exchange)
    exchange.status = response.status_code
    exchange.response = http_text.describe(
        response.headers,
        http_text.read_text(response),
        secrets,
        len(response.content),
    )
    if getattr(response, "is_cut", False):
        exchange.response += "\n… the rest of the error answer was not read"
    return response


def _get_origin(url):
    """Return scheme, host and port, so that https://A:443 is https://a."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return (url,)
    scheme = parts.scheme.lower()
    host = (parts.hostname or "").rstrip(".")
    return (scheme, host, port or PORTS.get(scheme), parts.username, parts.password)


def _read_error_body(response):
    """Return the JSON of an error answer, an empty object when it is none."""
    try:
        return json_paths.stripped(bounded.load_json(response.content, bounded.ERROR))
    except InvalidMessage:
        return {}


def parse_json(response):
    """Return the JSON body, its texts stripped; raise when it is not JSON.

    After a write this is OutcomeUnknown: the partner did something.
    """
    try:
        return json_paths.stripped(bounded.load_json(response.content, bounded.ANSWER))
    except InvalidMessage as error:
        start = storable(http_text.read_error(response), 200)
        text = _lt("The partner's answer is not JSON: %(start)r", start=start)
        if isinstance(error, TooLarge):
            text = _lt("The partner's answer is too large: %(error)s", error=error.text)
        if response.request.method in SAFE_METHODS:
            raise RemoteUnavailable(text) from error
        raise OutcomeUnknown(text) from error
