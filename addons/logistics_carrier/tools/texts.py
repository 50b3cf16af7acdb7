"""Texts in the fields of carriers: nothing is cut silently. Never imports odoo.

A connector declares how many characters each of its vendor's fields takes. What is
longer is fitted by the rule of its kind, or refused before anything is bought:

- WHOLE: as it is, or refused
- SIGNS: blanks and signs are left out first (post codes, tax numbers)
- WORDS: well-known long words are abbreviated first (names, streets, cities)
- SUMMARY: whole words as far as they fit, then "..." (lists of goods, references of
  others that nobody looks a shipment up by)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt

WHOLE, SIGNS, WORDS, SUMMARY = "whole", "signs", "words", "summary"
MARK = "..."
# Kind of text -> its name for a person, the rule that fits it.
KINDS = {
    "account": (_lt("account number"), WHOLE),
    "city": (_lt("city"), WORDS),
    "code": (_lt("code"), WHOLE),
    "company": (_lt("company"), WORDS),
    "customer_reference": (_lt("customer's reference"), SUMMARY),
    "description": (_lt("customs description"), WHOLE),
    "email": (_lt("e-mail address"), WHOLE),
    "extension": (_lt("phone extension"), WHOLE),
    "file_name": (_lt("file name"), WHOLE),
    "hazard_class": (_lt("hazard class"), WHOLE),
    "hs_code": (_lt("HS code"), SIGNS),
    "instructions": (_lt("instructions"), WHOLE),
    "invoice_number": (_lt("invoice number"), WHOLE),
    "name": (_lt("name"), WORDS),
    "phone": (_lt("phone number"), WHOLE),
    "quantity": (_lt("quantity"), WHOLE),
    "reason": (_lt("reason"), WHOLE),
    "reference": (_lt("reference"), WHOLE),
    "shipping_name": (_lt("proper shipping name"), WHOLE),
    "sku": (_lt("SKU"), WHOLE),
    "state": (_lt("state"), WHOLE),
    "street": (_lt("street"), WORDS),
    "summary": (_lt("description"), SUMMARY),
    "tax_number": (_lt("tax number"), SIGNS),
    "unit": (_lt("unit"), WHOLE),
    "zip": (_lt("postal code"), SIGNS),
}
# Long words, the longest first, and what everybody reads them as.
SHORT_WORDS = {
    "gesellschaft mit beschränkter haftung": "GmbH",
    "aktiengesellschaft": "AG",
    "incorporated": "Inc",
    "international": "Intl",
    "manufacturing": "Mfg",
    "établissements": "Éts",
    "gesellschaft": "Ges.",
    "corporation": "Corp",
    "association": "Assoc",
    "department": "Dept",
    "university": "Univ",
    "universität": "Univ",
    "industries": "Ind",
    "apartment": "Apt",
    "boulevard": "Blvd",
    "société": "Sté",
    "brothers": "Bros",
    "building": "Bldg",
    "bâtiment": "Bât",
    "company": "Co",
    "highway": "Hwy",
    "limited": "Ltd",
    "avenue": "Ave",
    "sainte": "Ste",
    "street": "St",
    "straße": "Str.",
    "strasse": "Str.",
    "saint": "St",
    "suite": "Ste",
    "floor": "Fl",
    "north": "N",
    "south": "S",
    "platz": "Pl.",
    "place": "Pl",
    "drive": "Dr",
    "mount": "Mt",
    "east": "E",
    "west": "W",
    "road": "Rd",
    "fort": "Ft",
    "and": "&",
    "und": "&",
}
# Words that others end with: Hauptstraße.
_ENDINGS = frozenset({"straße", "strasse"})


@dataclass(frozen=True, slots=True)
class Texts:
    """The fields of one carrier.

    :param carrier: its name
    :param limits: kind of text -> characters; see KINDS
    """

    carrier: str
    limits: Mapping[str, int]

    def fit(
        self, kind: str, text: str | None, whose: str = "", most: int | None = None
    ) -> str:
        """Return a text that its field takes; empty where there is none.

        :param whose: the contact, the product or the document that has it
        :param most: characters, where this field takes others than its kind
        :raises InvalidMessage: it is too long, with the field named
        """
        limit = self.limits[kind] if most is None else most
        given = " ".join((text or "").split())
        made = _fit(given, limit, KINDS[kind][1])
        if len(made) > limit:
            raise self.refuse(kind, given, limit, whose)
        return made

    def refuse(
        self, kind: str, text: str, limit: int, whose: str = ""
    ) -> InvalidMessage:
        """Return the error that a text is too long."""
        return InvalidMessage(
            _lt(
                "%(carrier)s takes %(limit)s characters for the %(field)s"
                " (%(whose)s), not %(count)s: %(text)s",
                carrier=self.carrier,
                limit=limit,
                field=KINDS[kind][0],
                whose=whose or "-",
                count=len(text),
                text=text,
            ),
            remedy=_lt("Shorten the %s, then send it again.", KINDS[kind][0]),
        )

    def wrap(
        self, kind: str, text: str | None, lines: int, whose: str = ""
    ) -> list[str]:
        """Return a text in lines, broken at words.

        :raises InvalidMessage: it is too long, with the field named
        """
        width = self.limits[kind]
        made = fill([text], width)
        if len(made) > lines or any(len(line) > width for line in made):
            raise self.refuse(kind, " ".join(made), width * lines, whose)
        return made


def _fit(text: str, limit: int, rule: str) -> str:
    if len(text) <= limit:
        return text
    if rule == SIGNS:
        return re.sub(r"[\W_]", "", text)
    if rule == WORDS:
        return abbreviate(text, limit)
    return summarize(text, limit) if rule == SUMMARY else text


def abbreviate(text: str, limit: int) -> str:
    """Return a text with so many long words abbreviated that it fits, if it can.

    Each of them once: a text that repeats one is no name.
    """
    for word, short in SHORT_WORDS.items():
        if len(text) <= limit:
            break
        if word in _ENDINGS:
            ending = rf"(?<=\w){word}\b"
            text = re.sub(ending, short.lower(), text, count=1, flags=re.IGNORECASE)
        text = re.sub(rf"\b{word}\b", short, text, count=1, flags=re.IGNORECASE)
    return text


def summarize(text: str, limit: int) -> str:
    """Return the words that fit, and a mark where there are more."""
    if len(text) <= limit:
        return text
    room = limit - len(MARK)
    head = text[: room + 1]
    words = head.rpartition(" ")[0] if " " in head else text[:room]
    return f"{words.rstrip(' ,;')}{MARK}"


def fill(texts: Iterable[str | None], width: int) -> list[str]:
    """Return texts in lines, broken at words; each text begins a line.

    Scripts without blanks between words (Chinese, Japanese) are broken anywhere.
    """
    made: list[str] = []
    for text in texts:
        line = ""
        for piece, glue in _split(text or "", width):
            joined = f"{line}{glue}{piece}" if line else piece
            if line and len(joined) > width:
                made.append(line)
                joined = piece
            line = joined
        if line:
            made.append(line)
    return made


def _split(text: str, width: int) -> Iterator[tuple[str, str]]:
    """Yield (piece that is not broken, what stands before it)."""
    for word in text.split():
        wide = [unicodedata.east_asian_width(char) in "WF" for char in word]
        if len(word) <= width and not any(wide):
            yield word, " "
            continue
        start = 0
        for place in range(1, len(word) + 1):
            ends = place == len(word) or wide[place - 1] or wide[place]
            if ends:
                yield word[start:place], "" if start else " "
                start = place
