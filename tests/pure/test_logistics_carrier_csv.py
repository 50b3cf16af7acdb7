"""Carriers' files are read whole or not at all, and each number as it was meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.logistics_carrier.tools import freight_cells, freight_file
from odoo.addons.logistics_core.errors import InvalidMessage

HEAD = "Facture;Date;N° de colis;Prestation;Montant HT;TVA;Devise;Poids"
LAYOUT = freight_file.Layout(
    {
        "number": "Facture",
        "invoice_date": "Date",
        "tracking_number": "N° de colis",
        "name": "Prestation",
        "amount": "Montant HT",
        "tax": "TVA",
        "currency": "Devise",
        "billed_weight": "Poids",
    },
    currency="EUR",
    decimal=",",
    date_formats=("%d/%m/%Y",),
    weight_unit="g",
)
ONE = "F1;30/11/2026;250001;Classic;8,00;1,60;eur;1500"
TWO = "F1;30/11/2026;250001;Gasoil;1,40;0,28;EUR;1500"
OTHER = "F2;30/11/2026;250002;Classic;-8,00;;;"


def read(*rows, head=HEAD, layout=LAYOUT, encoding="utf-8-sig"):
    return freight_file.read("\r\n".join([head, *rows]).encode(encoding), layout)


def refuse(*rows, **values):
    with pytest.raises(InvalidMessage) as caught:
        read(*rows, **values)
    assert caught.value.remedy
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_rows_become_invoices(encoding):
    first, second = read(ONE, TWO, OTHER, encoding=encoding)
    assert (first.number, first.invoice_date) == ("F1", date(2026, 11, 30))
    assert (first.currency, first.total) == ("EUR", Decimal("11.28"))
    assert [line.name for line in first.lines] == ["Classic", "Gasoil"]
    line = first.lines[0]
    assert (line.tracking_number, line.code) == ("250001", "Classic")
    assert (line.amount, line.tax) == (Decimal("8.00"), Decimal("1.60"))
    assert line.billed_weight == Decimal("1.5")
    assert (second.total, second.currency) == (Decimal("-8.00"), "EUR")
    assert second.lines[0].billed_weight is None


@pytest.mark.parametrize("delimiter", [",", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    layout = replace(LAYOUT, decimal=".")
    rows = [ONE.replace(",", "."), TWO.replace(",", ".")]
    rows = [row.replace(";", delimiter) for row in rows]
    (invoice,) = read(*rows, head=HEAD.replace(";", delimiter), layout=layout)
    assert invoice.total == Decimal("11.28")


def test_what_stands_above_the_headings_is_passed_over():
    title = "DPD France;relevé\r\n;\r\n"
    assert len(read(ONE, head=title + HEAD.upper())) == 1
    # Rows are counted from the file's first.
    assert "Row 5: Montant HT" in refuse(ONE, "F1;30/11/2026;1;C;x", head=title + HEAD)


def test_empty_rows_are_passed_over_and_more_columns_do_not_matter():
    assert read(";;;;;;;", ONE + ";more", "")[0].total == Decimal("9.60")


def test_all_rows_that_cannot_be_read_are_named():
    text = refuse(
        ONE,
        "F1;30.11.2026;250001;Classic;8,00",
        "F1;30/11/2026;250001;Classic;8.00",
        ";30/11/2026;250001;Classic;8,00",
        "F1;30/11/2026",
        TWO,
    )
    assert text.splitlines() == [
        "Row 3: Date: '30.11.2026' is no date like 31/01/2026.",
        "Row 4: Montant HT: '8.00' is no number.",
        "Row 5: Facture is empty.",
        "Row 6: Montant HT is empty.",
    ]


def test_many_errors_are_told_by_their_first():
    text = refuse(*["F1;x;1;C;8,00"] * 25)
    assert text.count("Row ") == freight_file.MOST_ERRORS
    assert text.endswith("and 15 more rows")


def test_rows_of_an_invoice_agree_on_it():
    assert "Row 3: Devise" in refuse(ONE, TWO.replace("EUR", "USD"))
    assert "Row 3: Date" in refuse(ONE, TWO.replace("30/11", "29/11"))


def test_a_total_is_taken_where_it_is_told():
    layout = replace(LAYOUT, columns={**LAYOUT.columns, "total": "TTC"})
    head = f"{HEAD};TTC"
    assert read(ONE, f"{TWO};12,00", head=head, layout=layout)[0].total == 12
    assert "Row 3: TTC" in refuse(
        f"{ONE};1,00", f"{TWO};12,00", head=head, layout=layout
    )


def test_a_missing_or_double_column_is_named():
    text = refuse(ONE, head=HEAD.replace("TVA", "Taxe"))
    assert text == "The file has no column TVA."
    assert "two columns TVA" in refuse(ONE, head=f"{HEAD};tva")
    assert "no column Facture" in refuse(head="")


def test_a_file_without_rows_is_no_success():
    assert "no row" in refuse()


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1.234,56", ",", "1234.56"),
        ("1 234,5", ",", "1234.5"),
        ("1\u202f234,5", ",", "1234.5"),
        ("1,234.56", ".", "1234.56"),
        ("-12", ".", "-12"),
        ("12.50", ",", None),
        ("12,50", ".", None),
        ("1.23.456", ",", None),
        ("1e5", ".", None),
        ("", ",", None),
        ("٣", ".", None),
        ("9" * 30, ".", None),
        ("NaN", ".", None),
    ],
)
def test_a_number_is_read_as_it_is_written_or_refused(text, decimal, value):
    layout = replace(LAYOUT, decimal=decimal)
    row = f"F1;30/11/2026;1;C;{text}"
    if value is None:
        assert "Row 2: Montant HT" in refuse(row, layout=layout)
    else:
        assert read(row, layout=layout)[0].total == Decimal(value)


# Vendors' own files: their decimal separator is not known.

FREE = replace(LAYOUT, decimal=None, weight_unit="kg")


@pytest.mark.parametrize(
    ("amount", "value"),
    [
        ("12,50", "12.50"),
        ("12.50", "12.50"),
        ("1.250,00", "1250.00"),
        ("1,250.00", "1250.00"),
        ("1 250,00", "1250.00"),
        ("12,50-", "-12.50"),
        ("-12,50", "-12.50"),
        ("(12,50)", "-12.50"),
        ("12,50 CR", "-12.50"),
        ("−12,50", "-12.50"),
        ("€ 12,50", "12.50"),
        ("12,50 €", "12.50"),
        ("EUR 12,50-", "-12.50"),
        ("€-12,50", "-12.50"),
        ("12", "12"),
        ("1,250", "1250"),
        ("1e3", None),
        ("12,5,0", None),
        ("USD 12,50", None),
        ("1.250", None),  # of euros or of thousands
        ("12,50 12", None),
    ],
)
def test_an_amount_is_what_was_meant_or_is_refused(amount, value):
    row = f"F1;30/11/2026;1;C;{amount};;EUR"
    if value is None:
        with pytest.raises(InvalidMessage) as caught:
            read(row, layout=FREE)
        assert caught.value.remedy
    else:
        (invoice,) = read(row, layout=FREE)
        assert invoice.total == invoice.lines[0].amount == Decimal(value)


def test_a_file_is_written_in_one_way():
    rows = ["F1;30/11/2026;1;C;1.250;;EUR", "F1;30/11/2026;2;C;12,50;;EUR"]
    (invoice,) = read(*rows, layout=FREE)
    assert [line.amount for line in invoice.lines] == [1250, Decimal("12.50")]
    rows = ["F1;30/11/2026;1;C;12.50;;EUR", "F1;30/11/2026;2;C;12,50;;EUR"]
    assert "no number" in refuse(*rows, layout=FREE)


@pytest.mark.parametrize(
    "name", ["VAT", "TVA 20 %", "MwSt. 19,00 %", "VAT (20%)", "Sales tax", "IVA 21%"]
)
def test_a_row_of_tax_is_no_freight(name):
    rows = ["F1;30/11/2026;1;Classic;8,00", f"F1;30/11/2026;1;{name};1,60"]
    (invoice,) = read(*rows)
    freight, tax = invoice.lines
    assert (freight.amount, freight.tax) == (8, 0)
    assert (tax.amount, tax.tax) == (0, Decimal("1.60"))
    assert invoice.total == Decimal("9.60")


@pytest.mark.parametrize("name", ["VAT handling fee", "Duty and tax", "Taxi"])
def test_a_fee_about_taxes_is_none(name):
    (invoice,) = read(f"F1;30/11/2026;1;{name};1,60")
    assert invoice.lines[0].amount == Decimal("1.60")


def examine(*rows, layout=LAYOUT, head=HEAD):
    return freight_file.examine("\r\n".join([head, *rows]).encode(), layout)


def test_totals_and_headings_in_between_are_told_and_left_out():
    reading = examine(ONE, TWO, HEAD, "Total;;;;9,40")
    assert not reading.problems
    assert len(reading.invoices[0].lines) == 2
    assert reading.left_out == [
        "Row 4: Headings.",
        "Row 5: A total: 9,40, as the rows above it.",
    ]
    reading = examine(ONE, TWO, "Total;;;;9,99")
    assert "not the sum of the rows above it" in reading.problems[0]


@pytest.mark.parametrize("number", ["5.2E+13", "5,29989E+13", "1E+12"])
def test_a_number_that_a_spreadsheet_spoiled_is_refused(number):
    text = refuse(f"F1;30/11/2026;{number};Classic;8,00")
    assert f"Row 2: N° de colis: {number} lost its digits" in text


def test_a_number_that_a_spreadsheet_kept_is_read():
    rows = ['F1;30/11/2026;"=""00250001""";C;8,00', "F1;30/11/2026;'250001;C;8,00"]
    (invoice,) = read(*rows)
    assert [line.tracking_number for line in invoice.lines] == ["00250001", "250001"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_of_all_kinds_is_read(encoding):
    (invoice,) = read(ONE, encoding=encoding)
    assert invoice.lines[0].tracking_number == "250001"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PK\x03\x04rest", "an Excel workbook"),
        (b"%PDF-1.4", "a PDF"),
        (b"\x1f\x8brest", "a compressed file"),
        (b"\x81\x8d\x8f", "no text"),
    ],
)
def test_what_is_no_csv_is_called_by_its_name(content, what):
    with pytest.raises(InvalidMessage, match=what) as caught:
        freight_file.read(content, LAYOUT)
    assert "CSV" in caught.value.remedy


def test_a_date_keeps_its_day_when_a_spreadsheet_added_midnight():
    (invoice,) = read("F1;30/11/2026 00:00:00;1;C;8,00")
    assert invoice.invoice_date == date(2026, 11, 30)


@given(st.decimals(-99999, 99999, places=2), st.sampled_from([".", ","]))
def test_numbers_are_read_back_as_they_are_written(number, decimal):
    group = {".": ",", ",": "."}[decimal]
    text = f"{number:,.2f}".replace(",", "#").replace(".", decimal).replace("#", group)
    assert freight_cells.read_number(text, decimal) == (number, "")


@pytest.mark.parametrize("text", ["x" * 300, "a\x00b"])
def test_what_cannot_be_stored_is_refused(text):
    assert "Row 2: Facture" in refuse(f"{text};30/11/2026;1;C;1")


@given(st.binary(max_size=200))
def test_any_file_is_read_or_refused(content):
    with pytest.raises(InvalidMessage):
        freight_file.read(content, LAYOUT)
    head = f"{HEAD}\n".encode()
    try:
        freight_file.read(head + content, LAYOUT)
    except InvalidMessage as error:
        assert str(error)  # noqa: PT017
