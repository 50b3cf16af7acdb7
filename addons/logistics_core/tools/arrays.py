"""Arrays as PostgreSQL reads them quickest. Never imports odoo."""

from __future__ import annotations

from collections.abc import Sequence


def literal(values: Sequence[str | int | None]) -> str:
    """Return values as the text of an array, for a parameter that is cast.

    A list as a parameter becomes an expression of as many constants, which the
    server parses and plans one by one; this is one constant. Texts must be storable.
    """
    try:
        # All at once, which is many times quicker; no storable text has a NUL.
        text = "\x00".join(values)  # type: ignore[arg-type]
    except TypeError:
        if any(isinstance(value, str) for value in values):
            return "{" + ",".join(map(_element, values)) + "}"
        return "{" + ",".join(map(str, values)).replace("None", "NULL") + "}"
    return '{"' + _escape(text).replace("\x00", '","') + '"}' if values else "{}"


def _element(value: str | int | None) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else f'"{_escape(value)}"'


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
