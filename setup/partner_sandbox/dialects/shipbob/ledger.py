"""What ShipBob bills: charges as things happen, invoices on request."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from ...core.clock import iso, now

Json = dict[str, Any]
# What it is, its id, where, and for it (invoice type, fee, amount).
Done = tuple[str, int, str, list[tuple[str, str, Any]]]
CENT = Decimal("0.01")
FEES = (
    "Shipping",
    "Per Pick Fee",
    "Warehousing Fee",
    "WRO Receiving Fee",
    "Return Processed by Operations Fee",
    "Shipping Charge Correction",
    "Kitting Fee",
    "Credit Reversal",
    "Others",
)
# Prices of the sandbox's own: a base and so much for each EA.
SHIPPING, SHIPPING_EACH = Decimal("6.40"), Decimal("0.15")
PICK_EACH = Decimal("0.25")
RECEIVING, RETURN = Decimal("35.00"), Decimal("3.00")


class Ledger:
    """Charges (``Billing.TransactionDtoV3``) and invoices (``Billing.InvoiceDtoV3``).

    An invoice's amount is with tax. ``hidden`` charges belong to an invoice but do not
    show yet. Guarded by the world's lock.
    """

    def __init__(self) -> None:
        self.invoices: dict[int, Json] = {}
        self.transactions: list[Json] = []
        self.hidden: set[str] = set()
        self.balance = Decimal(0)
        self._charged: set[tuple[str, int]] = set()
        self._numbers = itertools.count(1)

    def visible(self) -> list[Json]:
        """The charges that show."""
        return [t for t in self.transactions if t["transaction_id"] not in self.hidden]

    def accrue(self, done: Iterable[Done]) -> None:
        """Charge what was done since the last time, each thing once."""
        for kind, number, place, fees in done:
            if (kind, number) in self._charged:
                continue
            self._charged.add((kind, number))
            for invoice_type, fee, amount in fees:
                self.charge(
                    {
                        "invoice_type": invoice_type,
                        "fee": fee,
                        "amount": str(amount),
                        "reference_type": kind,
                        "reference_id": str(number),
                        "fulfillment_center": place,
                    }
                )

    def charge(self, data: Json) -> Json:
        """One charge that no invoice has yet.

        :param data: ``amount``, and any of ``fee``, ``type``, ``invoice_type``,
            ``reference_type``, ``reference_id``, ``fulfillment_center``, ``tax``
            (percent), ``currency``
        """
        amount = Decimal(str(data["amount"]))
        rate = Decimal(str(data.get("tax") or 0))
        tax = {
            "tax_amount": float((amount * rate / 100).quantize(CENT)),
            "tax_rate": float(rate),
            "tax_type": "VAT",
        }
        made: Json = {
            "transaction_id": f"T{next(self._numbers):08d}",
            "transaction_type": data.get("type", "Charge"),
            "transaction_fee": data.get("fee", "Others"),
            "amount": float(amount),
            "currency_code": data.get("currency"),
            "charge_date": iso(),
            "fulfillment_center": data.get("fulfillment_center"),
            "invoice_date": None,
            "invoice_id": None,
            "invoice_type": data.get("invoice_type", "AdditionalFee"),
            "invoiced_status": False,
            "reference_id": data.get("reference_id"),
            "reference_type": data.get("reference_type"),
            "taxes": [tax] if rate else [],
            "additional_details": {},
        }
        self.transactions.append(made)
        return made

    def bill(
        self, number: Iterator[int], currency: str, day: date | None, late: int
    ) -> list[Json]:
        """Put what no invoice has on one invoice of its type each.

        :param late: so many charges of each invoice do not show yet
        """
        made = []
        open_charges = [t for t in self.transactions if not t["invoiced_status"]]
        for kind in dict.fromkeys(t["invoice_type"] for t in open_charges):
            mine = [t for t in open_charges if t["invoice_type"] == kind]
            made.append(self._invoice(next(number), kind, mine, currency, day))
            self.hidden.update(t["transaction_id"] for t in mine[len(mine) - late :])
        return made

    def _invoice(
        self,
        number: int,
        kind: str,
        transactions: list[Json],
        currency: str,
        day: date | None,
    ) -> Json:
        total = sum((_gross(t) for t in transactions), Decimal(0))
        self.balance += total
        invoice: Json = {
            "invoice_id": number,
            "invoice_date": f"{day or now().date()}",
            "invoice_type": kind,
            "amount": float(total),
            "currency_code": currency,
            "running_balance": float(self.balance),
        }
        self.invoices[number] = invoice
        for transaction in transactions:
            transaction.update(
                invoice_id=number,
                invoice_date=invoice["invoice_date"],
                invoiced_status=True,
                currency_code=transaction["currency_code"] or currency,
            )
        return invoice

    def of(self, number: int) -> list[Json]:
        """All charges of an invoice, hidden ones too."""
        return [t for t in self.transactions if t["invoice_id"] == number]

    def complete(self, number: int) -> None:
        """The charges of an invoice that were late show now."""
        self.hidden -= {t["transaction_id"] for t in self.of(number)}


def _gross(transaction: Json) -> Decimal:
    taxes = (Decimal(str(tax["tax_amount"])) for tax in transaction["taxes"])
    return sum(taxes, Decimal(str(transaction["amount"])))
