"""DHL's invoice file: headings, one line per shipment. Never imports odoo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from odoo.addons.logistics_carrier.canonical import FreightCharge, FreightInvoice
from odoo.addons.logistics_carrier.tools.freight_rows import (
    Row,
    read_headings,
    to_invoices,
)
from odoo.addons.logistics_core.texts import _lt

from .. import const

FORMATS = ("%Y%m%d", "%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y")
NEEDED = ("line_type", "number", "invoice_date", "tracking_number", "currency")
REMEDY = _lt("Download the invoice as CSV from DHL's MyBill.")


def read(content: bytes) -> list[FreightInvoice]:
    """Return the invoices of a file; the number of a line is the shipment's.

    :raises InvalidMessage: a heading is missing, or no readable number
    """
    rows = read_headings(content, const.INVOICE_COLUMNS, NEEDED, REMEDY)
    rows = [replace(row, formats=FORMATS) for row in rows]
    return to_invoices(rows, _to_charges, _get_total)


def _get_total(rows: list[Row]) -> Decimal | None:
    heads = [row for row in rows if row.text("line_type") == const.INVOICE_LINE]
    return heads[0].number("total") if heads else None


def _to_charges(row: Row) -> Iterator[FreightCharge]:
    if row.text("line_type") != const.SHIPMENT_LINE:
        return
    parts = [(*const.BASE_CHARGE, "base", "base_tax")]
    for number in range(1, const.EXTRA_CHARGES + 1):
        code, name, amount, tax = (title % number for title in const.EXTRA_COLUMNS)
        parts.append((row.text(code), row.text(name), amount, tax))
    for code, name, amount, tax in parts:
        if row.text(amount):
            yield FreightCharge(
                tracking_number=row.text("tracking_number"),
                code=code,
                name=name or code,
                amount=row.number(amount),
                tax=row.number(tax),
                reference=row.text("reference") or None,
                service=row.text("service") or None,
                billed_weight=row.number("billed_weight") or None,
                shipped_on=row.day("shipped_on"),
            )
