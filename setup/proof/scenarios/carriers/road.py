"""What happens to the parcels at the carriers, and how Odoo hears of it."""

from __future__ import annotations

from typing import Any

from hub.server.odoo_client import OdooClient
from partner_sandbox.client import Sandbox

from ..waiting import wait_until
from .data import PUSHING, MasterData
from .desk import PATIENCE, Desk, Order
from .plan import PLAIN

PURCHASE = {
    "ups": "/ship$",
    "dhl_express": "^/shipments$",
    "dpd_fr": "",
    "shipengine": "^/v1/labels$",
}
# Steps of each stage: the way, then one by one what goes wrong, then the end.
STAGES = (3, 1, 1, None)
FINAL = ("delivered", "returned", "lost", "cancelled")
JOBS = ("wait_dependencies", "pending", "enqueued", "started")


class Road:
    """The carriers' vans and depots, and Odoo's questions about them."""

    def __init__(self, desk: Desk) -> None:
        self.client: OdooClient = desk.client
        self.partner: Sandbox = desk.partner
        self.data: MasterData = desk.data
        self.desk = desk

    def plan(self, orders: list[Order]) -> None:
        """Plan what will happen to the parcels, before they are bought."""
        for order in orders:
            # A label bought again has a reference of its own.
            anew = order.plan.case.action == "void"
            for reference in [order.reference, *([f"{order.reference}-2"] * anew)]:
                self.partner.carrier_plan(
                    reference, list(order.plan.case.life), order.plan.method.dialect
                )

    def cut(self, orders: list[Order]) -> list[int]:
        """The sockets of these purchases will be cut after the carrier sold."""
        return self.partner.rules(
            *(
                {
                    "action": "timeout_after_commit",
                    "mode": "cut",
                    "dialect": order.plan.method.dialect,
                    "method": "POST",
                    "path": PURCHASE[order.plan.method.dialect],
                    "reference": f"^{order.reference}$",
                    "times": 1,
                }
                for order in orders
                if order.plan.is_cut
            )
        )

    def lose_webhooks(self, orders: list[Order]) -> None:
        """What two carriers report about one plain order is lost: polling finds it."""
        for dialect in PUSHING:
            order = next(
                (
                    o
                    for o in orders
                    if o.plan.method.dialect == dialect and o.plan.case is PLAIN
                ),
                None,
            )
            if order:
                rule = {"action": "drop", "reference": f"^{order.reference}$"}
                self.partner.rules(rule | {"dialect": dialect})

    def drive(self) -> None:
        """Every parcel goes to the end of its life, in stages that Odoo hears of."""
        for steps in STAGES:
            self.partner.carrier_run_all(steps=steps)
            self.hear()

    def hear(self, everyone: bool = False) -> None:
        """Wait for webhooks; ask the carriers that have none, or all of them."""
        self.partner.wait_webhooks(PATIENCE)
        asked = [
            backend
            for dialect, backend in self.data.backends.items()
            if everyone or dialect not in PUSHING
        ]
        parcels = self.client.call(
            "logistics.parcel",
            "search",
            [
                ("backend_id", "in", asked),
                ("tracking_number", "!=", False),
                ("status", "not in", FINAL),
            ],
        )
        if parcels:
            self.client.call("logistics.parcel", "action_track_now", parcels)
        self._wait_polls()
        self.desk.wait_idle()

    def _wait_polls(self) -> None:
        domain: list[Any] = [
            ("model_name", "=", "logistics.poll"),
            ("state", "in", JOBS),
        ]
        wait_until(
            "all carriers asked",
            lambda: not self.client.call("queue.job", "search_count", domain),
            PATIENCE,
        )

    def send_back(self, returns: dict[str, Order]) -> None:
        """Customers bring their parcels back, with all but the unused labels."""
        for reference, order in returns.items():
            if order.plan.case.action == "return":
                self.partner.carrier_run(reference)
        self.hear(everyone=True)
