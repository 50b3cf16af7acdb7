"""Routes written as OpenAPI path templates, e.g. ``/order/{orderId}:cancel``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import unquote

T = TypeVar("T")


def template_regex(template: str) -> re.Pattern[str]:
    """Compile a path template; a parameter holds no slash and no colon."""
    parts = re.split(r"(\{[^}]+\})", template)
    pattern = "".join(
        f"(?P<{part[1:-1]}>[^/:]+)" if part.startswith("{") else re.escape(part)
        for part in parts
    )
    return re.compile(f"^{pattern}$")


@dataclass(frozen=True)
class Route(Generic[T]):
    """One operation: method, template and whatever serves it."""

    method: str
    template: str
    target: T
    regex: re.Pattern[str]


class Router(Generic[T]):
    """Finds the route of a method and path, literal templates first."""

    def __init__(self, routes: Iterable[tuple[str, str, T]]) -> None:
        made = [Route(m, t, target, template_regex(t)) for m, t, target in routes]
        self.routes = sorted(made, key=lambda r: (r.template.count("{"), r.template))

    def find(self, method: str, path: str) -> tuple[Route[T], dict[str, str]] | None:
        """The route and its decoded path parameters, or None."""
        for route in self.routes:
            match = route.regex.match(path) if route.method == method else None
            if match:
                return route, {k: unquote(v) for k, v in match.groupdict().items()}
        return None

    def methods(self, path: str) -> list[str]:
        """Methods served on a path, to distinguish 405 from 404."""
        return sorted({r.method for r in self.routes if r.regex.match(path)})


Handler = Callable[..., T]
