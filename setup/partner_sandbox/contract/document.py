"""Reads a vendor's OpenAPI 3.0 or 3.1 document, JSON or YAML, into one plain form."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML whose dates stay text, as in JSON."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regex) for tag, regex in found if not tag.endswith(":timestamp")]
    for first, found in _Loader.yaml_implicit_resolvers.items()
}


Erratum = tuple[str, str, str]


def load(
    file: Path,
    errata: tuple[Erratum, ...] = (),
    correct: Callable[[Json], None] | None = None,
) -> Json:
    """The document with operations' references resolved and 3.0's words made 3.1's.

    ``errata``: (schema, property, keyword) of limits that contradict the document's own
    descriptions; they are dropped. ``required`` drops a property that is required and
    not admitted. Raises KeyError or ValueError for one that is not there,
    and ValueError for a document of another version.
    ``correct`` changes the component schemas where more than a limit is wrong.

    Operations marked as deprecated are left out: vendors keep them beside their
    successors on paths that cannot be distinguished (UPS).
    """
    text = file.read_text()
    document: Json
    if file.suffix == ".json":
        document = json.loads(text)
    else:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    if not str(document.get("openapi")).startswith(("3.0", "3.1")):
        raise ValueError(f"{file}: not a document of OpenAPI 3.0 or 3.1")
    for schema, name, keyword in errata:
        found = document["components"]["schemas"][schema]
        if keyword == "required":
            found["required"].remove(name)
        else:
            del found["properties"][name][keyword]
    if correct:
        correct(document["components"]["schemas"])
    for item in document["paths"].values():
        shared = item.pop("parameters", [])
        for method in [m for m in METHODS if m in item]:
            if item[method].get("deprecated"):
                del item[method]
                continue
            _resolve(document, item[method], shared)
    if str(document.get("openapi", "")).startswith("3.0"):
        _modernise(document)
    return document


def _resolve(document: Json, operation: Json, shared: list[Json]) -> None:
    """References of an operation's own parts, one level deep."""
    parameters = [*operation.get("parameters", []), *shared]
    operation["parameters"] = [target(document, p) for p in parameters]
    if "requestBody" in operation:
        operation["requestBody"] = target(document, operation["requestBody"])
    responses = operation.get("responses", {})
    operation["responses"] = {
        str(status): target(document, answer) for status, answer in responses.items()
    }


def target(document: Json, node: Json) -> Json:
    """What a reference leads to; a node that is none is its own target."""
    while "$ref" in node:
        found: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


def _modernise(node: Any) -> None:
    """``nullable`` and the boolean limits of 3.0 as JSON Schema 2020-12 says them."""
    if isinstance(node, list):
        for item in node:
            _modernise(item)
    if not isinstance(node, dict):
        return
    for limit, bound in (
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ):
        if node.get(limit) is True and bound in node:
            node[limit] = node.pop(bound)
        elif isinstance(node.get(limit), bool):
            del node[limit]
    for value in node.values():
        _modernise(value)
    if node.get("nullable") is True:
        del node["nullable"]
        _admit_null(node)


def _admit_null(node: Json) -> None:
    """In place: a kind more, or an alternative where kinds do not say it all."""
    if isinstance(node.get("type"), str) and "enum" not in node:
        node["type"] = [node["type"], "null"]
        return
    schema = dict(node)
    node.clear()
    node["anyOf"] = [schema, {"type": "null"}]
