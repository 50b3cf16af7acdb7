"""What the groups of operations have in common."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from ...core.clock import parse
from ...core.message import Answer, Request
from ...core.world import World
from . import errors
from .books import Books
from .floor import Floor
from .life import Life

Json = dict[str, Any]
Operation = Callable[[Request, dict[str, str]], Answer]
Routes = list[tuple[str, str, Operation]]


class Group:
    """A group of operations over the same books, called under the world's lock."""

    def __init__(self, world: World, books: Books, floor: Floor, life: Life) -> None:
        self.world = world
        self.books = books
        self.floor = floor
        self.life = life

    def routes(self) -> Routes:
        """Method, template without the version prefix, operation."""
        raise NotImplementedError


def number(text: str | None, name: str) -> int:
    """A whole number from a path or query. Refuses with 400."""
    try:
        return int(text or "")
    except ValueError:
        message = f"The value '{text}' is not valid."
        raise errors.fields(400, {name: [message]}) from None


def moment(request: Request, name: str) -> datetime | None:
    """An instant from the query. Refuses with 400."""
    text = request.argument(name)
    try:
        return parse(text.replace(" ", "+")) if text else None
    except ValueError:
        message = f"The value '{text}' is not valid."
        raise errors.fields(400, {name: [message]}) from None


def names(request: Request, name: str) -> set[str]:
    """A comma-separated query value as a set; empty when not given."""
    return {p.strip() for p in (request.argument(name) or "").split(",") if p.strip()}


def flag(request: Request, name: str) -> bool | None:
    """A boolean query value; None when not given."""
    text = request.argument(name)
    return None if text is None else text.lower() == "true"


def page(request: Request, items: list[Any], default: int = 50) -> list[Any]:
    """One page by ``Page`` (from 1) and ``Limit`` (1 to 250)."""
    size = number(request.argument("Limit", str(default)), "Limit")
    first = number(request.argument("Page", "1"), "Page")
    if not 1 <= size <= 250 or first < 1:
        raise errors.fields(400, {"Limit": ["Page starts at 1, Limit is 1 to 250."]})
    return items[(first - 1) * size : first * size]


def cursor_page(
    request: Request, items: list[Any], size_name: str, ends: bool = True
) -> Json:
    """``{"items", "first", "last", "next", "prev"}`` with links to follow as they are.

    The cursor is opaque to clients (here: the page's number, disguised).

    :param ends: the schema also has ``first`` and ``last``
    """
    size = number(request.argument(size_name, "50"), size_name)
    at = _read_cursor(request.argument("Cursor"))
    if not 1 <= size <= 250:
        raise errors.fields(400, {size_name: ["must be 1 to 250."]})
    last = max(0, math.ceil(len(items) / size) - 1)

    def link(target: int) -> str | None:
        if not 0 <= target <= last or target == at:
            return None
        kept = [(k, v) for k, v in request.query if k.lower() != "cursor"]
        query = urlencode([*kept, ("Cursor", f"p{target:06x}")])
        return f"{request.base_url}{request.path}?{query}"

    made: Json = {"items": items[at * size : (at + 1) * size]}
    made |= {"next": link(at + 1), "prev": link(at - 1)}
    return made | ({"first": link(0), "last": link(last)} if ends else {})


def _read_cursor(text: str | None) -> int:
    if text is None:
        return 0
    try:
        return int(text.removeprefix("p"), 16)
    except ValueError:
        raise errors.fields(400, {"Cursor": ["The cursor is not valid."]}) from None
