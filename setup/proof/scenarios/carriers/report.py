"""What a person sees at the end, and what --json prints."""

from __future__ import annotations

from collections import Counter
from typing import Any

from partner_sandbox.client import Sandbox

from .audit import Audit
from .desk import LIVE, Order


def to_json(audit: Audit, partner: Sandbox, contracts: bool) -> dict[str, Any]:
    """Return the result; `ok` is False when anything disagrees.

    Numbers count what is live: a voided label and its shipment are not in them.
    `cost_differences` are shipments that Odoo found billed for more than was quoted:
    they must be those that the carriers did bill so. `contract_violations` is None
    where the vendors' contracts are not available.
    """
    violations = partner.violations()["count"] if contracts else None
    states = [shipment["state"] for shipment in audit.shipments.values()]
    counts = (audit.duplicates, audit.orphans, audit.unexplained, audit.problems)
    return {
        "ok": not any(counts) and not violations,
        "shipments": sum(state in LIVE for state in states),
        "parcels": len(audit.parcels),
        "live_labels": len(audit.labels),
        "duplicate_labels": len(audit.duplicates),
        "orphan_labels": len(audit.orphans),
        "delivered": audit.delivered,
        "explained": sum(audit.explained.values()),
        "unexplained": len(audit.unexplained),
        "cost_differences": audit.cost_differences,
        "contract_violations": violations,
        "explanations": dict(audit.explained),
        "proofs": audit.proofs,
        "problems": [*audit.unexplained, *audit.problems],
    }


def print_orders(orders: list[Order], audit: Audit) -> None:
    """Print each order with its parcels as a table."""
    mine: dict[int, list[str]] = {}
    for parcel in audit.parcels:
        picking = (parcel["picking_id"] or [0])[0]
        text = f"{parcel['tracking_number']} {parcel['status']}"
        mine.setdefault(picking, []).append(text)
    for order in orders:
        plan = order.plan
        cut = ", answer cut off" if plan.is_cut else ""
        print(
            f"\n{order.name}  {order.reference}  {plan.country}  {plan.method.name}"
            f"\n  {plan.case.title}{cut}"
        )
        for text in mine.get(order.picking, ["no live label"]):
            print(f"    {text}")


def print_summary(result: dict[str, Any], audit: Audit) -> None:
    """Print the comparison's result."""
    countries = Counter(order.plan.country for order in audit.orders)
    print(
        f"\n{len(audit.orders)} orders to {len(countries)} countries:"
        f" {result['parcels']} parcels, {result['live_labels']} live labels,"
        f" {result['delivered']} delivered, {result['proofs']} proofs of delivery,"
        f" {result['cost_differences']} shipments billed too high."
    )
    for reason, count in audit.explained.items():
        print(f"  {count:3}  {reason}")
    if result["problems"] or audit.duplicates or audit.orphans:
        print("Odoo and the carriers disagree:")
        for number in audit.duplicates:
            print(f"  - {number} was bought twice")
        for number in audit.orphans:
            print(f"  - {number} belongs to no parcel in Odoo")
        for text in result["problems"]:
            print(f"  - {text}")
    else:
        print("Odoo's records agree with the carriers' books.")
