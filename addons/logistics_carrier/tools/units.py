"""Pounds and inches, exactly, and rounding up once: at the carrier. Never imports odoo.

Canonical messages hold kilograms and millimetres that were never rounded: a pound is
0.45359237 kg by definition, so that pounds come back as the pounds they were.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import Any

from ..canonical import ParcelContent

POUND = Decimal("0.45359237")  # kilograms
OUNCE = POUND / 16
INCH = Decimal("25.4")  # millimetres
FOOT = INCH * 12
CENTIMETRE = Decimal(10)
# Metres of one unit.
METRES = {"M": Decimal(1), "KM": Decimal(1000), "MI": Decimal("1609.344")}
# Places whose parcels are weighed in pounds and measured in inches.
IMPERIAL = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
# Less above a step than this is the noise of a binary number.
NOISE = Decimal("0.000001")


def to_exact(number: float | Decimal) -> Decimal:
    """Return the decimal that a binary number stands for, to twelve digits."""
    exact = Decimal(str(number or 0)).quantize(Decimal("1E-12"))
    return exact.normalize() + 0 if exact else Decimal(0)


def round_up(value: Decimal, step: str) -> Decimal:
    """Return the least multiple of a step, such as 0.1, that is not below a value."""
    unit = Decimal(step)
    steps = ((value - NOISE) / unit).to_integral_value(ROUND_CEILING)
    return max(steps, Decimal(0)) * unit


def to_weight(
    kilograms: Decimal, unit: Decimal = Decimal(1), step: str = "0.001"
) -> Decimal:
    """Return a weight in a carrier's unit, rounded up to a step, and at least one.

    :param unit: its kilograms, such as POUND
    """
    return max(round_up(kilograms / unit, step), Decimal(step))


def to_kilograms(value: Decimal, unit: Decimal = Decimal(1)) -> Decimal:
    """Return a carrier's weight in kilograms, to the gram."""
    return (value * unit).quantize(Decimal("0.001"))


def sides(
    parcel: ParcelContent, unit: Decimal = CENTIMETRE, step: str = "0.001"
) -> tuple[Decimal, Decimal, Decimal] | None:
    """Return length, width and height in a carrier's unit, rounded up to a step.

    None where one is not known.

    :param unit: its millimetres, such as INCH
    """
    known = (parcel.length, parcel.width, parcel.height)
    if not all(known):
        return None
    length, width, height = (
        round_up(Decimal(side or 0) / unit, step) for side in known
    )
    return length, width, height


def to_metres(value: Any, unit: str = "M") -> int | None:
    """Return a distance in whole metres, None where it is not given.

    :param value: a number, or a text such as `1,5 km`, whose unit is left out
    """
    text = str(value if value is not None else "").replace(",", ".").split(" ")[0]
    try:
        return int(Decimal(text) * METRES.get(unit.upper(), Decimal(1)))
    except (ArithmeticError, ValueError):
        return None
