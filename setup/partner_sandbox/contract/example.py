"""Fills a schema: a value with all its fields, as a vendor's answer might have them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
FORMATS = {
    "date-time": "2026-03-01T10:00:00Z",
    "email": "ada@example.com",
    "uri": "https://example.com/",
}
# Deeper, optional objects stay empty: schemas may contain themselves.
_DEEPEST = 40


class Example:
    """``resolve`` returns what a schema's reference leads to."""

    def __init__(self, resolve: Callable[[Json], Json]) -> None:
        self.resolve = resolve

    def of(self, schema: Json, depth: int = 0) -> Any:
        """A value that the schema admits."""
        schema = self.resolve(schema)
        if "allOf" in schema:
            return self._composed(schema, depth)
        for word in ("oneOf", "anyOf"):
            if word in schema:
                return self.of(schema[word][0], depth + 1)
        kind = schema.get("type")
        kind = next(k for k in kind if k != "null") if isinstance(kind, list) else kind
        if "example" in schema and kind not in ("object", "array"):
            return schema["example"]
        if "enum" in schema:
            return schema["enum"][0]
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return [self.of(schema["items"], depth + 1)]
        if kind == "string":
            return FORMATS.get(schema.get("format", ""), "text")
        return {"integer": 3, "number": 2.5, "boolean": True}.get(kind or "", "any")

    def _object(self, schema: Json, depth: int) -> Json:
        fields = schema.get("properties", {}) if depth < _DEEPEST else {}
        free = schema.get("additionalProperties")
        named = {"field": self.of(free, depth + 1)} if isinstance(free, dict) else {}
        return named | {k: self.of(v, depth + 1) for k, v in fields.items()}

    def _composed(self, schema: Json, depth: int) -> Any:
        own = {k: v for k, v in schema.items() if k not in ("allOf", "oneOf", "anyOf")}
        parts = [self.of(part, depth + 1) for part in schema["allOf"]]
        if "properties" in own:
            parts.append(self.of({**own, "type": "object"}, depth))
        if not all(isinstance(part, dict) for part in parts):
            return parts[0]
        return {key: value for part in parts for key, value in part.items()}
