"""The base of carriers' dialects: their books, their life, how they are steered."""

from __future__ import annotations

import base64
import re
from abc import abstractmethod
from decimal import Decimal
from typing import ClassVar

from ..core.dialect import ControlCall, Dialect
from ..core.router import Router
from ..core.world import World
from . import labels, pricing
from .books import CarrierBooks
from .life import CarrierLife
from .model import Charge, Event, Invoice, Parcel, Shipment


class CarrierDialect(Dialect):
    """A carrier's API. Credentials: any user or client id, the sandbox's token as
    password, secret or key."""

    carrier_name: ClassVar[str]

    def __init__(self, world: World) -> None:
        self.begin(world)
        super().__init__(world)

    def begin(self, world: World) -> None:
        """Empty books; a dialect with state of its own extends it."""
        self.books = CarrierBooks(self.name)
        self.life = CarrierLife(world, self.books, self.tell)

    def reset(self) -> None:
        """Empty books."""
        self.begin(self.world)
        self.control = Router(self.control_routes())

    def settings_changed(self) -> None:
        """Parcels may have to continue automatically now."""
        with self.world.lock:
            self.life.kick()

    def control_routes(self) -> list[tuple[str, str, ControlCall]]:
        """The calls under ``/_sandbox/carriers`` serve all carriers."""
        return []

    def tell(self, parcel: Parcel, event: Event) -> None:  # noqa: B027 - most are silent
        """A parcel's event happened: send the vendor's webhooks, if it has them."""

    @abstractmethod
    def invoice_file(self, invoice: Invoice) -> tuple[str, bytes]:
        """Name and content of the file in which this carrier bills."""

    def buy(self, shipment: Shipment) -> None:
        """Note a purchase whose parcels have their numbers, and start its life."""
        if not shipment.charges:
            raise ValueError("a purchase has a price")
        self.books.add(shipment)
        for parcel in shipment.parcels:
            self.life.begin(parcel)

    def undeliverable(self, place: str) -> bool:
        """Is this ``"<country> <zip> <city>"`` one the settings name?"""
        return any(re.search(p, place) for p in self.world.settings.undeliverable)

    def label(self, parcel: Parcel, kind: str, barcode: str = "") -> bytes:
        """The parcel's label as PDF, ZPL, PNG or GIF."""
        made = labels.Label.of(parcel, self.carrier_name, barcode)
        return labels.render([self.print_letters(made, parcel)], kind)

    def print_letters(self, label: labels.Label, parcel: Parcel) -> labels.Label:
        """A label with the letters that the carrier prints: here all of them."""
        return label


def encoded(content: bytes) -> str:
    """Base64, as every API carries files."""
    return base64.b64encode(content).decode()


def quote(base: Decimal, shipment: Shipment) -> list[Charge]:
    """What a shipment costs whose service has this base price."""
    weights = [p.weight for p in shipment.parcels]
    origin, destination = shipment.sender.country, shipment.recipient.country
    return pricing.price(base, origin, destination, weights)
