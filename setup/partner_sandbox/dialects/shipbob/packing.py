"""Cartons, SSCC codes and tracking numbers of a shipment."""

from __future__ import annotations

import math
from typing import Any

from .books import Books
from .const import CARRIERS, DEFAULT_CARRIER
from .model import Item, Parcel, Shipment
from .sscc import sscc

Json = dict[str, Any]


def pack(books: Books, shipment: Shipment, parcels: list[Any] | int | None) -> None:
    """Distribute the shipment's items over cartons.

    :param parcels: a number (an even split), or per carton a list of ``sku``,
        ``quantity`` and optionally ``lot`` and ``serials``; what is left over goes
        into the last carton. None packs everything into one.
    """
    items = [_copy(i, i.quantity) for i in shipment.items]
    wishes = _even(items, parcels) if isinstance(parcels, int) else parcels or [[]]
    cartons = [[t for wish in carton for t in _draw(items, wish)] for carton in wishes]
    cartons[-1] += [i for i in items if i.quantity]
    shipment.parcels = [
        Parcel(books.next("carton", 600_000), sscc(books.next("sscc")), content)
        for content in cartons
        if content
    ]
    shipment.parent_sscc = sscc(books.next("sscc"))


def _even(items: list[Item], count: int) -> list[list[Json]]:
    cartons: list[list[Json]] = [[] for _ in range(max(1, count))]
    for item in items:
        share = math.ceil(item.quantity / len(cartons))
        left = item.quantity
        for carton in cartons:
            take = min(share, left)
            left -= take
            if take:
                carton.append({"sku": item.sku, "quantity": take, "lot": item.lot})
    return cartons


def _draw(items: list[Item], wish: Json) -> list[Item]:
    """Take what a carton's line asks for out of the items, as far as it is there."""
    sku, left = (
        wish.get("sku") or wish.get("reference_id"),
        int(wish.get("quantity", 0)),
    )
    serials = wish.get("serials") or []
    drawn = []
    for item in items:
        fits = item.sku == sku and wish.get("lot") in (None, item.lot)
        take = min(left, item.quantity) if fits else 0
        if take > 0:
            drawn.append(_split_off(item, take, serials))
            left -= take
    return drawn


def _split_off(item: Item, quantity: int, serials: list[str]) -> Item:
    wanted = [s for s in serials if s in item.serials]
    rest = [s for s in item.serials if s not in wanted]
    taken = (wanted + rest)[:quantity] if item.serials else []
    item.quantity -= quantity
    item.serials = [s for s in item.serials if s not in taken]
    return Item(item.sku, quantity, item.lot, item.expiration, taken)


def _copy(item: Item, quantity: int) -> Item:
    return Item(item.sku, quantity, item.lot, item.expiration, list(item.serials))


def label(shipment: Shipment, step: Json, at: str) -> Json:
    """Give the shipment its ``Orders.TrackingViewModel``; the step may choose it."""
    known = CARRIERS.get(shipment.method.lower(), DEFAULT_CARRIER)
    carrier = step.get("carrier") or known[0]
    code = "".join(c for c in carrier.upper() if c.isalpha())[:4]
    number = step.get("tracking_number") or f"{code}{shipment.id:012d}"
    shipment.tracking = {
        "carrier": carrier,
        "carrier_service": step.get("carrier_service") or known[1],
        "tracking_number": number,
        "tracking_url": f"https://tracking.example.com/{code.lower()}/{number}",
        "shipping_date": at,
        "bol": None,
        "pro_number": None,
        "scac": None,
    }
    return shipment.tracking
