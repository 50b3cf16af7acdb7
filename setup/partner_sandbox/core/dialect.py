"""What a vendor's dialect must offer to the sandbox."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from ..contract.contract import Contract, Contracts
from ..contract.document import Erratum
from .message import Answer, Request, Violation
from .router import Router
from .world import World

_logger = logging.getLogger(__name__)
ControlCall = Callable[[dict[str, str], dict[str, Any], Request], Any]


class Dialect(ABC):
    """One vendor's API on the shared core, served under ``/<name>/``.

    ``contract_file`` is the vendor's one OpenAPI document, or ``contract_files`` are
    its several with what precedes their paths. A document is read when its first
    request comes: reading takes time, and most runs play one vendor or two.
    """

    name: ClassVar[str]
    contract_file: ClassVar[str | None] = None
    contract_files: ClassVar[tuple[tuple[str, str], ...]] = ()
    extra_query: ClassVar[frozenset[str]] = frozenset()
    # File -> (schema, property, keyword) of limits the vendor's own text contradicts.
    errata: ClassVar[dict[str, tuple[Erratum, ...]]] = {}

    def __init__(self, world: World) -> None:
        self.world = world
        self._reading = threading.Lock()
        self._contract: Contract | Contracts | None = None
        self.has_contract = self._find_contract()
        self.control: Router[ControlCall] = Router(self.control_routes())

    @classmethod
    def documents(cls) -> list[tuple[str, str]]:
        """The vendor's files, each with what precedes its paths."""
        single = [(cls.contract_file, "")] if cls.contract_file else []
        return [*single, *cls.contract_files]

    @classmethod
    def read_contract(cls, folder: Path) -> Contract | Contracts:
        """The vendor's documents as one contract."""
        parts = [
            Contract(
                folder / file,
                cls.extra_query,
                prefix,
                cls.errata.get(file, ()),
                cls.correct_schemas,
            )
            for file, prefix in cls.documents()
        ]
        return parts[0] if len(parts) == 1 else Contracts(parts)

    @staticmethod  # noqa: B027 - most have nothing to correct
    def correct_schemas(schemas: dict[str, Any]) -> None:
        """Change component schemas that contradict themselves, beyond ``errata``."""

    def _find_contract(self) -> bool:
        files = [self.world.contracts_dir / file for file, _ in self.documents()]
        missing = [file for file in files if not file.is_file()]
        if missing:
            _logger.warning(
                "%s: no contract at %s; running with the sandbox's own checks only, "
                "contract_violations will be null",
                self.name,
                missing[0],
            )
        return bool(files) and not missing

    @property
    def contract(self) -> Contract | Contracts | None:
        """The vendor's contract, read at the first use."""
        if not self.has_contract:
            return None
        with self._reading:
            if self._contract is None:
                self._contract = self.read_contract(self.world.contracts_dir)
            return self._contract

    def check(self, request: Request, path: str) -> list[Violation] | None:
        """Breaches of the vendor's contract; None where there is none to check."""
        return self.contract.check_request(request, path) if self.contract else None

    @abstractmethod
    def serve(self, request: Request, path: str, breaches: list[Violation]) -> Answer:
        """Answer a request as the vendor would. ``path`` is without the prefix."""

    @abstractmethod
    def reference_of(self, request: Request, path: str) -> str | None:
        """The client's own order reference that a request is about."""

    @abstractmethod
    def failure(self, status: int, message: str) -> Answer:
        """The vendor's shape of an error (rules, rate limit, authentication)."""

    @abstractmethod
    def control_routes(self) -> list[tuple[str, str, ControlCall]]:
        """Routes under ``/_sandbox/<name>``: method, template, call."""

    def settings_changed(self) -> None:  # noqa: B027 - most have nothing to do
        """Called after ``POST /_sandbox/settings``."""

    @abstractmethod
    def reset(self) -> None:
        """Empty books."""
