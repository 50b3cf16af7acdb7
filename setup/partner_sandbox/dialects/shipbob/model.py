"""What ShipBob remembers: products, stock, orders, shipments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ...core.clock import iso


@dataclass
class Bucket:
    """Stock of one product in one lot (``lot`` None: not lot-tracked), in EA.

    ``on_hand`` counts what is there, ``committed`` what open shipments hold of it.
    """

    lot: str | None = None
    expiration: str | None = None
    on_hand: int = 0
    committed: int = 0
    serials: list[str] = field(default_factory=list)
    reserved: set[str] = field(default_factory=set)

    @property
    def free(self) -> int:
        """What can still be allocated."""
        return self.on_hand - self.committed


@dataclass
class Product:
    """One product with one variant and one inventory item; ``units`` in EA."""

    product_id: int
    variant_id: int
    inventory_id: int
    sku: str
    name: str
    units: dict[str, int] = field(default_factory=dict)
    buckets: list[Bucket] = field(default_factory=list)
    serial_tracked: bool = False
    lot_tracked: bool = False
    codes: dict[str, str | None] = field(default_factory=dict)
    awaiting: int = 0
    shipped: int = 0
    created: str = field(default_factory=iso)
    updated: str = field(default_factory=iso)

    @property
    def on_hand(self) -> int:
        """EA physically there."""
        return sum(b.on_hand for b in self.buckets)

    @property
    def committed(self) -> int:
        """EA held by open shipments."""
        return sum(b.committed for b in self.buckets)


@dataclass
class Item:
    """Some EA of one product out of one lot, with their serial numbers."""

    sku: str
    quantity: int
    lot: str | None = None
    expiration: str | None = None
    serials: list[str] = field(default_factory=list)


@dataclass
class Parcel:
    """One carton: its id, SSCC-18 and contents."""

    id: int
    sscc: str
    items: list[Item]


@dataclass(eq=False)
class Shipment:
    """One shipment of an order.

    ``wanted``: EA per SKU it shall ship. ``items``: allocated, once shipped the
    contents. ``stage`` runs new, picked, packed, labeled, shipped, delivered, or ends
    at cancelled; ``status`` is the contract's ``Orders.OrderStatusEnum``.
    """

    id: int
    order: Order
    wanted: dict[str, int]
    recipient: dict[str, Any]
    method: str
    center: dict[str, Any]
    status: str = "Processing"
    stage: str = "new"
    details: list[dict[str, Any]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    chosen_lots: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    parcels: list[Parcel] = field(default_factory=list)
    packing: list[Any] | int | None = None
    parent_sscc: str | None = None
    tracking: dict[str, Any] | None = None
    tracking_uploaded: bool = False
    announced: bool = False
    logs: list[dict[str, Any]] = field(default_factory=list)
    created: str = field(default_factory=iso)
    updated: str = field(default_factory=iso)
    fulfilled: str | None = None
    delivered: str | None = None

    @property
    def open(self) -> bool:
        """Not shipped and not cancelled."""
        return self.stage not in ("shipped", "delivered", "cancelled")

    @property
    def held(self) -> dict[str, int]:
        """EA per SKU that are allocated."""
        sums: dict[str, int] = {}
        for item in self.items:
            sums[item.sku] = sums.get(item.sku, 0) + item.quantity
        return sums

    @property
    def missing(self) -> dict[str, int]:
        """EA per SKU that are wanted and not allocated."""
        held = self.held
        rest = {s: q - held.get(s, 0) for s, q in self.wanted.items()}
        return {s: q for s, q in rest.items() if q > 0}

    @property
    def cancellable(self) -> bool:
        """Nobody has begun to pick it."""
        return self.stage == "new"


@dataclass(eq=False)
class Order:
    """One order. ``request`` is the body it was created from."""

    id: int
    reference: str
    request: dict[str, Any]
    lines: list[dict[str, Any]]
    shipments: list[Shipment] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    parked: str | None = None
    turn: int = 0
    problems: list[str] = field(default_factory=list)
    created: str = field(default_factory=iso)
    updated: str = field(default_factory=iso)

    @property
    def open_shipment(self) -> Shipment | None:
        """The shipment the next step works on."""
        return next((s for s in self.shipments if s.open), None)

    @property
    def status(self) -> str:
        """Contract's ``Orders.OrderStatus``, derived from the shipments."""
        live = [s for s in self.shipments if s.stage != "cancelled"]
        shipped = [s for s in live if not s.open]
        if not live:
            return "Cancelled"
        if len(shipped) == len(live):
            return "Fulfilled"
        if shipped:
            return "PartiallyFulfilled"
        stuck = any(s.status == "Exception" for s in live)
        return "Exception" if stuck else "Processing"
