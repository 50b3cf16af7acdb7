"""UPS's billing file: 250 columns, no heading, a charge a line. Never imports odoo."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from odoo.addons.logistics_carrier.canonical import FreightCharge, FreightInvoice
from odoo.addons.logistics_carrier.tools.units import POUND
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt

from .. import const

FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%Y%m%d")


def read(content: bytes) -> list[FreightInvoice]:
    """Return the invoices of a file; lines without an amount are left out.

    :raises InvalidMessage: another number of columns, or no readable number
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    rows = defaultdict(list)
    for line, row in enumerate(csv.reader(io.StringIO(text)), 1):
        if not any(row):
            continue
        if len(row) < const.BILLING_WIDTH:
            raise InvalidMessage(
                _lt(
                    "Line %(line)s has %(count)s columns, UPS's billing "
                    "file has %(width)s.",
                    line=line,
                    count=len(row),
                    width=const.BILLING_WIDTH,
                ),
                remedy=_lt("Download the 250-column CSV without heading from UPS."),
            )
        facts = {
            name: row[column - 1].strip()
            for name, column in const.BILLING_COLUMNS.items()
        }
        rows[facts["number"]].append((line, facts))
    return [_to_invoice(number, lines) for number, lines in rows.items()]


def _to_invoice(number: str, lines: list[tuple[int, dict[str, str]]]) -> FreightInvoice:
    first, facts = lines[0]
    charges = [_to_charge(line, row) for line, row in lines]
    found = tuple(charge for charge in charges if charge.amount or charge.tax)
    total = _number(first, facts["total"])
    return FreightInvoice(
        number=number,
        invoice_date=_date(first, facts["invoice_date"]),
        currency=facts["currency"] or "USD",
        total=total if total else sum((c.amount for c in found), Decimal(0)),
        lines=found,
        account=facts["account"].lstrip("0") or None,
    )


def _to_charge(line: int, row: dict[str, str]) -> FreightCharge:
    weight = _number(line, row["billed_weight"])
    if row["weight_unit"].upper().startswith("L"):
        weight = (weight * POUND).quantize(Decimal("0.001"))
    shipped = row["shipped_on"]
    return FreightCharge(
        tracking_number=row["tracking_number"],
        code=row["code"],
        name=row["name"] or row["code"],
        amount=_number(line, row["amount"]),
        reference=row["reference"] or row["package_reference"] or None,
        billed_weight=weight or None,
        shipped_on=_date(line, shipped) if shipped else None,
    )


def _number(line: int, text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", "") or "0")
    except InvalidOperation as error:
        raise InvalidMessage(
            _lt(
                "Line %(line)s: %(text)s is not a number.",
                line=line,
                text=repr(text)[:40],
            )
        ) from error


def _date(line: int, text: str) -> date:
    for form in FORMATS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise InvalidMessage(
        _lt(
            "Line %(line)s: %(text)s is not a date.",
            line=line,
            text=repr(text)[:40],
        )
    )
