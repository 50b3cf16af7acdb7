"""A carrier's records. Weights in kilograms, lengths in millimetres, money decimal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Somebody at an address; ``country`` is ISO 3166-1 alpha-2."""

    name: str
    street: str = ""
    city: str = ""
    zip: str = ""
    country: str = "US"
    state: str = ""
    street2: str = ""
    company: str = ""
    phone: str = ""

    @property
    def lines(self) -> list[str]:
        """The address as it is printed on a label."""
        town = " ".join(filter(None, (self.zip, self.city, self.state)))
        named = (self.company, self.name, self.street, self.street2, town, self.country)
        return list(dict.fromkeys(filter(None, named)))


@dataclass(frozen=True)
class Charge:
    """A part of a price."""

    code: str
    name: str
    amount: Decimal


@dataclass(frozen=True)
class Event:
    """One thing that happened to a parcel.

    ``kind`` is one of :data:`life.KINDS`; ``at`` is aware and in the place's own time
    zone ``zone``; ``id`` counts through all events of one carrier.
    """

    id: int
    kind: str
    at: datetime
    zone: ZoneInfo
    city: str
    country: str
    reason: str = ""
    text: str = ""
    signed_by: str = ""
    estimate: datetime | None = None


@dataclass(eq=False)
class Parcel:
    """One box with one label."""

    shipment: Shipment
    index: int
    tracking: str
    weight: Decimal
    reference: str = ""
    length: int | None = None
    width: int | None = None
    height: int | None = None
    voided: bool = False
    events: list[Event] = field(default_factory=list)
    steps: list[Json] = field(default_factory=list)
    parked: bool = False
    turn: int = 0
    billed: bool = False
    extra: Json = field(default_factory=dict)

    @property
    def status(self) -> str:
        """The kind of its newest event, or voided."""
        return "voided" if self.voided else self.events[-1].kind

    @property
    def delivery(self) -> Event | None:
        """Its delivery, once it happened."""
        return next((e for e in self.events if e.kind == "delivered"), None)

    @property
    def key(self) -> str:
        """What the client wanted one label for."""
        return f"{self.shipment.reference}/{self.reference or self.index}"


@dataclass(eq=False)
class Shipment:
    """One purchase: an origin, a destination, a service, parcels.

    ``reference`` is the client's own key; ``extra`` belongs to the dialect.
    """

    id: str
    dialect: str
    reference: str
    service: str
    service_name: str
    sender: Place
    recipient: Place
    created_at: datetime
    currency: str = "EUR"
    direction: str = "outbound"
    label_format: str = "PDF"
    charges: list[Charge] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    estimate: datetime | None = None
    manifest: str | None = None
    extra: Json = field(default_factory=dict)

    @property
    def live(self) -> list[Parcel]:
        """Parcels whose label is not voided."""
        return [p for p in self.parcels if not p.voided]

    @property
    def total(self) -> Decimal:
        """What it costs."""
        return sum((c.amount for c in self.charges), Decimal(0))


@dataclass(eq=False)
class Manifest:
    """Shipments handed over in one piece."""

    id: str
    created_at: datetime
    shipments: list[Shipment]
    extra: Json = field(default_factory=dict)


@dataclass(eq=False)
class Pickup:
    """A booked collection; ``state`` is booked, changed or cancelled."""

    id: str
    reference: str
    created_at: datetime
    details: Json
    state: str = "booked"


@dataclass(eq=False)
class PaperDocument:
    """The client's own file for customs; ``shipment``: the id of what it goes with.

    ``kind`` and ``format`` are the vendor's codes.
    """

    id: str
    kind: str
    name: str
    format: str
    content: bytes
    shipment: str = ""
    extra: Json = field(default_factory=dict)


@dataclass(frozen=True)
class InvoiceLine:
    """One charge of one parcel; ``quoted`` is what was said when it was bought."""

    tracking: str
    reference: str
    service: str
    charge: Charge
    quoted: Decimal
    weight: Decimal
    shipped_on: str


@dataclass(frozen=True)
class Invoice:
    """What a carrier bills in one document."""

    number: str
    dialect: str
    created_at: datetime
    currency: str
    lines: list[InvoiceLine]

    @property
    def total(self) -> Decimal:
        """Sum of its lines."""
        return sum((line.charge.amount for line in self.lines), Decimal(0))
