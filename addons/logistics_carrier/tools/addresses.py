"""Addresses as carriers want them: nothing is cut. Never imports odoo."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace

from odoo.addons.logistics_core.canonical import Address
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_paths
from odoo.addons.logistics_core.tools.json_paths import Json

from ..canonical import AccessPoint
from .texts import abbreviate, fill
from .units import to_metres

# What stands before the extension of a phone number.
_EXTENSION = re.compile(
    r"(?:[,;]?\s*(?:ext(?:ension)?|poste|durchwahl|int)\b\.?\s*[:=]?|;ext=|\s*[x#])"
    r"\s*([0-9]+)\s*$",
    re.IGNORECASE,
)
# Countries whose numbers begin with 1, which is left out at home.
_NORTH_AMERICA = frozenset({"US", "PR", "CA", "VI"})


def wrap(
    texts: Iterable[str | None], width: int, lines: int, carrier: str
) -> list[str]:
    """Return a street in lines, broken at words; each text begins a line.

    Where it does not fit, well-known long words are abbreviated.

    :param width: characters of a line
    :param lines: how many lines there are at most
    :raises InvalidMessage: it does not fit, or there is no street
    """
    known = [text for text in texts if (text or "").strip()]
    short = [abbreviate(text, 0) for text in known]
    ways = (known, [" ".join(known)], short, [" ".join(short)])
    filled = (fill(way, width) for way in ways)
    made = next((m for m in filled if m and not _overflows(m, width, lines)), [])
    if not made:
        street = ", ".join(known) or "-"
        raise InvalidMessage(
            _lt(
                "%(carrier)s takes %(lines)s lines of %(width)s characters "
                "for a street: %(street)s",
                carrier=carrier,
                lines=_count(lines),
                width=width,
                street=street,
            ),
            remedy=_lt("Shorten the street of the address, then retry the message."),
        )
    return made


def _overflows(made: list[str], width: int, lines: int) -> bool:
    return len(made) > lines or any(len(line) > width for line in made)


def _count(number: int) -> str:
    return {1: "one", 2: "two", 3: "three", 4: "four"}.get(number, str(number))


def state_code(address: Address) -> str:
    """Return the state without its country: `TX` of `US-TX`; empty when unknown."""
    return (address.state or "").rpartition("-")[2]


def split_phone(phone: str | None) -> tuple[str, str]:
    """Return a phone number without its extension, and the extension's digits."""
    text = (phone or "").strip()
    found = _EXTENSION.search(text)
    return (text[: found.start()].strip(), found[1]) if found else (text, "")


def digits(phone: str | None, country: str = "") -> str:
    """Return the digits of a phone number, without its extension.

    The zero in `+33 (0)4` is dialled at home only.

    :param country: of who has it; in North America its 1 is left out
    """
    text = split_phone(phone)[0]
    if text.startswith(("+", "00")):
        text = text.replace("(0)", "")
    made = re.sub(r"\D", "", text)
    made = made.removeprefix("00")
    if country in _NORTH_AMERICA and len(made) == 11:
        made = made.removeprefix("1")
    return made


def needed_phone(address: Address, carrier: str) -> str:
    """Return the phone number of a contact.

    :raises InvalidMessage: there is none
    """
    if not address.phone:
        raise InvalidMessage(
            _lt(
                "%(carrier)s needs a phone number of %(name)s.",
                carrier=carrier,
                name=address.name,
            ),
            remedy=_lt("Enter the phone number on the contact, then send it again."),
        )
    return address.phone


def plain(text: object) -> str:
    """Return a text without what spelling may change: capitals and blanks."""
    return "".join(str(text or "").split()).casefold()


def is_same(
    one: Address,
    other: Address,
    names: tuple[str, ...] = ("street", "street2", "city", "zip"),
) -> bool:
    """Return whether two addresses differ only in spelling, in these fields."""
    return all(
        plain(getattr(one, name)) == plain(getattr(other, name)) for name in names
    )


_NAMES = frozenset(field.name for field in fields(Address))


def read(item: Json, paths: Mapping[str, str], asked: Address) -> Address:
    """Return an address out of an answer; what it does not tell is as we asked.

    :param paths: field of Address -> where the answer has it, a dotted path
    """
    told = {
        name: text
        for name, path in paths.items()
        if name in _NAMES and (text := json_paths.text(item, path))
    }
    return replace(asked, **told)


def read_points(
    items: Iterable[Json], paths: Mapping[str, str], unit: str = "M"
) -> list[AccessPoint]:
    """Return the shops and lockers of an answer that have an id, in its order."""
    found = (read_point(item, paths, unit) for item in items)
    return [point for point in found if point]


def read_point(
    item: Json, paths: Mapping[str, str], unit: str = "M"
) -> AccessPoint | None:
    """Return a shop or a locker out of an answer, None when it has no id.

    :param paths: as in `read`, and `external_id`, `distance`, `unit`, `opening_hours`
    :param unit: of the distance, where the answer does not tell it
    """
    extra = {
        name: json_paths.text(item, paths[name])
        for name in ("external_id", "distance", "unit", "opening_hours")
        if name in paths
    }
    key = extra.get("external_id")
    if not key:
        return None
    address = read(item, paths, Address(key, "", "", ""))
    return AccessPoint(
        external_id=key,
        name=address.name,
        address=address,
        distance_m=to_metres(extra.get("distance"), extra.get("unit") or unit),
        opening_hours=extra.get("opening_hours"),
    )
