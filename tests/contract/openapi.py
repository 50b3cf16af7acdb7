"""Strict checks of requests against an OpenAPI 3.1 document, and its examples.

Written apart from the sandbox's checker: two readers of one contract.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

Json = dict[str, Any]
FORMATS = {
    "date-time": "2026-03-01T10:00:00Z",
    "email": "ada@example.com",
    "uri": "https://example.com/",
}
# RFC 3339, section 5.6: the offset is not optional.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_checker = FormatChecker(())
_checker.checks("date-time")(lambda v: not isinstance(v, str) or _MOMENT.fullmatch(v))
_checker.checks("email")(lambda v: not isinstance(v, str) or "@" in v)


class OpenApi:
    """One document: its operations, its schemas, what they admit."""

    def __init__(self, path: Path) -> None:
        self.document: Json = json.loads(path.read_text())
        closed = copy.deepcopy(self.document)
        for schema in _objects(closed["components"]["schemas"]):
            schema.setdefault("additionalProperties", False)
        resource = DRAFT202012.create_resource(closed)
        self._registry = Registry().with_resource("urn:contract", resource)

    def schema(self, name: str) -> Json:
        """Return a component's schema."""
        return self.document["components"]["schemas"][name]

    def errors(self, name: str, value: Any) -> list[str]:
        """Return what a value has against a component's schema, read strictly."""
        return self._errors(f"urn:contract#/components/schemas/{name}", value)

    def _errors(self, reference: str, value: Any) -> list[str]:
        validator = Draft202012Validator(
            {"$ref": reference},
            registry=self._registry,
            format_checker=_checker,
        )
        found = validator.iter_errors(json.loads(json.dumps(value)))
        return [f"{error.json_path}: {error.message}" for error in found]

    def find(self, method: str, path: str) -> tuple[str, Json]:
        """Return the operation id and its description."""
        items = self.document["paths"].items()
        # "Concrete definitions are matched before templated" (OpenAPI, Paths Object).
        for template, item in sorted(items, key=lambda item: "{" in item[0]):
            pattern = re.sub(r"\\{\w+\\}", r"[^/:]+", re.escape(template))
            if method.lower() in item and re.fullmatch(pattern, path):
                operation = item[method.lower()]
                return operation["operationId"], operation
        raise AssertionError(f"the contract has no operation {method} {path}")

    def check(self, method: str, url: str, headers: Any, body: bytes | None) -> str:
        """Raise AssertionError for a breach; return the operation's id."""
        parts = urlsplit(url)
        name, operation = self.find(method, parts.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        for parameter in operation.get("parameters", []):
            place, key = parameter["in"], parameter["name"]
            value = {"query": query, "header": headers}.get(place, {}).get(key)
            if parameter.get("required") and place != "path":
                assert value, f"{name} needs the {place} parameter {key}"
            if value is not None:
                _check_parameter(name, parameter, value)
        known = {p["name"] for p in operation.get("parameters", [])}
        assert query.keys() <= known, f"{name} has no parameters {query.keys() - known}"
        assert ("shipbob_channel_id" not in headers) or "shipbob_channel_id" in known
        content = operation.get("requestBody", {}).get("content")
        if content is None:
            assert not body, f"{name} takes no body"
            return name
        assert headers["Content-Type"] == "application/json"
        reference = content["application/json"]["schema"]["$ref"]
        found = self._errors(f"urn:contract{reference}", json.loads(body or b"null"))
        assert not found, f"{name}: " + "; ".join(found)
        return name

    def example(self, schema: Json, depth: int = 0) -> Any:
        """Return a value the schema admits, with all its fields filled."""
        if "$ref" in schema:
            return self.example(self.schema(schema["$ref"].split("/")[-1]), depth + 1)
        for word in ("oneOf", "anyOf"):
            if word in schema:
                return self.example(schema[word][0], depth + 1)
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type")
        kind = next(k for k in kind if k != "null") if isinstance(kind, list) else kind
        if kind == "object":
            fields = schema.get("properties", {}) if depth < 40 else {}
            free = schema.get("additionalProperties")
            named = {"field": self.example(free, depth + 1)} if free else {}
            return named | {k: self.example(v, depth + 1) for k, v in fields.items()}
        if kind == "array":
            return [self.example(schema["items"], depth + 1)]
        if kind == "string":
            return FORMATS.get(schema.get("format", ""), "text")
        return {"integer": 3, "number": 2.5, "boolean": True}.get(kind or "", "any")


def _check_parameter(operation: str, parameter: Json, value: str) -> None:
    kind, wanted = parameter["schema"].get("type"), parameter["schema"].get("format")
    name = f"{operation}: {parameter['name']}={value!r}"
    if kind == "integer" or wanted in ("int32", "int64"):
        assert re.fullmatch(r"-?\d+", value), f"{name} is no integer"
    if kind == "boolean":
        assert value in ("true", "false"), f"{name} is no boolean"
    if wanted == "date-time":
        assert _MOMENT.fullmatch(value), f"{name} is no date-time"


def _objects(node: Any) -> Iterator[Json]:
    """Yield the object schemas that list their properties."""
    if isinstance(node, dict):
        if node.get("type") == "object" and "properties" in node:
            yield node
        for value in node.values():
            yield from _objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from _objects(value)
