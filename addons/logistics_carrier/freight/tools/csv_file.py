"""Invoices out of any carrier's CSV, by the headings of its columns (pure, no odoo)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt, join, text_of
from odoo.addons.logistics_core.tools.bounded import read_csv

from ...canonical import FreightCharge, FreightInvoice
from ...tools.freight_rows import decode

# Name of the fact -> its name for a person.
COLUMNS = [
    ("number", "Invoice number"),
    ("invoice_date", "Invoice date"),
    ("amount", "Amount without tax"),
    ("tax", "Tax"),
    ("currency", "Currency"),
    ("tracking_number", "Tracking number"),
    ("reference", "Our reference"),
    ("code", "Charge code"),
    ("name", "Charge description"),
    ("service", "Service"),
    ("billed_weight", "Billed weight"),
    ("shipped_on", "Ship date"),
    ("due_date", "Due date"),
    ("account", "Account"),
    ("total", "Invoice total with tax"),
]
NEEDED = ("number", "invoice_date", "amount")
# What is the same in all rows of an invoice.
OF_INVOICE = ("invoice_date", "currency", "due_date", "account", "total")
NUMBERS = ("amount", "tax", "billed_weight", "total")
DATES = ("invoice_date", "due_date", "shipped_on")
DELIMITERS = (";", ",", "\t", "|")
# Carriers like to write about the invoice before its lines.
LONGEST_PREAMBLE = 30
MOST_ERRORS = 10
LONGEST_TEXT, LONGEST_NUMBER = 200, 20
KILOGRAMS = {"kg": Decimal(1), "g": Decimal("0.001"), "lb": Decimal("0.45359237")}
GRAM = Decimal("0.001")
_GROUPS = {",": r"[.\s']", ".": r"[,\s']"}

Row = tuple[int, list[str]]
Invoices = dict[str, tuple[dict, list[FreightCharge]]]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a carrier writes its file.

    :param columns: {fact of COLUMNS: heading}
    :param currency: where no column names it
    :param decimal: decimal separator, `.` or `,`
    :param date_format: as in strptime
    :param weight_unit: kg, g or lb
    """

    columns: Mapping[str, str]
    currency: str
    decimal: str = "."
    date_format: str = "%Y-%m-%d"
    weight_unit: str = "kg"


def read(content: bytes, layout: Layout) -> list[FreightInvoice]:
    """Return the invoices of a file, or nothing of it.

    :raises InvalidMessage: names each row that cannot be read, and why; rows are
        counted as a spreadsheet counts them
    """
    invoices, errors = _read_rows(*_find_table(decode(content), layout), layout)
    if not errors and not invoices:
        errors.append(_lt("There is no row below the headings."))
    if errors:
        more = len(errors) - MOST_ERRORS
        tail = [_lt("and %(count)s more rows", count=more)] if more > 0 else []
        raise InvalidMessage(
            join([*errors[:MOST_ERRORS], *tail], "\n"),
            remedy=_lt(
                "Nothing was imported. Fix the file, or the connection's columns."
            ),
        )
    return [_to_invoice(number, *found) for number, found in invoices.items()]


def _read_rows(
    places: Mapping[str, int], rows: Iterable[Row], layout: Layout
) -> tuple[Invoices, list[str]]:
    """Return ({number: (what its rows have in common, charges)}, errors)."""
    errors: list[str] = []
    invoices: Invoices = {}
    for number, cells in rows:
        facts = {
            name: cells[place].strip() if place < len(cells) else ""
            for name, place in places.items()
        }
        try:
            values = _read_row(facts, layout)
            head, charges = invoices.setdefault(facts["number"], ({}, []))
            _join(head, values, layout)
            charges.append(_to_charge(values))
        except ValueError as error:
            errors.append(
                _lt(
                    "Row %(number)s: %(problem)s", number=number, problem=text_of(error)
                )
            )
    return invoices, errors


def _find_table(text: str, layout: Layout) -> tuple[dict[str, int], Iterator[Row]]:
    """Return ({fact: position}, the rows below the headings that are not empty).

    The delimiter is the one with which all headings are found.
    """
    missing = [*layout.columns.values()]
    for delimiter in DELIMITERS:
        rows = read_csv(text, delimiter)
        for number, cells in rows:
            lacking = _get_missing(cells, layout)
            if not lacking:
                places = _get_places(number, cells, layout)
                return places, ((n, row) for n, row in rows if any(map(str.strip, row)))
            if len(lacking) < len(missing):
                missing = lacking
            if number == LONGEST_PREAMBLE:
                break
    raise InvalidMessage(
        _lt("The file has no column %(missing)s.", missing=", ".join(missing)),
        remedy=_lt("Compare the headings with the columns on the connection."),
    )


