"""From an event to deliveries: subscriptions, and the message-level misbehaviour."""

from __future__ import annotations

import json
import random
import threading
from typing import Any

from .rules import MESSAGE_ACTIONS, Rule, RuleBook
from .scheduler import Scheduler
from .sender import Sender
from .webhook import Delivery, Subscription, WebhookLog


class Outbox:
    """Turns one event into signed deliveries, right or wrong as the rules say."""

    def __init__(
        self,
        log: WebhookLog,
        sender: Sender,
        rules: RuleBook,
        timer: Scheduler,
        seed: int,
    ) -> None:
        self.log = log
        self.sender = sender
        self.rules = rules
        self.timer = timer
        self.subscriptions: dict[str, Subscription] = {}
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._held: list[Delivery] = []

    def reset(self) -> None:
        """Drop subscriptions, log and everything waiting."""
        self.sender.clear()
        self.log.reset()
        with self._lock:
            self.subscriptions.clear()
            self._held = []

    def emit(
        self, dialect: str, topic: str, payload: dict[str, Any], reference: str | None
    ) -> list[Delivery]:
        """Send an event to every enabled subscription of its topic."""
        body = encode(payload)
        made = []
        for subscription in self.listeners(dialect, topic):
            delivery = Delivery(self.log.new_id(), subscription, topic, reference, body)
            made.append(delivery)
            self.log.add(delivery)
            self._dispatch(delivery)
        return made

    def listeners(self, dialect: str, topic: str) -> list[Subscription]:
        """Enabled subscriptions of a dialect that want a topic."""
        with self._lock:
            return [
                s
                for s in self.subscriptions.values()
                if s.enabled and s.dialect == dialect and topic in s.topics
            ]

    def replay(self, deliveries: list[Delivery]) -> int:
        """Send again with the same ids, as a vendor's replay button does."""
        for delivery in deliveries:
            delivery.rules.append("replayed")
            delivery.tries = 0
            self.sender.submit(delivery)
        return len(deliveries)

    def _dispatch(self, delivery: Delivery) -> None:
        facts = {"topic": delivery.topic, "reference": delivery.reference}
        facts["dialect"] = delivery.subscription.dialect
        struck = {r.action: r for r in self.rules.take(MESSAGE_ACTIONS, facts)}
        delivery.rules += list(struck)
        extras = self._extras(delivery, struck)
        delay = (
            float(struck["delay"].options.get("seconds", 1))
            if "delay" in struck
            else 0.0
        )
        if "drop" in struck:
            delivery.state = "dropped"
        elif "shuffle" in struck:
            self._hold([delivery] * _count(struck), struck["shuffle"])
        elif "duplicate" in struck:
            self._repeat(delivery, struck, delay)
        elif not _replaced(struck):
            self.sender.submit(delivery, delay)
        for extra in extras:
            self.sender.submit(extra, delay)

    def _extras(self, delivery: Delivery, struck: dict[str, Rule]) -> list[Delivery]:
        made = []
        if rule := struck.get("altered_body"):
            altered = json.loads(delivery.body) | rule.options.get(
                "set", {"altered": True}
            )
            made.append(
                self._copy(delivery, delivery.id, delivery.topic, altered, rule)
            )
        if rule := struck.get("unknown_topic"):
            topic = str(rule.options.get("name", "order.shipment.teleported"))
            payload = json.loads(delivery.body)
            made.append(self._copy(delivery, self.log.new_id(), topic, payload, rule))
        return made

    def _copy(
        self, of: Delivery, number: str, topic: str, payload: dict[str, Any], rule: Rule
    ) -> Delivery:
        made = Delivery(number, of.subscription, topic, of.reference, encode(payload))
        made.rules.append(rule.action)
        self.log.add(made)
        return made

    def _repeat(
        self, delivery: Delivery, struck: dict[str, Rule], delay: float
    ) -> None:
        """Several at one instant, unless ``together`` is false."""
        options, count = struck["duplicate"].options, _count(struck)
        if options.get("together", True):
            same = [delivery] * count
            self.timer.after(delay, lambda: self.sender.submit_together(same))
            return
        for number in range(count):
            gap = number * float(options.get("gap", 0.2))
            self.sender.submit(delivery, delay + gap)

    def _hold(self, deliveries: list[Delivery], rule: Rule) -> None:
        with self._lock:
            first = not self._held
            self._held += deliveries
        if first:
            self.timer.after(float(rule.options.get("window", 1.0)), self._release)

    def _release(self) -> None:
        with self._lock:
            held, self._held = self._held, []
        order = list(held)
        if len(set(order)) > 1:
            while order == held:
                self._random.shuffle(order)
        self.sender.submit_in_order(order)


def _count(struck: dict[str, Rule]) -> int:
    """How often one webhook is sent in all."""
    rule = struck.get("duplicate")
    return max(2, int(rule.options.get("count", 2))) if rule else 1


def _replaced(struck: dict[str, Rule]) -> bool:
    return any(
        rule.options.get("mode") == "replace"
        for name, rule in struck.items()
        if name in ("altered_body", "unknown_topic")
    )


def encode(payload: dict[str, Any]) -> bytes:
    """The bytes that are signed and sent."""
    return json.dumps(payload, separators=(",", ":")).encode()
