"""Checks requests and answers against a vendor's OpenAPI documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from ..core.message import Answer, Request, Violation
from ..core.router import Router
from . import document, formats
from .decimals import DecimalValidator
from .example import Example
from .strict import Closer

# How JSON Schema says that a field is not defined.
_UNKNOWN = ("additionalProperties", "unevaluatedProperties")
_URIS = {"request": "urn:contract:request", "response": "urn:contract:response"}


class Operation:
    """One operation of the document, with the JSON pointer that leads to it."""

    def __init__(self, template: str, method: str, spec: dict[str, Any]) -> None:
        self.spec = spec
        self.id = str(spec.get("operationId") or f"{method} {template}")
        self.pointer = (
            f"#/paths/{template.replace('~', '~0').replace('/', '~1')}/{method}"
        )

    @property
    def pages(self) -> bool:
        """Takes a page of a list: its own ``next`` link may carry a cursor."""
        return self.id.startswith(("get-", "query-", "search-"))


class Contract:
    """A loaded document. Pure and thread safe once built.

    ``extra_query`` names parameters the vendor itself puts in the links it answers
    (ShipBob's ``next`` carries a cursor that the operation does not declare).
    ``prefix`` precedes every path, as the document's servers say.
    """

    def __init__(
        self,
        file: Path,
        extra_query: frozenset[str] = frozenset(),
        prefix: str = "",
        errata: tuple[document.Erratum, ...] = (),
        correct: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:
        self.document = document.load(file, errata, correct)
        self.extra_query = extra_query
        self._registry: Registry[Any] = Registry().with_resources(
            (
                uri,
                DRAFT202012.create_resource(
                    Closer(answers=side == "response").document(self.document)
                ),
            )
            for side, uri in _URIS.items()
        )
        self.router: Router[Operation] = Router(
            (
                method.upper(),
                prefix + template,
                Operation(template, method, item[method]),
            )
            for template, item in self.document["paths"].items()
            for method in document.METHODS
            if method in item
        )

    def check_request(self, request: Request, path: str) -> list[Violation]:
        """Every breach in a request; ``path`` is without the sandbox's own prefix."""
        found = self.router.find(request.method, path)
        if not found:
            text = f"the contract has no operation {request.method} {path}"
            return [Violation("path", path, text)]
        route, arguments = found
        checks = self._parameters(route.target, request, arguments)
        return checks + self._body(route.target, request)

    def check_answer(self, method: str, path: str, answer: Answer) -> list[Violation]:
        """Every breach in an answer the sandbox (or a vendor) gave."""
        found = self.router.find(method, path)
        if not found:
            return [Violation("path", path, "no such operation")]
        operation = found[0].target
        spec = operation.spec["responses"].get(str(answer.status))
        if spec is None:
            text = f"{operation.id} documents no status {answer.status}"
            return [Violation("status", str(answer.status), text)]
        if answer.status == 204 or "application/json" not in spec.get("content", {}):
            return []
        pointer = f"{operation.pointer}/responses/{answer.status}"
        return self._schema(
            "response",
            f"{pointer}/content/application~1json/schema",
            answer.json,
            "body",
        )

    def check_schema(self, name: str, value: Any) -> list[Violation]:
        """Check a value against ``components/schemas/<name>``, as an answer."""
        return self._schema("response", f"#/components/closed/{name}", value, "body")

    def check_sent(self, name: str, value: Any) -> list[Violation]:
        """Check a value against ``components/schemas/<name>``, as a request."""
        return self._schema("request", f"#/components/closed/{name}", value, "body")

    def schema(self, name: str) -> dict[str, Any]:
        """``components/schemas/<name>`` as the vendor wrote it. Raises KeyError."""
        found: dict[str, Any] = self.document["components"]["schemas"][name]
        return found

    def example(self, schema: dict[str, Any]) -> Any:
        """A value that a schema of this document admits, with all its fields."""
        return Example(partial(document.target, self.document)).of(schema)

    def _parameters(
        self, operation: Operation, request: Request, arguments: dict[str, str]
    ) -> list[Violation]:
        found: list[Violation] = []
        given = defaultdict(list)
        for name, value in request.query:
            given[name].append(value)
        for index, spec in enumerate(operation.spec.get("parameters", [])):
            place, name = spec["in"], spec["name"]
            values = (
                {
                    "query": given.pop(name, []),
                    "header": [
                        request.headers[k]
                        for k in [name.lower()]
                        if k in request.headers
                    ],
                    "path": [arguments[name]] if name in arguments else [],
                }[place]
                if place in ("query", "header", "path")
                else []
            )
            pointer = f"{operation.pointer}/parameters/{index}/schema"
            found += self._parameter(spec, values, pointer)
        extra = self.extra_query if operation.pages else frozenset()
        unknown = [name for name in given if name.lower() not in extra]
        return found + [
            Violation("query", n, f"{operation.id} has no parameter {n!r}", "unknown")
            for n in unknown
        ]

    def _parameter(
        self, spec: dict[str, Any], values: list[str], pointer: str
    ) -> list[Violation]:
        place, name = spec["in"], spec["name"]
        if not values:
            missing = Violation(place, name, f"required {place} {name!r} is missing")
            return [missing] if spec.get("required") else []
        if len(values) > 1 and not _is_list(spec):
            return [Violation(place, name, f"{place} {name!r} is given twice")]
        value = _parameter_value(spec, values)
        return self._schema("request", pointer, value, place, name)

    def _body(self, operation: Operation, request: Request) -> list[Violation]:
        spec = operation.spec.get("requestBody")
        if spec is None:
            text = f"{operation.id} takes no body"
            return [Violation("body", "", text, "unknown")] if request.body else []
        if not request.body:
            missing = Violation("body", "", f"{operation.id} needs a body")
            return [missing] if spec.get("required") else []
        kind = request.headers.get("content-type", "").split(";")[0].strip()
        if kind not in spec["content"]:
            return [Violation("header", "Content-Type", f"{kind!r} is not accepted")]
        try:
            value = (
                dict(parse_qsl(request.body.decode(), keep_blank_values=True))
                if kind == "application/x-www-form-urlencoded"
                else request.json
            )
        except ValueError as error:
            return [Violation("body", "", f"not JSON: {error}")]
        place = kind.replace("/", "~1")
        pointer = f"{operation.pointer}/requestBody/content/{place}/schema"
        return self._schema("request", pointer, value, "body")

    def _schema(
        self, side: str, pointer: str, value: Any, place: str, name: str = ""
    ) -> list[Violation]:
        leaves = [
            leaf
            for error in self._validator(side, pointer).iter_errors(value)
            for leaf in _leaves(error)
        ]
        return [_violation(leaf, place, name) for leaf in _causes(leaves)]

    @lru_cache(maxsize=2048)  # noqa: B019 - a contract lives as long as the process
    def _validator(self, side: str, pointer: str) -> Any:
        schema = {"$ref": _URIS[side] + pointer}
        return DecimalValidator(
            schema, registry=self._registry, format_checker=formats.checker
        )


class Contracts:
    """Several documents of one vendor, read as one contract."""

    def __init__(self, parts: list[Contract]) -> None:
        self.parts = parts
        self.router: Router[Operation] = Router(
            (r.method, r.template, r.target) for p in parts for r in p.router.routes
        )

    def _part(self, method: str, path: str) -> Contract:
        known = (p for p in self.parts if p.router.find(method, path))
        return next(known, self.parts[0])

    def check_request(self, request: Request, path: str) -> list[Violation]:
        """See :meth:`Contract.check_request`."""
        return self._part(request.method, path).check_request(request, path)

    def check_answer(self, method: str, path: str, answer: Answer) -> list[Violation]:
        """See :meth:`Contract.check_answer`."""
        return self._part(method, path).check_answer(method, path, answer)


def _is_list(spec: dict[str, Any]) -> bool:
    return bool(spec.get("schema", {}).get("type") == "array")


def _parameter_value(spec: dict[str, Any], values: list[str]) -> Any:
    """A parameter as its schema types it; a list is repeated or joined by commas."""
    schema = spec.get("schema", {})
    if not _is_list(spec):
        return _typed(values[0], schema.get("type"))
    kind = schema.get("items", {}).get("type")
    joined = values[0].split(",") if len(values) == 1 else values
    return [_typed(value, kind) for value in joined]


def _typed(text: str, kind: str | list[str] | None) -> Any:
    """Read a parameter's text as its declared type, else leave it as it is."""
    kinds = [kind] if isinstance(kind, str) else kind or []
    if "integer" in kinds and text.lstrip("-").isdigit():
        return int(text)
    if "boolean" in kinds and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if "number" in kinds:
        try:
            return float(text)
        except ValueError:
            return text
    return text


def _leaves(error: ValidationError) -> list[ValidationError]:
    """The errors of the alternative that came nearest, for a readable message."""
    if error.validator not in ("oneOf", "anyOf") or not error.context:
        return [error]
    branches: dict[Any, list[ValidationError]] = defaultdict(list)
    for inner in error.context:
        branches[inner.schema_path[0]] += _leaves(inner)
    return min(
        branches.values(),
        key=lambda found: (
            sum(e.validator not in _UNKNOWN for e in found),
            len(found),
        ),
    )


def _causes(errors: list[ValidationError]) -> list[ValidationError]:
    """Without the fields that count as undefined because their own part is wrong."""
    return [
        error
        for error in errors
        if error.validator != "unevaluatedProperties"
        or not any(_is_cause(other, error) for other in errors)
    ]


def _is_cause(other: ValidationError, error: ValidationError) -> bool:
    place, above = list(other.absolute_path), list(error.absolute_path)
    if place == above:
        return other.validator not in _UNKNOWN
    return place[: len(above)] == above


def _violation(error: ValidationError, place: str, name: str) -> Violation:
    path = name or "/" + "/".join(str(part) for part in error.absolute_path)
    unknown = error.validator in _UNKNOWN
    return Violation(
        place, path, error.message[:400], "unknown" if unknown else "invalid"
    )
