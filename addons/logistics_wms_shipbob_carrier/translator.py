"""ShipBob's invoices -> canonical. Pure functions, never imports odoo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from odoo.addons.logistics_carrier.canonical import FreightCharge, FreightInvoice
from odoo.addons.logistics_core.envelope import Envelope
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import facts
from odoo.addons.logistics_core.tools import json_fields as read
from odoo.addons.logistics_core.tools.bounded import FILE
from odoo.addons.logistics_core.tools.json_paths import Json
from odoo.addons.logistics_core.tools.storable import storable

from . import const

ZERO, CENT = Decimal(0), Decimal("0.01")


def is_bill(invoice: Json) -> bool:
    """Return whether this asks for money, or gives it back, for something done."""
    return read.text(invoice, "invoice_type") not in const.NO_BILLS


def to_envelope(invoice: Json, transactions: list[Json]) -> Envelope:
    """Return the fact of an invoice as it is now.

    The same content has the same id at every poll; an invoice that changed has
    another, so that the change is seen. Of the partner's texts only what is read here
    is kept.
    """
    number = read.needed(invoice, "invoice_id")
    data = _pick(invoice, (*const.INVOICE_FIELDS, "currency_code")) | {
        "transactions": sorted(
            (_pick(t, const.TRANSACTION_FIELDS) for t in transactions),
            key=lambda t: (str(t.get("transaction_id")), facts.dump(t)),
        )
    }
    event, key = const.POLLED_INVOICE, f"freight_invoice:{number}"
    name = f"invoice:{number}"
    return facts.seal(key, event, data, external_id=name, correlation_id=number)


def to_unread(invoice: Json) -> Envelope:
    """Return the fact of an invoice that makes no sense, as it came."""
    data = _pick(invoice, (*const.INVOICE_FIELDS, "currency_code"))
    name = f"invoice:{facts.digest(facts.dump(data))}"
    return Envelope(name, const.POLLED_INVOICE, f"freight_{name}", facts.dump(data))


def _pick(data: Json, names: Iterable[str]) -> Json:
    return {name: data[name] for name in names if data.get(name) is not None}


def is_complete(payload: str) -> bool:
    """Return whether the transactions make the invoice's amount.

    What cannot be read is for a person, not to be waited for.
    """
    try:
        invoice = from_invoice(payload)
    except InvalidMessage:
        return True
    amounts = sum((line.amount for line in invoice.lines), ZERO)
    taxes = sum((line.tax for line in invoice.lines), ZERO)
    return invoice.total in (amounts, amounts + taxes)


def invoice_date(invoice: Json) -> date:
    """Return the day of an invoice; raise InvalidMessage when there is none.

    The contract promises yyyy-mm-dd; a time behind it would be the partner's own.
    """
    text = read.needed(invoice, "invoice_date")
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise InvalidMessage(
            _lt("invoice_date is not a date: %(text)s.", text=storable(text, 40))
        ) from error


def from_invoice(payload: str) -> FreightInvoice:
    """Translate `Billing.InvoiceDtoV3` with its `Billing.TransactionDtoV3`s."""
    # We put it together from many answers, each bounded: a year's fees are one invoice.
    data = read.load(payload, FILE)
    transactions = list(_once(read.children(data, "transactions")))
    lines = tuple(_to_lines(transactions))
    total = (read.number(data, "amount", negative=True) or ZERO).quantize(CENT)
    # Nothing says which sign an invoice of credits has: its lines decide.
    net = sum((line.amount for line in lines), ZERO)
    taxes = sum((line.tax for line in lines), ZERO)
    if -total in (net, net + taxes):
        total = -total
    return FreightInvoice(
        number=read.needed(data, "invoice_id"),
        invoice_date=invoice_date(data),
        currency=_currency(data, transactions),
        total=total,
        lines=lines,
    )


def _once(transactions: Iterable[Json]) -> Iterator[Json]:
    """Leave out what came on two pages, because the list grew meanwhile."""
    seen = set()
    for transaction in transactions:
        key = read.text(transaction, "transaction_id")
        if key is None or key not in seen:
            seen.add(key)
            yield transaction


def _currency(invoice: Json, transactions: list[Json]) -> str:
    told = {read.text(item, "currency_code") for item in [invoice, *transactions]}
    told.discard(None)
    if len(told) != 1:
        number = read.text(invoice, "invoice_id")
        names = ", ".join(sorted(map(str, told))) or "none"
        raise InvalidMessage(
            _lt(
                "ShipBob's invoice %(number)s must be in one currency, not "
                "in: %(names)s.",
                number=number,
                names=names,
            )
        )
    return str(told.pop())


def _to_lines(transactions: list[Json]) -> Iterator[FreightCharge]:
    """Yield the charges, in cents: what rounding leaves goes to the next one."""
    is_signed = _is_signed(transactions)
    exact = rounded = ZERO
    for transaction in transactions:
        sign = -1 if _is_credit(transaction) and not is_signed else 1
        exact += sign * _amount(transaction)
        amount = exact.quantize(CENT) - rounded
        rounded += amount
        yield _to_line(transaction, amount, sign * _tax(transaction))


def _is_signed(transactions: list[Json]) -> bool:
    """Return whether credits are negative; the contract does not say."""
    return any(_amount(t) < 0 for t in transactions if _is_credit(t))


def _is_credit(transaction: Json) -> bool:
    if read.text(transaction, "transaction_fee") == const.REVERSAL:
        return False
    return read.text(transaction, "transaction_type") in const.CREDITS


def _amount(transaction: Json) -> Decimal:
    return read.number(transaction, "amount", negative=True) or ZERO


def _tax(transaction: Json) -> Decimal:
    taxes = read.children(transaction, "taxes")
    amounts = (read.number(tax, "tax_amount", negative=True) or ZERO for tax in taxes)
    return sum(amounts, ZERO).quantize(CENT)


def _to_line(transaction: Json, amount: Decimal, tax: Decimal) -> FreightCharge:
    kind = read.text(transaction, "reference_type")
    key = read.text(transaction, "reference_id")
    about_shipment = kind == const.SHIPMENT
    fee = read.text(transaction, "transaction_fee")
    code = fee or read.text(transaction, "transaction_type") or "Charge"
    about = " ".join(filter(None, (kind, key)))
    return FreightCharge(
        tracking_number=(key or "") if about_shipment else "",
        code=code,
        name=code,
        amount=amount,
        tax=tax,
        reference=None if about_shipment else about or None,
        category=_category(transaction, kind, fee),
        external_id=read.text(transaction, "transaction_id"),
    )


def _category(transaction: Json, kind: str | None, fee: str | None) -> str:
    if kind == const.SHIPMENT:
        return "freight" if fee in const.FREIGHT_FEES else "fulfillment"
    return (
        const.FEE_CATEGORY.get(fee or "")
        or const.REFERENCE_CATEGORY.get(kind or "")
        or const.INVOICE_CATEGORY.get(read.text(transaction, "invoice_type") or "")
        or "other"
    )
