"""Operations of ShipBob's own sandbox: ship or deliver on command."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta
from typing import Any

from ...core.clock import iso, now
from ...core.message import Answer, Request
from . import errors
from .api import Group, Routes
from .model import Shipment
from .steps import KINDS

Json = dict[str, Any]


class Simulations(Group):
    """``simulates-shipment`` and ``get-simulation-status``.

    A ``delay`` counts in minutes; a minute lasts ``Settings.minute`` seconds here.
    """

    def routes(self) -> Routes:
        """Operations under ``/simulate``."""
        return [
            ("POST", "/simulate/shipment", self.create),
            ("GET", "/simulate/status/{simulationId}", self.status),
        ]

    def create(self, request: Request, _: dict[str, str]) -> Answer:
        """``simulates-shipment``: the chain of actions starts at once."""
        body = request.json_object()
        text, wanted = str(body.get("shipment_id") or ""), body.get("simulation") or {}
        shipment = self.books.shipments.get(int(text) if text.isdigit() else 0)
        if shipment is None or not wanted.get("action"):
            wrong = {"shipment_id": [f"No shipment {text!r}, or no action."]}
            raise errors.fields(400, wrong)
        count = self.books.next("simulation")
        source = random.Random(f"{self.world.seed}/{count}")
        one = str(uuid.UUID(int=source.getrandbits(128), version=4))
        chain = self._chain(wanted, 0.0)
        self.books.simulations[one] = {
            "simulation_id": one,
            "entity_id": text,
            "entity_type": "Order",
            "simulation": chain,
        }
        self._plan(shipment, wanted, chain, 0.0)
        return Answer.of({"simulation_id": one, "message": "Simulation was accepted."})

    def _chain(self, wanted: Json, after: float) -> Json:
        """``Simulation.actionStatusResponseModel``, nested as the request is."""
        at = after + self._seconds(wanted)
        made: Json = {
            "action": wanted["action"],
            "status": "Scheduled",
            "message": None,
            "schedule_time": iso(now() + timedelta(seconds=at)),
        }
        following = wanted.get("next")
        return made | ({"next": self._chain(following, at)} if following else {})

    def _seconds(self, wanted: Json) -> float:
        return float(wanted.get("delay") or 0) * self.world.settings.minute

    def _plan(
        self, shipment: Shipment, wanted: Json, state: Json, after: float
    ) -> None:
        at = after + self._seconds(wanted)
        self.world.timer.after(at, lambda: self._run(shipment, state))
        if wanted.get("next"):
            self._plan(shipment, wanted["next"], state["next"], at)

    def _run(self, shipment: Shipment, state: Json) -> None:
        with self.world.lock:
            if self.books.shipments.get(shipment.id) is not shipment:
                return
            if state["action"] == "ShipOrder":
                done = self._ship(shipment)
            else:
                done = shipment.stage == "shipped"
                if done:
                    self.floor.delivered(shipment)
            state["status"] = "Completed" if done else "Failed"
            state["message"] = None if done else f"Shipment is {shipment.stage}."

    def _ship(self, shipment: Shipment) -> bool:
        order = shipment.order
        if order.open_shipment is not shipment:
            return False
        return KINDS["ship"](self.floor, order, {"kind": "ship"}) is None

    def status(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``get-simulation-status``."""
        found = self.books.simulations.get(arguments["simulationId"])
        if found is None:
            raise errors.problem(404, "Not Found")
        return Answer.of(found)
