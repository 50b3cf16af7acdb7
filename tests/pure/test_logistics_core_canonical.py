"""Canonical messages, envelopes and fields: exact both ways, strict on the way in."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, make_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.logistics_core.canonical import Canonical, canonical
from odoo.addons.logistics_core.envelope import Envelope
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.tools import backoff, json_fields
from odoo.addons.logistics_core.tools.storable import storable


@dataclass(frozen=True, slots=True)
class Part:
    quantity: Decimal
    lots: tuple[str, ...] = ()


@canonical("pure_test")
@dataclass(frozen=True, slots=True)
class Whole(Canonical):
    name: str
    at: datetime
    parts: tuple[Part, ...]
    day: date | None = None
    count: int | None = None
    urgent: bool = False
    main: Part | None = None


texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"))
decimals = st.decimals(
    allow_nan=False,
    allow_infinity=False,
    min_value=-(10**12),
    max_value=10**12,
    places=9,
)
parts = st.builds(Part, decimals, st.lists(texts, max_size=3).map(tuple))
zones = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
moments = st.datetimes(
    datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=zones | st.just(UTC)
)
wholes = st.builds(
    Whole,
    texts,
    moments,
    st.lists(parts, max_size=3).map(tuple),
    st.none() | st.dates(),
    st.none() | st.integers(),
    st.booleans(),
    st.none() | parts,
)
MINIMAL = {
    "_message_type": "pure_test",
    "_version": 1,
    "name": "n",
    "at": "2026-03-01T08:00:00+00:00",
    "parts": [{"quantity": "1.50"}],
}


@given(wholes)
def test_a_message_comes_back_from_json_as_it_went(message) -> None:
    data = json.loads(json.dumps(message.to_dict()))
    assert Canonical.from_dict(data) == message
    assert Canonical.from_dict(data).to_dict() == message.to_dict()


@pytest.mark.parametrize("name", ["version", "message_type"])
def test_a_field_must_not_hide_a_name_of_the_class(name) -> None:
    hiding = make_dataclass("Hiding", [(name, str)], bases=(Canonical,), frozen=True)
    with pytest.raises(TypeError, match=name):
        canonical("test_hiding")(hiding)
    with pytest.raises(InvalidMessage, match="Unknown"):
        Canonical.from_dict({"_message_type": "test_hiding", "_version": 1})


def test_a_decimal_keeps_its_digits() -> None:
    message = Canonical.from_dict(MINIMAL)
    assert str(message.parts[0].quantity) == "1.50"


def test_a_moment_without_zone_is_utc_both_ways() -> None:
    naive = datetime(2026, 3, 1, 8)
    data = Whole("n", naive, ()).to_dict()
    assert data["at"] == "2026-03-01T08:00:00+00:00"
    assert Canonical.from_dict(data).at == naive.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "change",
    [
        {"_message_type": "nonsense"},
        {"_message_type": []},
        {"_message_type": None},
        {"_version": 2},
        {"_version": {}},
        {"_version": "1"},
        {"name": 1},
        {"name": None},
        {"name": "a\x00b"},
        {"name": "\ud800"},
        {"at": "yesterday"},
        {"at": 1},
        {"at": "0001-01-01T00:00:00+23:59"},
        {"parts": {}},
        {"parts": "x"},
        {"parts": [1]},
        {"parts": [{}]},
        {"parts": [{"quantity": 1.5}]},
        {"parts": [{"quantity": True}]},
        {"parts": [{"quantity": "NaN"}]},
        {"parts": [{"quantity": "Infinity"}]},
        {"parts": [{"quantity": "1e999999999"}]},
        {"parts": [{"quantity": "1e-99999"}]},
        {"parts": [{"quantity": "many"}]},
        {"parts": [{"quantity": "1", "lots": [7]}]},
        {"day": "2026-13-01"},
        {"count": "1"},
        {"count": True},
        {"urgent": 1},
        {"main": []},
        {"surprise": 1},
    ],
)
def test_what_does_not_fit_is_an_invalid_message(change) -> None:
    with pytest.raises(InvalidMessage):
        Canonical.from_dict({**MINIMAL, **change})


@pytest.mark.parametrize("missing", ["name", "at", "parts", "_version"])
def test_what_is_missing_is_named(missing) -> None:
    data = {key: value for key, value in MINIMAL.items() if key != missing}
    with pytest.raises(InvalidMessage):
        Canonical.from_dict(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=4,
)


@given(st.sampled_from(list(MINIMAL)), json_values)
def test_any_json_is_a_message_or_invalid(key, value) -> None:
    for data in (value, {**MINIMAL, key: value}):
        try:
            Canonical.from_dict(data)
        except InvalidMessage:
            continue


# Envelopes


@pytest.mark.parametrize(
    "change",
    [
        {"external_id": ""},
        {"external_id": None},
        {"external_id": 7},
        {"external_id": "x" * 501},
        {"external_id": "a\x00"},
        {"event": ""},
        {"ordering_key": "\udfff"},
        {"payload": ""},
        {"payload": b"bytes"},
        {"payload": '{"a": "\ud800"}'},
        {"correlation_id": {}},
        {"sequence": 2**60},
        {"sequence": 1.5},
        {"sequence": True},
    ],
)
def test_an_envelope_that_cannot_be_stored_is_an_invalid_message(change) -> None:
    with pytest.raises(InvalidMessage):
        Envelope(
            **{
                "external_id": "e",
                "event": "v",
                "ordering_key": "k",
                "payload": "p",
                **change,
            }
        )


# Fields of a partner's JSON


@pytest.mark.parametrize(
    "number",
    ["1e999999999", "-1e999999999", "1e99999999999999999999", "1e400", "2147483648"],
)
def test_an_absurd_number_is_refused_at_once(number) -> None:
    with pytest.raises(InvalidMessage):
        json_fields.whole(json_fields.load(f'{{"n": {number}}}'), "n")


def test_an_absurd_quantity_is_refused() -> None:
    with pytest.raises(InvalidMessage):
        json_fields.number(json_fields.load('{"n": 1e999999999}'), "n")


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_any_bytes_are_an_object_or_invalid(raw) -> None:
    try:
        assert isinstance(json_fields.load(raw), dict)
    except InvalidMessage:
        return


@given(st.dictionaries(st.just("v"), json_values))
def test_every_reader_gives_a_value_or_an_invalid_message(data) -> None:
    readers = ("text", "whole", "number", "moment", "child", "children", "texts")
    for name in readers:
        try:
            getattr(json_fields, name)(data, "v")
        except InvalidMessage:
            continue


@given(st.text())
def test_every_text_becomes_storable(text) -> None:
    clean = storable(text, 20)
    assert "\x00" not in clean
    assert clean.encode().decode() == clean
    assert len(clean) <= 20


# Backoff


def test_the_wait_doubles_up_to_an_hour() -> None:
    waits = [backoff.delay(n, 10, draw=lambda: 0) for n in range(1, 12)]
    assert waits[:4] == [10, 20, 40, 80]
    assert waits[-1] == 3600


@given(
    st.integers(1, 10**6),
    st.floats(0.1, 10**4),
    st.none() | st.floats(0, 86400),
    st.integers(),
)
def test_a_wait_is_within_ten_percent_and_never_before_retry_after(
    attempt, base, retry_after, seed
) -> None:
    wait = backoff.delay(attempt, base, retry_after, random.Random(seed).random)
    least = max(min(base * 2 ** min(attempt - 1, 20), 3600), retry_after or 0)
    assert least <= wait <= least * 1.1 + 1e-6


def test_waits_of_many_messages_differ() -> None:
    assert len({backoff.delay(3, 10) for _n in range(50)}) > 40
