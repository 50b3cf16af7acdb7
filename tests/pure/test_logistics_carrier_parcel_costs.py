"""A voided parcel takes its share of the cost along, to the cent."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.logistics_carrier.shipping.tools.costs import without

CHARGES = "BASE\tTransport\t8.00\nFUEL\tFuel surcharge\t1.40\nnote"


def test_the_share_goes_by_weight_or_evenly():
    weights = [Decimal(3), Decimal(1)]
    total, charges = without(Decimal("9.40"), CHARGES, weights, 1)
    assert total == Decimal("7.05")
    assert charges == "BASE\tTransport\t6.00\nFUEL\tFuel surcharge\t1.05\nnote"
    unknown = [Decimal(3), Decimal(0)]
    assert without(Decimal("9.40"), CHARGES, unknown, 1)[0] == Decimal("4.70")


def test_a_shipment_without_told_charges_has_a_total_still():
    assert without(Decimal(10), "", [Decimal(1)] * 4, 2) == (Decimal("7.50"), "")


AMOUNTS = st.decimals("0.01", "9999", places=2)


@given(AMOUNTS, st.lists(st.decimals("0.1", "70", places=1), min_size=2, max_size=9))
def test_whatever_is_voided_first_the_last_parcel_takes_the_rest(total, weights):
    left, charges = total, f"BASE\tTransport\t{total}"
    while len(weights) > 1:
        before = left
        left, charges = without(left, charges, weights, len(weights) - 1)
        weights = weights[:-1]
        assert left <= before + Decimal("0.05")
        assert charges.split("\t")[2] == str(left)
