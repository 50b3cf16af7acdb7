"""What carriage costs here: the same for the same question, never a real tariff."""

from __future__ import annotations

from decimal import Decimal

from .model import Charge

CENT = Decimal("0.01")
_COUNTRIES = (
    "AT BE BG CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV NL PL PT RO SE SI SK"
)
_EUROPE = frozenset(_COUNTRIES.split())


def price(
    base: Decimal, origin: str, destination: str, weights: list[Decimal]
) -> list[Charge]:
    """Base price by zone and weight, and the fuel surcharge.

    ``base`` is the service's first kilogram at home.
    """
    zone = Decimal(1)
    if origin != destination:
        same = {origin, destination} <= _EUROPE
        zone = Decimal("1.6") if same else Decimal("3.2")
    kilograms = sum(weights, Decimal(0))
    amount = base * zone * (Decimal(len(weights)) + kilograms * Decimal("0.12"))
    freight = amount.quantize(CENT)
    return [
        Charge("BASE", "Transportation", freight),
        Charge("FUEL", "Fuel surcharge", (freight * Decimal("0.15")).quantize(CENT)),
    ]


def days(origin: str, destination: str, fastest: int) -> int:
    """Working days on the way; ``fastest`` at home."""
    if origin == destination:
        return fastest
    return fastest + (1 if {origin, destination} <= _EUROPE else 3)
