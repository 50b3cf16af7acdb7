"""What customs are told is worth what the goods are, to the cent."""

from dataclasses import replace
from decimal import Decimal

import carrier_samples as samples
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.logistics_carrier.canonical import Commodity, Money
from odoo.addons.logistics_carrier.tools import goods_lines
from odoo.addons.logistics_carrier_dhl_express import const as dhl_const
from odoo.addons.logistics_carrier_dhl_express.tools import customs as dhl
from odoo.addons.logistics_carrier_dhl_express.tools import landed_cost
from odoo.addons.logistics_carrier_shipengine import const as shipengine_const
from odoo.addons.logistics_carrier_shipengine.tools import customs as shipengine
from odoo.addons.logistics_carrier_ups import const as ups_const
from odoo.addons.logistics_carrier_ups.tools import customs as ups
from odoo.addons.logistics_carrier_ups.tools import rates as ups_rates
from odoo.addons.logistics_core.errors import InvalidMessage

FORMS = {
    "ups": ups_const.LINES,
    "dhl": dhl_const.LINES,
    "shipengine": shipengine_const.LINES,
}


def goods(quantity, total, unit="C62", currency="EUR"):
    quantity, total = Decimal(quantity), Decimal(total)
    return Commodity(
        "Screws",
        quantity,
        unit,
        Money(total / quantity, currency),
        Decimal("0.002"),
        "FR",
        total=Money(total, currency),
    )


def worth(lines):
    return sum(line.quantity * line.price for line in lines)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize(
    ("quantity", "total", "unit"),
    [
        ("1000", "14.90", "C62"),
        ("1000", "4.00", "C62"),
        ("1000", "0.40", "C62"),
        ("0.5", "5.00", "KGM"),
        ("2.5", "18.75", "MTR"),
        ("3", "10.00", "C62"),
        ("7", "1000", "C62"),
        ("1", "0.01", "C62"),
        ("12345678", "1234.56", "C62"),
        ("5", "20.00", "LTR"),
    ],
)
def test_lines_are_worth_what_the_goods_are(form, quantity, total, unit):
    lines = goods_lines.declare(goods(quantity, total, unit), form)
    assert worth(lines).quantize(Decimal("0.01")) == Decimal(total)
    assert all(line.price > 0 for line in lines)
    assert all(line.quantity == int(line.quantity) >= 1 for line in lines)
    weight = sum(line.weight for line in lines)
    assert weight == Decimal(quantity) * Decimal("0.002")


@given(
    st.integers(1, 100000),
    st.decimals("0.01", 100000, places=2),
    st.sampled_from(list(FORMS)),
)
def test_whatever_the_price_the_total_is_exact(quantity, total, name):
    form = FORMS[name]
    lines = goods_lines.declare(goods(quantity, total), form)
    assert abs(worth(lines) - total) <= goods_lines.SLACK
    for line in lines:
        assert -line.price.as_tuple().exponent <= form.digits
    if len(lines) == 2:
        assert sum(line.quantity for line in lines) == quantity


def test_a_broken_quantity_is_told_in_a_finer_unit_or_as_one_piece():
    (line,) = goods_lines.declare(goods("0.5", "5.00", "KGM"), dhl_const.LINES)
    assert (line.quantity, line.unit, line.price) == (500, "GM", Decimal("0.01"))
    (line,) = goods_lines.declare(goods("0.5", "5.00", "KGM"), ups_const.LINES)
    assert (line.quantity, line.unit, line.price) == (1, "PCS", 5)
    assert line.description == "Screws (0.5 kg)"
    # Whole kilograms are kilograms.
    (line,) = goods_lines.declare(goods("2", "20.00", "KGM"), ups_const.LINES)
    assert (line.quantity, line.unit, line.price) == (2, "KG", 10)


def test_currencies_have_their_own_digits():
    yen = goods("3", "1000", currency="JPY")
    assert goods_lines.get_total(yen) == Money(Decimal(1000), "JPY")
    assert goods_lines.sum_totals([yen, yen]) == 2000
    # Messages from before name the price of one only.
    old = replace(goods("2", "9.00"), total=None)
    assert goods_lines.get_total(old).amount == Decimal("9.00")


def test_goods_that_are_worth_nothing_are_not_declared():
    nothing = replace(goods("1000", "1"), total=Money(Decimal("0.00"), "EUR"))
    declared = replace(samples.CUSTOMS, commodities=(nothing,))
    for make in (
        lambda: ups.to_forms(declared, samples.AUSTIN, False),
        lambda: dhl.to_declaration(declared),
        lambda: shipengine.to_customs(
            replace(samples.EXPORT, customs=replace(declared, incoterm="DAP"))
        ),
    ):
        with pytest.raises(InvalidMessage, match="value of Screws") as caught:
            make()
        assert "price" in caught.value.remedy


def test_each_carrier_is_told_the_same_sum():
    declared = replace(
        samples.CUSTOMS,
        commodities=(goods("1000", "14.90"), goods("0.5", "5.00", "KGM")),
        total=Money(Decimal("19.90"), "EUR"),
    )
    products = ups.to_forms(declared, samples.AUSTIN, False)["Product"]
    told = [(p["Unit"]["Number"], p["Unit"]["Value"]) for p in products]
    assert told == [("1000", "0.0149"), ("1", "5.00")]
    lines = dhl.to_declaration(declared)["lineItems"]
    assert [line["number"] for line in lines] == [1, 2, 3]
    told = sum(
        Decimal(str(line["price"])) * line["quantity"]["value"] for line in lines
    )
    assert told == Decimal("19.900")
    body = shipengine.to_customs(replace(samples.EXPORT, customs=declared))
    told = sum(
        Decimal(str(item["value"])) * item["quantity"] for item in body["customs_items"]
    )
    assert told == Decimal("19.90")


def test_too_many_kinds_of_goods_are_refused_before_anything_is_bought():
    many = replace(samples.CUSTOMS, commodities=(goods("1", "1.00"),) * 51)
    with pytest.raises(InvalidMessage, match="50 kinds of goods at once, not 51"):
        ups.to_forms(many, samples.AUSTIN, False)


def test_duties_are_asked_for_the_goods_as_they_are():
    item = landed_cost._to_item(1, goods("0.5", "5.00", "KGM"))
    assert (item["quantity"], item["unitPrice"]) == (0.5, 10.0)
    item = landed_cost._to_item(1, goods("1000", "14.90"))
    assert (item["quantity"], item["unitPrice"]) == (1000.0, 0.0149)


def test_ups_is_told_the_total_with_its_cents_and_none_below_one():
    def told(amount, *ends):
        money = Money(Decimal(amount), "EUR")
        total = ups_rates.to_invoice_total(money, ends or ("FR", "US"))
        return total and total["InvoiceLineTotal"]["MonetaryValue"]

    assert told("14.90") == "14.90"
    assert told("0.40") == {}
    assert told("0.40", "US", "CA") == "1.00"
