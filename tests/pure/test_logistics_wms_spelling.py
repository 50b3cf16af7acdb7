"""How codes of two systems are compared."""

from __future__ import annotations

import pytest

from odoo.addons.logistics_wms.tools.spelling import pick


@pytest.mark.parametrize(
    ("code", "known", "meant"),
    [
        ("PAD", ["PAD", "pad"], "PAD"),
        ("PAD", ["PAD ", "pad"], "PAD "),
        (" PAD", ["PAD"], "PAD"),
        ("pad", ["PAD"], "PAD"),
        ("Pad", ["PAD", "pad"], None),
        ("PAD", ["MUG"], None),
        ("", ["", "PAD"], None),
        (None, ["PAD"], None),
        ("", [], None),
    ],
)
def test_a_code_means_the_spelling_that_is_known(code, known, meant):
    assert pick(code, known) == meant
