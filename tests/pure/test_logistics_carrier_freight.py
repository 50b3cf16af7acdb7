"""What a carrier bills against what it quoted."""

from decimal import Decimal

import pytest

from odoo.addons.logistics_carrier.freight.tools.match import (
    Billed,
    Past,
    Tolerance,
    judge,
    judge_fee,
)
from odoo.addons.logistics_carrier.shipping.tools.costs import (
    Quote,
    parse_charges,
    share_out,
)

QUOTE = Quote(Decimal("9.40"), {"BASE": Decimal("8.00"), "FUEL": Decimal("1.40")})
TOLERANCE = Tolerance(Decimal(2), Decimal("0.50"))


def lines(*pairs):
    return tuple((code, Decimal(amount)) for code, amount in pairs)


def decide(*pairs, quote=QUOTE, **values):
    return judge(Billed(lines(*pairs), quote, **values), TOLERANCE)


def test_other_codes_that_cost_the_same_match():
    verdict = decide(("FRT", "9.40"))
    assert verdict.outcomes == ("matched",)
    assert verdict.expected == (Decimal("9.40"),)


@pytest.mark.parametrize(
    ("amount", "outcome"),
    [("9.90", "matched"), ("9.91", "difference"), ("8.90", "matched")],
)
def test_the_tolerance_includes_its_edge(amount, outcome):
    assert decide(("BASE", amount)).outcomes == (outcome,)


def test_the_parts_add_up_to_what_was_expected():
    verdict = decide(("BASE", "11.00"), ("FSC", "1.40"), ("RES", "2.00"))
    assert verdict.expected == (Decimal("8.00"), Decimal("1.40"), Decimal(0))
    assert verdict.unexpected == (2,)


def test_codes_that_were_never_quoted_blame_no_surcharge():
    verdict = decide(("003", "11.20"), ("FSC", "1.40"))
    assert (verdict.outcomes[0], verdict.cause) == ("difference", "price")
    assert sum(verdict.expected) == Decimal("9.40")
    assert verdict.unexpected == ()


def test_a_dearer_charge_has_no_surcharge_to_blame():
    verdict = decide(("BASE", "11.20"), ("FUEL", "1.40"))
    assert (verdict.outcomes[0], verdict.cause) == ("difference", "price")
    assert verdict.unexpected == ()


def test_a_weight_rounded_up_is_no_correction():
    heavy = {"weight": Decimal("3.2"), "billed_weight": Decimal(4)}
    assert decide(("BASE", "12.00"), **heavy).cause == "price"
    heavy["billed_weight"] = Decimal("4.5")
    assert decide(("BASE", "12.00"), **heavy).cause == "weight"


def test_only_the_charge_billed_before_is_twice():
    past = Past(Decimal("9.40"), Decimal("9.40"), dict(QUOTE.charges))
    verdict = decide(("FUEL", "1.40"), ("RES", "3.00"), past=past)
    assert verdict.outcomes == ("twice", "difference")


def test_without_a_price_told_nothing_is_compared_but_twice_is_seen():
    past = Past(codes={"A": Decimal(1)})
    verdict = decide(("A", "1.00"), ("B", "2.00"), quote=None, past=past)
    assert verdict.outcomes == ("twice", "unquoted")


def test_a_credit_takes_back_the_excess_first():
    past = Past(Decimal("12.40"), Decimal("9.40"))
    assert decide(("BASE", "-3.00"), past=past).expected == (Decimal(0),)
    assert decide(("BASE", "-12.40"), past=past).expected == (Decimal("-9.40"),)


def test_a_return_that_costs_more_than_the_way_there_is_a_difference():
    assert decide(("BASE", "18.80"), came_back=True).outcomes == ("return",)
    assert decide(("BASE", "40.00"), came_back=True).outcomes == ("difference",)


def test_a_fee_is_expected_unless_it_was_billed_before():
    fee, credit = judge_fee(Decimal(5), False), judge_fee(Decimal(-5), False)
    assert (fee.outcomes, fee.expected) == (("fee",), (5,))
    assert (credit.outcomes, credit.expected) == (("credit",), (-5,))
    again = judge_fee(Decimal(5), True)
    assert (again.outcomes, again.expected) == (("twice",), (0,))


def test_charges_are_read_as_they_were_written():
    text = "BASE\tTransport\t8.00\nFUEL\tFuel\t1.00\nFUEL\tFuel\t0.40\nodd"
    assert parse_charges(text) == QUOTE.charges


def test_a_quote_is_shared_out_to_the_cent():
    weights = [Decimal(1), Decimal(1), Decimal(1)]
    shares = share_out(Quote(Decimal("10.00")), weights, [Decimal(0)] * 3, [None] * 3)
    assert sum(share.total for share in shares) == Decimal("10.00")


def test_the_way_of_sharing_is_the_one_the_bill_tells():
    weights = [Decimal(9), Decimal(1)]
    whole = Quote(Decimal("10.00"))
    evenly = share_out(whole, weights, weights, [Decimal(5), Decimal(7)])
    assert [share.total for share in evenly] == [Decimal(5), Decimal(5)]
    by_weight = share_out(whole, weights, weights, [Decimal(9), Decimal(1)])
    assert [share.total for share in by_weight] == [Decimal(9), Decimal(1)]
