"""A vendor's contract for tests: a request that breaks it fails the test."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from unittest import SkipTest
from urllib.parse import urlsplit

from hub.server import sandbox
from partner_sandbox.contract.contract import Contract, Contracts
from partner_sandbox.core.dialect import Dialect
from partner_sandbox.core.message import Request, Violation

Json = dict[str, Any]
_NONE: frozenset[str] = frozenset()


def contracts_folder() -> Path:
    """The vendors' files; without them the test is skipped, but not in CI."""
    folder = sandbox.contracts_folder()
    if folder:
        return folder
    if os.environ.get("CI"):
        raise AssertionError("no contract files: set CONTRACTS_DIR to their folder")
    raise SkipTest("no contract files: set CONTRACTS_DIR to their folder")


class VendorContract:
    """The documents of one vendor, as its dialect names them.

    :param headers: the vendor's own, which only operations that declare them may get
    """

    def __init__(self, dialect: type[Dialect], headers: frozenset[str] = _NONE) -> None:
        self._whole: Contract | Contracts = dialect.read_contract(contracts_folder())
        self._headers = headers
        self.first: Contract = getattr(self._whole, "parts", [self._whole])[0]

    @property
    def document(self) -> Json:
        """The first document."""
        return self.first.document

    def schema(self, name: str) -> Json:
        """Return a component's schema."""
        return self.first.schema(name)

    def errors(self, name: str, value: Any) -> list[str]:
        """Return what a value that we send has against a component's schema."""
        return _texts(self.first.check_sent(name, value))

    def example(self, schema: Json) -> Any:
        """Return a value the schema admits, with all its fields filled."""
        return self.first.example(schema)

    def named_example(self, name: str) -> Json:
        """Return an example of the first document, by its name."""
        found: Json = self.document["components"]["examples"][name]["value"]
        return found

    def check(self, request: Any, base: str) -> str:
        """Raise AssertionError for a breach; return the operation's id.

        :param request: a prepared request of `requests`
        :param base: what precedes the contract's paths
        """
        parts = urlsplit(request.url)
        path = parts.path.removeprefix(urlsplit(base).path)
        body = request.body or b""
        seen = Request(
            method=request.method,
            path=path,
            query_string=parts.query,
            headers={key.lower(): value for key, value in request.headers.items()},
            body=body if isinstance(body, bytes) else body.encode(),
            base_url=base,
        )
        found = self._whole.router.find(request.method, path)
        assert found, f"the contract has no operation {request.method} {path}"
        operation = found[0].target
        breaches = _texts(self._whole.check_request(seen, path))
        assert not breaches, f"{operation.id}: " + "; ".join(breaches)
        known = {spec["name"].lower() for spec in operation.spec["parameters"]}
        foreign = (self._headers & seen.headers.keys()) - known
        assert not foreign, f"{operation.id} has no header {foreign}"
        return operation.id


def _texts(breaches: list[Violation]) -> list[str]:
    return [f"{breach.where} {breach.pointer}: {breach.message}" for breach in breaches]
