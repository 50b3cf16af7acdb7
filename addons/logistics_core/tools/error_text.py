"""The partner's own words out of an error body. Never imports odoo."""

from __future__ import annotations

from typing import Any

# Where the JSON error shapes in use keep their words, the most specific ones first: RFC
# 9457 with `errors`, ASP.NET results with `value`, `{"error": ...}`, ...
_KEYS = ("errors", "value", "error", "detail", "message", "title")


# Nobody reads more of it. Where something is left out, the text ends in an ellipsis.
DEEPEST, MOST_VALUES, LONGEST = 16, 200, 2000


def error_text(body: Any) -> str:
    """Return one line of text from a JSON body: text, list or object.

    An object without a known key is read as `{field: messages}`.
    """
    reader = _Reader()
    text = reader.get_text(body)
    if len(text) > LONGEST:
        return f"{text[: LONGEST - 1]}…"
    return f"{text} …" if text and reader.is_cut else text


class _Reader:
    """Looks at each value once, and at so many of them."""

    def __init__(self) -> None:
        self.left = MOST_VALUES
        self.is_cut = False

    def get_text(self, body: Any, depth: int = 0) -> str:
        if body is None or isinstance(body, bool | int | float):
            return ""
        if depth > DEEPEST or self.left <= 0:
            self.is_cut = True
            return ""
        self.left -= 1
        if isinstance(body, str):
            self.is_cut |= len(body) > LONGEST
            return " ".join(body[:LONGEST].split())
        if isinstance(body, list):
            texts = (self.get_text(value, depth + 1) for value in self._take(body))
            return "; ".join(filter(None, texts))
        return self._read_object(body, depth + 1) if isinstance(body, dict) else ""

    def _read_object(self, body: dict, depth: int) -> str:
        for key in _KEYS:
            if known := self.get_text(body.get(key), depth):
                return known
        # The known ones said nothing: they are not read again.
        named = (
            (str(key)[:100], self.get_text(value, depth))
            for key, value in self._take(list(body.items()))
            if key not in _KEYS
        )
        return "; ".join(f"{k}: {text}" if k else text for k, text in named if text)

    def _take(self, values: list) -> list:
        self.is_cut |= len(values) > MOST_VALUES
        return values[:MOST_VALUES]
