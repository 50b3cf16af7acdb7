"""What a person sees at the end, and what --json prints."""

from __future__ import annotations

from typing import Any

from .audit import outcome, tracking
from .orders import Order, Orders


def to_json(
    orders: Orders, played: list[Order], problems: list[str], contracts: bool
) -> dict[str, Any]:
    """Return the result; `ok` is False when anything disagrees.

    `contract_violations` is None where the vendor's contract is not available.
    """
    violations = orders.partner.violations()["count"] if contracts else None
    open_exceptions = orders.client.call(
        "logistics.exception",
        "search_count",
        [
            ("state", "in", ("open", "in_progress")),
            ("backend_id", "=", orders.data.backend),
        ],
    )
    expected = sum(order.case.exceptions for order in played)
    if open_exceptions != expected:
        problems.append(f"{open_exceptions} exceptions are open, not {expected}")
    if violations:
        problems.append(f"{violations} requests break the partner's contract")
    return {
        "ok": not problems,
        "orders": [_order_json(order) for order in played],
        "partner_requests": orders.partner.requests()["count"],
        "contract_violations": violations,
        "exceptions": open_exceptions,
        "problems": problems,
    }


def _order_json(order: Order) -> dict[str, Any]:
    states = [picking["state"] for picking in order.pickings]
    backorders = [p["name"] for p in order.pickings if p["backorder_id"]]
    return {
        "name": order.name,
        "case": order.case.title,
        "outcome": outcome(order),
        "picking_state": states[-1] if states else None,
        "invoice_state": order.invoice_status,
        "tracking": tracking(order),
        "lots": order.lots,
        "backorder": backorders[0] if backorders else None,
        "timeline": order.timeline,
    }


def print_orders(played: list[Order]) -> None:
    """Print each order's timeline as a table."""
    for order in played:
        print(f"\n{order.name}  {order.case.title}")
        facts = [outcome(order), f"invoice: {order.invoice_status}"]
        if numbers := tracking(order):
            facts.append(f"tracking: {', '.join(numbers)}")
        if order.lots:
            facts.append(f"lots: {', '.join(order.lots)}")
        print("  " + " · ".join(facts))
        for entry in order.timeline:
            arrow = (
                "Odoo → partner" if entry["direction"] == "out" else "Odoo ← partner"
            )
            print(f"    {entry['at'][11:19]}  {arrow}  {entry['event']}")


def print_summary(result: dict[str, Any], problems: list[str]) -> None:
    """Print the comparison's result."""
    violations = result["contract_violations"]
    print(
        f"\n{len(result['orders'])} orders, {result['partner_requests']} requests to"
        f" the partner, {_told(violations)} against its contract,"
        f" {result['exceptions']} exceptions wait for a person."
    )
    if problems:
        print("The books disagree:")
        for text in problems:
            print(f"  - {text}")
    else:
        print("Deliveries, stock, lots, tracking and invoices agree with the books.")


def _told(violations: int | None) -> str:
    return (
        "an unknown number (no contract here)"
        if violations is None
        else str(violations)
    )
