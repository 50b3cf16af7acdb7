"""Prices: as carriers give them, and as they are shared out. Never imports odoo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from odoo.addons.logistics_core.tools import json_paths

from ..canonical import (
    Charge,
    Money,
    ParcelContent,
    Rate,
    RateRequest,
    TransportInstruction,
)

CENT = Decimal("0.01")


def to_decimal(value: Any) -> Decimal | None:
    """Return a number out of JSON, XML or text, None where it is not one."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    is_sane = number.is_finite() and (not number or abs(number.adjusted()) < 16)
    return number if is_sane else None


def to_amount(value: Any) -> Decimal | None:
    """Return a number as money, in cents; None where it is not one."""
    number = to_decimal(value)
    try:
        return None if number is None else number.quantize(CENT, ROUND_HALF_UP)
    except InvalidOperation:  # too large for any money
        return None


def to_money(block: Any, amount: str, currency: str) -> Money | None:
    """Return the money of an object, None where amount or currency is not given.

    :param amount, currency: the partner's names of the two fields
    """
    known = block if isinstance(block, dict) else {}
    number, code = to_decimal(known.get(amount)), known.get(currency)
    return None if number is None or not code else Money(number, str(code).upper())


def write(amount: Decimal) -> str:
    """Return money as text with two digits after the point."""
    return str(amount.quantize(CENT, ROUND_HALF_UP))


def write_exact(price: Decimal) -> str:
    """Return a price as text with two digits after the point, or all it has."""
    text = f"{price.normalize():f}"
    return text if len(text.partition(".")[2]) > 2 else write(price)


def to_days(value: Any) -> int | None:
    """Return a number of days, None where it is not given."""
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) < 6 else None


def add_base(
    total: Money | None, extras: Iterable[Charge], base: tuple[str, str]
) -> tuple[Charge, ...]:
    """Return the parts of a total: what is left of it first, as the base price.

    Carriers name surcharges, not always the price that they are added to.

    :param base: code and name of the base price
    """
    if total is None:
        return ()
    parts = tuple(extras)
    rest = total.amount - sum((part.amount for part in parts), Decimal(0))
    return (Charge(*base, rest), *parts)


def to_charges(
    rows: Iterable[Any],
    codes: Sequence[str],
    names: Sequence[str],
    amount: str,
    read: Callable[[Any], Decimal | None] = to_decimal,
) -> list[Charge]:
    """Return the charges of an answer whose amount is given, and not nothing.

    :param codes, names, amount: dotted paths; of several the first that is there, and
        the code where there is no name
    """
    return [
        Charge(
            json_paths.text(row, *codes) or "",
            json_paths.text(row, *names, *codes) or "",
            found,
        )
        for row in rows
        if (found := read(json_paths.first(row, amount)))
    ]


def choose(offers: Iterable[Rate | None], services: Iterable[str]) -> list[Rate]:
    """Return the offers that can be read, of these services where any are named."""
    wanted = set(services)
    return [o for o in offers if o and (not wanted or o.service in wanted)]


def share(money: Money | None, parcels: tuple[ParcelContent, ...]) -> dict[str, Money]:
    """Return {reference of the parcel: its part} of an insured sum.

    By the parcels' values where all are known, else evenly. The parts add up to the
    sum: the last one takes what rounding leaves.
    """
    if money is None:
        return {}
    values = [p.value.amount if p.value else Decimal(0) for p in parcels]
    if not all(values):
        values = [Decimal(1)] * len(parcels)
    parts, rest = {}, money.amount
    for parcel, value in zip(parcels[:-1], values[:-1], strict=True):
        exact = money.amount * value / sum(values)
        part = min(exact.quantize(CENT, ROUND_HALF_UP), rest)
        parts[parcel.reference] = Money(part, money.currency)
        rest -= part
    parts[parcels[-1].reference] = Money(rest, money.currency)
    return parts


def to_question(instruction: TransportInstruction, currency: str) -> RateRequest:
    """Return the question what a shipment would cost now."""
    customs = instruction.customs
    return RateRequest(
        instruction.ship_from,
        instruction.ship_to,
        instruction.parcels,
        instruction.ship_date,
        currency,
        services=(instruction.service,),
        value=customs.total if customs else None,
        insurance=instruction.insurance,
        signature=instruction.signature,
        billing=instruction.billing,
        customs=customs,
        ship_zone=instruction.ship_zone,
    )
