"""The path of a dialect request: rules, rate limit, contract, vendor, journal."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque

from .dialect import Dialect
from .message import Answer, Request
from .rules import HTTP_ACTIONS, Rule
from .world import World


class Gate:
    """Lets requests through to a dialect, or makes them go wrong."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._lock = threading.Lock()
        self._seen: dict[str, deque[float]] = defaultdict(deque)

    def reset(self) -> None:
        """Clear who asked how often."""
        with self._lock:
            self._seen.clear()

    def pass_on(self, dialect: Dialect, request: Request, path: str) -> Answer:
        """Serve one request and write it down."""
        violations = dialect.check(request, path)
        with self.world.lock:
            reference = dialect.reference_of(request, path)
        facts = {"dialect": dialect.name, "method": request.method, "path": path}
        struck = self.world.rules.take(HTTP_ACTIONS, {**facts, "reference": reference})
        for rule in struck:
            if rule.action == "latency":
                time.sleep(float(rule.options.get("seconds", 1)))
        answer = self._early(dialect, request, struck)
        if answer is None:
            answer = dialect.serve(request, path, violations or [])
            answer = _late(answer, struck)
        self.world.journal.record(
            request, answer, reference, violations, [r.action for r in struck]
        )
        return answer

    def _early(
        self, dialect: Dialect, request: Request, struck: list[Rule]
    ) -> Answer | None:
        """An answer given instead of doing the work, if any."""
        for rule in struck:
            if rule.action == "cut_before":
                return Answer(cut=True)
            if rule.action == "unauthorized":
                return dialect.failure(401, "Unauthorized")
            if rule.action == "status":
                return _told(dialect, rule)
        wait = self._too_fast(request)
        if wait is None:
            return None
        answer = dialect.failure(429, "Rate limit exceeded")
        answer.headers["Retry-After"] = str(max(1, round(wait)))
        return answer

    def _too_fast(self, request: Request) -> float | None:
        """Seconds to wait when the token's sliding window is full."""
        limit = self.world.settings.rate_limit
        if not limit:
            return None
        now, span = time.monotonic(), float(limit.get("seconds", 60))
        with self._lock:
            seen = self._seen[request.headers.get("authorization", "")]
            while seen and seen[0] <= now - span:
                seen.popleft()
            if len(seen) >= limit["requests"]:
                return seen[0] + span - now
            seen.append(now)
        return None


def _told(dialect: Dialect, rule: Rule) -> Answer:
    status = int(rule.options.get("status", 500))
    answer = dialect.failure(
        status, str(rule.options.get("message", "instructed to fail"))
    )
    retry = rule.options.get("retry_after", 1 if status == 429 else None)
    if retry is not None:
        answer.headers["Retry-After"] = str(retry)
    return answer


def _late(answer: Answer, struck: list[Rule]) -> Answer:
    """Spoil an answer after the work was done."""
    for rule in struck:
        if rule.action == "timeout_after_commit":
            hang = rule.options.get("mode", "cut") == "hang"
            seconds = float(rule.options.get("seconds", 120 if hang else 0))
            return Answer(answer.status, cut=True, hang=seconds)
        if rule.action == "malformed" and answer.body:
            broken = answer.body[: max(1, len(answer.body) * 2 // 3)] + b"\x00{"
            return Answer(answer.status, broken, answer.headers)
    return answer
