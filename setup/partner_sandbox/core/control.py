"""The control API under ``/_sandbox/``: what tests and the demo steer it with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .dialect import ControlCall, Dialect
from .message import Answer, Request
from .router import Router
from .world import World

ROOT = "/_sandbox"


class Control:
    """Vendor-neutral control calls; dialects add theirs under ``/_sandbox/<name>``."""

    def __init__(
        self,
        world: World,
        dialects: Mapping[str, Dialect],
        shared: Mapping[str, Router[ControlCall]],
        reset: Callable[[], None],
    ) -> None:
        """``shared``: calls over several dialects; ``reset`` empties everything."""
        self.world = world
        self.dialects = dialects
        self.shared = shared
        self.empty = reset
        self.router: Router[ControlCall] = Router(
            [
                ("GET", "/health", self.health),
                ("POST", "/reset", self.reset),
                ("GET", "/settings", lambda *_: self.world.settings.as_dict()),
                ("POST", "/settings", self.set_settings),
                ("GET", "/rules", lambda *_: {"rules": self.world.rules.as_list()}),
                ("POST", "/rules", self.add_rules),
                ("DELETE", "/rules", self.drop_rules),
                ("DELETE", "/rules/{id}", self.drop_rules),
                ("GET", "/requests", self.requests),
                ("GET", "/violations", self.violations),
                ("GET", "/webhooks", self.webhooks),
            ]
        )

    def serve(self, request: Request) -> Answer:
        """Answer a control request: 400 for bad input, 404 for no such call."""
        path = request.path.removeprefix(ROOT)
        found = self.router.find(request.method, path)
        for name, router in self._further():
            if not found and path.startswith(f"/{name}/"):
                found = router.find(request.method, path.removeprefix(f"/{name}"))
        if not found:
            return Answer.of({"error": f"no call {request.method} {request.path}"}, 404)
        route, arguments = found
        try:
            body = request.json
            data = body if isinstance(body, dict) else {"items": body or []}
            return Answer.of(route.target(arguments, data, request))
        except LookupError as error:
            return Answer.of(
                {"error": str(error.args[0] if error.args else error)}, 404
            )
        except (ValueError, TypeError) as error:
            return Answer.of({"error": str(error)}, 400)

    def _further(self) -> Iterator[tuple[str, Router[ControlCall]]]:
        """First part of a control path, and the calls behind it."""
        yield from ((name, d.control) for name, d in self.dialects.items())
        yield from self.shared.items()

    def health(self, *_: Any) -> dict[str, Any]:
        """Alive, and which contracts are checked."""
        contracts = {n: d.has_contract for n, d in self.dialects.items()}
        return {
            "status": "ok",
            "contracts": contracts,
            "requests": self.world.journal.count,
        }

    def reset(self, *_: Any) -> dict[str, Any]:
        """Everything back to the start."""
        self.empty()
        return {"status": "ok"}

    def set_settings(self, _: Any, data: dict[str, Any], __: Request) -> dict[str, Any]:
        """Change settings, answer all of them."""
        data.pop("items", None)
        self.world.settings.update(data)
        for dialect in self.dialects.values():
            dialect.settings_changed()
        return self.world.settings.as_dict()

    def add_rules(self, _: Any, data: dict[str, Any], __: Request) -> dict[str, Any]:
        """Add a list of rules, or one rule given as an object."""
        items = data.get("rules") or data.get("items") or [data]
        made = self.world.rules.add(items)
        return {"ids": [r.id for r in made], "rules": self.world.rules.as_list()}

    def drop_rules(self, arguments: dict[str, str], *_: Any) -> dict[str, Any]:
        """Remove one rule, or all."""
        number = arguments.get("id")
        self.world.rules.clear(int(number) if number else None)
        return {"rules": self.world.rules.as_list()}

    def requests(self, _: Any, __: Any, request: Request) -> dict[str, Any]:
        """Dialect requests; ``?since=<id>`` leaves out older ones."""
        return self.world.journal.requests(int(request.argument("since", "0") or 0))

    def violations(self, *_: Any) -> dict[str, Any]:
        """Breaches of the contracts; count null where none is loaded."""
        checked = any(d.has_contract for d in self.dialects.values())
        return self.world.journal.breaches(checked)

    def webhooks(self, _: Any, __: Any, request: Request) -> dict[str, Any]:
        """Deliveries; ``?topic=``, ``?reference=``, ``?state=`` select."""
        wanted = {n: request.argument(n) for n in ("topic", "reference", "state", "id")}
        items = [d.as_dict() for d in self.world.webhooks.select(**wanted)]
        held = self.world.sender.pending()
        return {"count": len(items), "pending": held, "items": items}
