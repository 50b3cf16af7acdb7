"""ShipBob's invoices become freight invoices."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from odoo.addons.logistics_carrier.const import CATEGORIES, FEES
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.tools import json_fields
from odoo.addons.logistics_wms_shipbob_carrier import const, translator


def invoice(amount, **values):
    own = {"invoice_id": 8405612, "invoice_date": "2026-11-16"}
    kind = {"invoice_type": "Shipping", "currency_code": "USD"}
    return {**own, **kind, "amount": amount, "running_balance": 7.5, **values}


def charge(amount, fee="Shipping", key="900", **values):
    return {
        "transaction_id": values.pop("id", f"T-{fee}-{key}"),
        "transaction_type": "Charge",
        "transaction_fee": fee,
        "amount": amount,
        "currency_code": "USD",
        "reference_type": "Shipment",
        "reference_id": key,
        "invoice_type": "Shipping",
        "taxes": [],
        "additional_details": {"Comment": "Ada Lovelace, Rue 1"},
        **values,
    }


def envelope(told, *transactions):
    return translator.to_envelope(told, list(transactions))


def translate(told, *transactions):
    return translator.from_invoice(envelope(told, *transactions).payload)


def is_complete(told, *transactions):
    return translator.is_complete(envelope(told, *transactions).payload)


def test_a_charge_of_a_shipment_names_it():
    found = translate(invoice(7.2), charge(6.7), charge(0.5, "Per Pick Fee"))
    assert (found.number, found.invoice_date) == ("8405612", date(2026, 11, 16))
    assert (found.currency, found.total) == ("USD", Decimal("7.20"))
    by_code = {line.code: line for line in found.lines}
    shipping = by_code["Shipping"]
    assert (shipping.tracking_number, shipping.reference) == ("900", None)
    assert (shipping.amount, shipping.category) == (Decimal("6.70"), "freight")
    assert shipping.external_id == "T-Shipping-900"
    assert by_code["Per Pick Fee"].category == "fulfillment"


@pytest.mark.parametrize(
    ("values", "category"),
    [
        ({"fee": "Warehousing Fee", "reference_type": "FC"}, "storage"),
        ({"fee": "URO Storage Fee", "reference_type": "URO"}, "storage"),
        ({"fee": "WRO Receiving Fee", "reference_type": "WRO"}, "receiving"),
        ({"fee": "Return Label", "reference_type": "Return"}, "return"),
        ({"fee": "New", "invoice_type": "WarehouseStorage"}, "storage"),
        ({"fee": "New", "invoice_type": "Inbound Fee"}, "receiving"),
        ({"fee": "Kitting Fee", "invoice_type": "AdditionalFee"}, "other"),
        ({"fee": None, "invoice_type": None}, "other"),
    ],
)
def test_what_is_about_no_shipment_is_a_fee_of_its_kind(values, category):
    told = {"reference_type": "Ticket Number", "key": "77", **values}
    (line,) = translate(invoice(5), charge(5, **told)).lines
    assert (line.category, line.tracking_number) == (category, "")
    # A receipt 77 must not be taken for a shipment 77.
    assert line.reference == f"{told['reference_type']} 77"
    assert category in FEES


def test_every_category_is_one_of_freight_invoices():
    told = {*const.FEE_CATEGORY.values(), *const.REFERENCE_CATEGORY.values()}
    told |= set(const.INVOICE_CATEGORY.values())
    assert told <= dict(CATEGORIES).keys()


def test_taxes_are_told_apart():
    taxes = [
        {"tax_amount": 1.2, "tax_rate": 20, "tax_type": "VAT"},
        {"tax_amount": 0.1},
    ]
    found = translate(invoice(7.3), charge(6, taxes=taxes))
    assert (found.lines[0].amount, found.lines[0].tax) == (6, Decimal("1.30"))
    assert is_complete(invoice(7.3), charge(6, taxes=taxes))


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("total", [5, -5])
def test_a_credit_takes_away_whatever_its_sign(sign, total):
    credit = charge(sign * 5, transaction_type="Credit", invoice_type="Credits")
    found = translate(invoice(total, invoice_type="Credits"), credit)
    assert (found.total, found.lines[0].amount) == (-5, -5)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_refund_beside_charges_takes_away(sign):
    refund = charge(sign * 2, id="R", transaction_type="Refund")
    assert is_complete(invoice(8), charge(10), refund)
    assert translate(invoice(8), charge(10), refund).total == 8


def test_a_credit_that_is_taken_back_is_a_charge():
    back = charge(5, const.REVERSAL, transaction_type="Credit")
    assert translate(invoice(5, invoice_type="Credits"), back).total == 5


def test_an_invoice_whose_charges_are_late_is_not_complete():
    first, late = charge(6.7), charge(0.5, "Per Pick Fee")
    assert not is_complete(invoice(7.2), first)
    assert not is_complete(invoice(7.2))
    assert is_complete(invoice(7.2), first, late)
    # What cannot be read is not waited for.
    assert is_complete(invoice(7.2, currency_code="EUR"), first)


def test_a_charge_on_two_pages_counts_once():
    assert len(translate(invoice(6.7), charge(6.7), charge(6.7)).lines) == 1
    nameless = [charge(6.7, id=None), charge(6.7, id=None)]
    assert len(translate(invoice(13.4), *nameless).lines) == 2


def test_parts_of_a_cent_are_not_lost():
    charges = [charge(0.004, key=str(n)) for n in range(500)]
    lines = translate(invoice(2), *charges).lines
    assert sum(line.amount for line in lines) == 2
    assert all(line.amount == round(line.amount, 2) for line in lines)
    assert is_complete(invoice(2), *charges)


def test_the_same_invoice_is_the_same_fact_in_any_order():
    one, two = charge(6.7), charge(0.5, "Per Pick Fee")
    first = envelope(invoice(7.2), one, two)
    again = envelope(invoice(7.2, running_balance=99), two, one)
    assert (first.external_id, first.payload) == (again.external_id, again.payload)
    changed = envelope(invoice(7.2), one)
    assert changed.external_id != first.external_id
    assert changed.ordering_key == first.ordering_key


def test_texts_that_nobody_reads_are_not_kept():
    assert "Ada" not in envelope(invoice(6.7), charge(6.7)).payload


def test_the_currency_is_one():
    assert translate(invoice(6, currency_code=None), charge(6)).currency == "USD"
    for told in (charge(6, currency_code="EUR"), charge(6, currency_code=None)):
        own = "USD" if told["currency_code"] else None
        with pytest.raises(InvalidMessage, match="one currency"):
            translate(invoice(6, currency_code=own), told)


@pytest.mark.parametrize("day", ["2026-11-16", "2026-11-16T00:00:00+02:00"])
def test_the_day_is_the_partner_s(day):
    assert translator.invoice_date({"invoice_date": day}) == date(2026, 11, 16)


@pytest.mark.parametrize(
    "values",
    [
        {"invoice_date": None},
        {"invoice_date": "16/11/2026"},
        {"amount": "six"},
        {"amount": True},
        {"transactions": [{"amount": {}}]},
        {"transactions": [{"amount": 1, "taxes": [{"tax_amount": "x"}]}]},
        {"transactions": {}},
    ],
)
def test_what_makes_no_sense_is_refused(values):
    with pytest.raises(InvalidMessage):
        translator.from_invoice(json.dumps({**invoice(6), **values}))


def test_payments_are_no_bills():
    kinds = ("Shipping", "Credits", "Payment", "BalanceAdjustment", "Something new")
    bills = [k for k in kinds if translator.is_bill({"invoice_type": k})]
    assert bills == ["Shipping", "Credits", "Something new"]


@pytest.mark.parametrize(
    ("told", "token"),
    [
        ("abc=", "abc="),
        ("https://evil.example/2026-01/invoices?PageSize=5&cursor=abc%3D", "abc="),
        ("/2026-01/invoices?Cursor=abc", "abc"),
    ],
)
def test_of_a_link_only_the_token_is_taken(told, token):
    assert json_fields.query_value(told, "Cursor") == token
