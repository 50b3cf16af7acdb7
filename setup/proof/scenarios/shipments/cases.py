"""The cases: what is ordered, what goes wrong, and how it is put right."""

from __future__ import annotations

import time

from ..waiting import wait_until
from .data import ITEMS, make_customer, stock_entry, wait_for_products
from .orders import Case, Order, Orders


def _ship_all(orders: Orders, order: Order) -> None:
    orders.accepted(order)
    orders.fulfil(order)
    orders.wait_done(order)


def _partial(orders: Orders, order: Order) -> None:
    orders.accepted(order)
    first = {"kind": "ship", "lines": [{"sku": "SHELF-90", "quantity": 4}]}
    orders.fulfil(order, ["pick", first, "manual", "ship", "deliver"])
    orders.wait_done(order)
    orders.fulfil(order)
    orders.wait_done(order, 2)


def _two_parcels(orders: Orders, order: Order) -> None:
    orders.accepted(order)
    orders.fulfil(order, ["pick", {"kind": "pack", "parcels": 2}, "ship", "deliver"])
    orders.wait_done(order)


def _cancel_in_time(orders: Orders, order: Order) -> None:
    orders.accepted(order)
    orders.client.call("sale.order", "action_cancel", [order.id])
    wait_until(f"{order.name} cancelled", lambda: _state(orders, order) == "cancel")


def _cancel_too_late(orders: Orders, order: Order) -> None:
    orders.accepted(order)
    orders.partner.plan(order.reference, ["pick", "manual", "pack", "ship", "deliver"])
    orders.partner.run(order.reference)
    orders.client.call("sale.order", "action_cancel", [order.id])
    orders.wait_exception(order)
    orders.partner.run(order.reference)
    orders.wait_done(order)


def _unknown_sku(orders: Orders, order: Order) -> None:
    exception = orders.wait_exception(order, "rejected")
    product = orders.data.products["HEATER-2K"]
    orders.client.call("product.product", "action_logistics_send", [product])
    wait_for_products(orders.client, orders.data, len(ITEMS))
    orders.partner.catalogue(
        *[stock_entry(item) for item in ITEMS if item.sku == "HEATER-2K"]
    )
    orders.replay(exception)
    _ship_all(orders, order)


def _rejected_address(orders: Orders, order: Order) -> None:
    orders.wait_exception(order, "rejected")


def _nowhere(orders: Orders) -> int:
    return make_customer(
        orders.client,
        "US",
        name="Prairie Outfitters",
        street="1 County Road",
        city="Nowhere",
        zip="57735",
        state="SD",
    )


def _duplicates(orders: Orders, order: Order) -> None:
    rule = {"reference": f"^{order.reference}$"}
    orders.partner.rules(
        {"action": "duplicate", "count": 3, **rule},
        {"action": "shuffle", "window": 0.8, **rule},
    )
    _ship_all(orders, order)


def _before_timeout(orders: Orders, order: Order) -> None:
    # The rule applies to the next order that is sent, so nothing else may be waiting.
    orders.wait_idle()
    orders.partner.rules(
        {
            "action": "timeout_after_commit",
            "method": "POST",
            "path": "/order$",
            "times": 1,
        }
    )


def _lost_webhook(orders: Orders, order: Order) -> None:
    orders.accepted(order)
    orders.partner.rules({"action": "drop", "reference": f"^{order.reference}$"})
    orders.fulfil(order)
    time.sleep(1)
    orders.poll()
    orders.wait_done(order)


def _short(orders: Orders, order: Order) -> None:
    orders.accepted(order)
    short = {"kind": "short", "lines": [{"sku": "TAPE-50", "quantity": 30}]}
    orders.fulfil(order, ["pick", short, "deliver"])
    orders.wait_done(order)
    # ShipBob's webhooks report shipments; only its order says it is closed.
    orders.poll()
    rest = wait_until(
        f"{order.name}: the rest sent again",
        lambda: [
            p
            for p in orders.pickings(order)
            if p["logistics_reference"] not in (False, order.reference)
            and p["logistics_state"] in ("sent", "accepted")
        ],
    )
    orders.partner.run(rest[0]["logistics_reference"])
    orders.wait_done(order, 2)


def _state(orders: Orders, order: Order) -> str:
    return orders.client.read("sale.order", [order.id], ["state"])[0]["state"]


CASES = (
    Case("1001", "full shipment", "US", (("LAMP-DESK", 3), ("BULB-E27", 6)), _ship_all),
    Case(
        "1002",
        "partial shipment, backorder, then the rest",
        "CA",
        (("SHELF-90", 10),),
        _partial,
        deliveries=2,
    ),
    Case("1003", "lots with expiry dates", "US", (("COFFEE-1KG", 40),), _ship_all),
    Case(
        "1004",
        "serial numbers, express",
        "DE",
        (("SCAN-BT2", 3),),
        _ship_all,
        carrier="Express",
    ),
    Case(
        "1005",
        "two parcels, each with its SSCC",
        "CA",
        (("CHAIR-FOLD", 8), ("TAPE-50", 2)),
        _two_parcels,
    ),
    Case(
        "1006",
        "sold by the dozen, shipped in single pieces",
        "US",
        (("GLOVE-M", 5, "dozen"), ("BULB-E27", 2, "dozen")),
        _ship_all,
    ),
    Case(
        "1007",
        "cancelled in time",
        "US",
        (("LAMP-DESK", 2),),
        _cancel_in_time,
        outcome="cancelled",
        deliveries=0,
    ),
    Case(
        "1008",
        "cancelled too late: the partner ships",
        "DE",
        (("CHAIR-FOLD", 4),),
        _cancel_too_late,
        exceptions=1,
    ),
    Case(
        "1009",
        "SKU unknown to the partner, sent to it, replayed",
        "US",
        (("HEATER-2K", 2),),
        _unknown_sku,
    ),
    Case(
        "1010",
        "address rejected: waits for a person",
        _nowhere,
        (("SHELF-90", 1),),
        _rejected_address,
        outcome="rejected",
        deliveries=0,
        exceptions=1,
    ),
    Case(
        "1011",
        "webhooks three times and out of order",
        "CA",
        (("BULB-E27", 24), ("TAPE-50", 6)),
        _duplicates,
    ),
    Case(
        "1012",
        "the partner accepts, then the connection hangs",
        "US",
        (("LAMP-DESK", 1), ("GLOVE-M", 12)),
        _ship_all,
        before=_before_timeout,
    ),
    Case(
        "1013",
        "webhooks lost, found by polling",
        "DE",
        (("COFFEE-1KG", 12),),
        _lost_webhook,
    ),
    Case(
        "1014",
        "closed short, the rest sent again",
        "US",
        (("TAPE-50", 48),),
        _short,
        deliveries=2,
    ),
)
