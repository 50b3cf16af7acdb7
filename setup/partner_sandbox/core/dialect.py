"""What a vendor's dialect must offer to the sandbox."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

from .contract import Contract
from .message import Answer, Request, Violation
from .router import Router
from .world import World

_logger = logging.getLogger(__name__)
ControlCall = Callable[[dict[str, str], dict[str, Any], Request], Any]


class Dialect(ABC):
    """One vendor's API on the shared core, served under ``/<name>/``."""

    name: ClassVar[str]
    contract_file: ClassVar[str | None] = None
    extra_query: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, world: World) -> None:
        self.world = world
        self.contract = self._load_contract()
        self.control: Router[ControlCall] = Router(self.control_routes())

    def _load_contract(self) -> Contract | None:
        if self.contract_file is None:
            return None
        file = self.world.contracts_dir / self.contract_file
        if not file.is_file():
            _logger.warning(
                "%s: no contract at %s; running with the sandbox's own checks only, "
                "contract_violations will be null",
                self.name,
                file,
            )
            return None
        return Contract(file, self.extra_query)

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
