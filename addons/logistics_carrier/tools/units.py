"""Pounds and inches, exactly, and rounding up once: at the carrier. Never imports odoo.

Canonical messages hold kilograms and millimetres that were never rounded: a pound is
0.45359237 kg by definition, so that pounds come back as the pounds they were.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

POUND = Decimal("0.45359237")  # kilograms
OUNCE = POUND / 16
INCH = Decimal("25.4")  # millimetres
FOOT = INCH * 12
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
