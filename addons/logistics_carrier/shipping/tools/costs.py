"""What a shipment should cost, and each parcel's share of it. Never imports odoo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal(0)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Quote:
    """What a parcel should cost. `charges`: {code: amount}, as far as quoted."""

    total: Decimal
    charges: Mapping[str, Decimal] = field(default_factory=dict)


def parse_charges(text: str) -> dict[str, Decimal]:
    """Return {code: amount} of a shipment's list of charges (code, name, amount)."""
    found: dict[str, Decimal] = {}
    for line in text.splitlines():
        parts = line.split("\t")
        if len(parts) == 3:
            found[parts[0]] = found.get(parts[0], ZERO) + Decimal(parts[2])
    return found


def share_out(
    quote: Quote,
    weights: Sequence[Decimal],
    billed_weights: Sequence[Decimal],
    billed: Sequence[Decimal | None],
) -> list[Quote]:
    """Distribute a shipment's quote over its parcels.

    Carriers rarely say how they do it. Of the usual rules (our weights, the billed
    weights, evenly) the one is taken that best explains what is billed.

    :param billed: amount of each parcel, None: not on this invoice
    """
    ways = [weights, billed_weights, [Decimal(1)] * len(weights)]
    splits = [_split(quote, way) for way in ways if all(part > 0 for part in way)]
    return min(splits, key=lambda split: _get_misfit(split, billed))


def _get_misfit(split: Sequence[Quote], billed: Sequence[Decimal | None]) -> Decimal:
    pairs = zip(split, billed, strict=True)
    return sum((abs(a - q.total) for q, a in pairs if a is not None), ZERO)


def _split(quote: Quote, weights: Sequence[Decimal]) -> list[Quote]:
    totals = split_amount(quote.total, weights)
    charges = {code: split_amount(a, weights) for code, a in quote.charges.items()}
    return [
        Quote(total, {code: parts[i] for code, parts in charges.items()})
        for i, total in enumerate(totals)
    ]


def split_amount(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Return the amount split by weights; the first part takes what rounding leaves."""
    whole = sum(weights, ZERO)
    parts = [(amount * weight / whole).quantize(CENT) for weight in weights]
    parts[0] += amount - sum(parts, ZERO)
    return parts


def without(
    total: Decimal, charge_text: str, weights: Sequence[Decimal], place: int
) -> tuple[Decimal, str]:
    """Return the total and the charges that are left without a parcel.

    Its share goes by weight, as the shares that carriers' invoices are compared
    with do; evenly where a weight is not known.

    :param charge_text: one charge a line: code, name, amount
    :param weights: kilograms of all parcels that cost until now
    :param place: of the parcel that is gone, in `weights`
    """
    rows = [line.split("\t") for line in charge_text.splitlines()]
    priced = {str(i): Decimal(row[2]) for i, row in enumerate(rows) if len(row) == 3}
    count = len(weights)
    nothing = [Decimal(0)] * count
    shares = share_out(Quote(total, priced), weights, nothing, [None] * count)
    share = shares[place]
    for key, amount in priced.items():
        rows[int(key)][2] = str(amount - share.charges[key])
    return total - share.total, "\n".join("\t".join(row) for row in rows)
