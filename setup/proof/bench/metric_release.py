"""release_orders: from quotations to instructions in the outbox.

Both sides confirm the same kind of orders (two lines, in stock) in batches of
fifty as one recordset with one commit each, in one process. Ours are of a warehouse
that a partner runs, so the commit also writes an instruction for each delivery.
B3b's are of a warehouse of our own: nothing is written but what Odoo writes.
Checked: every delivery is reserved; ours have one instruction each, B3b's none.
"""

from __future__ import annotations

import itertools
from typing import Any

from .alternate import interleaved
from .figures import Figure, check, of_rates
from .metric_drain import prefix, tidy
from .options import Options
from .world import World

NAMES = ("release_orders",)
BATCH = 50
_seeds = itertools.count(10_000)


def measure(world: World, options: Options) -> dict[str, Figure]:
    """Both sides in turns."""
    count = options.size(100, 50)
    connection = world.connect()
    partner_name, own_name = prefix(), prefix()
    backend, _path = world.call("messages.make_backend", name=partner_name)
    routed = world.call("deliveries.prepare", backend_id=backend, name=partner_name)
    own = world.call("deliveries.prepare", backend_id=None, name=own_name)

    def confirmed(place: dict[str, Any], instructions: int) -> float:
        params = {"place": place, "count": count, "seed": next(_seeds)}
        ids = world.call("deliveries.make_orders", **params)
        tidy(connection, "sale_order", "stock_move", "stock_picking", "stock_quant")
        seconds = world.call("deliveries.confirm", order_ids=ids, batch=BATCH)
        found = world.call("deliveries.count_ready", order_ids=ids)
        expected = [count, instructions]
        check(found == expected, f"{found} reserved and instructed, not {expected}")
        world.call("messages.forget_jobs")
        return count / seconds

    confirmed(routed, count)
    confirmed(own, 0)
    rates = interleaved(
        "release",
        options.runs,
        {"engine": lambda: confirmed(routed, count), "B3b": lambda: confirmed(own, 0)},
    )
    figure = of_rates(rates["engine"], rates["B3b"], "orders/s")
    return {"release_orders": figure}
