"""Operations on invoices and their charges."""

from __future__ import annotations

import base64
import json
import math
from datetime import datetime, timedelta
from typing import Any

from ...core.clock import now, parse
from ...core.message import Answer, Refusal, Request
from . import errors
from .api import Group, Routes, number
from .ledger import FEES

Json = dict[str, Any]
MOST = 1000
# Name in the query of `get-invoices` -> name of the same in a token.
INVOICE_FILTERS = {
    "FromDate": "from_date",
    "ToDate": "to_date",
    "PageSize": "page_size",
    "SortOrder": "sort_order",
}


class Billing(Group):
    """``get-invoices``, ``get-transactions-by-invoice-id``, ``search-transactions``
    and ``get-transaction-fees``.

    A page names tokens, not links. A token holds all that was asked for, and overrides
    what comes with it.
    """

    def routes(self) -> Routes:
        """Operations under ``/invoices`` and ``/transaction*``."""
        return [
            ("GET", "/invoices", self.invoices),
            ("GET", "/invoices/{id}/transactions", self.of_invoice),
            ("POST", "/transactions:query", self.query),
            ("GET", "/transaction-fees", lambda *_: Answer.of({"fee_list": [*FEES]})),
        ]

    def invoices(self, request: Request, _: dict[str, str]) -> Answer:
        """``get-invoices``: by default of the last month, the newest first."""
        asked = _from_token(request) or _from_query(request)
        kinds = asked.get("types")
        start, end = _period(asked, timedelta(days=30))
        found = [
            invoice
            for invoice in self.books.ledger.invoices.values()
            if start <= parse(invoice["invoice_date"]).date() <= end
            and (not kinds or invoice["invoice_type"] in kinds)
        ]
        return _page(asked, found, ("invoice_date", "invoice_id"))

    def of_invoice(self, request: Request, arguments: dict[str, str]) -> Answer:
        """``get-transactions-by-invoice-id``: 404 for an invoice that is none."""
        one = number(arguments["id"], "invoiceId")
        if one not in self.books.ledger.invoices:
            raise errors.problem(404, "Not Found", "No such invoice")
        asked = _from_token(request) or _from_query(request)
        found = [t for t in self.books.ledger.visible() if t["invoice_id"] == one]
        return _page(asked, found, ("charge_date", "transaction_id"))

    def query(self, request: Request, _: dict[str, str]) -> Answer:
        """``search-transactions``: of the last seven days unless asked otherwise."""
        asked = _from_token(request) or request.json_object()
        if not asked and not request.body:
            raise errors.problem(400, "Bad Request", "A filter or a cursor is needed.")
        self.books.accrue()
        start, end = _period(asked, timedelta(days=7))
        found = [
            transaction
            for transaction in self.books.ledger.visible()
            if start <= parse(transaction["charge_date"]).date() <= end
            and _matches(transaction, asked)
        ]
        return _page(asked, found, ("charge_date", "transaction_id"))


def _matches(transaction: Json, asked: Json) -> bool:
    status = asked.get("invoiced_status")
    if status is not None and transaction["invoiced_status"] != status:
        return False
    told = {
        "invoice_ids": str(transaction["invoice_id"]),
        "reference_ids": transaction["reference_id"],
        "reference_types": transaction["reference_type"],
        "transaction_fees": transaction["transaction_fee"],
        "transaction_types": transaction["transaction_type"],
    }
    return all(not asked.get(n) or value in asked[n] for n, value in told.items())


def _from_query(request: Request) -> Json:
    asked: Json = {
        known: request.argument(name)
        for name, known in INVOICE_FILTERS.items()
        if request.argument(name)
    }
    kinds = [v for k, v in request.query if k == "InvoiceTypes"]
    return asked | {"types": [kind for value in kinds for kind in value.split(",")]}


def _from_token(request: Request) -> Json | None:
    token = request.argument("Cursor")
    if token is None:
        return None
    try:
        return dict(json.loads(base64.urlsafe_b64decode(token)))
    except (ValueError, TypeError):
        raise errors.problem(400, "Bad Request", "The cursor is not valid.") from None


def _period(asked: Json, before: timedelta) -> tuple[Any, Any]:
    start = _moment(asked.get("from_date")) or now() - before
    end = _moment(asked.get("to_date")) or now()
    return start.date(), end.date()


def _moment(text: str | None) -> datetime | None:
    try:
        return parse(text.replace(" ", "+")) if text else None
    except ValueError:
        raise _refused(f"{text} is not a date-time.") from None


def _page(asked: Json, items: list[Json], order: tuple[str, str]) -> Answer:
    size = number(str(asked.get("page_size") or 100), "PageSize")
    if not 1 <= size <= MOST:
        raise _refused(f"The page size must be between 1 and {MOST}.")
    direction = asked.get("sort_order") or "Descending"
    if direction not in ("Ascending", "Descending"):
        raise _refused("The sort order is Ascending or Descending.")
    is_down = direction == "Descending"
    items = sorted(items, key=lambda i: tuple(i[k] for k in order), reverse=is_down)
    at, last = int(asked.get("at", 0)), max(0, math.ceil(len(items) / size) - 1)

    def token(target: int) -> str | None:
        if not 0 <= target <= last or target == at:
            return None
        text = json.dumps(asked | {"at": target})
        return base64.urlsafe_b64encode(text.encode()).decode()

    return Answer.of(
        {
            "items": items[at * size : (at + 1) * size],
            "first": token(0),
            "last": token(last),
            "next": token(at + 1),
            "prev": token(at - 1),
        }
    )


def _refused(text: str) -> Refusal:
    return errors.problem(422, "Unprocessable Entity", text)
