"""Turns a vendor's open schemas into closed ones.

OpenAPI objects admit unknown properties unless told otherwise, and vendors hardly ever
tell. Here a field the contract does not define is a breach, so every object schema with
properties gets ``additionalProperties: false``. One without any says nothing of what
may be in it and stays open.
"""

from __future__ import annotations

from typing import Any

_COMPOSED = ("allOf", "anyOf", "oneOf", "additionalProperties")


def close(node: Any, any_for_one: bool) -> Any:
    """Deep copy with closed objects.

    :param any_for_one: read ``oneOf`` as ``anyOf``. For answers: vendors list a
        variant and its superset, which every real body matches twice (ShipBob:
        ``ProductsProductViewModelV5VariantsItems``).
    """
    if isinstance(node, list):
        return [close(item, any_for_one) for item in node]
    if not isinstance(node, dict):
        return node
    made = {k: close(v, any_for_one) for k, v in node.items()}
    if _is_object(made) and not any(key in made for key in _COMPOSED):
        made["additionalProperties"] = False
        # What is required is defined, if only by its name (UPS: `RequestOption`).
        unnamed = set(made.get("required", ())) - made["properties"].keys()
        made["properties"] |= {name: {} for name in sorted(unnamed)}
    if any_for_one and isinstance(made.get("oneOf"), list):
        made["anyOf"] = made.pop("oneOf")
    return made


def _is_object(node: dict[str, Any]) -> bool:
    kind = node.get("type")
    named = kind == "object" or (isinstance(kind, list) and "object" in kind)
    properties = node.get("properties")
    return named and isinstance(properties, dict) and bool(properties)
