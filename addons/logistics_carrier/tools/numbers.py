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


def to_price(number: Decimal) -> Decimal:
    """Return the price of one unit: twelve digits after the point, two at least."""
    exact = number.quantize(Decimal("1E-12"), ROUND_HALF_UP).normalize() + 0
    cents = exact.quantize(Decimal("0.01"))
    return cents if cents == exact else exact


def to_total(number: Decimal, digits: int) -> Decimal:
    """Return an amount of money with the digits of its currency."""
    return number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
