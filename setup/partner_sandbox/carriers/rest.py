"""Carriers with a REST API: groups of operations behind one router."""

from __future__ import annotations

import base64
import binascii
from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar, Generic, TypeVar

from ..core.message import Answer, Refusal, Request, Violation
from ..core.router import Router
from ..core.world import World
from .dialect import CarrierDialect

Operation = Callable[[Request, dict[str, str]], Answer]
Routes = list[tuple[str, str, Operation]]
D = TypeVar("D", bound="RestDialect")


class Group(Generic[D]):
    """Operations over one carrier's books, called under the world's lock."""

    def __init__(self, dialect: D) -> None:
        self.dialect = dialect
        self.world = dialect.world
        self.books = dialect.books

    def routes(self) -> Routes:
        """Method, template, operation."""
        raise NotImplementedError


class RestDialect(CarrierDialect):
    """Authenticate, refuse what breaks the contract, call the operation."""

    groups: ClassVar[tuple[type[Group], ...]]

    def begin(self, world: World) -> None:
        """Empty books, and the operations over them."""
        super().begin(world)
        self.world = world
        self.router: Router[Operation] = Router(
            route for group in self.groups for route in group(self).routes()
        )

    def serve(self, request: Request, path: str, breaches: list[Violation]) -> Answer:
        """See the class."""
        found = self.router.find(request.method, path)
        try:
            self.authenticate(request)
            if found is None:
                return self._unserved(request, path)
            # Undefined extras are only written down: a vendor ignores them.
            if any(breach.kind == "invalid" for breach in breaches):
                breaches.sort(key=lambda breach: breach.kind != "invalid")
                raise self.breached(breaches)
            route, arguments = found
            with self.world.lock:
                return route.target(request, arguments)
        except Refusal as refused:
            return refused.answer

    @abstractmethod
    def authenticate(self, request: Request) -> None:
        """Raise Refusal for credentials that are not the sandbox's."""

    @abstractmethod
    def breached(self, breaches: list[Violation]) -> Refusal:
        """The refusal of a request; the first breach is an invalid one."""

    def _unserved(self, request: Request, path: str) -> Answer:
        if self.contract and self.contract.router.find(request.method, path):
            return self.failure(501, "The sandbox does not play this operation")
        return self.failure(404, "Resource not found")


def basic(request: Request) -> tuple[str, str]:
    """User and password of HTTP basic authentication, empty when there is none."""
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    try:
        text = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    user, _, password = text.partition(":")
    return (user, password) if kind == "Basic" else ("", "")
