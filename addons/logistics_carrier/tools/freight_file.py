"""Files of invoices, of any carrier: read whole and strictly, or not at all.

A connector declares a Layout of its vendor's file; the columns of other carriers are
named on their connection. Never imports odoo.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import Text, _lt, join, text_of
from odoo.addons.logistics_core.tools.bounded import read_csv
from odoo.addons.logistics_core.tools.storable import storable

from ..canonical import FreightInvoice
from . import freight_cells as cells
from .freight_charges import (
    COLUMNS,
    NUMBERS,
    ChargePlace,
    Invoices,
    add_row,
    to_invoice,
)

DELIMITERS = (";", ",", "\t", "|")
# Carriers like to write about the invoice before its lines.
LONGEST_PREAMBLE = 30
MOST_ERRORS = 10
Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a carrier writes its file.

    :param columns: {fact: heading, or position counted from 1 where `width` is given}
    :param currency: where no column names it
    :param decimal: decimal separator, `.` or `,`; None: as the whole file has it
    :param date_formats: as in strptime
    :param weight_unit: kg, g or lb; a column `weight_unit` comes before it
    :param width: how many columns a file without headings has
    :param required: facts whose headings must be there; None: all
    :param filled: facts that no row may lack
    :param places: where a row has its charges
    :param kinds: `line_type` -> charge or invoice; rows of other types are left out
    :param tax_classes: values of the column `class` that are taxes
    :param strip_zeros: accounts are filled up with zeros
    :param remedy: where the right file is found
    """

    columns: Mapping[str, str | int]
    currency: str = ""
    decimal: str | None = None
    date_formats: tuple[str, ...] = ("%Y-%m-%d",)
    weight_unit: str = "kg"
    width: int | None = None
    required: tuple[str, ...] | None = None
    filled: tuple[str, ...] = ("number", "invoice_date", "amount")
    places: tuple[ChargePlace, ...] = (ChargePlace("amount", "tax", "code", "name"),)
    kinds: Mapping[str, str] | None = None
    tax_classes: frozenset[str] = frozenset()
    strip_zeros: bool = False
    remedy: str | None = None

    def label(self, fact: str) -> str:
        """Return the name of a column for a person: its heading, where it has one."""
        place = self.columns.get(fact)
        return place if isinstance(place, str) else str(dict(COLUMNS).get(fact, fact))


@dataclass(slots=True)
class Reading:
    """What was read of a file.

    :param problems: sentences, one for each row that cannot be read
    :param left_out: sentences, one for each row that is no charge
    """

    invoices: list[FreightInvoice] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    remedy: str | None = None

    def check(self) -> list[FreightInvoice]:
        """Return the invoices; raise InvalidMessage where a row cannot be read."""
        if self.problems:
            more = len(self.problems) - MOST_ERRORS
            tail = [_lt("and %(count)s more rows", count=more)] if more > 0 else []
            nothing = _lt("Nothing was imported.")
            fix = self.remedy or _lt("Fix the file, or the connection's columns.")
            raise InvalidMessage(
                join([*self.problems[:MOST_ERRORS], *tail], "\n"),
                remedy=join([nothing, fix]),
            )
        return self.invoices


def read(content: bytes, layout: Layout) -> list[FreightInvoice]:
    """Return the invoices of a file, or nothing of it.

    :raises InvalidMessage: names each row that cannot be read, and why; rows are
        counted as a spreadsheet counts them
    """
    return examine(content, layout).check()


def examine(content: bytes, layout: Layout) -> Reading:
    """Return what can be read of a file, and what cannot.

    :raises InvalidMessage: it is another file
    """
    reading = Reading(remedy=layout.remedy)
    rows = list(_to_facts(cells.decode(content), layout, reading))
    decimal = layout.decimal or _find_decimal(rows, layout)
    invoices: Invoices = {}
    for number, facts in rows:
        try:
            _check_texts(facts, layout)
            if told := add_row(invoices, facts, layout, decimal):
                reading.left_out.append(_of_row(number, told))
        except ValueError as error:
            reading.problems.append(_of_row(number, text_of(error)))
    if not reading.problems and not invoices:
        reading.problems.append(_lt("There is no row below the headings."))
    reading.invoices = [to_invoice(*found) for found in invoices.items()]
    return reading


def _of_row(number: int, text: str) -> Text:
    return _lt("Row %(number)s: %(problem)s", number=number, problem=text)


