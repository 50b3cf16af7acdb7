"""Numbers as a person would write them. Never imports odoo."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def to_decimal(number: float, digits: int = 6) -> Decimal:
    """Return a float as a decimal without trailing zeros."""
    step = Decimal(1).scaleb(-digits)
    rounded = Decimal(str(number or 0)).quantize(step, ROUND_HALF_UP)
    return rounded.normalize() + 0 if rounded else Decimal(0)


def to_amount(number: float) -> Decimal:
    """Return an amount of money with two decimals."""
    return Decimal(str(number or 0)).quantize(Decimal("0.01"), ROUND_HALF_UP)
