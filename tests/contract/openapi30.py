"""Strict checks against an OpenAPI 3.0 document that composes its schemas.

Vendors close each part of an `allOf` by itself, which read to the letter admits
nothing. Here a body may have what any of its parts defines, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from openapi import Json, OpenApi, _checker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

METHODS = ("get", "post", "put", "patch", "delete")
LIMITS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
COMPOSED = ("allOf", "oneOf", "anyOf")


class _Loader(yaml.CSafeLoader):
    """Dates stay the text they are."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, found) for tag, found in pairs if "timestamp" not in tag]
    for first, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


class OpenApi30(OpenApi):
    """One document in YAML; `mend` takes out what contradicts itself."""

    def __init__(self, path: Path, mend: Callable[[Json], None] | None = None) -> None:
        self.document: Json = yaml.load(path.read_text(), Loader=_Loader)
        if mend:
            mend(self.document["components"]["schemas"])
        for item in self.document["paths"].values():
            shared = item.pop("parameters", [])
            for method in [m for m in METHODS if m in item]:
                self._complete(item[method], shared)
        strict = _close(self.document)
        resource = DRAFT202012.create_resource(strict)
        self._registry = Registry().with_resource("urn:contract", resource)

    def _complete(self, operation: Json, shared: list[Json]) -> None:
        parameters = [*operation.get("parameters", []), *shared]
        operation["parameters"] = [
            {**found, "schema": self.get(found.get("schema", {}))}
            for found in map(self.get, parameters)
        ]
        if "requestBody" in operation:
            operation["requestBody"] = self.get(operation["requestBody"])
        answers = operation["responses"].items()
        operation["responses"] = {str(k): self.get(v) for k, v in answers}

    def get(self, node: Json) -> Json:
        """Return what a reference leads to."""
        while "$ref" in node:
            found: Any = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    def _errors(self, reference: str, value: Any) -> list[str]:
        validator = Draft202012Validator(
            {"$ref": reference, "unevaluatedProperties": False},
            registry=self._registry,
            format_checker=_checker,
        )
        return [f"{e.json_path}: {e.message}" for e in validator.iter_errors(value)]

    def example(self, schema: Json, depth: int = 0) -> Any:
        """Return a value the schema admits, with all its fields filled."""
        schema = self.get(schema)
        if "allOf" in schema:
            return self._compose(schema, depth)
        if "example" in schema and schema.get("type") not in ("object", "array"):
            return schema["example"]
        if schema.get("format") == "double" or schema.get("type") == "number":
            return 2.5
        if schema.get("additionalProperties") is True:
            schema = {**schema, "additionalProperties": False}
        return super().example(schema, depth)

    def _compose(self, schema: Json, depth: int) -> Any:
        parts = [self.example(part, depth + 1) for part in schema["allOf"]]
        own = {key: v for key, v in schema.items() if key not in ("allOf", "oneOf")}
        if "properties" in own:
            parts.append(self.example({**own, "type": "object"}, depth))
        if not all(isinstance(part, dict) for part in parts):
            return parts[0]
        return {key: value for part in parts for key, value in part.items()}


def _close(node: Any, inner: bool = False) -> Any:
    """Return a copy in the words of 2020-12, closed where values are, not parts.

    :param inner: a part of a composition, whose whole is closed instead
    """
    if isinstance(node, list):
        return [_close(part) for part in node]
    if not isinstance(node, dict):
        return node
    made = {
        key: [_close(part, inner=True) for part in value]
        if key in COMPOSED and isinstance(value, list)
        else {k: _close_schema(v) for k, v in value.items()}
        if key == "properties" and isinstance(value, dict)
        else _close_schema(value)
        if key == "items" and isinstance(value, dict)
        else _close(value)
        for key, value in node.items()
    }
    if made.get("additionalProperties") is False:
        del made["additionalProperties"]
    for limit, bound in LIMITS.items():
        if isinstance(made.get(limit), bool) and made.pop(limit):
            made[limit] = made.pop(bound)
    if isinstance(made.get("required"), list):
        read_only = {
            name
            for name, found in (node.get("properties") or {}).items()
            if isinstance(found, dict) and found.get("readOnly")
        }
        made["required"] = [name for name in made["required"] if name not in read_only]
    return _allow_null(made)


def _close_schema(node: Any) -> Any:
    made = _close(node)
    if not isinstance(made, dict) or "anyOf" in made or made.get("items"):
        return made
    is_open = made.get("type") == "object" and not (
        made.get("properties") or any(word in made for word in COMPOSED)
    )
    if is_open or made.get("additionalProperties") is True:
        return made
    return {**made, "unevaluatedProperties": False}


def _allow_null(made: Json) -> Json:
    if made.pop("nullable", None) is not True:
        return made
    if isinstance(made.get("type"), str) and "enum" not in made:
        return {**made, "type": [made["type"], "null"]}
    return {"anyOf": [{**made, "unevaluatedProperties": False}, {"type": "null"}]}
