"""The sandbox's strict reading of a vendor's schemas."""

from __future__ import annotations

import pytest

from partner_sandbox.core.closed import close
from partner_sandbox.core.formats import checker
from partner_sandbox.core.router import Router
from partner_sandbox.dialects.shipbob.sscc import check_digit, sscc


@pytest.mark.parametrize(
    ("kind", "value", "good"),
    [
        ("int32", "101", True),
        ("int32", "ten", False),
        ("int32", 2**31, False),
        ("int64", 2**31, True),
        ("date-time", "2026-01-02T03:04:05.678Z", True),
        ("date-time", "2026-01-02T03:04:05+01:00", True),
        ("date-time", "2026-01-02T03:04:05", False),
        ("date-time", "2026-13-02T03:04:05Z", False),
        ("email", "a@b.example", True),
        ("email", "nobody", False),
        ("uri", "https://a.example/x", True),
        ("uri", "a.example", False),
        ("uuid", "0f14d0ab-9605-4a62-a9e4-5ed26688389b", True),
        ("uuid", "7", False),
        ("postal-code", "SW1A 1AA", True),
        ("postal-code", "", False),
        ("byte", "YWJj", True),
        ("byte", "YWJ", False),
    ],
)
def test_formats_are_checked(kind: str, value: object, good: bool) -> None:
    assert checker.conforms(value, kind) is good


def test_objects_are_closed_unless_they_say_nothing() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": ["object", "null"], "properties": {"b": {}}}},
    }
    closed = close(schema, any_for_one=False)
    assert closed["additionalProperties"] is False
    assert closed["properties"]["a"]["additionalProperties"] is False
    assert "additionalProperties" not in close({"type": "object"}, False)
    mapping = {"type": "object", "additionalProperties": {"type": "string"}}
    assert close(mapping, False) == mapping


def test_alternatives_are_loosened_for_answers_only() -> None:
    schema = {"oneOf": [{"type": "string"}, {"type": "string"}]}
    assert "anyOf" in close(schema, any_for_one=True)
    assert "oneOf" in close(schema, any_for_one=False)


def test_a_literal_path_wins_over_a_parameter() -> None:
    router = Router(
        [("GET", "/level/{id}", "one"), ("GET", "/level/lots", "lots")]
        + [("POST", "/order/{id}:cancel", "cancel")]
    )
    found = [router.find("GET", "/level/lots"), router.find("GET", "/level/a%20b")]
    assert [(f[0].target, f[1]) for f in found if f] == [
        ("lots", {}),
        ("one", {"id": "a b"}),
    ]
    cancel = router.find("POST", "/order/5:cancel")
    assert cancel and cancel[1] == {"id": "5"}
    assert router.find("GET", "/order/5:cancel") is None
    assert router.methods("/order/5:cancel") == ["POST"]


def test_sscc_check_digit_is_the_published_one() -> None:
    # GS1's own example number: (00) 3 7610425 002123456 9
    assert check_digit("37610425002123456") == "9"
    assert sscc(1) == "006141410000000012"
