"""Rows of a carrier's file as charges of invoices. Never imports odoo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools.storable import storable

from ..canonical import FreightCharge, FreightInvoice
from . import freight_cells as cells

if TYPE_CHECKING:
    from .freight_file import Layout

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
# What is the same in all rows of an invoice.
OF_INVOICE = ("invoice_date", "currency", "due_date", "account", "total")
NUMBERS = ("billed_weight", "total")
DATES = ("invoice_date", "due_date", "shipped_on")
# Numbers that a spreadsheet spoils.
IDENTITIES = ("number", "tracking_number", "reference", "account")
KILOGRAMS = {"kg": Decimal(1), "g": Decimal("0.001"), "lb": Decimal("0.45359237")}
# How carriers begin to write a unit of weight.
WEIGHT_UNITS = {"K": "kg", "L": "lb", "G": "g"}
GRAM = Decimal("0.001")
CHARGE, INVOICE = "charge", "invoice"
ZERO = Decimal(0)

Invoices = dict[str, tuple[dict[str, Any], list[FreightCharge]]]


@dataclass(frozen=True, slots=True)
class ChargePlace:
    """Where a row has a charge: facts with its amount, tax, code and name.

    :param fixed: code and name, where the column is always the same charge
    """

    amount: str
    tax: str = ""
    code: str = ""
    name: str = ""
    fixed: tuple[str, str] | None = None


def add_row(
    invoices: Invoices, facts: Mapping[str, str], layout: Layout, decimal: str
) -> str | None:
    """Add a row to its invoice; return why where it is no charge.

    :raises ValueError: with a sentence: it cannot be read
    """
    kind = CHARGE
    if layout.kinds is not None:
        kind = layout.kinds.get(facts.get("line_type", ""), "")
        if not kind:
            return _lt("A row of the type “%s”.", facts.get("line_type", ""))
    if sums := _check_total(invoices, facts, layout, decimal):
        return sums
    for name in layout.filled:
        if not facts.get(name) and not (kind == INVOICE and name == "amount"):
            raise ValueError(_lt("%(column)s is empty.", column=layout.label(name)))
    head, charges = invoices.get(facts["number"]) or ({}, [])
    currency = head.get("currency") or layout.currency
    values = _read_row(facts, layout, decimal, currency)
    if layout.kinds is not None and kind != INVOICE:
        values["total"] = None  # that of the row
    _join(head, values, layout)
    invoices[facts["number"]] = head, charges
    if kind == INVOICE:
        return None
    made = list(_to_charges(facts, values, layout, decimal))
    charges += made
    return None if made else _lt("No amount.")


def _check_total(
    invoices: Invoices, facts: Mapping[str, str], layout: Layout, decimal: str
) -> str | None:
    """Return what a row that adds up others says; None: it is no such row.

    :raises ValueError: it is another sum than theirs
    """
    first = next((text for text in facts.values() if text), "")
    named = [facts.get(name, "") for name in ("number", "name", "code")]
    is_sum = cells.is_total(first) or any(map(cells.is_total, named))
    if not is_sum or (facts.get("tracking_number") and not cells.is_total(first)):
        return None
    told = facts.get(layout.places[0].amount, "")
    amount = cells.read_number(told, decimal)
    if amount is None:
        return _lt("A total.")
    charges = invoices.get(facts.get("number", ""), (None, None))[1]
    if charges is None:
        charges = [line for _head, lines in invoices.values() for line in lines]
    net = sum((line.amount for line in charges), ZERO)
    tax = sum((line.tax for line in charges), ZERO)
    if amount[0] not in (net, tax, net + tax):
        raise ValueError(
            _lt(
                "The total %(total)s is not the sum of the rows above it, %(sum)s.",
                total=told,
                sum=net + tax,
            )
        )
    return _lt("A total: %s, as the rows above it.", told)


def _read_row(
    facts: Mapping[str, str], layout: Layout, decimal: str, currency: str
) -> dict[str, Any]:
    """Return the values of a row; raise ValueError with a sentence."""
    values: dict[str, Any] = {name: facts.get(name) or None for name, _ in COLUMNS}
    for name in IDENTITIES:
        if cells.is_damaged(values[name] or ""):
            raise ValueError(
                _lt(
                    "%(column)s: %(value)s lost its digits in a spreadsheet. Download"
                    " the file again and import it without opening it.",
                    column=layout.label(name),
                    value=values[name],
                )
            )
    values["currency"] = (values["currency"] or currency).upper()
    if not values["currency"]:
        raise ValueError(_lt("%(column)s is empty.", column=layout.label("currency")))
    for name in NUMBERS:
        if values[name] is not None:
            values[name] = _to_number(name, values[name], layout, decimal, values)
    for name in DATES:
        if values[name] is not None:
            values[name] = _to_date(name, values[name], layout)
    if values["billed_weight"] is not None:
        told = facts.get("weight_unit", "")[:1].upper()
        unit = WEIGHT_UNITS.get(told, layout.weight_unit)
        weight = values["billed_weight"] * KILOGRAMS[unit]
        values["billed_weight"] = weight.quantize(GRAM) or None
    if layout.strip_zeros and values["account"]:
        values["account"] = values["account"].lstrip("0") or None
    return values


def _to_number(
    name: str, text: str, layout: Layout, decimal: str, values: Mapping[str, Any]
) -> Decimal:
    found = cells.read_number(text, decimal)
    if found is None:
        raise ValueError(
            _lt(
                "%(column)s: %(value)s is no number.",
                column=layout.label(name),
                value=storable(repr(text), 40),
            )
        )
    number, currency = found
    if len(currency) == len("EUR") and currency != values["currency"]:
        raise ValueError(
            _lt(
                "%(column)s: %(value)s is not in %(currency)s.",
                column=layout.label(name),
                value=text,
                currency=values["currency"],
            )
        )
    return number


def _to_date(name: str, text: str, layout: Layout) -> Any:
    found = cells.read_date(text, layout.date_formats)
    if found is None:
        example = cells.EXAMPLE.strftime(layout.date_formats[0])
        raise ValueError(
            _lt(
                "%(column)s: %(value)s is no date like %(example)s.",
                column=layout.label(name),
                value=storable(repr(text), 40),
                example=example,
            )
        )
    return found


def _join(head: dict[str, Any], values: Mapping[str, Any], layout: Layout) -> None:
    """Take what a row says about its invoice; raise ValueError when rows disagree."""
    for name in OF_INVOICE:
        if head.get(name) is None:
            head[name] = values[name]
        elif values[name] not in (None, head[name]):
            raise ValueError(
                _lt(
                    "%(column)s is not what the rows of its invoice above have.",
                    column=layout.label(name),
                )
            )


def _to_charges(
    facts: Mapping[str, str],
    values: Mapping[str, Any],
    layout: Layout,
    decimal: str,
) -> Iterator[FreightCharge]:
    """Yield the charges of a row; a row of tax is a tax, not freight."""
    for place in layout.places:
        told = facts.get(place.amount, "")
        if not told:
            continue
        amount = _to_number(place.amount, told, layout, decimal, values)
        tax = ZERO
        if facts.get(place.tax):
            tax = _to_number(place.tax, facts[place.tax], layout, decimal, values)
        code, name = place.fixed or (
            facts.get(place.code, ""),
            facts.get(place.name, ""),
        )
        if facts.get("class") in layout.tax_classes or cells.is_tax(code, name):
            amount, tax = ZERO, amount + tax
        if not (amount or tax):
            continue
        code = code or name or "Freight"
        yield FreightCharge(
            tracking_number=values["tracking_number"] or "",
            code=code,
            name=name or code,
            amount=amount,
            tax=tax,
            reference=values["reference"] or facts.get("package_reference") or None,
            service=values["service"],
            billed_weight=values["billed_weight"],
            shipped_on=values["shipped_on"],
        )


def to_invoice(
    number: str, found: tuple[dict[str, Any], list[FreightCharge]]
) -> FreightInvoice:
    """Return an invoice; where the file has no total of it, that of its lines."""
    head, charges = found
    made = sum((charge.amount + charge.tax for charge in charges), ZERO)
    # Taxes last: the first charge of a parcel takes what was quoted for all of it.
    charges = sorted(charges, key=lambda charge: not charge.amount)
    return FreightInvoice(
        number=number,
        invoice_date=head["invoice_date"],
        currency=head["currency"],
        total=made if head["total"] is None else head["total"],
        lines=tuple(charges),
        due_date=head["due_date"],
        account=head["account"],
    )
