"""Puts a request before the control API or the dialect it belongs to."""

from __future__ import annotations

from collections.abc import Callable

from .control import ROOT, Control
from .dialect import ControlCall, Dialect
from .gate import Gate
from .message import Answer, Request
from .router import Router
from .world import World

Routes = list[tuple[str, str, ControlCall]]
Shared = Callable[[list[Dialect]], Routes]


class SandboxApp:
    """The application of the server: ``app(request) -> answer``."""

    def __init__(
        self,
        world: World,
        dialects: list[type[Dialect]],
        shared: dict[str, Shared] | None = None,
    ) -> None:
        """``shared``: control calls over several dialects, by their first part."""
        self.world = world
        self.dialects = {kind.name: kind(world) for kind in dialects}
        made = list(self.dialects.values())
        self.shared = {n: Router(build(made)) for n, build in (shared or {}).items()}
        self.gate = Gate(world)
        self.control = Control(world, self.dialects, self.shared, self.reset)

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        if request.path.startswith(ROOT + "/"):
            return self.control.serve(request)
        _, name, rest = (*request.path.split("/", 2), "", "")[:3]
        dialect = self.dialects.get(name)
        if dialect is None:
            return Answer.of({"error": f"no dialect {name!r}"}, 404)
        return self.gate.pass_on(dialect, request, "/" + rest)

    def reset(self) -> None:
        """Empty everything."""
        with self.world.lock:
            self.world.reset()
            self.gate.reset()
            for dialect in self.dialects.values():
                dialect.reset()
