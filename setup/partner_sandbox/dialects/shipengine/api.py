"""What the groups of operations have in common."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ...carriers import rest
from ...carriers.model import Place, Shipment
from ...carriers.rest import RestDialect
from ...core.clock import iso
from ...core.message import Answer, Refusal

Json = dict[str, Any]
_CODES = {
    401: ("security", "unauthorized"),
    404: ("validation", "invalid_identifier"),
    409: ("business_rules", "webhook_event_type_conflict"),
    429: ("account_status", "rate_limit_exceeded"),
}


@dataclass
class Pending:
    """A shipment; ``label`` is the label bought of it."""

    id: str
    reference: str
    wanted: Json
    label: str | None = None


@dataclass
class Batch:
    """A batch and what became of its shipments."""

    id: str
    number: int
    external_id: str | None
    shipment_ids: list[str]
    status: str = "open"
    processing: Json = field(default_factory=dict)
    processed_at: str | None = None
    completed: int = 0
    errors: list[Json] = field(default_factory=list)


class Account(RestDialect):
    """The account, as the groups of operations see it."""

    base_url: str
    pending: dict[str, Pending]
    batches: dict[str, Batch]


class Group(rest.Group[Account]):
    """Operations of ShipEngine."""

    def label(self, key: str) -> Shipment:
        """A label by its id. Refuses with 404."""
        if key not in self.books.shipments:
            raise refusal(404, f"No label {key} was found.")
        return self.books.shipments[key]

    def labels(self, keys: list[str]) -> list[Shipment]:
        """Labels that can be handed over. Refuses with 404 or 400."""
        found = [self.label(key) for key in keys]
        for shipment in found:
            if not shipment.live:
                raise refusal(400, f"Label {shipment.id} is voided.")
        return found


def error_body(
    status: int, message: str, code: str | None = None, field: str | None = None
) -> Json:
    """``error_response_body``."""
    kind, known = _CODES.get(status, ("validation", "invalid_field_value"))
    if status >= 500:
        kind, known = "system", "unspecified"
    error = {
        "error_source": "shipengine",
        "error_type": kind,
        "error_code": code or known,
        "message": message or "instructed to fail",
    }
    if field:
        error["field_name"] = field
    number = uuid.uuid5(uuid.NAMESPACE_URL, f"{status}/{message}")
    return {"request_id": str(number), "errors": [error]}


def refusal(
    status: int, message: str, code: str | None = None, field: str | None = None
) -> Refusal:
    """A refusal to raise."""
    return Refusal(Answer.of(error_body(status, message, code, field), status))


def place(address: Json) -> Place:
    """An address of ShipEngine's as a place."""
    return Place(
        name=str(address.get("name") or ""),
        street=str(address.get("address_line1") or ""),
        street2=str(address.get("address_line2") or ""),
        city=str(address.get("city_locality") or ""),
        zip=str(address.get("postal_code") or ""),
        state=str(address.get("state_province") or ""),
        country=str(address.get("country_code") or ""),
        company=str(address.get("company_name") or ""),
        phone=str(address.get("phone") or ""),
    )


def stamp(moment: datetime | None = None) -> str:
    """A moment as ``date_time``, to the second."""
    return iso(moment)[:19] + "Z"


def money(amount: Any, currency: str = "eur") -> Json:
    """``monetary_value``."""
    return {"currency": currency, "amount": float(amount)}
