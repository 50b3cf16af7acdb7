"""The quick reading and writing of JSON loses nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.logistics_core.tools import quick_json

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(values)
def test_it_reads_what_the_standard_library_reads(value):
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
        body = text.encode(errors="surrogatepass")
        try:
            expected = json.loads(body)
        except ValueError:
            with pytest.raises(ValueError):
                quick_json.loads(body)
        else:
            assert repr(quick_json.loads(body)) == repr(expected)


@given(values)
def test_what_it_writes_reads_the_same_again(value):
    assert json.loads(quick_json.dumps(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        "18446744073709551616",
        "[18446744073709551617]",
        '{"a":-340282366920938463463374607431768211456}',
    ],
)
def test_whole_numbers_keep_every_digit(text):
    assert quick_json.dumps(quick_json.loads(text.encode())) == text.replace(" ", "")


def test_other_encodings_of_json_are_read():
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert quick_json.loads('{"a":"ä"}'.encode(encoding)) == {"a": "ä"}


def test_what_is_nested_deeper_than_the_quick_library_takes_is_written():
    text = "[" * 400 + "]" * 400
    assert quick_json.dumps(quick_json.loads(text.encode())) == text


@pytest.mark.parametrize("body", [b"", b"{", b"nope", b'{"a":1}x', b"\xff\xfe\xff"])
def test_what_is_no_json_is_refused(body):
    with pytest.raises(ValueError):
        quick_json.loads(body)
