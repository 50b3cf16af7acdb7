"""Hide secrets before anything is logged or stored. Never imports odoo."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

MASK = "••••••••"
SENSITIVE_HEADERS = frozenset(
    {
        "api-key",
        "apikey",
        "authorization",
        "cookie",
        "proxy-authorization",
        "set-cookie",
        "webhook-signature",
        "x-api-key",
        "x-auth-token",
    }
)
_SENSITIVE_NAME = re.compile(
    r"pass(word|wd)?$|secret|token$|api[_-]?key|authorization|credential|"
    r"private[_-]?key|client[_-]?secret|signature$",
    re.IGNORECASE,
)
_XML_SECRET = re.compile(
    r"(<(?:\w+:)?(?:password|passwd|pass|secret|token|apikey|accesskey)\b[^>]*>)"
    r"[^<]*(</)",
    re.IGNORECASE,
)


def mask_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers with credentials hidden."""
    return {
        name: MASK if _is_sensitive_header(name) else str(value)
        for name, value in headers.items()
    }


def mask_url(url: str) -> str:
    """Return the URL without user info and with secret parameters hidden."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    query = urlencode(
        [
            (name, "***" if _SENSITIVE_NAME.search(name) else value)
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
        ]
    )
    return urlunsplit((parts.scheme, host, parts.path, query, ""))


def mask_body(text: str, secrets: Iterable[str] = (), limit: int = 65536) -> str:
    """Return the body with secret values hidden, cut at `limit` characters.

    :param secrets: known secret values, hidden wherever they stand
    """
    text = _mask_json(text) or _XML_SECRET.sub(rf"\1{MASK}\2", text)
    for secret in secrets:
        if secret and len(secret) >= 4:
            text = text.replace(secret, MASK)
    if len(text) > limit:
        return f"{text[:limit]}\n… cut at {limit} of {len(text)} characters"
    return text


def _is_sensitive_header(name: str) -> bool:
    return name.lower() in SENSITIVE_HEADERS or bool(_SENSITIVE_NAME.search(name))


def _mask_json(text: str) -> str | None:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.dumps(_mask_value(json.loads(text)), ensure_ascii=False, indent=1)
    except (ValueError, RecursionError):
        return None


def _mask_value(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: MASK
            if isinstance(item, str | int) and _SENSITIVE_NAME.search(str(key))
            else _mask_value(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_mask_value(item) for item in value]
    return value
