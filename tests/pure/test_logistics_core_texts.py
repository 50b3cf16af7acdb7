"""Texts that are English as strings and can be said in other languages."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from odoo.addons.logistics_core import errors, texts
from odoo.addons.logistics_core.texts import Text, _lt, join
from odoo.addons.logistics_core.tools import json_fields

WORDS = {
    "Line %(line)s has no SKU.": "Zeile %(line)s hat keine SKU.",
    "Row %(number)s: %(problem)s": "%(problem)s (Reihe %(number)s)",
    "Broken %(line)s": "Kaputt %(lines)s",
    "100 % of it": "100 % davon",
    "%s of %s": "%s von %s",
}


def german(module: str, source: str) -> str:
    return WORDS.get(source, source)


def test_it_is_english_as_a_string():
    text = _lt("Line %(line)s has no SKU.", line=3)
    assert text == "Line 3 has no SKU."
    assert f"{text}!" == "Line 3 has no SKU.!"
    assert json.dumps({"error": text}) == '{"error": "Line 3 has no SKU."}'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (_lt("Line %(line)s has no SKU.", line=3), "Zeile 3 hat keine SKU."),
        (_lt("100 % of it"), "100 % davon"),
        (_lt("%s of %s", 1, 2), "1 von 2"),
        (_lt("Unknown %(line)s", line=3), "Unknown 3"),
        # A translator's mistake.
        (_lt("Broken %(line)s", line=3), "Broken 3"),
        (
            join([_lt("Line %(line)s has no SKU.", line=3), "1 % off"], "\n"),
            "Zeile 3 hat keine SKU.\n1 % off",
        ),
    ],
)
def test_it_is_said_in_another_language(text, said):
    assert text.translated(german) == said


def test_arguments_are_translated_too():
    inner = errors.InvalidMessage(_lt("Line %(line)s has no SKU.", line=3))
    for problem in (inner, inner.text):
        text = _lt("Row %(number)s: %(problem)s", number=7, problem=problem)
        assert text == "Row 7: Line 3 has no SKU."
        assert text.translated(german) == "Zeile 3 hat keine SKU. (Reihe 7)"


@pytest.mark.parametrize(
    "again", [copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))]
)
def test_a_copy_is_still_a_text(again):
    text = again(_lt("Line %(line)s has no SKU.", line=3))
    assert isinstance(text, Text)
    assert text.translated(german) == "Zeile 3 hat keine SKU."


def test_the_addon_is_that_of_the_caller():
    with pytest.raises(errors.InvalidMessage) as caught:
        json_fields.needed({}, "sku")
    assert caught.value.text.module == "logistics_core"
    assert caught.value.text.source == "The partner's message lacks %(keys)s."
    assert errors.Rejected.remedy.module == "logistics_core"
    assert texts._addon("odoo.addons.logistics_wms.tools.x") == "logistics_wms"


def test_an_error_has_a_cause_and_what_to_do():
    error = errors.Rejected(_lt("Line %(line)s has no SKU.", line=3), remedy="Look.")
    assert str(error) == "Line 3 has no SKU."
    assert error.advice == "Line 3 has no SKU.\nLook."
    assert error.advice.translated(german) == "Zeile 3 hat keine SKU.\nLook."


def test_a_list_of_names_says_how_many_more_there_are():
    assert texts.some(["A", "B"], 2) == "A, B"
    assert texts.some(["A", "B", "C", "D"], 2) == "A, B and 2 more"
