"""What people do in Odoo: sell, pack, buy labels, take them back, hand over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hub.server.odoo_client import OdooClient
from partner_sandbox.client import Sandbox

from ..waiting import wait_until
from .data import ITEMS, MasterData
from .plan import METHODS, Plan

PATIENCE = 180.0
CHUNK = 16
UNDER_WAY = ("pending", "in_progress", "retrying")
OPEN = ("open", "in_progress")
LIVE = ("labelled", "manifested", "in_transit", "delivered", "returned", "lost")


def in_parts(ids: list[int]) -> Iterator[list[int]]:
    """Ids in parts that Odoo handles in one request."""
    yield from (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK))


@dataclass
class Order:
    """One order of the wave and its delivery."""

    plan: Plan
    id: int
    name: str
    picking: int = 0
    reference: str = ""
    notes: list[str] = field(default_factory=list)


class Desk:
    """The shop's people, on all orders of the wave at once where Odoo can."""

    def __init__(self, client: OdooClient, partner: Sandbox, data: MasterData) -> None:
        self.client = client
        self.partner = partner
        self.data = data

    @property
    def backends(self) -> list[int]:
        """Ids of the carriers' backends."""
        return list(self.data.backends.values())

    # Orders and parcels.

    def enter(self, wave: list[Plan]) -> list[Order]:
        """Create and confirm all orders; their deliveries are reserved."""
        ids = self.client.create("sale.order", [self._prepare(plan) for plan in wave])
        rows = self.client.read("sale.order", ids, ["name"])
        names = {row["id"]: row["name"] for row in rows}
        orders = [
            Order(plan, id_, names[id_]) for plan, id_ in zip(wave, ids, strict=True)
        ]
        self._ask_prices(orders)
        for part in in_parts(ids):
            self.client.call("sale.order", "action_confirm", part)
        pickings = self.client.search_read(
            "stock.picking", [("sale_id", "in", ids)], ["name", "sale_id"]
        )
        by_order = {row["sale_id"][0]: row for row in pickings}
        for order in orders:
            row = by_order[order.id]
            order.picking, order.reference = row["id"], row["name"]
        self.client.call("stock.picking", "action_assign", [o.picking for o in orders])
        return orders

    def _prepare(self, plan: Plan) -> dict[str, Any]:
        """A line for each parcel, of different goods."""
        lines = [
            {
                "product_id": self.data.products[ITEMS[(plan.number + n) % 4].sku],
                "product_uom_qty": 1 + (plan.number + n) % 3,
            }
            for n in range(plan.parcels)
        ]
        return {
            "partner_id": self.data.customers[plan.country],
            "warehouse_id": self.data.warehouse,
            "client_order_ref": f"WAVE-{plan.number:03}",
            "carrier_id": self.data.methods[plan.method.key],
            "order_line": [[0, 0, line] for line in lines],
        }

    def _ask_prices(self, orders: list[Order]) -> None:
        """“Add shipping” with the carrier's price, once for each shipping method."""
        for key in {order.plan.method.key: None for order in orders}:
            if METHODS[key].dialect == "dpd_fr":  # its service gives no prices
                continue
            order = next(o for o in orders if o.plan.method.key == key)
            values = {"order_id": order.id, "carrier_id": self.data.methods[key]}
            wizards = self.client.create("choose.delivery.carrier", values)
            self.client.call("choose.delivery.carrier", "update_price", wizards)
            [row] = self.client.read(
                "choose.delivery.carrier", wizards, ["delivery_price"]
            )
            if row["delivery_price"] <= 0:
                raise AssertionError(f"{METHODS[key].name}: no price for {order.name}")
            self.client.call("choose.delivery.carrier", "button_confirm", wizards)

    def pack(self, orders: list[Order]) -> None:
        """“Put in pack”: each line in a carton of its own."""
        domain = [("picking_id", "in", [order.picking for order in orders])]
        lines = self.client.call("stock.move.line", "search", domain, order="id")
        for line in lines:
            self.client.call(
                "stock.move.line",
                "action_put_in_pack",
                [line],
                package_type_id=self.data.carton,
            )

    # Labels.

    def buy(self, orders: list[Order]) -> list[str]:
        """Buy all labels at once; return what was not bought, and why."""
        action = self.client.call(
            "stock.picking", "action_logistics_buy_many", [o.picking for o in orders]
        )
        batch = action["res_id"]

        def settled() -> dict[str, Any] | None:
            fields = ["waiting_count", "problem_count", "done_count"]
            [row] = self.client.read("logistics.label.batch", [batch], fields)
            return None if row["waiting_count"] else row

        row = wait_until("all labels bought or refused", settled, PATIENCE)
        if not row["problem_count"]:
            return []
        lines = self.client.search_read(
            "logistics.label.batch.line",
            [("batch_id", "=", batch)],
            ["picking_id", "result", "message"],
        )
        return [
            f"{line['picking_id'][1]}: no label: {line['message']}"
            for line in lines
            if line["result"] == "problem"
        ]

    def shipments(self, order: Order, *states: str) -> list[dict[str, Any]]:
        """The shipments of an order's delivery, the newest first."""
        domain: list[Any] = [("picking_id", "=", order.picking)]
        if states:
            domain.append(("state", "in", states))
        return self.client.search_read(
            "logistics.shipment", domain, ["name", "state", "direction", "error"]
        )

    def take_back(self, orders: list[Order]) -> None:
        """Void labels: of parcels packed again, and of cancelled orders."""
        for order in orders:
            if order.plan.case.action == "void":
                [shipment] = self.shipments(order, "labelled")
                self.client.call("logistics.shipment", "action_void", [shipment["id"]])
            elif order.plan.case.action == "cancel":
                self.client.call("sale.order", "action_cancel", [order.id])
        chosen = [o for o in orders if o.plan.case.action in ("void", "cancel")]
        for order in chosen:
            wait_until(
                f"{order.reference} voided",
                lambda order=order: self.shipments(order, "voided"),
                PATIENCE,
            )
        for order in chosen:
            if order.plan.case.action == "void":
                self.client.call(
                    "stock.picking", "action_logistics_buy", [order.picking]
                )
        for order in chosen:
            if order.plan.case.action == "void":
                self._wait_label(order, "outbound")

    def _wait_label(self, order: Order, direction: str) -> dict[str, Any]:
        def bought() -> dict[str, Any] | None:
            found = [
                shipment
                for shipment in self.shipments(order, *LIVE)
                if shipment["direction"] == direction
            ]
            return found[0] if found else None

        return wait_until(f"{order.reference}: {direction} label", bought, PATIENCE)

    def buy_returns(self, orders: list[Order]) -> dict[str, Order]:
        """Return labels for those who want one; answer them by their reference."""
        wanted = [o for o in orders if o.plan.case.action.startswith("return")]
        for order in wanted:
            self.client.call(
                "stock.picking", "action_logistics_return_label", [order.picking]
            )
        return {self._wait_label(order, "return")["name"]: order for order in wanted}

    # Handing over.

    def validate(self, orders: list[Order]) -> None:
        """Validate the deliveries that are not cancelled."""
        ids = [o.picking for o in orders if o.plan.case.action != "cancel"]
        for part in in_parts(ids):
            self.client.call(
                "stock.picking",
                "button_validate",
                part,
                context={"skip_sms": True},
            )
        left = self.client.search_read(
            "stock.picking", [("id", "in", ids), ("state", "!=", "done")], ["name"]
        )
        if left:
            raise AssertionError(f"not shipped: {[row['name'] for row in left]}")

    def close_day(self) -> list[dict[str, Any]]:
        """Close each carrier's day; return the manifests."""
        schedules = self.client.call(
            "logistics.carrier.schedule",
            "search",
            [("backend_id", "in", self.backends)],
        )
        self.client.call("logistics.carrier.schedule", "action_close_day", schedules)

        def closed() -> list[dict[str, Any]]:
            rows = self.client.search_read(
                "logistics.manifest",
                [("backend_id", "in", self.backends)],
                ["name", "state", "is_local", "shipment_count", "error", "backend_id"],
            )
            return [] if any(r["state"] == "requested" for r in rows) else rows

        return wait_until("all manifests answered", closed, PATIENCE)

    def book_pickups(self) -> list[dict[str, Any]]:
        """Ask each carrier to fetch; DHL's answer is cut off after it booked."""
        self.partner.rules(
            {
                "action": "timeout_after_commit",
                "dialect": "dhl_express",
                "method": "POST",
                "path": "/pickups$",
                "times": 1,
            }
        )
        ids = self.client.create(
            "logistics.pickup",
            [
                {"backend_id": backend, "warehouse_id": self.data.warehouse}
                for backend in self.backends
            ],
        )
        self.client.call("logistics.pickup", "action_book", ids)

        def answered() -> list[dict[str, Any]]:
            fields = ["name", "state", "external_id", "error", "backend_id"]
            rows = self.client.read("logistics.pickup", ids, fields)
            # Of which nobody knows, they stay requested, and say so.
            waiting = [r for r in rows if r["state"] == "requested" and not r["error"]]
            return [] if waiting else rows

        return wait_until("all pickups answered", answered, PATIENCE)

    # Waiting, and the person who asks the carrier.

    def wait_idle(self) -> None:
        """Wait until no message of our carriers is under way."""
        domain = [
            ("state", "in", UNDER_WAY),
            ("backend_id", "in", self.backends),
        ]
        wait_until(
            "all messages processed",
            lambda: not self.client.call("logistics.message", "search_count", domain),
            PATIENCE,
        )

    def open_exceptions(self) -> list[dict[str, Any]]:
        """The open exceptions of our carriers."""
        return self.client.search_read(
            "logistics.exception",
            [("backend_id", "in", self.backends), ("state", "in", OPEN)],
            ["kind", "title", "cause", "remedy", "res_model", "res_id"],
        )

    def settle_unknown(self) -> list[str]:
        """Do what the remedy of an unknown outcome says: ask the carrier.

        What it has is marked as resolved, on the pickup where it is one; what it does
        not have is replayed.
        :return: a sentence for each
        """
        told = []
        for found in self.open_exceptions():
            if found["kind"] != "outcome_unknown":
                continue
            name = self._get_name(found)
            known = self._carrier_has(found["res_model"], name)
            if known and found["res_model"] == "logistics.pickup":
                self.client.call(
                    found["res_model"], "action_is_coming", [found["res_id"]]
                )
            else:
                button = "action_resolve" if known else "action_replay"
                self.client.call("logistics.exception", button, [found["id"]])
            answer = "has it: resolved" if known else "does not have it: replayed"
            told.append(f"{name}: the carrier {answer}")
        return told

    def _get_name(self, exception: dict[str, Any]) -> str:
        model, id_ = exception["res_model"], exception["res_id"]
        return self.client.read(model, [id_], ["name"])[0]["name"]

    def _carrier_has(self, model: str, name: str) -> bool:
        """What the carrier says on the phone."""
        books = self.partner.carrier_books().values()
        if model == "logistics.pickup":
            return any(
                pickup["reference"] == name and pickup["state"] != "cancelled"
                for carrier in books
                for pickup in carrier["pickups"]
            )
        return any(
            shipment["reference"] == name and not parcel["voided"]
            for carrier in books
            for shipment in carrier["shipments"]
            for parcel in shipment["parcels"]
        )
