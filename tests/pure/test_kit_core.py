"""What all connectors share: operations, paths, facts, moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.logistics_core.canonical import Address
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.tools import (
    codes,
    facts,
    json_fields,
    json_paths,
    moments,
)
from odoo.addons.logistics_core.tools.operations import (
    ask,
    delete,
    get,
    patch,
    post,
    put,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_values_of_a_path_are_quoted():
    known = get("labels/{}/parts/{}", none=404)
    assert known.get_path(("a/b", "c d")) == "labels/a%2Fb/parts/c%20d"
    assert get("labels/{}").get_path(7) == "labels/7"
    assert known.none == (404,)


def test_what_is_none_is_known_by_status_or_words():
    known = get("labels/{}", none=404, none_words="not found|no such")
    assert known.is_none(404, "") and known.is_none(400, "No such label")
    assert not known.is_none(400, "Bad account")
    assert not get("labels/{}").is_none(404, "not found")


def test_a_post_that_only_asks_says_so():
    assert ask("rates").asks
    made = [get("x"), post("x"), put("x"), patch("x"), delete("x")]
    assert [one.method for one in made] == ["GET", "POST", "PUT", "PATCH", "DELETE"]
    assert not any(one.asks for one in made)


ANSWER = {
    "a": {"b": [{"c": 1}, {"c": [2, 3]}, {"c": None}, "odd"]},
    "one": {"c": "x"},
    "empty": "",
}


def test_a_path_goes_through_objects_and_lists():
    assert json_paths.find(ANSWER, "a.b.c") == [1, 2, 3]
    assert json_paths.rows(ANSWER, "one") == [{"c": "x"}]
    assert json_paths.text(ANSWER, "empty", "one.c") == "x"
    assert json_paths.block(ANSWER, "a.none") == {}
    assert json_paths.first(ANSWER, "a.b.d.e") is None


def test_what_is_needed_is_named_where_it_is_missing():
    assert json_paths.needed(ANSWER, "empty", "one.c") == "x"
    with pytest.raises(InvalidMessage, match="a.x or empty"):
        json_paths.needed(ANSWER, "a.x", "empty")


def test_fields_are_written_under_the_partner_s_names():
    address = Address("Jo", "Rue 1", "Lyon", "FR", zip="")
    names = {"name": "fullName", "zip": "postalCode", "phone": "tel"}
    assert json_paths.to_fields(address, names) == {"fullName": "Jo"}


def test_tables_are_read_once_and_hold_no_code_twice(tmp_path):
    module = tmp_path / "const.py"
    (tmp_path / "codes.toml").write_text('[services]\n01 = "Air"  # by air\n')
    assert codes.load(str(module)) == {"services": {"01": "Air"}}
    (tmp_path / "codes.toml").write_text('[services]\n01 = "Air"\n01 = "Sea"\n')
    with pytest.raises(ValueError):
        codes.load(str(module))
    with pytest.raises(ValueError):
        codes.codes("A B A")


@given(st.recursive(st.none() | st.text() | st.integers(), st.lists))
def test_whatever_comes_a_path_finds_or_does_not(value):
    assert json_paths.rows(value, "a.b") == []
    assert json_paths.text(value, "a") is None


def test_what_is_not_known_is_left_out():
    body = {"a": None, "b": "", "c": {}, "d": [], "e": 0, "f": False, "g": "x"}
    assert json_paths.filled(body) == {"e": 0, "f": False, "g": "x"}


def test_the_same_fact_has_the_same_id_and_a_changed_one_another():
    first = facts.seal("N1", "scan", {"a": 1, "b": None})
    assert first == facts.seal("N1", "scan", {"b": "", "a": 1})
    assert first.external_id != facts.seal("N1", "scan", {"a": 2}).external_id
    assert (first.ordering_key, first.event) == ("N1", "scan")
    named = facts.seal("N1", "scan", {"a": 1}, external_id="E1", sequence=5)
    assert named.external_id.startswith("E1:")
    assert named.sequence == 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-02T12:00:00", NOON),
        ("2026-03-02T13:00:00+01:00", NOON),
        ("2026-03-02T13:00:00 GMT+01:00", NOON),
        ("2026-03-02", NOON.replace(hour=23, minute=59)),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_a_moment_is_read_with_and_without_its_offset(text, expected):
    assert moments.read(text) == expected


@pytest.mark.parametrize(
    ("day", "clock"),
    [("2026-03-02", "12:00:00"), ("20260302", "120000"), ("20260302", "1200")],
)
def test_day_and_time_are_joined_however_they_are_written(day, clock):
    assert moments.join(day, clock) == NOON.replace(tzinfo=None)


def test_a_day_that_is_none_is_refused():
    with pytest.raises(InvalidMessage, match="readable time"):
        moments.join("2026", "1200")
    assert moments.join(None, "1200") is None


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    st.integers(-14 * 4, 14 * 4).map(lambda quarters: quarters * 15),
)
def test_place_and_offset_name_the_same_moment(local, minutes):
    zone = timezone(timedelta(minutes=minutes))
    utc = local.replace(tzinfo=zone).astimezone(UTC)
    offset = local.replace(tzinfo=zone).strftime("%z")
    told = moments.place(local, f"{offset[:3]}:{offset[3:5]}")
    assert told[0] == utc
    # Where both times are told, the offset is their difference.
    assert moments.place(local, None, utc.replace(tzinfo=None)) == told
    assert datetime.fromisoformat(told[1]) == utc


def test_an_event_without_any_time_is_refused():
    with pytest.raises(InvalidMessage, match="no time"):
        moments.place(None)


def test_the_end_of_a_day_is_that_of_the_place():
    assert moments.end_of_day("2026-03-02", "-05:00") == datetime(
        2026, 3, 3, 4, 59, tzinfo=UTC
    )
    assert moments.end_of_day("soon") is moments.end_of_day(None) is None


def test_a_local_time_of_ours_is_read_or_refused():
    assert moments.from_local("2026-03-02T12:00:00+00:00") == NOON
    with pytest.raises(InvalidMessage, match="is not a time"):
        moments.from_local("noon")


def test_of_a_link_only_the_parameter_is_taken():
    link = "https://evil.example/list?PageSize=5&cursor=abc%3D"
    assert json_fields.query_value(link, "Cursor") == "abc="
    assert json_fields.query_value("abc=", "Cursor") == "abc="
