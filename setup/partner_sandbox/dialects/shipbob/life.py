"""Runs the plan of each order, step by step, by timer or on command."""

from __future__ import annotations

import copy
from typing import Any

from ...core.world import World
from .books import Books
from .floor import Floor
from .model import Order
from .steps import DEFAULT, KINDS, REST

Json = dict[str, Any]
NEEDED = {"short": ("lines",), "over": ("lines",), "substitute": ("sku", "with")}


class Life:
    """Plans and their progress. Every call holds the world's lock."""

    def __init__(self, world: World, books: Books, floor: Floor) -> None:
        self.world = world
        self.books = books
        self.floor = floor

    def plan(self, reference: str, steps: list[Any]) -> list[Json]:
        """Say how one order goes on; may come before the order. Raises ValueError."""
        made = [self._read(step) for step in steps]
        self.books.plans[reference] = made
        order = self.books.by_reference.get(reference)
        if order is not None:
            order.steps = copy.deepcopy(made)
            order.parked = None
            self._schedule(order)
        return made

    def _read(self, step: Any) -> Json:
        data = {"kind": step} if isinstance(step, str) else dict(step)
        if data.get("kind") not in KINDS:
            raise ValueError(
                f"unknown step {data.get('kind')!r}, known: {sorted(KINDS)}"
            )
        needed = NEEDED.get(data["kind"], ())
        missing = [name for name in needed if not data.get(name)]
        if missing:
            raise ValueError(f"step {data['kind']!r} needs {missing}")
        return data

    def begin(self, order: Order) -> None:
        """A new order: open its shipment and start its plan."""
        wanted: dict[str, int] = {}
        for line in order.lines:
            sku = line["reference_id"]
            wanted[sku] = wanted.get(sku, 0) + line["quantity_ea"]
        self.floor.open(order, wanted, None)
        order.steps = copy.deepcopy(self.books.plans.get(order.reference, DEFAULT))
        self._schedule(order)

    def advance(self, order: Order) -> str | None:
        """Do the next step now; answers its kind, None when nothing is left."""
        order.parked = None
        order.turn += 1
        step = self._next(order)
        if step is None:
            return None
        done = str(step["kind"])
        waits = KINDS[done](self.floor, order, step)
        if waits:
            order.steps.insert(0, step)
            order.parked = waits
        self._schedule(order)
        return done

    def _next(self, order: Order) -> Json | None:
        if not order.steps and order.open_shipment:
            order.steps = copy.deepcopy(REST)
        return order.steps.pop(0) if order.steps else None

    def _schedule(self, order: Order) -> None:
        """Plan the next step, unless the order waits or steps are made by hand."""
        more = order.steps or order.open_shipment
        if order.parked or not more or self.world.settings.mode != "auto":
            return
        step = order.steps[0] if order.steps else {}
        delay = float(step.get("delay", self.world.settings.delay))
        order.turn += 1
        turn = order.turn
        self.world.timer.after(delay, lambda: self._tick(order, turn))

    def _tick(self, order: Order, turn: int) -> None:
        with self.world.lock:
            if self.books.orders.get(order.id) is order and order.turn == turn:
                self.advance(order)

    def stock_came(self) -> None:
        """Wake the orders that wait for stock, oldest first."""
        for order in list(self.books.orders.values()):
            if order.parked == "stock":
                order.parked = None
                self._schedule(order)

    def kick(self) -> None:
        """Put every order that is not parked back on the timer (mode changed)."""
        for order in list(self.books.orders.values()):
            if not order.parked:
                self._schedule(order)
