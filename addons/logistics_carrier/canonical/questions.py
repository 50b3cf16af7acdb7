"""Asked and answered at once, never stored as a message. Never imports odoo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from odoo.addons.logistics_core.canonical import Address

from .transport import Billing, Charge, Customs, Money, ParcelContent, Party


@dataclass(frozen=True, slots=True)
class RateRequest:
    """What would it cost? `services`: only these, empty: all that fit.

    :param ship_zone: the time zone of `ship_date`; None: as the address tells
    :param customs: what goes through customs, where it is known already
    """

    ship_from: Party
    ship_to: Party
    parcels: tuple[ParcelContent, ...]
    ship_date: date
    currency: str
    services: tuple[str, ...] = ()
    value: Money | None = None
    insurance: Money | None = None
    signature: str = "none"
    billing: Billing = Billing()
    customs: Customs | None = None
    ship_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """One offer. `total` is what we pay (negotiated), `published` the list price."""

    service: str
    service_name: str
    total: Money
    published: Money | None = None
    charges: tuple[Charge, ...] = ()
    estimated_delivery: datetime | None = None
    transit_days: int | None = None
    guaranteed: bool = False
    carrier_name: str | None = None


@dataclass(frozen=True, slots=True)
class AddressCheck:
    """What a partner thinks of an address. `status`: valid, corrected or invalid."""

    status: str
    address: Address | None = None
    messages: tuple[str, ...] = ()
    residential: bool | None = None


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """A shop or locker to deliver to."""

    external_id: str
    name: str
    address: Address
    distance_m: int | None = None
    opening_hours: str | None = None
