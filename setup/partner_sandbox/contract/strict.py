"""Turns a vendor's open schemas into closed ones.

OpenAPI objects admit unknown properties unless the document says otherwise, and vendors
hardly ever say it. Here a field the contract does not define is a breach. Vendors also
close each part of an ``allOf`` automatically, which to the letter admits nothing: here
a value may have what any of its parts defines, and nothing else.

So each component has two forms: ``components/schemas`` is open, for where it is a part
of a composition, and ``components/closed`` is closed, for where it is a whole value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
_OPEN, _CLOSED = "#/components/schemas/", "#/components/closed/"
_ONE_OF, _PARTS = ("oneOf", "anyOf"), ("oneOf", "anyOf", "allOf")
_LISTS = (*_PARTS, "prefixItems")
_MAPS = ("properties", "patternProperties", "$defs")
_VALUES = ("items", "additionalProperties", "contains")


class Closer:
    """Copies schemas.

    :param answers: read them for answers instead of requests. Then ``oneOf`` is read
        as ``anyOf``: vendors list a variant and its superset, which every real body
        matches twice (ShipBob: ``ProductsProductViewModelV5VariantsItems``).
    """

    def __init__(self, answers: bool) -> None:
        self.answers = answers
        # What the other side alone sends is not required of this one.
        self.foreign = "writeOnly" if answers else "readOnly"

    def document(self, document: Json) -> Json:
        """A copy whose operations' schemas are closed and whose components are both."""
        made: Json = {"paths": self._operations(document["paths"])}
        schemas = document.get("components", {}).get("schemas", {})
        made["components"] = {
            "schemas": {name: self.part(schema) for name, schema in schemas.items()},
            "closed": {name: self.value(schema) for name, schema in schemas.items()},
        }
        return made

    def _operations(self, node: Any) -> Any:
        """A copy in which every ``schema`` is that of a whole value."""
        if isinstance(node, list):
            return [self._operations(item) for item in node]
        if not isinstance(node, dict):
            return node
        return {
            key: self.value(item) if key == "schema" else self._operations(item)
            for key, item in node.items()
        }

    def value(self, schema: Any) -> Any:
        """The schema of a whole value: nothing else may be in it."""
        if not isinstance(schema, dict):
            return schema
        if str(schema.get("$ref", "")).startswith(_OPEN):
            return {**schema, "$ref": _CLOSED + schema["$ref"].removeprefix(_OPEN)}
        union = any(word in schema for word in _ONE_OF)
        if union and "allOf" not in schema and not schema.get("properties"):
            return self._copy(schema, self.value)
        if any(word in schema for word in _PARTS):
            return {**self.part(schema), "unevaluatedProperties": False}
        made = self._copy(schema, self.part)
        if _is_object(made) and made.get("properties"):
            made.setdefault("additionalProperties", False)
            # What is required is defined, if only by its name (UPS: `RequestOption`).
            unnamed = set(made.get("required", ())) - made["properties"].keys()
            made["properties"] |= {name: {} for name in sorted(unnamed)}
        return made

    def part(self, schema: Any) -> Any:
        """The schema of a part: other parts may define more."""
        if not isinstance(schema, dict):
            return schema
        made = self._copy(schema, self.part)
        if made.get("additionalProperties") is False:
            del made["additionalProperties"]
        return made

    def _copy(self, schema: Json, inner: Callable[[Any], Any]) -> Json:
        """A copy; ``inner`` copies the schemas of the same value."""
        made: Json = {}
        for key, item in schema.items():
            if key in _LISTS and isinstance(item, list):
                copied: Any = [inner(each) for each in item]
                name = "anyOf" if key == "oneOf" and self.answers else key
                made[name] = made.get(name, []) + copied
            elif key in _MAPS and isinstance(item, dict):
                made[key] = {name: self.value(each) for name, each in item.items()}
            elif key in _VALUES:
                made[key] = self.value(item)
            else:
                made[key] = item
        if isinstance(made.get("required"), list):
            made["required"] = [
                name
                for name in made["required"]
                if not _is(made.get("properties", {}).get(name), self.foreign)
            ]
        return made


def _is(schema: Any, flag: str) -> bool:
    return isinstance(schema, dict) and schema.get(flag) is True


def _is_object(schema: Json) -> bool:
    kind = schema.get("type")
    return kind == "object" or (isinstance(kind, list) and "object" in kind)