def _to_facts(
    text: str, layout: Layout, reading: Reading
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (number, {fact: text}) of the rows that are not empty."""
    find = _find_columns if layout.width else _find_headings
    places, rows, heading = find(text, layout)
    for number, row in rows:
        values = [cells.clean(cell) for cell in row]
        if not any(values):
            continue
        if heading and [_key(v) for v in values] == heading:
            reading.left_out.append(_of_row(number, _lt("Headings.")))
            continue
        if layout.width and len(values) < layout.width:
            told = _lt(
                "%(count)s columns, the file must have %(width)s.",
                count=len(values),
                width=layout.width,
            )
            reading.problems.append(_of_row(number, told))
            continue
        facts = {
            name: values[place] if place < len(values) else ""
            for name, place in places.items()
        }
        if layout.width and _is_heading(facts):
            reading.left_out.append(_of_row(number, _lt("Headings.")))
            continue
        yield number, facts


def _is_heading(facts: Mapping[str, str]) -> bool:
    """Return whether a row of a file without headings names its columns."""
    told = [facts.get(name, "") for name in ("number", "invoice_date", "amount")]
    return all(told) and not any(char.isdigit() for text in told for char in text)


def _parse(text: str, delimiter: str) -> Iterator[Row]:
    return read_csv(text, delimiter)


def _find_columns(
    text: str, layout: Layout
) -> tuple[dict[str, int], Iterable[Row], list[str]]:
    """Return ({fact: position}, rows, no headings) of a file without headings.

    The delimiter is the one with which the first row has the most columns.
    """

    def count(delimiter: str) -> int:
        rows = (row for _number, row in _parse(text, delimiter) if any(row))
        return len(next(rows, []))

    delimiter = max((",", *DELIMITERS), key=count)
    width = layout.width or 0
    if 0 < count(delimiter) < width:
        number = next(n for n, row in _parse(text, delimiter) if any(row))
        raise InvalidMessage(
            _lt(
                "Row %(line)s has %(count)s columns, the file must have %(width)s.",
                line=number,
                count=count(delimiter),
                width=width,
            ),
            remedy=layout.remedy,
        )
    places = {name: int(place) - 1 for name, place in layout.columns.items()}
    return places, _parse(text, delimiter), []


def _find_headings(
    text: str, layout: Layout
) -> tuple[dict[str, int], Iterable[Row], list[str]]:
    """Return ({fact: position}, the rows below the headings, the headings).

    The delimiter is the one with which all headings are found.
    """
    missing = _get_missing([], layout)
    for delimiter in DELIMITERS:
        rows = _parse(text, delimiter)
        for number, row in rows:
            lacking = _get_missing(row, layout)
            if not lacking:
                keys = [_key(cells.clean(cell)) for cell in row]
                return _get_places(number, keys, layout), rows, keys
            if len(lacking) < len(missing):
                missing = lacking
            if number == LONGEST_PREAMBLE:
                break
    raise InvalidMessage(
        _lt("The file has no column %(missing)s.", missing=", ".join(missing)),
        remedy=layout.remedy
        or _lt("Compare the headings with the columns on the connection."),
    )


def _key(heading: str) -> str:
    return " ".join(heading.split()).casefold()


def _get_missing(row: list[str], layout: Layout) -> list[str]:
    known = {_key(cells.clean(cell)) for cell in row}
    names = layout.columns if layout.required is None else layout.required
    headings = [str(layout.columns[name]) for name in names]
    return [heading for heading in headings if _key(heading) not in known]


def _get_places(number: int, keys: list[str], layout: Layout) -> dict[str, int]:
    places = {}
    for name, heading in layout.columns.items():
        key = _key(str(heading))
        if keys.count(key) > 1:
            raise InvalidMessage(
                _lt(
                    "Row %(number)s: there are two columns %(heading)s.",
                    number=number,
                    heading=heading,
                ),
                remedy=layout.remedy,
            )
        if key in keys:
            places[name] = keys.index(key)
    return places


def _find_decimal(rows: list[tuple[int, dict[str, str]]], layout: Layout) -> str:
    money = {name for place in layout.places for name in (place.amount, place.tax)}
    money.add("total")
    told: dict[bool, list[str]] = {True: [], False: []}
    for _number, facts in rows:
        for name in {*money, *NUMBERS}:
            if name and (text := facts.get(name)):
                told[name in money].append(text)
    return cells.find_decimal(told[True] + told[False], told[True])


def _check_texts(facts: Mapping[str, str], layout: Layout) -> None:
    """Raise ValueError with a sentence where a cell is no text that can be kept."""
    for name, text in facts.items():
        if len(text) > cells.LONGEST_TEXT or "\x00" in text:
            raise ValueError(
                _lt(
                    "%(column)s: %(value)s is no text.",
                    column=layout.label(name),
                    value=storable(repr(text), 40),
                )
            )
