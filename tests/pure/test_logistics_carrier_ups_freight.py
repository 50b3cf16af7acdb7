"""UPS's billing file: each charge once, in its own currency, taxes apart."""

from __future__ import annotations

from decimal import Decimal

import pytest

from odoo.addons.logistics_carrier.tools import freight_file
from odoo.addons.logistics_carrier_ups import const
from odoo.addons.logistics_core.errors import InvalidMessage


def billing_row(**facts):
    row = [""] * const.BILLING_WIDTH
    for name, value in facts.items():
        row[const.BILLING_COLUMNS[name] - 1] = value
    return ",".join(row)


def test_a_billing_file_is_read_by_its_columns():
    common = {
        "number": "0001",
        "invoice_date": "2026-03-07",
        "currency": "USD",
        "total": "21.50",
        "tracking_number": "1ZA1B2C31100000015",
        "billed_weight": "5",
        "weight_unit": "L",
        "package_reference": "OUT/00001",
    }
    lines = [
        billing_row(**common, code="003", name="Ground", amount="19.00"),
        billing_row(**common, code="FSC", name="Fuel", amount="3.50"),
        billing_row(**common, code="ADJ", name="Credit", amount="-1.00"),
        billing_row(**common, code="NIL", name="Nothing", amount="0"),
    ]
    (invoice,) = freight_file.read("\r\n".join(lines).encode(), const.BILLING)
    assert invoice.total == Decimal("21.50")
    assert sum(line.amount for line in invoice.lines) == invoice.total
    assert [line.code for line in invoice.lines] == ["003", "FSC", "ADJ"]
    assert invoice.lines[0].billed_weight == Decimal("2.268")
    assert invoice.lines[0].reference == "OUT/00001"


@pytest.mark.parametrize(
    "content", [b"a,b,c", billing_row(amount="x", invoice_date="2026-03-07").encode()]
)
def test_another_file_is_refused_with_its_line(content):
    with pytest.raises(InvalidMessage, match="Row 1"):
        freight_file.read(content, const.BILLING)


BILLED = {
    "number": "0001",
    "invoice_date": "2026-03-07",
    "currency": "EUR",
    "tracking_number": "1ZA1B2C31100000015",
}


def billed(*lines):
    return freight_file.examine("\r\n".join(lines).encode(), const.BILLING)


def test_a_billing_file_of_europe_is_read_in_euros_and_not_in_hundreds():
    row = billing_row(**BILLED, code="003", name="Standard", amount='"12,50"')
    (invoice,) = billed(row).check()
    assert invoice.total == Decimal("12.50")


def test_taxes_in_a_billing_file_are_taxes():
    freight = {**BILLED, "class": "FRT", "code": "003"}
    tax = {**BILLED, "class": "TAX", "code": "01", "name": "Charge 01"}
    (invoice,) = billed(
        billing_row(**freight, name="Standard", amount="10.00"),
        billing_row(**tax, amount="2.00"),
    ).check()
    assert sum(line.amount for line in invoice.lines) == 10
    assert sum(line.tax for line in invoice.lines) == 2


def test_headings_and_semicolons_in_a_billing_file_are_no_matter():
    titles = dict.fromkeys(const.BILLING_COLUMNS, "Title")
    row = billing_row(**BILLED, code="003", name="Standard", amount="10.00")
    for change in (str, lambda text: text.replace(",", ";")):
        reading = billed(change(billing_row(**titles)), change(row))
        assert not reading.problems
        assert reading.left_out == ["Row 1: Headings."]
        assert reading.invoices[0].total == 10


def test_a_tracking_number_that_a_spreadsheet_spoiled_is_refused():
    spoiled = {**BILLED, "tracking_number": "5.2E+13"}
    reading = billed(billing_row(**spoiled, code="003", amount="10.00"))
    assert "lost its digits" in reading.problems[0]
