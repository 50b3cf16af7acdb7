"""What a partner sends is bounded before it costs anything."""

from __future__ import annotations

import json
import tracemalloc

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.logistics_core.connectors import canonical_json
from odoo.addons.logistics_core.errors import InvalidMessage, TooLarge
from odoo.addons.logistics_core.tools import bounded, http_text, quick_json
from odoo.addons.logistics_core.tools.error_text import LONGEST, error_text
from odoo.addons.logistics_core.tools.masking import mask_body

SMALL = bounded.Bounds(size=10_000, parts=100, values=100, depth=5)


def nested(levels: int) -> bytes:
    return b'{"a":[' * levels + b"1" + b"]}" * levels


# JSON


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"[" * 20_000, TooLarge),
        (b"[" * 400 + b"]" * 400, InvalidMessage),
        (json.dumps(["x" * 20_000]).encode(), TooLarge),
        (json.dumps([{}] * 101).encode(), TooLarge),
        (json.dumps([1] * 102).encode(), TooLarge),
        (nested(3), InvalidMessage),
        (b'{"a":' * 50 + b"1" + b"}" * 50, InvalidMessage),
        (b"[" * 50, InvalidMessage),
        (b"NaN", InvalidMessage),
        (b'{"a": -Infinity}', InvalidMessage),
        (b'{"a": 1E999999999}', InvalidMessage),
        (b"9" * 9_000, InvalidMessage),
        (b"\xff\xfe", InvalidMessage),
    ],
)
def test_json_beyond_its_bounds_is_refused_in_words(body, error) -> None:
    with pytest.raises(error) as caught:
        bounded.load_json(body, SMALL)
    assert type(caught.value) is error
    assert caught.value.remedy


@pytest.mark.parametrize(
    "body",
    [
        nested(2),
        json.dumps({"text": "[" * 500 + "{" * 500}).encode(),
        json.dumps([["]" * 60, "\\" * 61, '"' * 60, "[" * 60, '\\"[']]).encode(),
        '{"a": "ä"}'.encode("utf-16"),
        json.dumps([1] * 100).encode(),
    ],
)
def test_what_is_within_its_bounds_is_read(body) -> None:
    bounds = bounded.Bounds(10_000, 2_000, 100, depth=5)
    assert bounded.load_json(body, bounds) == json.loads(body)


def depth(value) -> int:
    inner = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list):
        return 0
    return 1 + max(map(depth, inner), default=0)


tricky = st.text(alphabet='[]{}"\\,:a', max_size=90)
documents = st.recursive(
    tricky, lambda s: st.lists(s) | st.dictionaries(tricky, s), max_leaves=40
)


@given(documents, st.integers(1, 6))
def test_the_depth_of_any_json_is_known_exactly(value, most) -> None:
    raw = json.dumps(value).encode()
    assert bounded._is_deeper(raw, most) == (depth(value) > most)


@given(st.binary(max_size=300) | tricky.map(str.encode))
def test_any_bytes_are_counted_without_a_fault(raw) -> None:
    bounded._is_deeper(raw, 2)


def test_a_large_text_of_quotes_is_counted_once() -> None:
    """Each of them might begin a text: looked at one by one, they cost hours."""
    for raw in (b'"' + b'\\"' * 500_000, b'"' * 500_001, b"[" * 99 + b'"\\' * 500_000):
        bounded._is_deeper(raw + b"[" * 99, 64)


def test_a_bulk_request_may_have_more_parts_than_a_message() -> None:
    facts = [{"id": str(n), "data": [{}]} for n in range(9_000)]
    body = json.dumps(facts).encode()
    assert len(canonical_json._load(body, bounded.BULK)) == 9_000
    with pytest.raises(TooLarge):
        canonical_json._load(body)


def test_a_message_of_very_many_lines_is_refused_with_a_remedy() -> None:
    lines = [{"sku": f"S{n}", "quantity": "1", "uom": "EA"} for n in range(76_000)]
    with pytest.raises(TooLarge, match="76") as caught:
        canonical_json._load(json.dumps({"id": "e", "data": lines}).encode())
    assert "smaller messages" in str(caught.value.remedy)


@pytest.mark.parametrize("text", ['{"n": NaN}', '{"n": 1E999999999}', '"\\ud800" NaN'])
def test_the_quick_reader_takes_no_number_that_json_has_not(text) -> None:
    with pytest.raises(ValueError):
        quick_json.loads(text.encode())


