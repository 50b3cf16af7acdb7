"""The letters that UPS prints on labels. Never imports odoo.

UPS prints one set of letters a label (`CharacterSet`, named by a language), and `?` for
all others. The set is chosen by what is printed, the recipient first; letters outside
it lose their accents. What no set has is refused before a label is bought.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools.json_paths import Json


@dataclass(frozen=True, slots=True)
class Letters:
    """A set: UPS's `code` of it, and Python's `codec` of its letters.

    `doubtful`: UPS names other letters for it than the language is written with.
    """

    code: str
    codec: str
    doubtful: bool = False


# The first that has all letters is taken. UPS names the same letters for several
# languages: one of each is enough.
SETS = (
    Letters("eng", "iso8859-1"),
    Letters("pol", "iso8859-2"),
    Letters("tur", "iso8859-9"),
    Letters("lit", "iso8859-13", doubtful=True),
    Letters("ell", "iso8859-7"),
    Letters("rus", "iso8859-5"),
)
# What is printed of a shipment. The recipient's letters count before all others.
RECIPIENT = ("ShipTo", "AlternateDeliveryAddress")
PRINTED = (*RECIPIENT, "Shipper", "ShipFrom", "Description", "Package")
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


def choose(shipment: Json) -> Letters:
    """Return the set that prints most of a shipment, the recipient before all.

    :raises InvalidMessage: no set has some letters
    """
    theirs = list(_texts([shipment.get(name) for name in RECIPIENT]))
    printed = list(_texts([shipment.get(name) for name in PRINTED]))
    best = min(SETS, key=lambda letters: _rank(letters, theirs, printed))
    for text in printed:
        missing = "".join(c for c in _compose(text) if _spell(c, best.codec) is None)
        if missing:
            raise InvalidMessage(
                _lt(
                    "UPS's labels cannot print “%(letters)s” in “%(text)s”.",
                    letters=missing,
                    text=text,
                ),
                remedy=_lt(
                    "Write the name and the address of the contact in Latin letters,"
                    " then send it again."
                ),
            )
    return best


def write(shipment: Json, letters: Letters) -> Json:
    """Return a shipment whose printed texts have the letters of the set only."""
    return {
        name: _write(value, letters) if name in PRINTED else value
        for name, value in shipment.items()
    }


def _rank(letters: Letters, theirs: list[str], printed: list[str]) -> tuple[int, ...]:
    """Return how many letters are missing, are changed of the recipient, of all."""

    def changed(texts: list[str]) -> int:
        return sum(
            _spell(char, letters.codec) != char
            for text in texts
            for char in _compose(text)
        )

    missing = sum(
        _spell(char, letters.codec) is None
        for text in printed
        for char in _compose(text)
    )
    return missing, changed(theirs), int(letters.doubtful), changed(printed)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _write(value: Any, letters: Letters) -> Any:
    if isinstance(value, str):
        return "".join(_spell(char, letters.codec) or "" for char in _compose(value))
    if isinstance(value, dict):
        return {name: _write(part, letters) for name, part in value.items()}
    if isinstance(value, list):
        return [_write(part, letters) for part in value]
    return value


def _compose(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@cache
def _spell(char: str, codec: str) -> str | None:
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
