"""What a case does with its order: the moves of a salesperson and of the partner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hub.server.odoo_client import OdooClient
from partner_sandbox.client import Sandbox

from ..waiting import PATIENCE, wait_until
from .data import MasterData

PICKING_FIELDS = [
    "name",
    "state",
    "logistics_state",
    "logistics_reference",
    "carrier_tracking_ref",
    "backorder_id",
]


@dataclass(frozen=True)
class Case:
    """One order of the scenario.

    :param customer: a key of the master data, or what makes the customer
    :param outcome: how it must end: shipped, cancelled or rejected
    :param lines: (SKU, quantity) or (SKU, quantity, "dozen")
    :param before: what is prepared once the draft exists
    :param deliveries: how many done deliveries it must end with
    :param exceptions: how many exceptions stay open for a person to see
    """

    key: str
    title: str
    customer: str | Callable[[Orders], int]
    lines: tuple[tuple, ...]
    play: Callable[[Orders, Order], None]
    outcome: str = "shipped"
    carrier: str = "Ground"
    before: Callable[[Orders, Order], None] | None = None
    deliveries: int = 1
    exceptions: int = 0


@dataclass
class Order:
    """A sales order on its way; the lists are filled when it is settled."""

    case: Case
    id: int
    name: str
    reference: str = ""
    state: str = ""
    invoice_status: str = ""
    pickings: list[dict[str, Any]] = field(default_factory=list)
    shipped: list[dict[str, Any]] = field(default_factory=list)
    lots: list[str] = field(default_factory=list)
    timeline: list[dict[str, Any]] = field(default_factory=list)


class Orders:
    """The orders of the scenario, on both sides."""

    def __init__(self, client: OdooClient, partner: Sandbox, data: MasterData) -> None:
        self.client = client
        self.partner = partner
        self.data = data

    # The salesperson.

    def enter(self, case: Case) -> Order:
        """Create and confirm the order; its delivery is released automatically."""
        customer = case.customer(self) if callable(case.customer) else None
        values = {
            "partner_id": customer or self.data.customers[case.customer],
            "warehouse_id": self.data.warehouse,
            "client_order_ref": f"PO-{case.key}",
            "order_line": [[0, 0, self._line(line)] for line in case.lines],
        }
        [order_id] = self.client.create("sale.order", values)
        self._add_shipping(order_id, self.data.carriers[case.carrier])
        [row] = self.client.read("sale.order", [order_id], ["name"])
        order = Order(case, order_id, row["name"])
        if case.before:
            case.before(self, order)
        self.client.call("sale.order", "action_confirm", [order_id])
        order.reference = self.pickings(order)[0]["logistics_reference"]
        return order

    def _add_shipping(self, order_id: int, carrier: int) -> None:
        """The “Add shipping” wizard."""
        values = {"order_id": order_id, "carrier_id": carrier}
        wizards = self.client.create("choose.delivery.carrier", values)
        self.client.call("choose.delivery.carrier", "button_confirm", wizards)

    def _line(self, line: tuple) -> dict[str, Any]:
        sku, quantity, *unit = line
        values = {"product_id": self.data.products[sku], "product_uom_qty": quantity}
        if unit:
            values["product_uom_id"] = self.data.dozen
        return values

    def pickings(self, order: Order) -> list[dict[str, Any]]:
        """The deliveries of an order, oldest first."""
        domain = [("sale_id", "=", order.id)]
        return self.client.search_read(
            "stock.picking", domain, PICKING_FIELDS, order="id"
        )

    def wait_partner_state(self, order: Order, *states: str) -> dict[str, Any]:
        """Wait until the latest delivery has this status at the partner."""

        def reached() -> dict[str, Any] | None:
            picking = self.pickings(order)[-1]
            return picking if picking["logistics_state"] in states else None

        return wait_until(f"{order.name} {' or '.join(states)}", reached)

    def wait_done(self, order: Order, count: int = 1) -> None:
        """Wait until so many deliveries of the order are done."""
        wait_until(
            f"{order.name}: {count} deliveries done",
            lambda: sum(p["state"] == "done" for p in self.pickings(order)) >= count,
        )

    def wait_exception(self, order: Order, *kinds: str) -> dict[str, Any]:
        """Wait for an open exception about the order's delivery."""
        ids = [picking["id"] for picking in self.pickings(order)]
        domain = [
            ("res_model", "=", "stock.picking"),
            ("res_id", "in", ids),
            ("state", "in", ("open", "in_progress")),
            *([("kind", "in", kinds)] if kinds else []),
        ]
        fields = ["kind", "title", "cause", "remedy"]
        [found, *_rest] = wait_until(
            f"an exception about {order.name}",
            lambda: self.client.search_read("logistics.exception", domain, fields),
        )
        return found

    def replay(self, exception: dict[str, Any]) -> None:
        """Press the exception's button."""
        self.client.call("logistics.exception", "action_replay", [exception["id"]])

    def poll(self) -> None:
        """Press “Poll now” on every poll of the backend."""
        polls = self.client.call(
            "logistics.poll", "search", [("backend_id", "=", self.data.backend)]
        )
        self.client.call("logistics.poll", "action_run", polls)

    def wait_idle(self) -> None:
        """Wait until no message is under way."""
        domain = [("state", "in", ("pending", "in_progress", "retrying"))]
        wait_until(
            "all messages processed",
            lambda: not self.client.call("logistics.message", "search_count", domain),
        )

    # The partner.

    def accepted(self, order: Order) -> None:
        """Wait until the partner has the order."""
        self.wait_partner_state(order, "accepted", "sent")

    def fulfil(self, order: Order, steps: list[Any] | None = None) -> None:
        """Let the partner work: its usual steps, or these."""
        if steps:
            self.partner.plan(order.reference, steps)
        self.partner.run(order.reference)

    def partner_orders(self, order: Order) -> list[dict[str, Any]]:
        """Every order in the partner's books with a reference of this order."""
        references = {p["logistics_reference"] for p in self.pickings(order)}
        books = self.partner.books()["orders"]
        return [entry for entry in books if entry["reference"] in references]

    # The end of the day.

    def settle(self, played: list[Order]) -> None:
        """Wait until nothing is under way, then read how everything ended."""
        self.partner.wait_webhooks(PATIENCE)
        self.wait_idle()
        for order in played:
            self._read(order)

    def _read(self, order: Order) -> None:
        [row] = self.client.read("sale.order", [order.id], ["state", "invoice_status"])
        order.state, order.invoice_status = row["state"], row["invoice_status"]
        order.pickings = self.pickings(order)
        done = [p["id"] for p in order.pickings if p["state"] == "done"]
        order.shipped = self.client.search_read(
            "stock.move.line",
            [("picking_id", "in", done)],
            ["product_id", "quantity_product_uom", "lot_id", "result_package_id"],
        )
        order.lots = sorted({x["lot_id"][1] for x in order.shipped if x["lot_id"]})
        order.timeline = self._timeline(order)

    def _timeline(self, order: Order) -> list[dict[str, Any]]:
        """The messages about the order, as its smart button shows them."""
        action = self.client.call(
            "sale.order", "action_view_logistics_messages", [order.id]
        )
        fields = ["create_date", "direction", "type_id", "event", "state", "error"]
        messages = self.client.search_read(
            "logistics.message", action["domain"], fields, order="id"
        )
        return [
            {
                "at": message["create_date"].replace(" ", "T") + "Z",
                "event": _event(message),
                "direction": message["direction"],
            }
            for message in messages
        ]


def _event(message: dict[str, Any]) -> str:
    what = message["type_id"][1] if message["type_id"] else "Message"
    event = f" ({message['event']})" if message["event"] else ""
    return f"{what}{event}: {message['state']}"