def test_reading_what_is_refused_costs_no_memory() -> None:
    bodies = [b"[{}" + b",{}" * 1_700_000 + b"]", b"[1" + b",1" * 2_000_000 + b"]"]
    tracemalloc.start()
    for body in bodies:
        with pytest.raises(TooLarge):
            bounded.load_json(body)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 64 * bounded.MEGABYTE


# Error answers


class Counted(dict):
    looks = 0

    def get(self, key, default=None):
        Counted.looks += 1
        return super().get(key, default)


def test_an_error_is_looked_at_once_however_it_is_nested() -> None:
    body = Counted(x="")
    for _level in range(14):
        body = Counted(errors=body)
    Counted.looks = 0
    assert error_text(body) == ""
    assert Counted.looks <= 15 * 6


@pytest.mark.parametrize(
    "body",
    [
        {"errors": ["x" * 50] * 5_000},
        ["x"] * 100_000,
        {f"field {n}": "is wrong" for n in range(9_000)},
        {"x" * 9_000: "is wrong"},
        "x" * 99_999,
    ],
)
def test_of_a_long_error_the_beginning_is_told_and_that_there_is_more(body) -> None:
    text = error_text(body)
    assert len(text) <= LONGEST + 2
    assert text.endswith("…") or len(str(body)) < 10_000


def response(content: bytes, kind: str) -> requests.Response:
    made = requests.Response()
    made._content, made.status_code = content, 400
    made.headers["Content-Type"] = kind
    return made


@pytest.mark.parametrize(
    "charset",
    ["idna", "punycode", "hex", "rot13", "undefined", "unicode_escape", "utf-7", "x"],
)
def test_an_encoding_that_nobody_uses_is_not_used(charset) -> None:
    answer = response("Zäh".encode(), f"text/plain; charset={charset}")
    assert http_text.read_text(answer) == "Zäh"


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "latin1"])
def test_an_encoding_in_use_is_used(charset) -> None:
    answer = response("Zäh".encode(charset), f"text/plain; charset={charset}")
    assert http_text.read_text(answer) == "Zäh"


def test_an_error_with_absurd_numbers_is_told_as_text() -> None:
    for number in ("NaN", "1E999999999", "9" * 400):
        body = f'{{"code": {number}, "message": "No"}}'.encode()
        assert "No" in http_text.read_error(response(body, "application/json"))


def test_what_is_masked_costs_little_memory() -> None:
    text = '{"token": "hush-7f3a", "a": [' + "{},".ljust(3) * 300_000 + "{}]}"
    tracemalloc.start()
    masked = mask_body(text)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "hush" not in masked
    assert most < 16 * bounded.MEGABYTE


def test_headers_are_shown_up_to_a_length_and_that_there_are_more() -> None:
    shown = http_text.describe({"X-Long": "x" * 99_999}, "body", [])
    assert len(shown) < 20_000
    assert "cut at" in shown


# XML


@pytest.mark.parametrize(
    "raw",
    [
        b"<a>" + b"<b/>" * 300_000 + b"</a>",
        b"<a " + b" ".join(b'x%d="1"' % n for n in range(500_000)) + b"/>",
        b"<a>" + b"x" * 9_000_000 + b"</a>",
        b'<?xml version="1.0" encoding="UTF-7"?><a/>',
        b"<a>" * 9_000 + b"</a>" * 9_000,
        b"<!DOCTYPE a [<!ENTITY e 'ha'>]><a>&e;",
        b"",
        b"\0",
    ],
)
def test_xml_beyond_its_bounds_is_refused(raw) -> None:
    with pytest.raises(InvalidMessage):
        bounded.parse_xml(raw)


# CSV


def test_rows_are_counted_as_a_spreadsheet_does() -> None:
    rows = list(bounded.read_csv('a;"b\nc"\n\nd;e', ";"))
    assert rows == [(1, ["a", "b\nc"]), (2, []), (3, ["d", "e"])]


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n" * 30_000,
        "," * 2_000,
        '"' + "\n," * 7_000_000,
    ],
)
def test_csv_beyond_its_bounds_is_refused(text) -> None:
    with pytest.raises(InvalidMessage):
        list(bounded.read_csv(text))


def test_a_file_that_is_too_large_is_refused_with_a_remedy() -> None:
    with pytest.raises(TooLarge) as caught:
        bounded.check_file(bounded.LARGEST_FILE + 1)
    assert "Split" in str(caught.value.remedy)
