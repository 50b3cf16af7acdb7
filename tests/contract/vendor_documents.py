"""Strict checks of requests against vendors' OpenAPI files in YAML, several per vendor.

Written apart from the sandbox's checker: two readers of one contract.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

Json = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
# Limits that contradict their own descriptions: (schema, property, keyword).
UPS_MENDED = (
    ("LabelRecovery_LabelSpecification_LabelImageFormat", "Code", "minLength"),
    ("PickupCreationRequest_PickupDateInfo", "PickupDate", "maxLength"),
    ("LocatorRequest_Request", "RequestAction", "minLength"),
)
# Required and not admitted: the number stands in the path.
DHL_MENDED = (
    (
        "supermodelIoLogisticsExpressImageUploadRequest",
        "shipmentTrackingNumber",
        "required",
    ),
)
UPS_FILES = {
    "Rating": "/api",
    "Shipping": "/api",
    "Tracking": "/api",
    "UPSTrackAlert": "/api/track/v2",
    "Pickup": "/api",
    "AddressValidation": "/api",
    "Locator": "/api",
    "Paperless": "/api",
}


class _Loader(yaml.CSafeLoader):
    """Dates stay the text they are."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, found) for tag, found in pairs if "timestamp" not in tag]
    for first, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


class Operation:
    """One operation of a document and what validates its body."""

    def __init__(
        self, document: Json, registry: Registry, path: str, method: str
    ) -> None:
        self.document = document
        self.registry = registry
        self.path = path
        self.spec = document["paths"][path][method]
        self.name = str(self.spec["operationId"])
        self.pointer = f"#/paths/{path.replace('/', '~1')}/{method}"

    def get(self, node: Json) -> Json:
        """Return what a reference leads to."""
        while "$ref" in node:
            found: Any = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/")]
            node = found
        return node

    def check(self, request: Any) -> None:
        """Raise AssertionError for a breach of parameters or body."""
        query = parse_qs(urlsplit(request.url).query, keep_blank_values=True)
        known = set()
        for parameter in map(self.get, self.spec.get("parameters", [])):
            name, place = parameter["name"], parameter["in"]
            if place == "query":
                known.add(name)
                self._check_values(parameter, query.get(name, []))
            elif place == "header":
                value = request.headers.get(name)
                self._check_values(parameter, [value] if value is not None else [])
        assert query.keys() <= known, f"{self.name} has no {query.keys() - known}"
        self._check_body(request)

    def _check_values(self, parameter: Json, values: list[str]) -> None:
        name, schema = parameter["name"], self.get(parameter.get("schema", {}))
        if parameter.get("required"):
            assert values, f"{self.name} needs {name}"
        for value in values:
            allowed = [str(v).lower() for v in schema.get("enum", ())]
            assert not allowed or value.lower() in allowed, f"{name}={value}"
            assert len(value) >= schema.get("minLength", 0), f"{name}={value}"
            assert len(value) <= schema.get("maxLength", 10**6), f"{name}={value}"

    def _check_body(self, request: Any) -> None:
        content = self.get(self.spec.get("requestBody", {})).get("content")
        if content is None:
            assert not request.body, f"{self.name} takes no body"
            return
        assert request.headers["Content-Type"] == "application/json"
        reference = content["application/json"]["schema"].get(
            "$ref", f"{self.pointer}/requestBody/content/application~1json/schema"
        )
        validator = Draft202012Validator(
            {"$ref": f"urn:document{reference}"}, registry=self.registry
        )
        value = yaml.safe_load(request.body)
        found = [f"{e.json_path}: {e.message}" for e in validator.iter_errors(value)]
        assert not found, f"{self.name}: " + "; ".join(found)


class Documents:
    """The documents of one vendor: `check` answers the operation's id."""

    def __init__(self, files: dict[Path, str], mended: tuple = ()) -> None:
        self.operations: list[tuple[str, re.Pattern, Operation]] = []
        for file, prefix in files.items():
            document = yaml.load(file.read_text(), Loader=_Loader)
            for schema, name, keyword in mended:
                known = document.get("components", {}).get("schemas", {})
                if schema in known and keyword == "required":
                    known[schema]["required"].remove(name)
                elif schema in known:
                    del known[schema]["properties"][name][keyword]
            self._read(document, prefix)

    def _read(self, document: Json, prefix: str) -> None:
        resource = DRAFT202012.create_resource(_strict(document))
        registry = Registry().with_resource("urn:document", resource)
        for path, item in document["paths"].items():
            for method in METHODS:
                if method in item and not item[method].get("deprecated"):
                    operation = Operation(document, registry, path, method)
                    pattern = re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(prefix + path))
                    self.operations.append((method, re.compile(pattern), operation))
        self.operations.sort(key=lambda found: found[2].path.count("{"))

    def check(self, request: Any, base: str) -> str:
        """Raise AssertionError for a breach; return the operation's id."""
        path = urlsplit(request.url).path.removeprefix(urlsplit(base).path)
        for method, pattern, operation in self.operations:
            if method == request.method.lower() and pattern.fullmatch(path):
                operation.check(request)
                return operation.name
        raise AssertionError(f"no operation {request.method} {path}")

    def example(self, name: str) -> Json:
        """Return an example of the first document, by its name."""
        document = self.operations[0][2].document
        found: Json = document["components"]["examples"][name]["value"]
        return found


def _strict(node: Any) -> Any:
    """Return a copy whose objects admit only what they define or require."""
    if isinstance(node, list):
        return [_strict(part) for part in node]
    if not isinstance(node, dict):
        return node
    made = {key: _strict(value) for key, value in node.items()}
    fields = made.get("properties")
    composed = {"allOf", "oneOf", "anyOf"} & made.keys()
    closed = "additionalProperties" in made or composed
    if made.get("type") == "object" and isinstance(fields, dict) and not closed:
        fields |= {name: {} for name in made.get("required", ()) if name not in fields}
        made["additionalProperties"] = False
    return made


def ups(contracts: Path) -> Documents:
    """UPS's documents, without what contradicts itself."""
    files = {
        contracts / "ups" / f"{name}.yaml": prefix for name, prefix in UPS_FILES.items()
    }
    return Documents(files, UPS_MENDED)


def dhl_express(contracts: Path) -> Documents:
    """MyDHL's document."""
    folder = contracts / "dhl_express_mydhl"
    file = folder / "dpdhl-express-api-3.1.1_swagger.yaml"
    return Documents({file: ""}, DHL_MENDED)
