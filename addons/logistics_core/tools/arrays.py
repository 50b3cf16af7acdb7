"""Arrays as PostgreSQL reads them quickest. Never imports odoo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SEPARATOR = "\x1f"


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


def as_rows(
    columns: Mapping[str, Sequence[str | int | None]], types: Mapping[str, str]
) -> tuple[list[str], str, list[str | int | None]]:
    """Return (names, SQL, parameters) of a SELECT that gives columns as rows.

    A value that is the same in all rows is sent once. The first column is one of
    those that differ.

    :param types: PostgreSQL's type of each column
    """
    first = next(iter(columns))
    fixed = [
        name
        for name, values in columns.items()
        if name != first and values.count(values[0]) == len(values)
    ]
    varying = [name for name in columns if name not in fixed]
    arrays = [_array(columns[name], types[name]) for name in varying]
    values = "".join(f"%s::{types[name]}, " for name in fixed)
    sql = f"SELECT {values}v.* FROM unnest({', '.join(sql for sql, _ in arrays)}) AS v"
    params = [columns[name][0] for name in fixed] + [param for _, param in arrays]
    return fixed + varying, sql, params


def _array(values: Sequence[str | int | None], type_: str) -> tuple[str, str]:
    """Return SQL of an array, and its parameter."""
    if type_ == "text" and len(values) > 1 and None not in values:
        text = SEPARATOR.join(values)  # type: ignore[arg-type]
        if text.count(SEPARATOR) == len(values) - 1:
            # Nothing to escape, and nothing for PostgreSQL to undo.
            return f"string_to_array(%s, E'\\x{ord(SEPARATOR):02x}')", text
    return f"%s::{type_}[]", literal(values)


def _element(value: str | int | None) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else f'"{_escape(value)}"'


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
