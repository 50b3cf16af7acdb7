"""The connector is exchanged: a new connection takes over, the old one ends."""

from __future__ import annotations

from .golive import Connection
from .week import partner_ships, wait_shipped
from .world import World


def exchange(world: World, old: Connection) -> Connection:
    """New orders go to the new connection; the old one ends what it has begun."""
    begun = world.sell(6, "begun with the old connection")
    old.wait_idle()
    new = Connection(world, "ShipBob (new connector)")
    new.set_up()
    new.add_route(sequence=1)
    new.press("action_start")
    new.press("action_subscribe_webhooks")
    later = world.sell(6, "ordered after the exchange")
    new.wait_idle()
    partner_ships(world, [*begun, *later])
    world.partner.wait_webhooks(60)
    wait_shipped(world, [*begun, *later])
    leave(world, old)
    return new


def leave(world: World, old: Connection) -> None:
    """Nothing is open with the old connection any more: it is put away."""
    old.wait_idle()
    old.press("action_unsubscribe_webhooks")
    routes = world.client.call(
        "logistics.route", "search", [("backend_id", "=", old.id)]
    )
    world.client.write("logistics.route", routes, {"active": False})
    world.client.write("logistics.backend", [old.id], {"active": False})
