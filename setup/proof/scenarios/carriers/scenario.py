"""A wave of orders goes out over four carriers, to a dozen countries and more.

Labels are bought in bulk while answers get lost, some are voided, parcels get lost,
damaged and held, customers send goods back. At the end Odoo's records are compared
with the carriers' books.
"""

from __future__ import annotations

from typing import Any

from partner_sandbox.client import Sandbox

from ..context import ScenarioContext
from .audit import Audit
from .bills import Bills
from .data import prepare
from .desk import Desk, Order
from .plan import ROUTES, Plan, make_wave
from .report import print_orders, print_summary, to_json
from .road import Road

SIZE = 64
# DPD France's client reads the WSDL, which is no part of this repository.
NEED_CONTRACT = ("dpd_fr",)


def run(context: ScenarioContext) -> dict[str, Any]:
    """Play the whole wave; see to_json for the result."""
    return play(context, SIZE)


def play(context: ScenarioContext, size: int) -> dict[str, Any]:
    """Play a wave of so many orders."""
    partner = Sandbox(context.sandbox.url, contracts=context.contracts)
    partner.settings(mode="manual")
    dialects = [d for d in ROUTES if context.contracts or d not in NEED_CONTRACT]
    wave = make_wave(size, dialects)
    context.say(f"A French warehouse, its goods, {len(dialects)} carriers")
    data = prepare(context, partner, dialects)
    desk = Desk(context.client, partner, data)
    road = Road(desk)
    orders, notes = ship(context, desk, road, wave)
    travel(context, desk, road, orders)
    context.say("The carriers bill, some of it too high")
    bills = Bills(desk)
    bills.settle()
    context.say("Comparing Odoo's records with the carriers' books")
    audit = Audit(desk, orders)
    audit.run()
    audit.cost_differences = bills.differences
    audit.problems += [*notes, *bills.problems]
    print_orders(orders, audit)
    result = to_json(audit, partner, context.contracts)
    print_summary(result, audit)
    return result


def ship(
    context: ScenarioContext, desk: Desk, road: Road, wave: list[Plan]
) -> tuple[list[Order], list[str]]:
    """From the orders to the handover; return them, and what went wrong."""
    context.say(f"{len(wave)} orders to {len({p.country for p in wave})} countries")
    orders = desk.enter(wave)
    desk.pack(orders)
    road.plan(orders)
    rules = road.cut(orders)
    road.lose_webhooks(orders)
    context.say(f"Buying the labels in bulk; {len(rules)} answers are cut off")
    problems = desk.buy(orders)
    _settle(context, desk)
    problems += _check_cuts(desk, rules)
    context.say("Voids, cancellations, handover")
    desk.take_back(orders)
    desk.validate(orders)
    for manifest in desk.close_day():
        if manifest["state"] != "done":
            problems.append(f"manifest {manifest['name']}: {manifest['error']}")
    context.say("Pickups; one answer is cut off at a carrier that cannot be asked")
    pickups = desk.book_pickups()
    settled = _settle(context, desk)
    problems += [
        f"pickup {pickup['name']}: {pickup['error']}"
        for pickup in pickups
        if pickup["state"] != "booked"
        and not any(text.startswith(pickup["name"]) for text in settled)
    ]
    return orders, problems


def travel(
    context: ScenarioContext, desk: Desk, road: Road, orders: list[Order]
) -> None:
    """The parcels' way to the customers, and of some of them back."""
    context.say("The parcels travel")
    road.drive()
    road.hear(everyone=True)
    context.say("Customers send goods back")
    road.send_back(desk.buy_returns(orders))
    desk.wait_idle()


def _settle(context: ScenarioContext, desk: Desk) -> list[str]:
    """A person does what the exceptions' remedies say."""
    told = desk.settle_unknown()
    for text in told:
        context.say(text)
    desk.wait_idle()
    return told


def _check_cuts(desk: Desk, rules: list[int]) -> list[str]:
    """Every cut must have happened, or the scenario proves nothing."""
    hits = {rule["id"]: rule["hits"] for rule in desk.partner.get_rules()}
    idle = [number for number in rules if not hits.get(number)]
    return [f"{len(idle)} of {len(rules)} cuts never happened"] if idle else []
