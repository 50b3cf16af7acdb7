"""Goods as the lines of a customs declaration. Never imports odoo.

Carriers want whole quantities and prices of one unit with few digits. What does not
fit is told in another way, and the lines are always worth what the goods are: to the
cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sized
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt

from ..canonical import Commodity, Customs, Money

CENT = Decimal("0.01")
# A line may differ by so little that even a hundred of them make no half cent.
SLACK = Decimal("0.00005")
# UN/ECE Recommendation 20 codes that mean pieces.
PIECES = frozenset({"C62", "H87", "EA"})
# Unit -> a finer one, and how many of it there are.
FINER = {
    "DZN": ("C62", 12),
    "KGM": ("GRM", 1000),
    "LTR": ("MLT", 1000),
    "MTR": ("CMT", 100),
    "TNE": ("KGM", 1000),
}
NAMES = {
    "CMT": "cm",
    "DZN": "dozen",
    "FOT": "ft",
    "GLL": "gal",
    "GRM": "g",
    "INH": "in",
    "KGM": "kg",
    "KMT": "km",
    "LBR": "lb",
    "LTR": "l",
    "MLT": "ml",
    "MTK": "m2",
    "MTQ": "m3",
    "MTR": "m",
    "ONZ": "oz",
    "TNE": "t",
    "YRD": "yd",
}
PIECE_NAME = "pcs"


@dataclass(frozen=True, slots=True)
class LineForm:
    """What the lines of a carrier's declaration can hold.

    :param units: UN/ECE Recommendation 20 -> the carrier's code
    :param piece: the carrier's code of one piece
    :param digits: of the price of one unit, after the point
    :param most: the largest quantity
    :param whole: quantities are whole numbers
    :param split: goods may be told in two lines; else they are told as one piece
    """

    units: Mapping[str, str]
    piece: str
    digits: int
    most: int
    whole: bool = True
    split: bool = True


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """One line: `price` is of one unit, `weight` the net kilograms of all of it."""

    description: str
    quantity: Decimal
    unit: str
    price: Decimal
    weight: Decimal


def get_total(goods: Commodity) -> Money:
    """Return the value of all of it, in the digits of its currency.

    :raises InvalidMessage: it is worth nothing
    """
    total = goods.total
    if total is None:
        amount = (goods.value.amount * goods.quantity).quantize(CENT, ROUND_HALF_UP)
        total = Money(amount, goods.value.currency)
    if total.amount <= 0 or goods.quantity <= 0:
        raise InvalidMessage(
            _lt("Customs need the value of %(goods)s.", goods=goods.description),
            remedy=_lt("Enter its price on the order or the product, then try again."),
        )
    return total


def sum_totals(commodities: Iterable[Commodity]) -> Decimal:
    """Return what these goods are worth together, to the cent."""
    return sum((get_total(goods).amount for goods in commodities), Decimal(0))


def to_lines(customs: Customs, form: LineForm) -> list[tuple[Commodity, GoodsLine]]:
    """Return the lines of a declaration, each with the goods it is about.

    :raises InvalidMessage: some goods are worth nothing
    """
    return [
        (goods, line) for goods in customs.commodities for line in declare(goods, form)
    ]


def check_count(lines: Sized, most: int, carrier: str) -> None:
    """Raise InvalidMessage where a carrier takes fewer kinds of goods at once."""
    if len(lines) > most:
        raise InvalidMessage(
            _lt(
                "%(carrier)s takes %(most)s kinds of goods at once, not %(count)s.",
                carrier=carrier,
                most=most,
                count=len(lines),
            ),
            remedy=_lt("Divide the delivery."),
        )


def declare(goods: Commodity, form: LineForm) -> list[GoodsLine]:
    """Return one kind of goods as lines that are worth exactly what it is.

    One line where quantity and price fit. Two with neighbouring prices where the price
    has too many digits. Else one piece of the whole value, whose description says how
    much it is.

    :raises InvalidMessage: it is worth nothing
    """
    step = Decimal(1).scaleb(-form.digits)
    total = get_total(goods).amount.quantize(step, ROUND_HALF_UP)
    weight = goods.weight * goods.quantity
    for quantity, unit in _get_measures(goods, form):
        price = (total / quantity).quantize(step, ROUND_HALF_UP)
        if price and abs(price * quantity - total) <= SLACK:
            return [GoodsLine(goods.description, quantity, unit, price, weight)]
    for quantity, unit in _get_measures(goods, form)[:1]:
        price = (total / quantity).quantize(step, ROUND_DOWN)
        is_own = quantity == goods.quantity == quantity.to_integral_value()
        if price and form.split and is_own:
            dear = (total - price * quantity) / step
            return [
                GoodsLine(goods.description, part, unit, cost, goods.weight * part)
                for part, cost in ((quantity - dear, price), (dear, price + step))
            ]
    text = f"{goods.description} ({_write(goods)})"
    return [GoodsLine(text, Decimal(1), form.piece, total, weight)]


def _get_measures(goods: Commodity, form: LineForm) -> list[tuple[Decimal, str]]:
    """Return (quantity, the carrier's unit): as it is, and in a finer unit."""
    finer, times = FINER.get(goods.unit, (goods.unit, 1))
    found = []
    for unit, factor in ((goods.unit, 1), (finer, times)):
        quantity = goods.quantity * factor
        code = form.units.get(unit) or (form.piece if unit in PIECES else None)
        fits = not form.whole or quantity == quantity.to_integral_value()
        if code and fits and quantity <= form.most:
            found.append((quantity, code))
    return found


def _write(goods: Commodity) -> str:
    quantity = goods.quantity.normalize()
    return f"{quantity:f} {NAMES.get(goods.unit, PIECE_NAME)}"
