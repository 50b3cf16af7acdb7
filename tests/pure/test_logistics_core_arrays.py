"""Array literals, read back by PostgreSQL's own rules."""

import pytest

from odoo.addons.logistics_core.tools.arrays import as_rows, literal


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([], "{}"),
        ([1, -2, None], "{1,-2,NULL}"),
        (["a", ""], '{"a",""}'),
        (["NULL", None], '{"NULL",NULL}'),
        (["a,b {c} d"], '{"a,b {c} d"}'),
        (['say "x"', "back\\slash"], '{"say \\"x\\"","back\\\\slash"}'),
        (["line\nbreak 'quote'"], "{\"line\nbreak 'quote'\"}"),
    ],
)
def test_values_become_one_constant(values, text):
    assert literal(values) == text


def test_a_value_that_all_rows_have_is_sent_once():
    names, sql, params = as_rows(
        {"id": ["a", "b"], "n": [7, 7], "note": [None, None], "t": ["x", "y"]},
        {"id": "text", "n": "int", "note": "text", "t": "text"},
    )
    assert names == ["n", "note", "id", "t"]
    assert sql.startswith("SELECT %s::int, %s::text, v.* FROM unnest(")
    assert params == [7, None, "a\x1fb", "x\x1fy"]


def test_a_text_with_the_separator_in_it_is_escaped_as_others_are():
    _names, sql, params = as_rows({"id": ["a\x1fb", "c"]}, {"id": "text"})
    assert sql == "SELECT v.* FROM unnest(%s::text[]) AS v"
    assert params == ['{"a\x1fb","c"}']


def test_the_first_column_makes_the_rows_whatever_is_in_it():
    _names, sql, params = as_rows({"id": ["a", "a"]}, {"id": "text"})
    assert "unnest(string_to_array(" in sql
    assert params == ["a\x1fa"]
    _names, sql, params = as_rows({"id": [""]}, {"id": "text"})
    assert params == ['{""}']
