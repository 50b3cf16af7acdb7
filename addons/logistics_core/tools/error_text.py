"""The partner's own words out of an error body. Never imports odoo."""

from __future__ import annotations

from typing import Any

# Where the JSON error shapes in use keep their words, the most specific ones first: RFC
# 9457 with `errors`, ASP.NET results with `value`, `{"error": ...}`, ...
_KEYS = ("errors", "value", "error", "detail", "message", "title")


def error_text(body: Any) -> str:
    """Return one line of text from a JSON body: text, list or object.

    An object without a known key is read as `{field: messages}`.
    """
    if isinstance(body, str):
        return " ".join(body.split())
    if isinstance(body, list):
        return "; ".join(filter(None, map(error_text, body)))
    if not isinstance(body, dict):
        return ""
    for key in _KEYS:
        if known := error_text(body.get(key)):
            return known
    named = ((key, error_text(value)) for key, value in body.items())
    return "; ".join(f"{key}: {text}" if key else text for key, text in named if text)
