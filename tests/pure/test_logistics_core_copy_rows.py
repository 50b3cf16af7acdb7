"""Rows for COPY; tests/test_bulk.py of the addon reads them back by PostgreSQL."""

import pytest

from odoo.addons.logistics_core.tools.copy_rows import ROWS_AT_ONCE, CopyRows


def read(rows):
    return "".join(iter(rows.read, ""))


def test_columns_become_lines_with_what_all_have_in_front():
    rows = CopyRows({"way": "in", "n": 0}, {"id": [1, 2], "note": ["a", None]})
    assert rows.names == ["way", "n", "id", "note"]
    assert read(rows) == "in\x1f0\x1f1\x1fa\nin\x1f0\x1f2\x1f\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("back\\slash", "back\\\\slash"),
        ("a\nb", "a\\nb"),
        ("a\rb", "a\\rb"),
        ("a\x1fb", "a\\\x1fb"),
        ("\\\n", "\\\\\\n"),
    ],
)
def test_what_copy_would_take_for_its_own_is_escaped(text, line):
    assert read(CopyRows({}, {"id": [text, "plain"]})) == f"{line}\nplain\n"
    assert read(CopyRows({"all": text}, {"id": ["b"]})) == f"{line}\x1fb\n"


def test_rows_come_piece_by_piece():
    ids = range(2 * ROWS_AT_ONCE + 1)
    rows = CopyRows({}, {"id": list(ids)})
    assert rows.read().count("\n") == ROWS_AT_ONCE
    assert read(rows).split("\n")[-2] == str(ids[-1])


def test_columns_of_different_lengths_are_an_error():
    with pytest.raises(ValueError, match="shorter"):
        read(CopyRows({}, {"id": [1, 2], "note": ["a"]}))
