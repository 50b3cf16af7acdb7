"""Array literals, read back by PostgreSQL's own rules."""

import pytest

from odoo.addons.logistics_core.tools.arrays import literal


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
