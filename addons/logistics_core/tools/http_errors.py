"""What a failed HTTP exchange means: "never reached" or "may have been done".

This file never imports odoo.
"""

from __future__ import annotations

import math
import socket
import ssl
import time
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from http.client import HTTPException

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    LocationParseError,
    NewConnectionError,
)

from ..errors import (
    ConnectionFailed,
    InvalidMessage,
    LogisticsError,
    OutcomeUnknown,
    RemoteUnavailable,
)
from ..texts import Text, _lt, text_of
from .http_session import AnswerTooLarge, AnswerTooSlow, ForbiddenAddress
from .masking import hide
from .storable import storable

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# Errors before the first byte of the request is on its way.
NEVER_SENT = (
    NewConnectionError,
    ConnectTimeoutError,
    requests.ConnectTimeout,
    socket.gaierror,
)
BAD_REQUEST = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidHeader,
    LocationParseError,
    UnicodeError,
)
LONGEST_WAIT = 24 * 3600.0


def to_transport_error(
    error: Exception, method: str, secrets: Iterable[str] = ()
) -> LogisticsError:
    """Return the error of the ladder for one that the transport raised.

    :param secrets: values that must not appear in the text
    """
    causes = _get_causes(error)
    text = _describe(causes)
    if not isinstance(text, Text):
        text = hide(text, secrets)
    if any(isinstance(cause, ForbiddenAddress) for cause in causes):
        return ConnectionFailed(
            _lt(
                "The address is private or local, and the connection may only reach"
                " the internet."
            ),
            remedy=_lt(
                "Correct the base URL, or allow private addresses on the connection."
            ),
        )
    if isinstance(error, BAD_REQUEST):
        return InvalidMessage(
            _lt("The request cannot be made: %(text)s", text=text),
            remedy=_lt("Correct the base URL and the credentials of the connection."),
        )
    if any(isinstance(cause, NEVER_SENT) for cause in causes):
        return ConnectionFailed(
            _lt("The partner is not reachable: %(text)s", text=text)
        )
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return ConnectionFailed(
            _lt("The partner's certificate is not accepted: %(text)s", text=text)
        )
    if method not in SAFE_METHODS:
        return OutcomeUnknown(
            _lt("No answer after the request was sent: %(text)s", text=text)
        )
    if any(isinstance(cause, AnswerTooLarge) for cause in causes):
        return InvalidMessage(text)
    if isinstance(error, requests.Timeout) or _is_timeout(causes):
        return RemoteUnavailable(
            _lt("The partner did not answer in time: %(text)s", text=text)
        )
    return ConnectionFailed(_lt("The connection broke: %(text)s", text=text))


def parse_retry_after(value: str | None) -> float | None:
    """Return seconds from a Retry-After header (seconds or HTTP date), or None.

    Not more than a day: further ahead is a mistake or malice.
    """
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = _seconds_until(value)
    if seconds is None or math.isnan(seconds):
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT)


def _seconds_until(http_date: str) -> float | None:
    try:
        return parsedate_to_datetime(http_date).timestamp() - time.time()
    except (TypeError, ValueError, OverflowError):
        return None


def _get_causes(error: BaseException) -> list[BaseException]:
    """Return the error and everything it was raised from or wraps, outermost first."""
    causes: list[BaseException] = []
    queue: list[object] = [error]
    while queue:
        cause = queue.pop(0)
        if isinstance(cause, BaseException) and not any(cause is c for c in causes):
            causes.append(cause)
            reason = getattr(cause, "reason", None)
            queue += [cause.__cause__, cause.__context__, reason, *cause.args]
    return causes


def _describe(causes: list[BaseException]) -> str:
    """Return the system's own words.

    Not those of requests and urllib3: they quote the URL, which may carry a secret.
    """
    for cause in reversed(causes):
        if isinstance(cause, UnicodeError):
            return _lt("the address or a header holds a character that is not allowed")
        if isinstance(cause, AnswerTooLarge | AnswerTooSlow):
            return text_of(cause)
        if isinstance(cause, OSError | HTTPException) and not isinstance(
            cause, requests.RequestException
        ):
            return storable(getattr(cause, "strerror", None) or cause, 200)
    return type(causes[-1]).__name__


def _is_timeout(causes: list[BaseException]) -> bool:
    return any(isinstance(cause, TimeoutError | AnswerTooSlow) for cause in causes)
