"""The sandbox's strict reading of a vendor's schemas."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from partner_sandbox.contract.contract import Contract
from partner_sandbox.contract.formats import checker
from partner_sandbox.contract.strict import Closer
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
    closed = Closer(answers=False).value(schema)
    assert closed["additionalProperties"] is False
    assert closed["properties"]["a"]["additionalProperties"] is False
    mapping = {"type": "object", "additionalProperties": {"type": "string"}}
    for plain in ({"type": "object"}, mapping):
        assert Closer(answers=False).value(plain) == plain


def test_alternatives_are_loosened_for_answers_only() -> None:
    schema = {"oneOf": [{"type": "string"}, {"type": "string"}]}
    assert "anyOf" in Closer(answers=True).value(schema)
    assert "oneOf" in Closer(answers=False).value(schema)


COMPOSED = {
    "openapi": "3.0.0",
    "components": {
        "schemas": {
            "base": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "name"],
                "properties": {
                    "id": {"type": "integer", "readOnly": True},
                    "name": {"type": "string", "nullable": True},
                },
            },
            "extra": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"size": {"type": "number", "exclusiveMinimum": True}},
            },
            "whole": {
                "allOf": [
                    {"$ref": "#/components/schemas/base"},
                    {"$ref": "#/components/schemas/extra"},
                ],
                "additionalProperties": False,
            },
        }
    },
    "paths": {},
}


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("whole", {"name": "a", "size": 1}, []),
        ("whole", {"name": None}, []),
        ("whole", {"name": "a", "colour": "red"}, ["unknown"]),
        ("whole", {"size": 1}, ["invalid"]),
        ("whole", {"size": 1, "name": 5, "colour": "red"}, ["invalid"]),
        ("base", {"name": "a", "size": 1}, ["unknown"]),
        ("extra", {"size": "wide"}, ["invalid"]),
    ],
)
def test_parts_that_are_closed_by_themselves_make_one_closed_value(
    tmp_path: Path, name: str, value: object, wrong: list[str]
) -> None:
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(COMPOSED))
    contract = Contract(file)
    assert [breach.kind for breach in contract.check_sent(name, value)] == wrong
    assert not contract.check_schema(name, contract.example(contract.schema(name)))


def test_only_an_answer_has_what_the_vendor_alone_writes(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(COMPOSED))
    contract = Contract(file)
    assert not contract.check_sent("whole", {"name": "a"})
    assert contract.check_schema("whole", {"name": "a"})


def test_other_documents_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "swagger.json"
    file.write_text(json.dumps({"swagger": "2.0", "paths": {}}))
    with pytest.raises(ValueError, match=r"OpenAPI 3\.0 or 3\.1"):
        Contract(file)


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
