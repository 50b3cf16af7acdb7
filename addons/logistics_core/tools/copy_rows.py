"""Rows as COPY takes them, PostgreSQL's fastest import. Never imports odoo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

DELIMITER = "\x1f"
# Of COPY ... FROM STDIN. An empty text therefore cannot be distinguished from NULL.
OPTIONS = rf"(DELIMITER E'\x{ord(DELIMITER):02x}', NULL '')"
# While PostgreSQL stores these, the next are written.
ROWS_AT_ONCE = 50


class CopyRows:
    """The file that COPY reads. Texts are storable (see storable.py) and not empty.

    :param fixed: column and value that is the same in all rows
    :param columns: column and its values, as many of each
    """

    def __init__(
        self, fixed: Mapping[str, object], columns: Mapping[str, Sequence[object]]
    ) -> None:
        self.names = [*fixed, *columns]
        self._before = "".join(_escape(_text(v)) + DELIMITER for v in fixed.values())
        self._delimiters = len(columns) - 1
        self._rows = zip(*map(_texts, columns.values()), strict=True)

    # pylint: disable-next=method-required-super  # of a file, not of a model
    def read(self, _size: int = -1) -> str:
        """Return the next rows, however many characters were asked for."""
        rows = list(islice(self._rows, ROWS_AT_ONCE))
        if not rows:
            return ""
        lines = "\n".join(map(DELIMITER.join, rows))
        # Nearly no value has what must be escaped: all are looked at in one go.
        if (
            lines.count(DELIMITER) > self._delimiters * len(rows)
            or lines.count("\n") >= len(rows)
            or "\r" in lines
        ):
            lines = "\n".join(DELIMITER.join(map(_escape, row)) for row in rows)
        else:
            lines = lines.replace("\\", "\\\\")
        return self._before + lines.replace("\n", "\n" + self._before) + "\n"


def _texts(values: Sequence[object]) -> Sequence[str]:
    try:
        "".join(values)  # type: ignore[arg-type]
    except TypeError:
        return [_text(value) for value in values]
    return values  # type: ignore[return-value]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _escape(text: str) -> str:
    text = text.replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n")
    return text.replace(DELIMITER, "\\" + DELIMITER)
