"""What a carrier bills against what it said (pure, no odoo).

All amounts of one comparison are in one currency, without tax.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ...shipping.tools.costs import ZERO, Quote, split_amount
from ...tools.units import POUND, round_up

GRAM = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier invoices billed of a parcel, credits deducted.

    :param expected: how much of the quote they used up
    :param codes: {charge code: amount}
    """

    billed: Decimal = ZERO
    expected: Decimal = ZERO
    codes: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What is let pass: the greater of a percentage and an amount."""

    percent: Decimal
    amount: Decimal

    def of(self, expected: Decimal) -> Decimal:
        """Return the greatest difference that is let pass."""
        return max(self.amount, abs(expected) * self.percent / 100)


@dataclass(frozen=True, slots=True)
class Billed:
    """What one invoice bills of one parcel.

    :param charges: (code, amount) of each line
    :param quote: None: the carrier quoted no price before
    :param is_known: False: no parcel of ours has this number
    :param came_back: the parcel is, or was, on its way back
    :param weight: our kilograms, 0: unknown; `billed_weight`: the carrier's
    """

    charges: tuple[tuple[str, Decimal], ...]
    quote: Quote | None = None
    past: Past = Past()
    is_known: bool = True
    is_void: bool = False
    is_return: bool = False
    came_back: bool = False
    weight: Decimal = ZERO
    billed_weight: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """Sum of the lines."""
        return sum((amount for _code, amount in self.charges), ZERO)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result, in the order of the lines.

    :param outcomes: matched, difference, unknown, twice, voided, return, credit,
        unquoted or fee
    :param cause: of a difference: surcharge, weight, price or less; else None
    :param unexpected: positions of the lines that were not quoted
    """

    outcomes: tuple[str, ...]
    expected: tuple[Decimal, ...]
    cause: str | None = None
    unexpected: tuple[int, ...] = ()


def judge(billed: Billed, tolerance: Tolerance) -> Verdict:
    """Compare what is billed of one parcel with what was quoted for it."""
    count = len(billed.charges)
    if not billed.is_known:
        return Verdict(("unknown",) * count, (ZERO,) * count)
    if billed.total < 0:
        return _judge_credit(billed)
    if billed.is_void:
        return Verdict(("voided",) * count, (ZERO,) * count)
    twice = [
        amount > 0 and billed.past.codes.get(code, ZERO) > 0
        for code, amount in billed.charges
    ]
    if billed.quote is None:
        amounts = [amount for _code, amount in billed.charges]
        return Verdict(
            tuple("twice" if again else "unquoted" for again in twice),
            tuple(
                ZERO if again else amount
                for again, amount in zip(twice, amounts, strict=True)
            ),
        )
    return _judge_price(billed, billed.quote, twice, tolerance)


def judge_fee(amount: Decimal, is_again: bool) -> Verdict:
    """Accept a charge that is about no parcel, unless it was billed before."""
    if is_again:
        return Verdict(("twice",), (ZERO,))
    return Verdict(("credit" if amount < 0 else "fee",), (amount,))


def _judge_credit(billed: Billed) -> Verdict:
    """A credit takes back what was too much first, then what was expected."""
    too_much = max(billed.past.billed - billed.past.expected, ZERO)
    given_back = max(-billed.total - too_much, ZERO)
    given_back = min(given_back, max(billed.past.expected, ZERO))
    count = len(billed.charges)
    return Verdict(
        ("credit",) * count, (-given_back,) + (ZERO,) * (count - 1), cause=None
    )


def _judge_price(
    billed: Billed, quote: Quote, twice: Sequence[bool], tolerance: Tolerance
) -> Verdict:
    rest = [i for i, again in enumerate(twice) if not again]
    charges = [billed.charges[i] for i in rest]
    expected = max(quote.total - billed.past.expected, ZERO) if rest else ZERO
    shares = _allocate(charges, expected, quote, billed.past)
    difference = sum((amount for _code, amount in charges), ZERO) - expected
    limit = tolerance.of(expected)
    outcome, cause, unexpected = "matched", None, ()
    if billed.is_return:
        outcome = "return"
    if abs(difference) > limit:
        unexpected = tuple(
            i
            for i, share in zip(rest, shares, strict=True)
            if not share and billed.charges[i][1] > 0
        )
        if billed.came_back and 0 < difference <= quote.total + limit:
            # The return costs what the outbound shipment did, at most.
            outcome = "return"
        else:
            outcome = "difference"
            cause = _find_cause(billed, difference, unexpected)
    outcomes, each = ["twice"] * len(twice), [ZERO] * len(twice)
    for i, share in zip(rest, shares, strict=True):
        outcomes[i], each[i] = outcome, share
    return Verdict(tuple(outcomes), tuple(each), cause, unexpected)


def _allocate(
    charges: Sequence[tuple[str, Decimal]], expected: Decimal, quote: Quote, past: Past
) -> list[Decimal]:
    """Give each line its part of what was expected: by its code, else what is left.

    Some carriers bill other codes than they quote: then each has an equal share.
    """
    if not any(code in quote.charges for code, _amount in charges):
        return _allocate_evenly([amount for _code, amount in charges], expected)
    open_quotes = {
        code: amount - past.codes.get(code, ZERO)
        for code, amount in quote.charges.items()
    }
    left, shares = expected, [ZERO] * len(charges)
    for i, (code, _amount) in enumerate(charges):
        part = min(max(open_quotes.pop(code, ZERO), ZERO), left)
        shares[i], left = part, left - part
    for i, (code, amount) in enumerate(charges):
        if code not in quote.charges and amount > 0:
            part = min(amount, left)
            shares[i], left = part, left - part
    if shares:
        shares[0] += left
    return shares


def _allocate_evenly(amounts: Sequence[Decimal], expected: Decimal) -> list[Decimal]:
    positive = [max(amount, ZERO) for amount in amounts]
    if not any(positive):
        return [expected, *[ZERO] * (len(amounts) - 1)] if amounts else []
    return split_amount(expected, positive)


def _find_cause(billed: Billed, difference: Decimal, unexpected: Iterable[int]) -> str:
    if difference < 0:
        return "less"
    surcharges = sum((billed.charges[i][1] for i in unexpected), ZERO)
    if surcharges * 2 > difference:
        return "surcharge"
    if is_heavier(billed.billed_weight, billed.weight):
        return "weight"
    return "price"


def is_heavier(billed_weight: Decimal, weight: Decimal) -> bool:
    """Return whether a carrier weighed more than its rounding up explains.

    Carriers bill the next kilogram or the next pound, which invoices give in grams.
    """
    allowed = max(round_up(weight, "1"), round_up(weight / POUND, "1") * POUND)
    return bool(weight) and billed_weight > allowed + GRAM
