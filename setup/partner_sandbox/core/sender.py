"""Sends webhooks from background threads, in order per reference, with retries."""

from __future__ import annotations

import threading
import time
import zlib

import requests

from . import signing
from .clock import iso
from .rules import ATTEMPT_ACTIONS, RuleBook
from .scheduler import Scheduler
from .settings import Settings
from .webhook import Attempt, Delivery

LANES = 8


class Sender:
    """Lanes of one thread each; a reference always takes the same lane.

    So events of one order leave in order while others run beside them. A retry waits
    its turn in the lane without holding up what comes after it.
    """

    def __init__(self, settings: Settings, rules: RuleBook) -> None:
        self.settings = settings
        self.rules = rules
        self._busy = 0
        self._lock = threading.Lock()
        self._lanes = [_Lane(n) for n in range(LANES)]

    def start(self) -> None:
        """Start the lanes."""
        for lane in self._lanes:
            lane.timer.start()

    def stop(self) -> None:
        """End the lanes; what was not sent is lost."""
        for lane in self._lanes:
            lane.timer.stop()

    def clear(self) -> None:
        """Drop what is waiting."""
        for lane in self._lanes:
            lane.timer.clear()

    def submit(self, delivery: Delivery, delay: float = 0.0) -> None:
        """Send after the first wait of the schedule plus ``delay`` seconds."""
        key = delivery.reference or delivery.id
        lane = self._lanes[zlib.crc32(key.encode()) % LANES]
        lane.timer.after(delay + self._wait(0), lambda: self.attempt(delivery, lane))

    def submit_in_order(self, deliveries: list[Delivery]) -> None:
        """Send exactly in this order, whatever the references are."""
        lane = self._lanes[0]
        for delivery in deliveries:
            lane.timer.after(0.0, lambda d=delivery: self.attempt(d, lane))  # type: ignore[misc]

    def submit_together(self, deliveries: list[Delivery]) -> None:
        """Send at the same instant, each from its own thread."""
        barrier = threading.Barrier(len(deliveries))

        def run(delivery: Delivery) -> None:
            try:
                with new_session() as session:
                    barrier.wait(timeout=10)
                    self.attempt(delivery, self._lanes[0], session)
            finally:
                self._count(-1)

        self._count(len(deliveries))
        for delivery in deliveries:
            threading.Thread(target=run, args=(delivery,), daemon=True).start()

    def pending(self) -> int:
        """Deliveries waiting or under way, retries included."""
        with self._lock:
            return self._busy + sum(len(lane.timer) for lane in self._lanes)

    def attempt(
        self, delivery: Delivery, lane: _Lane, session: requests.Session | None = None
    ) -> Attempt:
        """Try once now; plan the next try in ``lane`` when it failed."""
        attempt = self._post(delivery, session or lane.session)
        delivery.attempts.append(attempt)
        if attempt.status is not None and 200 <= attempt.status < 300:
            delivery.state = "delivered"
        else:
            self._plan_retry(delivery, lane)
        return attempt

    def _plan_retry(self, delivery: Delivery, lane: _Lane) -> None:
        delivery.tries += 1
        if delivery.tries >= len(self.settings.webhook_retries):
            delivery.state = "failed"
            if self.settings.webhook_disable:
                delivery.subscription.enabled = False
            return
        delivery.state = "retrying"
        lane.timer.after(
            self._wait(delivery.tries), lambda: self.attempt(delivery, lane)
        )

    def _wait(self, number: int) -> float:
        waits = self.settings.webhook_retries or [0]
        return float(waits[min(number, len(waits) - 1)])

    def _post(self, delivery: Delivery, session: requests.Session) -> Attempt:
        facts = {"topic": delivery.topic, "reference": delivery.reference}
        struck = self.rules.take(
            ATTEMPT_ACTIONS, {**facts, "dialect": delivery.subscription.dialect}
        )
        attempt = Attempt(iso(), rules=[r.action for r in struck])
        ages = [
            r.options.get("seconds", 3600)
            for r in struck
            if r.action == "old_timestamp"
        ]
        headers = signed_headers(delivery, age=float(ages[0]) if ages else 0.0)
        if any(r.action == "wrong_signature" for r in struck):
            forge_headers(delivery, headers)
        attempt.status, attempt.error = self.post(delivery, headers, session)
        return attempt

    def post(
        self, delivery: Delivery, headers: dict[str, str], session: requests.Session
    ) -> tuple[int | None, str | None]:
        """One POST; the status, or the reason there is none."""
        try:
            answer = session.post(
                delivery.subscription.url,
                data=delivery.body,
                headers=headers,
                timeout=self.settings.webhook_timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return None, type(error).__name__
        return answer.status_code, None

    def _count(self, change: int) -> None:
        with self._lock:
            self._busy += change


def new_session() -> requests.Session:
    """A session that no proxy of the environment redirects."""
    session = requests.Session()
    session.trust_env = False
    return session


def signed_headers(delivery: Delivery, age: float = 0.0) -> dict[str, str]:
    """The vendor's own headers, else Standard Webhooks, as of ``age`` seconds ago."""
    if delivery.subscription.signer:
        return delivery.subscription.signer(delivery, age)
    stamp = int(time.time() - age)
    secret = delivery.subscription.secret
    return {
        "Content-Type": "application/json",
        "User-Agent": "partner-sandbox",
        "webhook-id": delivery.id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": signing.sign(secret, delivery.id, stamp, delivery.body),
        "x-webhook-topic": delivery.topic,
    }


def forge_headers(delivery: Delivery, headers: dict[str, str]) -> None:
    """Make the proof of the sender wrong, whatever the vendor's scheme is."""
    name = delivery.subscription.signature_header
    if delivery.subscription.signer:
        headers[name] = headers[name][::-1] + "A"
    else:
        headers[name] = signing.forge(headers[name])


class _Lane:
    """A timer and an HTTP session of its own."""

    def __init__(self, number: int) -> None:
        self.session = new_session()
        self.timer = Scheduler(f"webhook-{number}")
