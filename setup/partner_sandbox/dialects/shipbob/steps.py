"""The steps a plan is made of; each works on the order's open shipment.

``KINDS`` maps a step's kind to its function. A step answers None when it is done, or
what the order now waits for (``stock``, ``advance``); a waiting step runs again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .floor import Floor
from .model import Order, Shipment

Json = dict[str, Any]
Step = Callable[[Floor, Order, Json], str | None]

DEFAULT: list[Json] = [
    {"kind": "pick"},
    {"kind": "pack"},
    {"kind": "ship"},
    {"kind": "deliver"},
]
REST: list[Json] = [{"kind": "wait_for_stock"}, *DEFAULT]


def _pick(floor: Floor, order: Order, step: Json) -> str | None:
    shipment = order.open_shipment
    if shipment is None or shipment.stage != "new":
        return None
    floor.allocate(shipment)
    if not shipment.items:
        floor.out_of_stock(shipment)
        return "stock"
    floor.picked(shipment)
    return None


def _pack(floor: Floor, order: Order, step: Json) -> str | None:
    shipment = order.open_shipment
    if shipment is None:
        return None
    if shipment.stage == "new" and (waits := _pick(floor, order, step)):
        return waits
    floor.packed(shipment, step.get("parcels"))
    return None


def _label(floor: Floor, order: Order, step: Json) -> str | None:
    shipment = order.open_shipment
    if shipment is None or shipment.stage == "labeled":
        return None
    if waits := _fill(floor, shipment, step):
        return waits
    if shipment.stage != "picked" and shipment.stage != "packed":
        floor.picked(shipment)
    parcels = step.get("parcels") or shipment.packing
    if step.get("parcels") or shipment.stage != "packed" or _repack(shipment):
        floor.packed(shipment, parcels)
    floor.labeled(shipment, step)
    if step["kind"] == "label":
        floor.announce(shipment)
        _flag_missing(floor, order)
    return None


def _flag_missing(floor: Floor, order: Order) -> None:
    """Report what was split off for lack of stock, after what was shipped."""
    for shipment in order.shipments:
        if shipment.stage == "new" and shipment.missing:
            floor.out_of_stock(shipment)


def _ship(floor: Floor, order: Order, step: Json) -> str | None:
    shipment = order.open_shipment
    if shipment is None:
        return None
    waits = _label(floor, order, step)
    if waits is None:
        floor.shipped(shipment)
        _flag_missing(floor, order)
    return waits


def _repack(shipment: Shipment) -> bool:
    """Were the cartons packed before the contents changed?"""
    packed = sum(i.quantity for p in shipment.parcels for i in p.items)
    return packed != sum(i.quantity for i in shipment.items)


def _fill(floor: Floor, shipment: Shipment, step: Json) -> str | None:
    """Fix the contents: what the step names, else all that is allocatable.

    ``short`` drops the rest, ``over`` raises the wish, others split the rest off.
    """
    lines = step.get("lines")
    if lines:
        _refill(floor, shipment, lines, keep_others=step["kind"] in ("short", "over"))
    else:
        floor.allocate(shipment)
    if not shipment.items:
        floor.out_of_stock(shipment)
        return "stock"
    rest = {} if step["kind"] in ("short", "over") else shipment.missing
    if rest:
        floor.split(shipment, rest)
    shipment.wanted = shipment.held
    return None


def _refill(
    floor: Floor, shipment: Shipment, lines: list[Json], keep_others: bool
) -> None:
    """Allocate exactly these lines: ``sku``, ``quantity`` EA, ``lots``, ``serials``."""
    catalogue = floor.books.catalogue
    named = {_sku(line) for line in lines}
    freed = [i for i in shipment.items if not keep_others or i.sku in named]
    catalogue.release(freed)
    shipment.items = [i for i in shipment.items if i not in freed]
    for line in lines:
        sku, quantity = _sku(line), _quantity(floor, line)
        got = catalogue.allocate(
            sku, quantity, _lots(line, quantity), line.get("serials")
        )
        shipment.items += got
        if sum(i.quantity for i in got) < quantity:
            shipment.order.problems.append(f"plan asks {quantity} {sku}, less was free")
    if keep_others:
        others = {s: q for s, q in shipment.wanted.items() if s not in named}
        asked, shipment.wanted = shipment.wanted, others
        floor.allocate(shipment)
        shipment.wanted = asked


def _sku(line: Json) -> str:
    return str(line.get("sku") or line.get("reference_id"))


def _quantity(floor: Floor, line: Json) -> int:
    if "quantity" not in line:
        return len(line.get("serials") or []) or sum(n for _, n in _lots(line, 0) or [])
    product = floor.books.catalogue.find(sku=_sku(line))
    unit = line.get("unit") or "EA"
    factor = product.units.get(unit, 1) if product and unit != "EA" else 1
    return int(line["quantity"]) * factor


def _lots(line: Json, quantity: int) -> list[tuple[str, int]] | None:
    lots = line.get("lots")
    if not lots:
        return None
    if isinstance(lots, dict):
        return [(str(k), int(v)) for k, v in lots.items()]
    return [
        (str(x["lot"]), int(x.get("quantity", quantity)))
        if isinstance(x, dict)
        else (str(x), quantity)
        for x in lots
    ]


def _substitute(floor: Floor, order: Order, step: Json) -> str | None:
    """Ship ``with`` in place of ``sku`` (``quantity`` of it, all by default)."""
    shipment = order.open_shipment
    old, new = _sku(step), str(step["with"])
    if shipment is None or new not in floor.books.catalogue.products:
        order.problems.append(f"plan asks to ship {new} for {old}: nothing done")
        return None
    quantity = int(step.get("quantity") or shipment.wanted.get(old, 0))
    floor.books.catalogue.release(shipment.items)
    shipment.items = []
    shipment.wanted[old] = shipment.wanted.get(old, 0) - quantity
    shipment.wanted[new] = shipment.wanted.get(new, 0) + quantity
    shipment.wanted = {k: v for k, v in shipment.wanted.items() if v > 0}
    return _ship(floor, order, {**step, "lines": None})


def _hold(floor: Floor, order: Order, step: Json) -> str | None:
    shipment = order.open_shipment
    if shipment is None:
        return None
    floor.held(shipment, str(step.get("reason") or "Held by the warehouse"))
    order.parked = "advance"
    return None


def _exception(floor: Floor, order: Order, step: Json) -> str | None:
    shipment = order.open_shipment
    if shipment is None:
        return None
    floor.stuck(shipment, str(step.get("reason") or "Needs attention"))
    order.parked = "advance"
    return None


def _release(floor: Floor, order: Order, step: Json) -> str | None:
    if order.open_shipment:
        floor.resume(order.open_shipment)
    return None


def _wait_for_stock(floor: Floor, order: Order, step: Json) -> str | None:
    shipment = order.open_shipment
    if shipment is None:
        return None
    if floor.allocate(shipment):
        floor.out_of_stock(shipment)
        return "stock"
    floor.resume(shipment)
    return None


def _deliver(floor: Floor, order: Order, step: Json) -> str | None:
    for shipment in order.shipments:
        if shipment.stage == "shipped":
            floor.delivered(shipment)
    return None


def _manual(floor: Floor, order: Order, step: Json) -> str | None:
    order.parked = "advance"
    return None


def _cancel(floor: Floor, order: Order, step: Json) -> str | None:
    if order.open_shipment:
        floor.cancelled(order.open_shipment)
    return None


KINDS: dict[str, Step] = {
    "pick": _pick,
    "pack": _pack,
    "label": _label,
    "ship": _ship,
    "short": _ship,
    "over": _ship,
    "substitute": _substitute,
    "hold": _hold,
    "exception": _exception,
    "release": _release,
    "wait_for_stock": _wait_for_stock,
    "deliver": _deliver,
    "manual": _manual,
    "cancel": _cancel,
}
