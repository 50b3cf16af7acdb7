"""ShipEngine's OpenAPI 3.0, with its compositions put together.

The document closes each part of an ``allOf`` by itself, which nothing can satisfy; here
the parts become one schema. What it requires against its own sense is taken out.
"""

from __future__ import annotations

from typing import Any

from ...core.contract import Contract

Json = dict[str, Any]


class ShipEngineContract(Contract):
    """The one document."""

    def prepare(self, document: Json) -> Json:
        """Every schema as one object, and answers' own fields not required."""
        schemas = document["components"]["schemas"]
        _mend(schemas)
        return {key: _compose(value, schemas) for key, value in document.items()}


def _mend(schemas: Json) -> None:
    """A question for rates needs one of two things, and no service chosen before."""
    rates = schemas["calculate_rates_request_body"]
    rates["properties"] |= {
        **schemas["rate_request_options"]["properties"],
        **schemas["shipment_id_request"]["properties"],
        **schemas["rate_shipment_request"]["properties"],
    }
    for key in ("oneOf", "allOf", "required"):
        rates.pop(key)
    rates["anyOf"] = [{"required": ["shipment_id"]}, {"required": ["shipment"]}]
    schemas["address_validating_shipment"]["required"] = ["ship_to", "ship_from"]


def _compose(node: Any, schemas: Json) -> Any:
    if isinstance(node, list):
        return [_compose(item, schemas) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("allOf"), list):
        node = _merge(node, schemas)
    made = {key: _compose(value, schemas) for key, value in node.items()}
    properties, required = made.get("properties"), made.get("required")
    if isinstance(properties, dict) and isinstance(required, list):
        made["required"] = [
            name for name in required if not _is_read_only(properties.get(name))
        ]
    return made


def _is_read_only(schema: Any) -> bool:
    return isinstance(schema, dict) and bool(schema.get("readOnly"))


def _merge(node: Json, schemas: Json) -> Json:
    """One schema of all the parts, their references followed."""
    own = {k: v for k, v in node.items() if k not in ("allOf", "nullable")}
    parts = [_resolve(part, schemas) for part in node["allOf"]]
    objects = [part for part in [*parts, own] if "properties" in part]
    if not objects:
        made = {**own, **(parts[0] if parts else {})}
        return _nullable(made) if node.get("nullable") else made
    properties = {k: v for part in objects for k, v in part["properties"].items()}
    required = [n for part in [*parts, own] for n in part.get("required", [])]
    is_open = any(part.get("additionalProperties") is True for part in objects)
    made = {
        "type": ["object", "null"] if node.get("nullable") else "object",
        "properties": properties,
        # Some answers require names that nothing defines (pickups: `notes`).
        "required": sorted(properties.keys() & set(required)),
        "additionalProperties": is_open,
    }
    if own.get("readOnly"):
        made["readOnly"] = True
    return made


def _resolve(part: Json, schemas: Json) -> Json:
    while "$ref" in part:
        part = schemas[part["$ref"].rpartition("/")[2]]
    return _merge(part, schemas) if isinstance(part.get("allOf"), list) else part


def _nullable(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}
