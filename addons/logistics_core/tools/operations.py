"""The operations of a vendor's API, as a connector declares them. Never imports odoo.

_operations = {
    "getLabel": get("labels/{}", none=404),
    "getRates": ask("rates"),
    "createShipment": post("shipments"),
}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a partner's API.

    :param path: below the base URL; each `{}` takes one value, which is quoted
    :param asks: it changes nothing at the partner, whatever its HTTP method: a lost
        answer is no unknown outcome
    :param none: HTTP statuses that say "there is no such thing"; the answer is None
    :param none_words: a regular expression: an error with such words says it too
    :param expect: dict, list (of objects), or None: the body is not read
    :param params: query parameters that are always the same
    """

    method: str
    path: str
    asks: bool = False
    none: tuple[int, ...] = ()
    none_words: str | None = None
    expect: type | None = dict
    params: Mapping[str, Any] = field(default_factory=dict)

    def get_path(self, at: Any = ()) -> str:
        """Return the path with its values, quoted.

        :param at: one value, or a tuple of them
        """
        values = at if isinstance(at, tuple) else (at,)
        return self.path.format(*(quote(str(value), safe="") for value in values))

    def is_none(self, status: int | None, text: str) -> bool:
        """Return whether an error says that there is no such thing."""
        words = self.none_words
        return status in self.none or bool(
            words and re.search(words, text, re.IGNORECASE)
        )


def _make(method: str, path: str, none: int | tuple[int, ...], kw: Any) -> Operation:
    statuses = none if isinstance(none, tuple) else (none,)
    return Operation(method, path, none=statuses, **kw)


def get(path: str, none: int | tuple[int, ...] = (), **kw: Any) -> Operation:
    """Return an operation that reads."""
    return _make("GET", path, none, kw)


def ask(path: str, none: int | tuple[int, ...] = (), **kw: Any) -> Operation:
    """Return a POST that only asks, such as one for rates."""
    return _make("POST", path, none, {"asks": True, **kw})


def post(path: str, none: int | tuple[int, ...] = (), **kw: Any) -> Operation:
    """Return an operation that creates or does something."""
    return _make("POST", path, none, kw)


def put(path: str, none: int | tuple[int, ...] = (), **kw: Any) -> Operation:
    """Return an operation that replaces."""
    return _make("PUT", path, none, kw)


def patch(path: str, none: int | tuple[int, ...] = (), **kw: Any) -> Operation:
    """Return an operation that changes."""
    return _make("PATCH", path, none, kw)


def delete(path: str, none: int | tuple[int, ...] = (), **kw: Any) -> Operation:
    """Return an operation that removes."""
    return _make("DELETE", path, none, kw)
