"""Compare Odoo's parcels with the carriers' books; nothing is taken on trust."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from .desk import Desk, Order

# The carrier's last word on a parcel -> Odoo's status, where Odoo is notified.
STATUSES = {
    "created": "created",
    "delivered": "delivered",
    "returned": "returned",
    "lost": "lost",
    "customs_hold": "exception",
}
# Carriers whose interface reports nothing about parcels in transit.
MUTE = ("dpd_fr",)
PROVING = ("ups", "dhl_express", "shipengine")


@dataclass(frozen=True)
class Label:
    """A live label in a carrier's books."""

    dialect: str
    tracking: str
    reference: str
    direction: str
    destination: str
    status: str


class Audit:
    """``problems`` are sentences; the counters are what the report shows."""

    def __init__(self, desk: Desk, orders: list[Order]) -> None:
        self.desk = desk
        self.client = desk.client
        self.orders = orders
        self.problems: list[str] = []
        self.explained: Counter[str] = Counter()
        self.delivered = 0
        self.unexplained: list[str] = []
        self.duplicates: list[str] = []
        self.orphans: list[str] = []
        self.proofs = 0
        self.cost_differences = 0

    def run(self) -> None:
        """Read both sides, then compare them."""
        self._read_carriers()
        self._read_odoo()
        self._check_labels()
        for order in self.orders:
            self._check_order(order)
        for parcel in self.parcels:
            self._check_parcel(parcel)
        self._check_proofs()
        self._check_exceptions()

    # Both sides.

    def _read_carriers(self) -> None:
        books = self.desk.partner.carrier_books()
        self.labels = {
            parcel["tracking_number"]: Label(
                dialect,
                parcel["tracking_number"],
                shipment["reference"],
                shipment["direction"],
                shipment["destination"],
                parcel["status"],
            )
            for dialect in self.desk.data.backends
            for shipment in books[dialect]["shipments"]
            for parcel in shipment["parcels"]
            if not parcel["voided"]
        }

    def _read_odoo(self) -> None:
        backends = [("backend_id", "in", self.desk.backends)]
        rows = self.client.search_read(
            "logistics.shipment", backends, ["name", "state", "direction", "picking_id"]
        )
        self.shipments = {row["id"]: row for row in rows}
        fields = ["shipment_id", "picking_id", "tracking_number", "status"]
        self.parcels = self.client.search_read(
            "logistics.parcel",
            [*backends, ("status", "!=", "cancelled")],
            [*fields, "status_reason", "label_id", "backend_id"],
        )
        exceptions = self.client.search_read(
            "logistics.exception",
            [*backends, ("res_model", "=", "logistics.parcel")],
            ["kind", "state", "res_id"],
        )
        self.exceptions: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in exceptions:
            self.exceptions[row["res_id"]].append(row)
        self.by_picking = {order.picking: order for order in self.orders}

    # Labels.

    def _check_labels(self) -> None:
        """Each parcel of ours has one live label, and each live label a parcel."""
        ours = Counter(parcel["tracking_number"] for parcel in self.parcels)
        self.orphans = sorted(set(self.labels) - set(ours))
        for parcel in self.parcels:
            number = parcel["tracking_number"]
            if number not in self.labels:
                name = self.shipments[parcel["shipment_id"][0]]["name"]
                self.unexplained.append(f"{name}: no live label {number or ''}")
            elif ours[number] > 1:
                self.problems.append(f"{number} is on two parcels")
            elif not parcel["label_id"]:
                self.problems.append(f"{number} has no label to print")

    def _check_order(self, order: Order) -> None:
        """What the plan wanted against what the carrier has, without Odoo."""
        plan = order.plan
        wanted = {"outbound": 0 if plan.case.action == "cancel" else plan.parcels}
        if plan.case.action.startswith("return"):
            wanted["return"] = plan.parcels
        found: dict[str, list[Label]] = defaultdict(list)
        for label in self.labels.values():
            own = label.reference == order.reference
            if own or label.reference.startswith(f"{order.reference}-"):
                found[label.direction].append(label)
        for direction in ("outbound", "return"):
            labels, count = found[direction], wanted.get(direction, 0)
            self.duplicates += [label.tracking for label in labels[count:]]
            if len(labels) < count:
                missing = count - len(labels)
                text = f"{order.reference}: {missing} {direction} labels are missing"
                self.unexplained.append(text)
        self.problems += [
            f"{label.tracking} goes to {label.destination}, not {plan.country}"
            for label in found["outbound"]
            if label.destination != plan.country or label.dialect != plan.method.dialect
        ]

    # Where the parcels are.

    def _check_parcel(self, parcel: dict[str, Any]) -> None:
        label = self.labels.get(parcel["tracking_number"])
        order = self.by_picking.get(parcel["picking_id"] and parcel["picking_id"][0])
        if not label or not order:
            return
        is_return = label.direction == "return"
        if label.dialect in MUTE:
            self._check_mute(parcel, label)
        elif parcel["status"] != STATUSES.get(label.status):
            text = f"{label.tracking}: {parcel['status']}, the carrier: {label.status}"
            self.unexplained.append(text)
        elif label.status == "delivered":
            self.delivered += 1
        elif is_return and label.status == "created":
            self.explained["return label not used yet"] += 1
        elif self._has_exception(parcel, order.plan.case.exception):
            self.explained[order.plan.case.title] += 1
        else:
            self.unexplained.append(f"{label.tracking}: {label.status}, and no reason")
        if not is_return and label.dialect not in MUTE:
            self._check_case(parcel, label, order)

    def _check_mute(self, parcel: dict[str, Any], label: Label) -> None:
        """What a carrier does not report is known as far as the handover."""
        state = self.shipments[parcel["shipment_id"][0]]["state"]
        if label.direction == "return":
            self.explained["return label not used yet"] += 1
        elif state == "manifested" and parcel["status"] == "created":
            self.explained["handed over; its carrier has no tracking to ask"] += 1
        else:
            self.unexplained.append(f"{label.tracking}: {state}, {parcel['status']}")

    def _has_exception(self, parcel: dict[str, Any], kind: str) -> bool:
        return any(x["kind"] == kind for x in self.exceptions[parcel["id"]])

    def _check_case(self, parcel: dict[str, Any], label: Label, order: Order) -> None:
        """The trouble of the case was reported, and good news closed what it closes."""
        case = order.plan.case
        if label.status != case.end:
            self.problems.append(f"{label.tracking} ended {label.status}: {case.title}")
        if case.exception and not self._has_exception(parcel, case.exception):
            self.problems.append(f"{label.tracking}: {case.title} was not reported")

    def _check_proofs(self) -> None:
        """A proof of each delivered parcel whose carrier gives one."""
        backends = [self.desk.data.backends[d] for d in PROVING]
        delivered = {
            p["id"]: p["tracking_number"]
            for p in self.parcels
            if p["status"] == "delivered" and p["backend_id"][0] in backends
        }
        rows = self.client.search_read(
            "logistics.proof",
            [("parcel_id", "in", list(delivered))],
            ["parcel_id", "state", "attachment_ids"],
        )
        proven = {
            row["parcel_id"][0]
            for row in rows
            if row["state"] == "received" and row["attachment_ids"]
        }
        self.proofs = len(proven)
        self.problems += [
            f"{number}: no proof of delivery"
            for id_, number in delivered.items()
            if id_ not in proven
        ]

    def _check_exceptions(self) -> None:
        """What is open waits for a person: the troubles planned, nothing else."""
        picking_of = {p["id"]: (p["picking_id"] or [0])[0] for p in self.parcels}
        for found in self.desk.open_exceptions():
            order = None
            if found["res_model"] == "logistics.parcel":
                order = self.by_picking.get(picking_of.get(found["res_id"], 0))
            case = order.plan.case if order else None
            if not (case and case.stays_open and case.exception == found["kind"]):
                text = f"open exception: {found['title']}: {found['cause']}"
                self.problems.append(text)
