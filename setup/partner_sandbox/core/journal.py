"""What clients asked, how they were answered and where they broke the contract."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import asdict
from typing import Any

from .clock import iso
from .message import Answer, Request, Violation

KEPT = 20_000


class Journal:
    """Log of dialect requests (never of control ones); the newest 20,000 stay."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Clear everything."""
        with self._lock:
            self.count = 0
            self.violation_count = 0
            self.items: deque[dict[str, Any]] = deque(maxlen=KEPT)
            self.violations: deque[dict[str, Any]] = deque(maxlen=KEPT)

    def record(
        self,
        request: Request,
        answer: Answer,
        reference: str | None,
        violations: list[Violation] | None,
        effects: list[str],
    ) -> None:
        """Note one exchange. ``violations`` None: there was no contract to check."""
        with self._lock:
            self.count += 1
            entry = {
                "id": self.count,
                "time": iso(),
                "method": request.method,
                "path": request.path,
                "query": request.query_string,
                "reference": reference,
                "status": None if answer.cut else answer.status,
                "rules": effects,
                "violations": None if violations is None else len(violations),
            }
            self.items.append(entry)
            for violation in violations or []:
                self.violation_count += 1
                found = {"request": self.count, "reference": reference}
                found |= {"method": request.method, "path": request.path}
                self.violations.append(found | asdict(violation))

    def requests(self, since: int = 0) -> dict[str, Any]:
        """``{"count", "items"}``; items after request id ``since``."""
        with self._lock:
            items = [i for i in self.items if i["id"] > since]
            return {"count": self.count, "items": items}

    def breaches(self, checked: bool) -> dict[str, Any]:
        """``{"count", "items"}``; the count is None when nothing was checked."""
        with self._lock:
            count = self.violation_count if checked else None
            return {"count": count, "items": list(self.violations)}
