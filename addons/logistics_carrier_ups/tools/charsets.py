"""The letters that UPS prints on labels. Never imports odoo.

UPS prints one set of letters a label (`CharacterSet`, named by a language), and `?` for
all others. The set is chosen by what is printed, the recipient first; letters outside
it lose their accents. What no set has is refused before a label is bought.
"""

from __future__ import annotations

from dataclasses import dataclass

from odoo.addons.logistics_carrier.tools import spelling
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


def choose(shipment: Json) -> Letters:
    """Return the set that prints most of a shipment, the recipient before all.

    :raises InvalidMessage: no set has some letters
    """
    theirs = list(spelling.iter_texts([shipment.get(name) for name in RECIPIENT]))
    printed = list(spelling.iter_texts([shipment.get(name) for name in PRINTED]))
    best = min(SETS, key=lambda letters: _rank(letters, theirs, printed))
    for text in printed:
        missing = "".join(
            c for c in spelling.compose(text) if spelling.spell(c, best.codec) is None
        )
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
        name: spelling.rewrite(value, letters.codec) if name in PRINTED else value
        for name, value in shipment.items()
    }


def _rank(letters: Letters, theirs: list[str], printed: list[str]) -> tuple[int, ...]:
    """Return how many letters are missing, are changed of the recipient, of all."""

    def changed(texts: list[str]) -> int:
        return sum(
            spelling.spell(char, letters.codec) != char
            for text in texts
            for char in spelling.compose(text)
        )

    missing = sum(
        spelling.spell(char, letters.codec) is None
        for text in printed
        for char in spelling.compose(text)
    )
    return missing, changed(theirs), int(letters.doubtful), changed(printed)
