"""Units of carriers: converted exactly, rounded once, upwards (pure, no odoo)."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import Any

from ..canonical import ParcelContent

# Kilograms of one unit.
POUND = Decimal("0.45359237")
OUNCE = POUND / 16
# Millimetres of one unit.
INCH = Decimal("25.4")
CENTIMETRE = Decimal(10)
# Metres of one unit.
METRES = {"M": Decimal(1), "KM": Decimal(1000), "MI": Decimal("1609.344")}
GRAM = Decimal("0.001")


def up(value: Decimal, step: Decimal | str = Decimal(1)) -> Decimal:
    """Return a number rounded up to a step: what is too small costs a surcharge."""
    return value.quantize(Decimal(step), ROUND_CEILING)


def to_weight(
    kilograms: Decimal, unit: Decimal = Decimal(1), step: Decimal | str = GRAM
) -> Decimal:
    """Return a weight in a carrier's unit, rounded up to a step, and at least one.

    :param unit: its kilograms, such as POUND
    """
    least = Decimal(step)
    return max(up(kilograms / unit, least), least)


def to_kilograms(value: Decimal, unit: Decimal = Decimal(1)) -> Decimal:
    """Return a carrier's weight in kilograms, to the gram."""
    return (value * unit).quantize(GRAM)


def sides(
    parcel: ParcelContent, unit: Decimal = CENTIMETRE, step: Decimal | str = Decimal(1)
) -> tuple[Decimal, Decimal, Decimal] | None:
    """Return length, width and height in a carrier's unit, rounded up to a step.

    The longer of the first two comes first. None where one is not known.

    :param unit: its millimetres, such as INCH
    """
    known = (parcel.length, parcel.width, parcel.height)
    if not all(known):
        return None
    length, width, height = (up(Decimal(side or 0) / unit, step) for side in known)
    return max(length, width), min(length, width), height


def to_metres(value: Any, unit: str = "M") -> int | None:
    """Return a distance in whole metres, None where it is not told.

    :param value: a number, or a text such as `1,5 km`, whose unit is left out
    """
    text = str(value if value is not None else "").replace(",", ".").split(" ")[0]
    try:
        return int(Decimal(text) * METRES.get(unit.upper(), Decimal(1)))
    except (ArithmeticError, ValueError):
        return None
