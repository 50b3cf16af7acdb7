"""HTTP exchanges as texts for a person. Never imports odoo."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping

import requests

from ..errors import InvalidMessage
from . import bounded
from .error_text import error_text
from .masking import hide, mask_body, mask_headers
from .storable import storable

_BINARY = ("image/", "audio/", "video/", "application/pdf", "application/zip")
# What is read as text of an answer; so much of it is shown.
_LARGEST_TEXT = bounded.ERROR.size
_LONGEST_HEAD = 16 * 1024
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,400})", re.IGNORECASE)


def read_text(response: requests.Response) -> str:
    """Return the body as text, as far as it is shown; of a document size and kind."""
    content = response.content or b""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind.startswith(_BINARY) or b"\0" in content[:1024]:
        return f"({len(content)} bytes, {kind or 'binary'})"
    charset = re.search(
        r"charset=[\"']?([\w.-]+)", response.headers.get("Content-Type", "")
    )
    return bounded.decode(content[:_LARGEST_TEXT], charset[1] if charset else None)


def read_error(response: requests.Response) -> str:
    """Return the partner's own words from an error response, one line."""
    text = read_text(response)
    try:
        words = error_text(bounded.load_json(text, bounded.ERROR))
    except InvalidMessage:
        words = ""
    if not words and "<html" in text[:1000].lower():
        # A page of a proxy says what it has to say in its title.
        title = _TITLE.search(text)
        return html.unescape(title[1]).strip() if title else ""
    return mask_body(words or text, limit=500)


def describe(
    headers: Mapping[str, str], body: str, secrets: Iterable[str], size: int = 0
) -> str:
    """Return head and body of a request or a response, masked and storable.

    :param size: of the whole body, where only its beginning is given
    """
    lines = [f"{name}: {value}" for name, value in mask_headers(headers).items()]
    head = hide("\n".join(lines), secrets)
    if len(head) > _LONGEST_HEAD:
        head = f"{head[:_LONGEST_HEAD]}\n… cut at {_LONGEST_HEAD} of {len(head)}"
    shown = mask_body(body, secrets)
    if size > _LARGEST_TEXT:
        shown += f"\n… of {size} bytes"
    return storable(f"{head}\n\n{shown}".rstrip())


def request_body(prepared: requests.PreparedRequest) -> str:
    """Return the body of a request as text."""
    body = prepared.body or b""
    if isinstance(body, str):
        return body
    if not isinstance(body, bytes):
        return "(a stream)"
    if b"\0" in body[:1024]:
        return f"({len(body)} bytes)"
    return body.decode("utf-8", "replace")


def credentials(prepared: requests.PreparedRequest) -> list[str]:
    """Return what the Authorization header holds: a token may not be known yet."""
    value = prepared.headers.get("Authorization") or ""
    return [value.partition(" ")[2]] if " " in value else []
