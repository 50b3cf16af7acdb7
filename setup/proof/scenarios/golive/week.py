"""The first days: what people do, what the partner does, what does not fit."""

from __future__ import annotations

import re
from typing import Any

from ..waiting import wait_until
from .former import take_from_shelf, tell_foreign_events, validate_by_hand
from .golive import Connection
from .world import RENAMED, Order, World

PATIENCE = 900
FOREIGN = 5


def send_at_the_start(world: World, connection: Connection) -> None:
    """What was decided to be sent is at the partner soon after the start."""
    orders = world.of("sent at the start")

    def accepted() -> bool:
        states = [p["logistics_state"] for p in world.pickings(orders)]
        return all(state == "accepted" for state in states)

    wait_until("all that was to be sent is accepted", accepted, PATIENCE)
    connection.wait_idle()


def former_process_goes_on(world: World) -> None:
    """What stays is validated by hand, as before; the partner never hears of it."""
    orders = world.of("stays")
    for order in orders:
        validate_by_hand(world, order)
    take_from_shelf(world, orders)


def hands_on_what_the_partner_has(world: World, connection: Connection) -> None:
    """People validate what the partner has: it is asked not to ship it."""
    for order in world.of("sent at the start")[:4]:
        order.story = "validated at the partner"
        validate_by_hand(world, order)
    orders = world.of("validated at the partner")

    def cancelled() -> bool:
        states = {p["logistics_state"] for p in world.pickings(orders)}
        return states == {"cancelled"}

    wait_until("the partner agreed not to ship", cancelled, PATIENCE)
    take_from_shelf(world, orders)


def hands_while_paused(world: World, connection: Connection) -> None:
    """Ordered and validated by hand while the connection is paused: never sent."""
    context = {"default_backend_ids": [connection.id], "default_reason": "Stocktake"}
    [pause] = world.client.call(
        "logistics.pause",
        "create",
        [{"backend_ids": [[6, 0, [connection.id]]], "reason": "Stocktake"}],
        context=context,
    )
    world.client.call("logistics.pause", "action_confirm", [pause])
    by_hand = world.sell(5, "validated while paused")
    world.sell(5, "ordered while paused")
    for order in by_hand:
        validate_by_hand(world, order)
    take_from_shelf(world, by_hand)
    connection.press("action_resume")
    connection.wait_idle()


def rename_products(world: World) -> None:
    """The product manager gives goods other SKUs; the partner knows the old ones."""
    for old, new in RENAMED.items():
        world.client.write(
            "product.product", [world.products[old]], {"default_code": new}
        )


def order_again(world: World) -> None:
    """The partner relabels what is free; what is ordered again has the new SKU."""
    stock = world.partner.books()["stock"]
    for old, new in RENAMED.items():
        free = stock[old]["on_hand"] - stock[old]["committed"]
        world.partner.catalogue({"sku": old, "quantity": -free})
        world.partner.catalogue({"sku": new, "name": old, "quantity": free})
    world.sell(15, "ordered later")


def events_of_another_channel(world: World, connection: Connection) -> None:
    """They carry our references and other order ids; a person sets them aside."""
    tell_foreign_events(world, world.of("sent at the start")[:FOREIGN])
    world.partner.wait_webhooks(60)
    connection.wait_idle()
    set_aside(world, [connection])


def set_aside(world: World, connections: list[Connection]) -> None:
    """A person ignores what is about orders that are not ours, and nothing else."""
    domain = [
        ("backend_id", "in", [connection.id for connection in connections]),
        ("state", "in", ("open", "in_progress")),
        ("kind", "in", ("conflict", "unknown_document", "unknown_product")),
    ]
    found = world.client.search_read(
        "logistics.exception", domain, ["kind", "title", "cause"]
    )
    ids = [
        row["id"]
        for row in found
        if "99000" in row["cause"]
        # Old labels that are left, and goods that another system sells.
        or set(re.split(r",\s*|\s+", row["cause"])) <= {*RENAMED, "SHOP-GOODS"}
        or any(name in f"{row['title']} {row['cause']}" for name in world.foreign)
    ]
    if ids:
        world.client.call("logistics.exception", "action_ignore", ids)
    world.context.say(f"{len(ids)} exceptions about others' orders were set aside")


def partner_ships(world: World, orders: list[Order]) -> None:
    """The partner works through what it has."""
    for picking in world.pickings(orders):
        reference = picking["logistics_reference"]
        if reference and picking["state"] not in ("done", "cancel"):
            world.partner.run(reference)


def wait_shipped(world: World, orders: list[Order]) -> None:
    """Wait until Odoo has validated what the partner shipped."""

    def done() -> bool:
        return all(p["state"] == "done" for p in world.pickings(orders))

    try:
        wait_until(f"{len(orders)} orders shipped", done, PATIENCE)
    except AssertionError:
        left: list[Any] = [
            (p["name"], p["state"], p["logistics_state"])
            for p in world.pickings(orders)
            if p["state"] != "done"
        ]
        world.context.say(f"not shipped: {left[:10]} ({len(left)})")
