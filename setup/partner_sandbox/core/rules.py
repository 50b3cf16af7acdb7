"""Misbehaviour on demand: which requests and webhooks go wrong, and how."""

from __future__ import annotations

import itertools
import random
import re
import threading
from dataclasses import asdict, dataclass, field
from typing import Any

HTTP_ACTIONS = frozenset(
    {
        "status",
        "latency",
        "timeout_after_commit",
        "cut_before",
        "malformed",
        "unauthorized",
    }
)
MESSAGE_ACTIONS = frozenset(
    {"duplicate", "shuffle", "delay", "drop", "altered_body", "unknown_topic"}
)
ATTEMPT_ACTIONS = frozenset({"wrong_signature", "old_timestamp"})
ACTIONS = HTTP_ACTIONS | MESSAGE_ACTIONS | ATTEMPT_ACTIONS


@dataclass
class Rule:
    """One misbehaviour and what it applies to.

    Matchers (all that are given must hold): ``dialect``, ``method``, ``path`` and
    ``reference`` and ``topic`` (regular expressions, searched). Limits: ``skip`` first
    matches, then ``times`` (None = always), each with ``probability``; with
    ``per_reference`` the times are counted for each order. Everything else is a
    parameter of the action, kept in ``options``.
    """

    id: int
    action: str
    dialect: str | None = None
    method: str | None = None
    path: str | None = None
    reference: str | None = None
    topic: str | None = None
    times: int | None = None
    skip: int = 0
    probability: float = 1.0
    per_reference: bool = False
    struck: dict[str, int] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    hits: int = 0

    @classmethod
    def read(cls, number: int, data: dict[str, Any]) -> Rule:
        """Build from JSON. Raises ValueError for an unknown action or bad regex."""
        action = str(data.get("action") or data.get("kind") or "")
        if action not in ACTIONS:
            raise ValueError(f"unknown action {action!r}, known: {sorted(ACTIONS)}")
        known = {k: data[k] for k in _MATCHERS if data.get(k) is not None}
        for name in ("path", "reference", "topic"):
            _check_regex(name, known.get(name, ""))
        skipped = {*_MATCHERS, "action", "kind", "id", "hits", "struck", "options"}
        options = {k: v for k, v in data.items() if k not in skipped}
        return cls(
            number, action, options={**options, **data.get("options", {})}, **known
        )

    def accepts(self, facts: dict[str, str | None]) -> bool:
        """Do the matchers hold for these facts?"""
        for name in ("dialect", "method"):
            wanted = getattr(self, name)
            if wanted and wanted.lower() != (facts.get(name) or "").lower():
                return False
        for name in ("path", "reference", "topic"):
            wanted = getattr(self, name)
            if wanted and not re.search(wanted, facts.get(name) or ""):
                return False
        return True


_MATCHERS = (
    "dialect",
    "method",
    "path",
    "reference",
    "topic",
    "times",
    "skip",
    "probability",
    "per_reference",
)


def _check_regex(name: str, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{name} {pattern!r} is no pattern: {error}") from None


class RuleBook:
    """The rules in force. Thread safe; chance comes from one seeded source."""

    def __init__(self, seed: int) -> None:
        self._lock = threading.Lock()
        self._ids = itertools.count(1)
        self._random = random.Random(seed)
        self.rules: list[Rule] = []

    def add(self, data: list[dict[str, Any]]) -> list[Rule]:
        """Append rules, all or none. Raises ValueError."""
        with self._lock:
            made = [Rule.read(next(self._ids), item) for item in data]
            self.rules.extend(made)
        return made

    def reset(self, seed: int) -> None:
        """No rules, ids and chance from the start."""
        with self._lock:
            self.rules = []
            self._ids = itertools.count(1)
            self._random = random.Random(seed)

    def clear(self, number: int | None = None) -> None:
        """Remove one rule, or all."""
        with self._lock:
            self.rules = [r for r in self.rules if number and r.id != number]

    def take(self, actions: frozenset[str], facts: dict[str, str | None]) -> list[Rule]:
        """Rules that apply now, counted as used."""
        with self._lock:
            return [
                r
                for r in self.rules
                if r.action in actions and r.accepts(facts) and self._strikes(r, facts)
            ]

    def _strikes(self, rule: Rule, facts: dict[str, str | None]) -> bool:
        if rule.skip > 0:
            rule.skip -= 1
            return False
        key = (facts.get("reference") or "") if rule.per_reference else ""
        if rule.times is not None and rule.struck.get(key, 0) >= rule.times:
            return False
        if rule.probability < 1.0 and self._random.random() >= rule.probability:
            return False
        rule.hits += 1
        rule.struck[key] = rule.struck.get(key, 0) + 1
        return True

    def as_list(self) -> list[dict[str, Any]]:
        """All rules with how often they were applied."""
        with self._lock:
            return [asdict(r) for r in self.rules]
