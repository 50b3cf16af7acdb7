"""Texts in the letters that a carrier's printer has. Never imports odoo."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

# Letters without an accent that could be left out, and signs of typesetters.
SPELLED = {
    "Ł": "L",
    "ł": "l",
    "Đ": "D",
    "đ": "d",
    "Ø": "O",
    "ø": "o",
    "Æ": "AE",
    "æ": "ae",
    "Œ": "OE",
    "œ": "oe",
    "Þ": "Th",
    "þ": "th",
    "Ð": "D",
    "ð": "d",
    "ß": "ss",
    "ı": "i",
    "Ș": "Ş",
    "ș": "ş",
    "Ț": "Ţ",
    "ț": "ţ",
    "‘": "'",
    "’": "'",
    "‚": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "–": "-",
    "—": "-",
    "…": "...",
    "€": "EUR",
    "№": "No",
}


def iter_texts(value: Any) -> Iterator[str]:
    """Yield the texts of an object or a list, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from iter_texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from iter_texts(part)


def rewrite(value: Any, codec: str) -> Any:
    """Return an object or a list whose texts have the letters of a set only.

    :param codec: Python's name of the set
    """
    if isinstance(value, str):
        return "".join(spell(char, codec) or "" for char in compose(value))
    if isinstance(value, dict):
        return {name: rewrite(part, codec) for name, part in value.items()}
    if isinstance(value, list):
        return [rewrite(part, codec) for part in value]
    return value


def compose(text: str) -> str:
    """Return a text whose accents are part of their letters."""
    return unicodedata.normalize("NFC", text)


@cache
def spell(char: str, codec: str) -> str | None:
    """Return a letter as a set has it, None where it has no way to write it."""
    plain = unicodedata.normalize("NFKD", char)
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    for way in (char, SPELLED.get(char, ""), bare):
        try:
            way.encode(codec)
        except UnicodeEncodeError:
            continue
        if way:
            return way
    return None
