"""DHL's invoice file: headings, one line per shipment. Never imports odoo."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from odoo.addons.logistics_carrier.canonical import FreightCharge, FreightInvoice
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt

from .. import const

FORMATS = ("%Y%m%d", "%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y")
NEEDED = ("Line Type", "Invoice Number", "Invoice Date", "Shipment Number", "Currency")
Row = dict[str, str]


def read(content: bytes) -> list[FreightInvoice]:
    """Return the invoices of a file; the number of a line is the shipment's.

    :raises InvalidMessage: a heading is missing, or no readable number
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    reader = csv.DictReader(io.StringIO(text), restval="")
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise InvalidMessage(
            _lt("The file has no column %(missing)s.", missing=", ".join(missing)),
            remedy=_lt("Download the invoice as CSV from DHL's MyBill."),
        )
    found = defaultdict(list)
    for line, row in enumerate(reader, 2):
        facts = {
            name: (row.get(heading) or "").strip()
            for name, heading in const.INVOICE_COLUMNS.items()
        }
        extras = {str(key): (value or "") for key, value in row.items() if key}
        found[facts["number"]].append((line, facts, extras))
    return [_to_invoice(number, rows) for number, rows in found.items()]


def _to_invoice(number: str, rows: list[tuple[int, Row, Row]]) -> FreightInvoice:
    line, head, _extras = rows[0]
    charges = tuple(
        charge
        for place, facts, extras in rows
        if facts["line_type"] == const.SHIPMENT_LINE
        for charge in _to_charges(place, facts, extras)
    )
    totals = [
        _number(place, facts["total"])
        for place, facts, _ in rows
        if facts["line_type"] == const.INVOICE_LINE
    ]
    due = head["due_date"]
    return FreightInvoice(
        number=number,
        invoice_date=_date(line, head["invoice_date"]),
        due_date=_date(line, due) if due else None,
        currency=head["currency"],
        total=totals[0]
        if totals
        else sum((c.amount + c.tax for c in charges), Decimal(0)),
        lines=charges,
        account=head["account"] or None,
    )


def _to_charges(line: int, facts: Row, extras: Row) -> Iterator[FreightCharge]:
    weight = _number(line, facts["billed_weight"])
    shipped = facts["shipped_on"]
    parts = [(*const.BASE_CHARGE, facts["base"], facts["base_tax"])]
    for number in range(1, const.EXTRA_CHARGES + 1):
        values = (extras.get(name % number, "") for name in const.EXTRA_COLUMNS)
        parts.append(tuple(value.strip() for value in values))
    for code, name, amount, tax in parts:
        if amount:
            yield FreightCharge(
                tracking_number=facts["tracking_number"],
                code=code,
                name=name or code,
                amount=_number(line, amount),
                tax=_number(line, tax),
                reference=facts["reference"] or None,
                service=facts["service"] or None,
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