def _key(heading: str) -> str:
    return " ".join(heading.split()).casefold()


def _get_missing(cells: list[str], layout: Layout) -> list[str]:
    known = {_key(cell) for cell in cells}
    return [h for h in layout.columns.values() if _key(h) not in known]


def _get_places(number: int, cells: list[str], layout: Layout) -> dict[str, int]:
    keys = [_key(cell) for cell in cells]
    for heading in layout.columns.values():
        if keys.count(_key(heading)) > 1:
            raise InvalidMessage(
                _lt(
                    "Row %(number)s: there are two columns %(heading)s.",
                    number=number,
                    heading=heading,
                )
            )
    return {name: keys.index(_key(h)) for name, h in layout.columns.items()}


def _read_row(facts: Mapping[str, str], layout: Layout) -> dict:
    """Return the values of a row; raise ValueError with a sentence."""
    for name, text in facts.items():
        if not text and name in NEEDED:
            raise ValueError(_lt("%(column)s is empty.", column=layout.columns[name]))
        if len(text) > LONGEST_TEXT or "\x00" in text:
            raise ValueError(
                _lt(
                    "%(column)s: %(value)s is no text.",
                    column=layout.columns[name],
                    value=repr(text)[:40],
                )
            )
    values: dict = {name: facts.get(name) or None for name, _label in COLUMNS}
    for name in NUMBERS:
        if values[name] is not None:
            values[name] = _to_number(name, values[name], layout)
    for name in DATES:
        if values[name] is not None:
            values[name] = _to_date(name, values[name], layout)
    values["currency"] = (values["currency"] or layout.currency).upper()
    if values["billed_weight"] is not None:
        kilograms = values["billed_weight"] * KILOGRAMS[layout.weight_unit]
        values["billed_weight"] = kilograms.quantize(GRAM)
    return values


def _to_number(name: str, text: str, layout: Layout) -> Decimal:
    """Return a number; thousands count as such only where they stand for them."""
    point, group = re.escape(layout.decimal), _GROUPS[layout.decimal]
    pattern = rf"[+-]?([0-9]+|[0-9]{{1,3}}({group}[0-9]{{3}})+)({point}[0-9]+)?"
    if len(text) > LONGEST_NUMBER or not re.fullmatch(pattern, text):
        raise ValueError(
            _lt(
                "%(column)s: %(value)s is no number.",
                column=layout.columns[name],
                value=repr(text)[:40],
            )
        )
    return Decimal(re.sub(group, "", text).replace(layout.decimal, "."))


def parse_date(text: str, form: str) -> date:
    """Return a date written in this format; raise ValueError."""
    return datetime.strptime(text, form).date()


def _to_date(name: str, text: str, layout: Layout) -> date:
    try:
        return parse_date(text, layout.date_format)
    except ValueError:
        raise ValueError(
            _lt(
                "%(column)s: %(value)s is no date like %(example)s.",
                column=layout.columns[name],
                value=repr(text)[:40],
                example=date(2026, 1, 31).strftime(layout.date_format),
            )
        ) from None


def _join(head: dict, values: dict, layout: Layout) -> None:
    """Take what a row says about its invoice; raise ValueError when rows disagree."""
    for name in OF_INVOICE:
        if head.get(name) is None:
            head[name] = values[name]
        elif values[name] not in (None, head[name]):
            raise ValueError(
                _lt(
                    "%(column)s is not what the rows of its invoice above have.",
                    column=layout.columns.get(name, name),
                )
            )


def _to_charge(values: dict) -> FreightCharge:
    code = values["code"] or values["name"] or "Freight"
    return FreightCharge(
        tracking_number=values["tracking_number"] or "",
        code=code,
        name=values["name"] or code,
        amount=values["amount"],
        tax=values["tax"] or Decimal(0),
        reference=values["reference"],
        service=values["service"],
        billed_weight=values["billed_weight"],
        shipped_on=values["shipped_on"],
    )


def _to_invoice(
    number: str, head: dict, charges: list[FreightCharge]
) -> FreightInvoice:
    made = sum((charge.amount + charge.tax for charge in charges), Decimal(0))
    return FreightInvoice(
        number=number,
        invoice_date=head["invoice_date"],
        currency=head["currency"],
        total=made if head["total"] is None else head["total"],
        lines=tuple(charges),
        due_date=head["due_date"],
        account=head["account"],
    )
