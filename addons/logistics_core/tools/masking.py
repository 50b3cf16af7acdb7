"""Hide secrets before anything is logged or stored. Never imports odoo."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

from ..errors import InvalidMessage
from .bounded import SHOWN, check_json

MASK = "••••••••"
# A known secret shorter than this is too common a text to be searched for.
SHORTEST = 4
# Larger bodies are masked as text, without being parsed.
LARGEST_PARSED = 1024 * 1024
SENSITIVE_HEADERS = frozenset(
    {"authorization", "cookie", "proxy-authorization", "set-cookie"}
)
_PART = (
    r"(?:passw|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|credential|"
    r"private[_-]?key|signature)"
)
_SENSITIVE_NAME = re.compile(
    rf"{_PART}|^pass$|^(?:proxy[_-])?authorization$", re.IGNORECASE
)
_SENSITIVE_PARAMETER = re.compile(rf"{_PART}|^(?:pass|key|sig|auth)$", re.IGNORECASE)
# The bounds keep hostile text from costing quadratic time.
_NAME = rf"[\w.-]{{0,64}}{_PART}[\w.-]{{0,64}}"
_XML_ELEMENT = re.compile(
    rf"(<(?:[\w.-]{{1,64}}:)?(?:{_NAME}|pass)(?:\s[^<>]*)?>)"
    r"(?:<!\[CDATA\[.*?(?:\]\]>|$)|[^<]+)",
    re.IGNORECASE | re.DOTALL,
)
_XML_ATTRIBUTE = re.compile(
    rf"(\s{_NAME}\s{{0,9}}=\s{{0,9}}([\"']))(?:(?!\2)[^<])*", re.IGNORECASE
)
_JSON_PAIR = re.compile(
    rf"(\"{_NAME}\"\s{{0,9}}:\s{{0,9}})\"(?:[^\"\\]|\\.)*", re.IGNORECASE
)
_FORM_PAIR = re.compile(rf"((?:^|[?&\s]){_NAME}=)[^&\s\"'<>]+", re.IGNORECASE)


def mask_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers with credentials hidden."""
    return {
        name: MASK if _is_sensitive_header(name) else str(value)
        for name, value in headers.items()
    }


def mask_url(url: str) -> str:
    """Return the URL without user info and with secret parameters hidden."""
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return "(not a URL)"
    host = parts.netloc.rpartition("@")[2]
    query = urlencode(
        [
            (name, "***" if _SENSITIVE_PARAMETER.search(name) else value)
            for name, value in pairs
        ]
    )
    return urlunsplit((parts.scheme, host, parts.path, query, ""))


def hide(text: str, secrets: Iterable[str]) -> str:
    """Return the text with known secret values hidden, however they are written."""
    forms = {form for secret in secrets if secret for form in _forms(secret)}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, MASK)
    return text


def mask_body(text: str, secrets: Iterable[str] = (), limit: int = 65536) -> str:
    """Return the body with secret values hidden, cut at `limit` characters.

    :param secrets: known secret values, hidden wherever they occur
    """
    size = len(text)
    text = hide(text, secrets)
    masked = _mask_json(text) if size <= LARGEST_PARSED else None
    if masked is None:
        # A little more than is kept: a name right before the cut may need
        # what follows to be recognised.
        masked = _mask_text(text[: limit + 4096])
    if max(size, len(masked)) <= limit:
        return masked
    return f"{masked[:limit]}\n… cut at {limit} of {max(size, len(masked))} characters"


def _forms(secret: str) -> Iterator[str]:
    """Yield a secret as it appears in JSON, XML, URLs and basic credentials."""
    if len(secret) < SHORTEST:
        return
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield html.escape(secret)
    yield html.escape(secret, quote=False)
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield base64.b64encode(secret.encode("utf-8", "replace")).decode()


def _is_sensitive_header(name: str) -> bool:
    return name.lower() in SENSITIVE_HEADERS or bool(_SENSITIVE_NAME.search(name))


def _mask_text(text: str) -> str:
    for pattern, hidden in (
        (_XML_ELEMENT, rf"\1{MASK}"),
        (_XML_ATTRIBUTE, rf"\1{MASK}"),
        (_JSON_PAIR, rf'\1"{MASK}'),
        (_FORM_PAIR, rf"\1{MASK}"),
    ):
        text = pattern.sub(hidden, text)
    return text


def _mask_json(text: str) -> str | None:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        check_json(text.encode("utf-8", "surrogatepass"), SHOWN)
        return json.dumps(_mask_value(json.loads(text)), ensure_ascii=False, indent=1)
    except (ValueError, RecursionError, InvalidMessage):
        return None


def _mask_value(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: MASK if _is_secret(key, item) else _mask_value(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_mask_value(item) for item in value]
    return value


def _is_secret(key: str, item: Any) -> bool:
    """A setting such as `"signature": true` reveals nothing and is useful."""
    return item not in (None, "", True, False) and bool(_SENSITIVE_NAME.search(key))
