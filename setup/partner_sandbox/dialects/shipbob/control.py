"""ShipBob's part of the control API, under ``/_sandbox/shipbob``."""

from __future__ import annotations

import itertools
import json
from datetime import date
from typing import Any

from ...core import signing
from ...core.dialect import ControlCall
from ...core.message import Request
from ...core.outbox import encode
from ...core.sender import new_session, signed_headers
from ...core.webhook import Delivery
from . import views
from .api import Group
from .books import order_report
from .receiving_api import Receivings
from .returns_api import Returns

Json = dict[str, Any]


class ShipBobControl(Group):
    """Catalogue, plans, progress, books and hand-made webhooks."""

    def calls(self) -> list[tuple[str, str, ControlCall]]:
        """Routes of the control API."""
        return [
            ("POST", "/catalogue", self.locked(self.catalogue)),
            ("POST", "/plans", self.locked(self.plan)),
            ("POST", "/orders/{reference}/advance", self.locked(self.advance)),
            ("POST", "/orders/{reference}/run", self.locked(self.run)),
            ("GET", "/orders/{reference}", self.locked(self.order)),
            ("GET", "/books", self.locked(lambda *_: self.books.report())),
            ("POST", "/receiving/{id}/receive", self.locked(self.receive)),
            ("POST", "/returns/{id}/advance", self.locked(self.move_return)),
            ("POST", "/invoices", self.locked(self.bill)),
            ("POST", "/invoices/{id}/complete", self.locked(self.complete)),
            ("POST", "/webhooks/send", self.send),
            ("POST", "/webhooks/replay", self.replay),
        ]

    def locked(self, call: ControlCall) -> ControlCall:
        """The call under the world's lock."""

        def run(arguments: dict[str, str], data: Json, request: Request) -> Any:
            with self.world.lock:
                return call(arguments, data, request)

        return run

    def catalogue(self, _: Any, data: Json, __: Request) -> Json:
        """Create products and add stock; wakes orders that wait for it."""
        entries = data.get("products") or data.get("items") or [data]
        made = [self.books.catalogue.add(entry) for entry in entries]
        self.life.stock_came()
        return {
            "products": [
                {
                    "reference_id": p.sku,
                    "product_id": p.product_id,
                    "variant_id": p.variant_id,
                    "inventory_id": p.inventory_id,
                    "on_hand": p.on_hand,
                }
                for p in made
            ]
        }

    def plan(self, _: Any, data: Json, __: Request) -> Json:
        """Set the plan of one order."""
        reference = str(data.get("reference") or "")
        if not reference or not isinstance(data.get("steps"), list):
            raise ValueError("a plan needs reference and steps (a list)")
        return {
            "reference": reference,
            "steps": self.life.plan(reference, data["steps"]),
        }

    def advance(self, arguments: dict[str, str], _: Json, __: Request) -> Json:
        """Do the next step of one order now."""
        order = self.books.order_of(arguments["reference"])
        return {"done": self.life.advance(order), "order": order_report(order)}

    def run(self, arguments: dict[str, str], _: Json, __: Request) -> Json:
        """Do steps until nothing is left or the order waits for something."""
        order = self.books.order_of(arguments["reference"])
        done: list[str] = []
        while len(done) < 100 and (step := self.life.advance(order)):
            done.append(step)
            if order.parked:
                break
        return {"done": done, "order": order_report(order)}

    def order(self, arguments: dict[str, str], *_: Any) -> Json:
        """One order out of the books."""
        return order_report(self.books.order_of(arguments["reference"]))

    def receive(self, arguments: dict[str, str], data: Json, _: Request) -> Json:
        """An announced receipt arrives: ``lines``, by default as announced."""
        group = Receivings(self.world, self.books, self.floor, self.life)
        return group.receive(int(arguments["id"]), data.get("lines"))

    def move_return(self, arguments: dict[str, str], data: Json, _: Request) -> Json:
        """A return's next status; ``actions`` say what inspection decides."""
        group = Returns(self.world, self.books, self.floor, self.life)
        return group.advance(int(arguments["id"]), data.get("actions"))

    def bill(self, _: Any, data: Json, __: Request) -> Json:
        """Invoices over all that was done and not billed yet, one of each type.

        ``charges``: further ones (see :meth:`Ledger.charge`); ``currency``, ``date``;
        ``late``: so many charges of each invoice show only once it is completed.
        """
        ledger = self.books.ledger
        self.books.accrue()
        for charge in data.get("charges") or []:
            ledger.charge(charge)
        day = date.fromisoformat(data["date"]) if data.get("date") else None
        numbers = (self.books.next("invoice", 8_000_000) for _ in itertools.count())
        made = ledger.bill(
            numbers, str(data.get("currency") or "USD"), day, int(data.get("late") or 0)
        )
        return {
            "invoices": [i | {"transactions": ledger.of(i["invoice_id"])} for i in made]
        }

    def complete(self, arguments: dict[str, str], *_: Any) -> Json:
        """The late charges of an invoice show."""
        number = int(arguments["id"])
        self.books.ledger.complete(number)
        return {"transactions": self.books.ledger.of(number)}

    def send(self, _: Any, data: Json, __: Request) -> Json:
        """Send one webhook now, as requested, and answer what the receiver said.

        ``topic``; ``payload`` or ``shipment_id``; ``signature`` ok, bad or missing;
        ``webhook_id``; ``age`` in seconds; ``headers`` (None removes one); ``raw``
        (body as text); ``url``; ``subscription``.
        """
        topic = str(data.get("topic") or "order.shipped")
        subscription = self._subscription(data, topic)
        body = (
            str(data["raw"]).encode() if "raw" in data else encode(self._payload(data))
        )
        number = data.get("webhook_id") or self.world.webhooks.new_id()
        delivery = Delivery(
            str(number), subscription, topic, data.get("reference"), body
        )
        headers = signed_headers(delivery, age=float(data.get("age", 0)))
        if data.get("signature") == "bad":
            headers["webhook-signature"] = signing.forge(headers["webhook-signature"])
        elif data.get("signature") == "missing":
            headers.pop("webhook-signature")
        for name, value in (data.get("headers") or {}).items():
            headers[name.lower()] = value
        kept = {k: str(v) for k, v in headers.items() if v is not None}
        with new_session() as session:
            status, error = self.world.sender.post(delivery, kept, session)
        return {"webhook_id": delivery.id, "status": status, "error": error}

    def _payload(self, data: Json) -> Json:
        if isinstance(data.get("payload"), dict):
            return dict(data["payload"])
        with self.world.lock:
            shipment = self.books.shipments.get(int(data.get("shipment_id") or 0))
            if shipment is None:
                raise ValueError("payload or the id of a known shipment is needed")
            payload = views.shipment(self.books.catalogue, shipment)
        return json.loads(json.dumps(payload))  # type: ignore[no-any-return]

    def _subscription(self, data: Json, topic: str) -> Any:
        known = self.world.outbox.subscriptions
        if data.get("subscription"):
            return known[data["subscription"]]
        mine = [s for s in known.values() if s.dialect == "shipbob"]
        fitting = [s for s in mine if topic in s.topics] or mine
        if not fitting:
            raise ValueError("there is no webhook subscription")
        return fitting[0]

    def replay(self, _: Any, data: Json, __: Request) -> Json:
        """Send deliveries again: ``since`` (ISO), ``reference``, ``topic``, ``id``."""
        wanted = {k: data.get(k) for k in ("reference", "topic", "state", "id")}
        since = str(data.get("since") or "")
        chosen = [
            d
            for d in self.world.webhooks.select(**wanted)
            if d.created_at >= since and d.subscription.dialect == "shipbob"
        ]
        return {"replayed": self.world.outbox.replay(chosen)}
