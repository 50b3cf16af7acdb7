"""What happens to parcels after they were bought, step by step."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from ..core.clock import now, parse
from ..core.world import World
from . import places
from .books import CarrierBooks
from .model import Event, Json, Parcel

# Kind of a step -> (where it happens, its text). "created" comes with the purchase.
KINDS = {
    "created": ("origin", "Shipment information received"),
    "picked_up": ("origin", "Picked up"),
    "departed": ("origin hub", "Departed from facility"),
    "in_transit": ("destination hub", "Arrived at facility"),
    "customs_hold": ("destination hub", "Held by customs"),
    "customs_released": ("destination hub", "Released by customs"),
    "delay": ("destination hub", "Delivery is delayed"),
    "damaged": ("destination hub", "Shipment is damaged"),
    "address": ("destination hub", "Address is incomplete"),
    "exception": ("destination hub", "Delivery exception"),
    "out_for_delivery": ("destination", "Out for delivery"),
    "attempted": ("destination", "Delivery attempted, nobody there"),
    "available": ("destination", "Ready for collection"),
    "refused": ("destination", "Refused by the recipient"),
    "delivered": ("destination", "Delivered"),
    "returning": ("destination hub", "Returning to sender"),
    "returned": ("origin", "Returned to sender"),
    "lost": ("destination hub", "Shipment cannot be found"),
}
DEFAULT = ("picked_up", "departed", "in_transit", "out_for_delivery", "delivered")

Listener = Callable[[Parcel, Event], None]


class CarrierLife:
    """Plans and their progress for one carrier. Every call holds the world's lock."""

    def __init__(self, world: World, books: CarrierBooks, tell: Listener) -> None:
        self.world = world
        self.books = books
        self.tell = tell

    def plan(self, key: str, steps: list[Any]) -> list[Json]:
        """Say how a shipment (by reference) or a parcel (by its number) goes on.

        A reference may be planned before it is bought. A step is a kind or an object
        with ``kind`` and perhaps ``reason``, ``text``, ``signed_by``, ``hours`` (after
        the event before), ``at`` (ISO 8601), ``delay`` (seconds, in auto mode),
        ``days`` (a new estimate, from now) or ``park`` (wait for ``advance``).
        Raises ValueError.
        """
        made = [_read(step) for step in steps]
        if key not in self.books.parcels:
            self.books.plans[key] = made
        for parcel in self.found(key):
            parcel.steps = copy.deepcopy(made)
            parcel.parked = False
            self._schedule(parcel)
        return made

    def found(self, key: str) -> list[Parcel]:
        """Live parcels of a tracking number, a reference or a shipment's id."""
        if key in self.books.parcels:
            return [self.books.parcels[key]]
        mine = self.books.of_reference(key)
        if not mine and key in self.books.shipments:
            mine = [self.books.shipments[key]]
        return [p for s in mine for p in s.live]

    def begin(self, parcel: Parcel) -> None:
        """A parcel was bought: its first event, and its plan."""
        key = parcel.shipment.reference
        plan = self.books.plans.get(key) or [_read(k) for k in DEFAULT]
        parcel.steps = copy.deepcopy(plan)
        self._happen(parcel, {"kind": "created"})
        self._schedule(parcel)

    def advance(self, parcel: Parcel) -> str | None:
        """The next step now; its kind, or None when nothing is left."""
        parcel.turn += 1
        parcel.parked = False
        if parcel.voided or not parcel.steps:
            return None
        step = parcel.steps.pop(0)
        self._happen(parcel, step)
        parcel.parked = bool(step.get("park"))
        self._schedule(parcel)
        return str(step["kind"])

    def run(self, parcel: Parcel) -> list[str]:
        """Steps until nothing is left or the parcel is parked."""
        done: list[str] = []
        while step := self.advance(parcel):
            done.append(step)
            if parcel.parked:
                break
        return done

    def kick(self) -> None:
        """Put every parcel that is not parked on the timer (the mode changed)."""
        for parcel in self.books.parcels.values():
            if not parcel.parked:
                self._schedule(parcel)

    def _schedule(self, parcel: Parcel) -> None:
        waits = parcel.parked or parcel.voided or not parcel.steps
        if waits or self.world.settings.mode != "auto":
            return
        delay = float(parcel.steps[0].get("delay", self.world.settings.delay))
        parcel.turn += 1
        turn = parcel.turn
        self.world.timer.after(delay, lambda: self._tick(parcel, turn))

    def _tick(self, parcel: Parcel, turn: int) -> None:
        with self.world.lock:
            known = self.books.parcels.get(parcel.tracking) is parcel
            if known and parcel.turn == turn:
                self.advance(parcel)

    def _happen(self, parcel: Parcel, step: Json) -> None:
        kind = step["kind"]
        where, text = KINDS[kind]
        side = parcel.shipment.sender
        if where.startswith("destination"):
            side = parcel.shipment.recipient
        city, country, zone = places.of(side)
        if where.endswith("hub"):
            city, zone = places.hub(country)
        if step.get("days") is not None:
            parcel.shipment.estimate = now() + timedelta(days=float(step["days"]))
        event = Event(
            id=self.books.next("event"),
            kind=kind,
            at=_moment(parcel, step).astimezone(zone),
            zone=zone,
            city=city,
            country=country,
            reason=str(step.get("reason") or ""),
            text=str(step.get("text") or text),
            signed_by=_signature(parcel, step),
            estimate=parcel.shipment.estimate,
        )
        parcel.events.append(event)
        self.tell(parcel, event)


def _read(step: Any) -> Json:
    data: Json = {"kind": step} if isinstance(step, str) else dict(step)
    if data.get("kind") not in KINDS:
        raise ValueError(f"unknown step {data.get('kind')!r}, known: {sorted(KINDS)}")
    return data


def _moment(parcel: Parcel, step: Json) -> datetime:
    """When it happens: never before, or in the same second as, the event before."""
    if step.get("at"):
        return parse(str(step["at"]))
    wanted = now().replace(microsecond=0)
    if not parcel.events:
        return wanted
    last = parcel.events[-1].at.astimezone(UTC)
    if step.get("hours"):
        return last + timedelta(hours=float(step["hours"]))
    return max(wanted, last + timedelta(seconds=1))


def _signature(parcel: Parcel, step: Json) -> str:
    if step["kind"] != "delivered":
        return ""
    return str(step.get("signed_by") or parcel.shipment.recipient.name or "RECEPTION")
