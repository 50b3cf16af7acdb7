"""Sales orders go out to a warehouse partner and come back shipped and invoiced.

Fourteen orders, each with its own trouble, against the sandbox's ShipBob. At the
end Odoo's deliveries, stock and invoices are compared with the partner's books.
"""

from __future__ import annotations

from typing import Any

from partner_sandbox.client import Sandbox

from ..context import ScenarioContext
from .audit import audit
from .cases import CASES
from .data import prepare
from .orders import Order, Orders
from .report import print_orders, print_summary, to_json


def run(context: ScenarioContext) -> dict[str, Any]:
    """Play every case, settle, compare the books; see to_json for the result."""
    partner = Sandbox(context.sandbox.url, contracts=context.contracts)
    partner.settings(mode="manual")
    context.say("Warehouse, products, stock, customers and the ShipBob backend")
    data = prepare(context, partner)
    orders = Orders(context.client, partner, data)
    played = play(context, orders)
    context.say("Comparing deliveries, stock and invoices with the partner's books")
    orders.settle(played)
    problems = audit(orders, played, data)
    print_orders(played)
    result = to_json(orders, played, problems, context.contracts)
    print_summary(result, problems)
    return result


def play(context: ScenarioContext, orders: Orders) -> list[Order]:
    """Enter all orders, then let each case take its course."""
    context.say(f"{len(CASES)} sales orders are entered and confirmed")
    played = [orders.enter(case) for case in CASES]
    for order in played:
        context.say(f"{order.name}: {order.case.title}")
        order.case.play(orders, order)
    return played
