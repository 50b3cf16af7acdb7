"""Arrays as PostgreSQL reads them quickest. Never imports odoo."""

from __future__ import annotations

from collections.abc import Iterable


def literal(values: Iterable[str | int | None]) -> str:
    """Return values as the text of an array, for a parameter that is cast.

    A list as a parameter becomes an expression of as many constants, which the
    server parses and plans one by one; this is one constant. Texts must be storable.
    """
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: str | int | None) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
