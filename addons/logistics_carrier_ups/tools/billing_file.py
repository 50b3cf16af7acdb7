"""UPS's billing file: 250 columns, no heading, a charge a line. Never imports odoo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from odoo.addons.logistics_carrier.canonical import FreightCharge, FreightInvoice
from odoo.addons.logistics_carrier.tools import units
from odoo.addons.logistics_carrier.tools.freight_rows import (
    Row,
    read_columns,
    to_invoices,
)
from odoo.addons.logistics_core.texts import _lt

from .. import const

FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%Y%m%d")
REMEDY = _lt("Download the 250-column CSV without heading from UPS.")


def read(content: bytes) -> list[FreightInvoice]:
    """Return the invoices of a file; lines without an amount are left out.

    :raises InvalidMessage: another number of columns, or no readable number
    """
    rows = read_columns(content, const.BILLING_COLUMNS, const.BILLING_WIDTH, REMEDY)
    rows = [replace(row, formats=FORMATS) for row in rows]
    return [
        replace(
            invoice,
            currency=invoice.currency or "USD",
            account=(invoice.account or "").lstrip("0") or None,
        )
        for invoice in to_invoices(rows, _to_charges, _get_total)
    ]


def _get_total(rows: list[Row]) -> Decimal | None:
    return rows[0].number("total") or None


def _to_charges(row: Row) -> Iterator[FreightCharge]:
    weight = row.number("billed_weight")
    if row.text("weight_unit").upper().startswith("L"):
        weight = units.to_kilograms(weight, units.POUND)
    yield FreightCharge(
        tracking_number=row.text("tracking_number"),
        code=row.text("code"),
        name=row.text("name") or row.text("code"),
        amount=row.number("amount"),
        reference=row.text("reference") or row.text("package_reference") or None,
        billed_weight=weight or None,
        shipped_on=row.day("shipped_on"),
    )
