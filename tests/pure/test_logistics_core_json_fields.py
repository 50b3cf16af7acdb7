"""Reading a partner's JSON, its errors' words, and GS1 keys."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.tools import gs1, json_fields
from odoo.addons.logistics_core.tools.error_text import error_text

READERS = (
    json_fields.text,
    json_fields.whole,
    json_fields.number,
    json_fields.moment,
    json_fields.child,
    json_fields.children,
    json_fields.texts,
)
# A busy machine is no finding.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@patient
@given(st.sampled_from(READERS), values)
def test_any_value_is_read_or_refused_by_its_field(reader, value):
    data = json_fields.load(json.dumps({"field": value}))
    try:
        reader(data, "field")
    except InvalidMessage as error:
        assert "field" in str(error)  # noqa: PT017


@pytest.mark.parametrize("reader", READERS)
def test_missing_field_is_no_error(reader):
    assert not reader({}, "field")


def test_number_below_zero_is_taken_where_it_is_admitted():
    data = json_fields.load('{"a": -2.50, "b": -1E+999999999}')
    assert str(json_fields.number(data, "a", negative=True)) == "-2.50"
    with pytest.raises(InvalidMessage, match="positive"):
        json_fields.number(data, "a")
    with pytest.raises(InvalidMessage, match="absurd"):
        json_fields.number(data, "b", negative=True)


def test_first_text_that_is_there_is_taken():
    assert json_fields.needed({"a": " ", "b": 7}, "a", "b") == "7"
    with pytest.raises(InvalidMessage, match="a or b"):
        json_fields.needed({"a": ""}, "a", "b")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("  Too\nbad ", "Too bad"),
        (["a", ["b"], ""], "a; b"),
        ({"name": ["is empty", "is short"], "x": []}, "name: is empty; is short"),
        ({"title": "Bad", "detail": "No SKU"}, "No SKU"),
        ({"title": "Bad", "errors": {"sku": ["gone"]}}, "sku: gone"),
        ({"error": {"code": "X", "message": "No"}}, "No"),
        ({"status_code": 422, "value": {"url": ["no https"]}}, "url: no https"),
        ({"": ["all"]}, "all"),
        (None, ""),
        (7, ""),
    ],
)
def test_words_are_found_in_all_error_shapes(body, text):
    assert error_text(body) == text


@pytest.mark.parametrize(
    "barcode", ["006141411234567890", "(00)006141411234567890", "00 006141411234567890"]
)
def test_sscc_is_known_with_and_without_its_identifier(barcode):
    assert gs1.to_sscc(barcode) == "006141411234567890"


@pytest.mark.parametrize("barcode", [None, "", "006141411234567891", "BOX-1", "1" * 17])
def test_what_is_no_sscc_is_none(barcode):
    assert gs1.to_sscc(barcode) is None


@patient
@given(st.text("0123456789", min_size=7, max_size=17), st.integers(0, 9))
def test_exactly_one_check_digit_is_right(body, digit):
    right = [d for d in "0123456789" if gs1.has_check_digit(body + d)]
    assert len(right) == 1
    assert gs1.has_check_digit(f"{body}{digit}") == (str(digit) == right[0])


def test_a_value_that_is_quoted_in_part_says_so():
    with pytest.raises(InvalidMessage, match="x…") as caught:
        json_fields.text({"key": ["x" * 200]}, "key")
    assert len(str(caught.value)) < 120
