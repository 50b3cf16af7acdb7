"""What weighs 20 lb and is 12 in long is that at every carrier."""

from dataclasses import replace
from decimal import Decimal

import pytest
from carrier_samples import AUSTIN, BOX, CUSTOMS, LAMP, PLAIN
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.logistics_carrier.canonical import RateRequest, TransportPickup
from odoo.addons.logistics_carrier.freight.tools import match
from odoo.addons.logistics_carrier.tools.goods_lines import to_lines
from odoo.addons.logistics_carrier.tools.units import (
    FOOT,
    INCH,
    POUND,
    round_up,
    to_exact,
)
from odoo.addons.logistics_carrier_dhl_express.tools import parties as dhl
from odoo.addons.logistics_carrier_dpd_fr import translator as dpd
from odoo.addons.logistics_carrier_shipengine.tools import customs as se_customs
from odoo.addons.logistics_carrier_shipengine.tools import packages as shipengine
from odoo.addons.logistics_carrier_ups import const as ups_const
from odoo.addons.logistics_carrier_ups.tools import customs as ups_customs
from odoo.addons.logistics_carrier_ups.tools import parties as ups
from odoo.addons.logistics_carrier_ups.tools import pickups, rates

AMERICAN = replace(
    PLAIN, ship_from=AUSTIN, ship_to=AUSTIN, parcels=(replace(BOX, weight=20 * POUND),)
)
TENTHS = st.integers(1, 1500).map(lambda n: Decimal(n) / 10)
HUNDREDTHS = st.integers(1, 15000).map(lambda n: Decimal(n) / 100)


def pounds(kilograms):
    block = ups.to_weight(kilograms, True)
    assert block["UnitOfMeasurement"]["Code"] == "LBS"
    return block["Weight"]


@pytest.mark.parametrize("number", [1, 5, 10, 20, 70, 150])
def test_whole_pounds_stay_whole_at_ups(number):
    assert pounds(number * POUND) == f"{number}.0"


@given(TENTHS)
def test_tenths_of_a_pound_come_back(number):
    assert pounds(number * POUND) == f"{number:.1f}"
    # Also when a float was between: the database's, and JSON's.
    assert pounds(to_exact(float(number) * 0.45359237)) == f"{number:.1f}"


@given(HUNDREDTHS, st.integers(1, 1000))
def test_small_weights_add_up_exactly(each, quantity):
    kilograms = to_exact(float(each)) * POUND
    lamps = replace(LAMP, weight=kilograms, quantity=Decimal(quantity))
    customs = replace(CUSTOMS, commodities=(lamps,))
    [line] = to_lines(customs, ups_const.LINES)
    made = ups_customs.to_product(*line, imperial=True)
    assert Decimal(made["ProductWeight"]["Weight"]) == max(
        round_up(each * quantity, "0.1"), Decimal("0.1")
    )


@given(st.decimals("0.001", "70", places=3))
def test_what_is_billed_is_never_less_than_what_it_weighs(kilograms):
    for imperial, unit in ((True, POUND), (False, Decimal(1))):
        tenths = Decimal(ups.to_weight(kilograms, imperial)["Weight"])
        assert tenths * unit >= kilograms - Decimal("0.000001")
        assert tenths - max(kilograms / unit, Decimal("0.1")) < Decimal("0.1")


def test_noise_is_not_rounded_up_and_what_is_more_is():
    assert round_up(Decimal("20.000000001"), "0.1") == Decimal("20.0")
    assert round_up(Decimal("20.0001"), "0.1") == Decimal("20.1")
    assert round_up(Decimal("-1"), "0.1") == 0
    assert to_exact(0.1 + 0.2) == Decimal("0.3")
    assert str(to_exact(300.0)) == "300"


@given(st.integers(1, 120))
def test_whole_inches_stay_whole_at_ups(inches):
    for size in (inches * INCH, to_exact(inches * 25.4), to_exact(inches / 12) * FOOT):
        parcel = replace(BOX, length=size, width=size, height=size)
        made = ups.to_dimensions(parcel, imperial=True)["Dimensions"]
        assert {made[side] for side in ("Length", "Width", "Height")} == {str(inches)}
        assert made["UnitOfMeasurement"]["Code"] == "IN"


def test_ups_rates_and_pickups_tell_the_same_pounds():
    request = RateRequest(
        AMERICAN.ship_from,
        AMERICAN.ship_to,
        (replace(BOX, weight=POUND),) * 3,
        PLAIN.ship_date,
        "USD",
    )
    made = rates.to_rate(request, "A1B2C3")["RateRequest"]["Shipment"]
    assert made["ShipmentTotalWeight"]["Weight"] == "3.0"
    assert made["Package"][0]["PackageWeight"]["Weight"] == "1.0"
    pickup = TransportPickup(
        "P1",
        "book",
        AUSTIN,
        "2026-11-02T09:00:00-06:00",
        "2026-11-02T17:00:00-06:00",
        1,
        70 * POUND,
    )
    body = pickups.to_pickup(pickup, "A1B2C3")["PickupCreationRequest"]
    assert body["TotalWeight"]["Weight"] == "0070.0"
    assert body["OverweightIndicator"] == "N"


def test_the_others_round_up_once_to_grams():
    parcel = replace(BOX, weight=POUND, length=12 * INCH, width=INCH, height=INCH)
    assert dhl.to_package(parcel) == {
        "weight": 0.454,
        "dimensions": {"length": 30.48, "width": 2.54, "height": 2.54},
    }
    assert dpd._to_weight(POUND) == "0.454"


def test_shipengine_is_told_pounds_and_inches_where_people_use_them():
    box = replace(BOX, weight=20 * POUND, length=12 * INCH, width=INCH, height=INCH)
    [made] = shipengine.to_packages(replace(AMERICAN, parcels=(box,)))
    assert made["weight"] == {"value": 20.0, "unit": "pound"}
    assert made["dimensions"] == {
        "length": 12.0,
        "width": 1.0,
        "height": 1.0,
        "unit": "inch",
    }
    line = replace(LAMP, weight=Decimal("0.02") * POUND)
    customs = replace(CUSTOMS, commodities=(line,))
    [item] = se_customs.to_customs(replace(AMERICAN, customs=customs))["customs_items"]
    assert item["weight"] == {"value": 0.02, "unit": "pound"}


@pytest.mark.parametrize(
    ("billed", "weighed", "heavier"),
    [
        (3 * POUND, Decimal("2.1") * POUND, False),
        (Decimal("9.072"), 20 * POUND, False),
        (Decimal("9.526"), 20 * POUND, False),  # 21 lb, below 10 kg
        (Decimal("10.433"), 20 * POUND, True),  # 23 lb
        (Decimal(2), Decimal("1.2"), False),
        (Decimal("2.5"), Decimal("1.2"), True),
    ],
)
def test_an_invoice_is_compared_with_the_next_pound_or_kilogram(
    billed, weighed, heavier
):
    assert match.is_heavier(billed, weighed) is heavier
