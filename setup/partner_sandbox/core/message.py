"""One HTTP request and its answer, free of any server library."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Request:
    """A received request. ``headers`` has lower-case names, ``path`` no query."""

    method: str
    path: str
    query_string: str
    headers: dict[str, str]
    body: bytes
    base_url: str

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        """Decoded query parameters in order, blank values kept."""
        return parse_qsl(self.query_string, keep_blank_values=True)

    def argument(self, name: str, default: str | None = None) -> str | None:
        """Last value of a query parameter, its name matched without case."""
        found = [v for k, v in self.query if k.lower() == name.lower()]
        return found[-1] if found else default

    @cached_property
    def json(self) -> Any:
        """Decoded JSON body; None for an empty one. Raises ValueError."""
        return json.loads(self.body) if self.body.strip() else None

    def json_object(self) -> dict[str, Any]:
        """The body as an object; an empty dict when it is anything else."""
        try:
            value = self.json
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


@dataclass
class Answer:
    """What to send back. ``cut`` closes the socket unanswered, after ``hang`` s."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    hang: float = 0.0

    @classmethod
    def of(cls, value: Any, status: int = 200, **headers: str) -> Answer:
        """JSON answer; header names are given with underscores."""
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        named["Content-Type"] = "application/json; charset=utf-8"
        return cls(status, json.dumps(value).encode(), named)

    @property
    def json(self) -> Any:
        """Decoded body, None when empty."""
        return json.loads(self.body) if self.body else None


class Refusal(Exception):
    """A request is refused: carries the whole answer to give."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"refused with {answer.status}")
        self.answer = answer


@dataclass(frozen=True)
class Violation:
    """One breach of the vendor's contract by a client's request.

    ``kind``: ``invalid`` (the vendor would refuse it) or ``unknown`` (a field or
    parameter the contract does not define; a vendor would ignore it).
    """

    where: str
    pointer: str
    message: str
    kind: str = "invalid"
