"""A carrier's own file of invoices, row by row (pure, no odoo).

`freight/tools/csv_file` reads the files of carriers that have no connector.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import bounded

from ..canonical import FreightCharge, FreightInvoice

# Beyond it a number is no amount, and arithmetic with it may fail.
LARGEST = Decimal(10) ** 12
FORMATS = ("%Y-%m-%d", "%Y%m%d", "%d.%m.%Y")


def decode(content: bytes) -> str:
    """Return a file as text: UTF-8, else as Windows writes it.

    :raises TooLarge: it is larger than what is read
    """
    bounded.check_file(len(content))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file.

    :param line: its number in the file, counted from 1
    :param facts: our name of a column -> its text; "" where the row is too short
    :param formats: how the file writes its dates, as in strptime
    """

    line: int
    facts: Mapping[str, str]
    formats: tuple[str, ...] = FORMATS

    def text(self, name: str) -> str:
        """Return a text, empty where there is none."""
        return (self.facts.get(name) or "").strip()

    def number(self, name: str) -> Decimal:
        """Return a number, 0 where there is none. Raises InvalidMessage."""
        text = self.text(name)
        try:
            found = Decimal(text.replace(",", "") or "0")
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite() or abs(found) > LARGEST:
            raise InvalidMessage(
                _lt(
                    "Line %(line)s: %(text)s is not a number.",
                    line=self.line,
                    text=repr(text)[:40],
                )
            )
        return found

    def day(self, name: str) -> date | None:
        """Return a date, None where there is none. Raises InvalidMessage."""
        text = self.text(name)
        for form in self.formats if text else ():
            try:
                return datetime.strptime(text, form).date()
            except ValueError:
                continue
        if text:
            raise InvalidMessage(
                _lt(
                    "Line %(line)s: %(text)s is not a date.",
                    line=self.line,
                    text=repr(text)[:40],
                )
            )
        return None

    def needed_day(self, name: str) -> date:
        """Return a date. Raises InvalidMessage where there is none."""
        found = self.day(name)
        if found is None:
            raise InvalidMessage(
                _lt("Line %(line)s: '' is not a date.", line=self.line)
            )
        return found


def read_columns(
    content: bytes, columns: Mapping[str, int], width: int, remedy: str
) -> list[Row]:
    """Return the rows of a file without headings that are not empty.

    :param columns: our name -> position, counted from 1
    :param width: how many columns a row must have
    :param remedy: where the right file is found
    :raises InvalidMessage: a row has fewer columns
    """
    rows = []
    for line, cells in bounded.read_csv(decode(content)):
        if not any(cells):
            continue
        if len(cells) < width:
            raise InvalidMessage(
                _lt(
                    "Line %(line)s has %(count)s columns, the file must "
                    "have %(width)s.",
                    line=line,
                    count=len(cells),
                    width=width,
                ),
                remedy=remedy,
            )
        facts = {name: cells[place - 1] for name, place in columns.items()}
        rows.append(Row(line, facts))
    return rows


def read_headings(
    content: bytes, columns: Mapping[str, str], needed: Iterable[str], remedy: str
) -> list[Row]:
    """Return the rows below the headings; other columns keep their heading as name.

    :param columns: our name -> heading
    :param needed: our names of the columns that must be there
    :raises InvalidMessage: a heading is missing
    """
    lines = bounded.read_csv(decode(content))
    headings = next((cells for _line, cells in lines), [])
    known = set(headings)
    if missing := [columns[name] for name in needed if columns[name] not in known]:
        raise InvalidMessage(
            _lt("The file has no column %(missing)s.", missing=", ".join(missing)),
            remedy=remedy,
        )
    rows = []
    for line, cells in lines:
        # Most cells of such a file are empty: only the others are kept.
        filled = {
            heading: text
            for heading, text in zip(headings, cells, strict=False)
            if heading and text
        }
        own = {name: filled.get(title, "") for name, title in columns.items()}
        if cells:
            rows.append(Row(line, {**filled, **own}))
    return rows


def to_invoices(
    rows: Iterable[Row],
    to_charges: Callable[[Row], Iterable[FreightCharge]],
    get_total: Callable[[list[Row]], Decimal | None],
) -> list[FreightInvoice]:
    """Return the invoices: rows of one number belong together.

    Facts that are read: number, invoice_date, due_date, currency, account.

    :param to_charges: returns the charges of a row
    :param get_total: returns the invoice's own total, None where it has none
    :raises InvalidMessage: a number or a date cannot be read
    """
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.text("number"), []).append(row)
    return [
        _to_invoice(number, same, to_charges, get_total)
        for number, same in found.items()
    ]


def _to_invoice(
    number: str,
    rows: list[Row],
    to_charges: Callable[[Row], Iterable[FreightCharge]],
    get_total: Callable[[list[Row]], Decimal | None],
) -> FreightInvoice:
    head, total = rows[0], get_total(rows)
    charges = [charge for row in rows for charge in to_charges(row)]
    lines = tuple(charge for charge in charges if charge.amount or charge.tax)
    summed = sum((line.amount + line.tax for line in lines), Decimal(0))
    return FreightInvoice(
        number=number,
        invoice_date=head.needed_day("invoice_date"),
        due_date=head.day("due_date"),
        currency=head.text("currency"),
        total=summed if total is None else total,
        lines=lines,
        account=head.text("account") or None,
    )
