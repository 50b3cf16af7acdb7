"""A go-live on a database that is at work: 200 open deliveries, 40 at the partner.

The manager follows the start checklist, adopts what the partner has, takes over its
count, and starts. People validate by hand, another channel's events come in, SKUs
are renamed, mails go out, and at the end the connector is exchanged. Then both
ledgers are compared: Odoo's and the partner's.
"""

from __future__ import annotations

from typing import Any

from partner_sandbox.client import Sandbox

from ..context import ScenarioContext
from . import week
from .count import Count
from .exchange import exchange
from .former import open_before
from .golive import Connection
from .world import World, prepare

BAD = (
    "shipped_twice",
    "orphaned",
    "foreign_applied",
    "stock_differences",
    "blocked_orders",
    "unexplained",
)


def run(context: ScenarioContext) -> dict[str, Any]:
    """Play the go-live; every count but that of the deliveries must be 0."""
    partner = Sandbox(context.sandbox.url, contracts=context.contracts)
    partner.settings(mode="manual")
    world = prepare(context, partner)
    context.say("200 deliveries are open, 40 of them at the partner")
    open_before(world)
    old = go_live(world)
    first_days(world, old)
    context.say("The connector is exchanged")
    new = exchange(world, old)
    week.set_aside(world, [old, new])
    return report(world, [old.id, new.id])


def go_live(world: World) -> Connection:
    """Work through the checklist until *Start* is accepted."""
    say = world.context.say
    connection = Connection(world, "ShipBob")
    must(connection.is_start_refused(), "Start was accepted without the lists")
    connection.set_up()
    connection.add_route()
    must(connection.is_start_refused(), "Start was accepted before the cut-over")
    decided = connection.decide(world)
    say(f"Decided about what was open: {decided}")
    must(decided.get("adopt Adopted.") == 40, f"not 40 were adopted: {decided}")
    connection.press("action_start")
    connection.press("action_subscribe_webhooks")
    week.send_at_the_start(world, connection)
    say(f"Opening stock: {connection.count_opening_stock()} differences counted")
    blocking = [c for c, s in connection.open_steps().items() if s == "blocking"]
    must(not blocking, f"steps are open after the start: {blocking}")
    return connection


def first_days(world: World, connection: Connection) -> None:
    """What people, the partner and another channel do."""
    say = world.context.say
    say("People validate by hand, before and after the partner has it")
    week.former_process_goes_on(world)
    week.hands_on_what_the_partner_has(world, connection)
    week.hands_while_paused(world, connection)
    say("SKUs are renamed, another channel's events come in")
    week.rename_products(world)
    week.events_of_another_channel(world, connection)
    week.order_again(world)
    connection.wait_idle()
    say("The partner ships")
    open_orders = [
        order
        for order in world.orders
        if order.story
        not in ("stays", "validated at the partner", "validated while paused")
    ]
    week.partner_ships(world, open_orders)
    world.partner.wait_webhooks(120)
    connection.poll("orders")
    week.wait_shipped(world, open_orders)


def report(world: World, connections: list[int]) -> dict[str, Any]:
    """Compare both ledgers; print what is wrong, return the counts."""
    world.context.say("Comparing Odoo's deliveries and stock with the partner's books")
    count = Count(world, connections)
    found = {name: getattr(count, name)() for name in BAD}
    for name, problems in found.items():
        for text in problems:
            print(f"{name}: {text}")
    deliveries = len(count.pickings)
    result: dict[str, Any] = {"deliveries": deliveries}
    result |= {name: len(problems) for name, problems in found.items()}
    return result | {"must_be_zero": BAD}


def must(fact: bool, otherwise: str) -> None:
    """Stop the scenario where going on would prove nothing."""
    if not fact:
        raise AssertionError(otherwise)
