"""Subscriptions and the record of every webhook and its attempts."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .clock import iso


@dataclass(eq=False)
class Subscription:
    """Where a client wants which topics of a dialect.

    ``signer`` makes the headers of one attempt where a vendor does not sign as
    Standard Webhooks does; ``signature_header`` is the one that proves the sender.
    """

    id: str
    dialect: str
    url: str
    topics: list[str]
    secret: str
    description: str | None = None
    created_at: str = field(default_factory=iso)
    enabled: bool = True
    signer: Callable[[Delivery, float], dict[str, str]] | None = None
    signature_header: str = "webhook-signature"


@dataclass
class Attempt:
    """One try: its time, the receiver's status, or why there was none."""

    at: str
    status: int | None = None
    error: str | None = None
    rules: list[str] = field(default_factory=list)


@dataclass(eq=False)
class Delivery:
    """One webhook to one subscription; ``id`` stays the same across attempts."""

    id: str
    subscription: Subscription
    topic: str
    reference: str | None
    body: bytes
    created_at: str = field(default_factory=iso)
    state: str = "pending"
    rules: list[str] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    tries: int = 0

    def as_dict(self) -> dict[str, Any]:
        """For ``GET /_sandbox/webhooks``."""
        return {
            "id": self.id,
            "dialect": self.subscription.dialect,
            "subscription": self.subscription.id,
            "url": self.subscription.url,
            "topic": self.topic,
            "reference": self.reference,
            "created_at": self.created_at,
            "state": self.state,
            "rules": self.rules,
            "attempts": [vars(a) for a in self.attempts],
            "payload": json.loads(self.body),
        }


class WebhookLog:
    """All deliveries in order of their making. Thread safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Clear everything."""
        with self._lock:
            self._numbers = itertools.count(1)
            self.items: list[Delivery] = []

    def new_id(self) -> str:
        """Next webhook id, from a counter."""
        with self._lock:
            return f"msg_{next(self._numbers):024d}"

    def add(self, delivery: Delivery) -> None:
        """Note a delivery."""
        with self._lock:
            self.items.append(delivery)

    def select(self, **wanted: str | None) -> list[Delivery]:
        """Deliveries whose named facts (topic, reference, state, id) are equal."""
        asked = {k: v for k, v in wanted.items() if v is not None}
        with self._lock:
            return [
                d
                for d in self.items
                if all(getattr(d, k) == v for k, v in asked.items())
            ]
