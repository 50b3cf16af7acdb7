"""Reaching deep into a partner's JSON by dotted paths. Never imports odoo.

Lenient: what is missing, or is something else than expected, counts as not there.
`json_fields` is the strict counterpart, one level at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import InvalidMessage
from ..texts import _lt

Json = dict[str, Any]


def find(data: Any, path: str = "") -> list[Any]:
    """Return all values at the end of a path; lists on the way are walked through.

    Empty values (None and "") are left out.
    """
    found = [data]
    for key in filter(None, path.split(".")):
        items = [item for value in found for item in as_list(value)]
        found = [item.get(key) for item in items if isinstance(item, dict)]
    values = [item for value in found for item in as_list(value)]
    return [value for value in values if value not in (None, "")]


def first(data: Any, path: str) -> Any:
    """Return the first value at the end of a path, or None."""
    return next(iter(find(data, path)), None)


def text(data: Any, *paths: str) -> str | None:
    """Return the first value at the end of one of the paths as text, or None."""
    values = (first(data, path) for path in paths)
    return next((str(value) for value in values if value is not None), None)


def needed(data: Any, *paths: str) -> str:
    """Return the first value at the end of one of the paths as text.

    :raises InvalidMessage: there is none
    """
    found = text(data, *paths)
    if found is None:
        raise InvalidMessage(
            _lt("The partner's answer lacks %(paths)s.", paths=" or ".join(paths))
        )
    return found


def block(data: Any, path: str) -> Json:
    """Return the first object at the end of a path, empty when there is none."""
    return next(iter(rows(data, path)), {})


def rows(data: Any, path: str = "") -> list[Json]:
    """Return the objects at the end of a path; one may come without a list."""
    return [value for value in find(data, path) if isinstance(value, dict)]


def as_list(value: Any) -> list[Any]:
    """Return a list as it is, anything else as the one entry of a list."""
    return value if isinstance(value, list) else [value]


def stripped(data: Any) -> Any:
    """Return parsed data whose texts have no white space around them.

    Some partners pad their codes, or end them with a carriage return.
    """
    if isinstance(data, str):
        return data.strip()
    if isinstance(data, dict):
        return {key: stripped(value) for key, value in data.items()}
    return [stripped(item) for item in data] if isinstance(data, list) else data


def to_fields(source: Any, names: Mapping[str, str]) -> Json:
    """Return the attributes of an object under the partner's names, filled ones only.

    :param names: our name -> the partner's
    """
    return filled({theirs: getattr(source, ours) for ours, theirs in names.items()})


def filled(body: Json) -> Json:
    """Leave out the fields that are not known: None, and empty texts or objects."""
    return {k: v for k, v in body.items() if v is not None and v not in ("", {}, [])}
