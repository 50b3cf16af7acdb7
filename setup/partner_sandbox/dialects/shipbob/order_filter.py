"""The filters of ``get-orders``; all that are given must hold."""

from __future__ import annotations

from datetime import datetime

from ...core.clock import parse
from ...core.message import Request
from .api import flag, moment, names
from .books import Books
from .model import Order


class OrderFilter:
    """Read once from a request, asked for every order. Refuses bad values with 400."""

    def __init__(self, request: Request) -> None:
        self.ids = names(request, "IDs")
        self.references = names(request, "ReferenceIds")
        self.tracked = flag(request, "HasTracking")
        self.uploaded = flag(request, "IsTrackingUploaded")
        self.created = _span(request, "StartDate", "EndDate")
        self.updated = _span(request, "LastUpdateStartDate", "LastUpdateEndDate")
        self.tracking = _span(
            request, "LastTrackingUpdateStartDate", "LastTrackingUpdateEndDate"
        )

    def select(self, books: Books) -> list[Order]:
        """Matching orders, oldest first."""
        orders = list(books.orders.values())
        if self.references:
            named = (books.by_reference.get(r) for r in self.references)
            orders = sorted((o for o in named if o), key=lambda o: o.id)
        return [o for o in orders if self.accepts(o)]

    def accepts(self, order: Order) -> bool:
        """Does one order match?"""
        if self.ids and str(order.id) not in self.ids:
            return False
        shipments = [s for s in order.shipments if s.tracking]
        if self.tracked is not None and self.tracked is not bool(shipments):
            return False
        done = bool(shipments) and all(s.tracking_uploaded for s in shipments)
        if self.uploaded is not None and self.uploaded is not done:
            return False
        touched = max((s.delivered or s.fulfilled or "" for s in shipments), default="")
        return (
            _within(order.created, self.created)
            and _within(order.updated, self.updated)
            and _within(touched, self.tracking)
        )


Span = tuple[datetime | None, datetime | None]


def _span(request: Request, start: str, end: str) -> Span:
    return moment(request, start), moment(request, end)


def _within(stamp: str, span: Span) -> bool:
    """An empty stamp is within no span that has an end."""
    low, high = span
    if low is None and high is None:
        return True
    if not stamp:
        return False
    at = parse(stamp)
    return (low is None or at >= low) and (high is None or at <= high)
