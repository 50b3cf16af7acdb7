"""The connector is exchanged: a new connection takes over, the old one ends."""

from __future__ import annotations

from .golive import Connection
from .week import partner_ships, wait_shipped
from .world import World


def exchange(world: World, old: Connection) -> Connection:
    """New orders go to the new connection; it adopts what the old one has begun."""
    begun = world.sell(6, "begun with the old connection")
    old.wait_idle()
    new = Connection(world, "ShipBob (new connector)")
    new.set_up()
    new.add_route(sequence=1)
    new.press("action_start")
    leave(world, old)
    new.press("action_subscribe_webhooks")
    decided = new.decide(world)
    world.context.say(f"Decided about what the old connection had: {decided}")
    later = world.sell(6, "ordered after the exchange")
    new.wait_idle()
    partner_ships(world, [*begun, *later])
    world.partner.wait_webhooks(60)
    wait_shipped(world, [*begun, *later])
    new.wait_idle()
    return new


def leave(world: World, old: Connection) -> None:
    """The partner sends the old connection nothing any more; it is disconnected."""
    old.press("action_unsubscribe_webhooks")
    action = old.press("action_disconnect")
    [wizard] = world.client.create(
        action["res_model"], {"backend_ids": [[6, 0, [old.id]]]}
    )
    world.client.call(action["res_model"], "action_confirm", [wizard])
