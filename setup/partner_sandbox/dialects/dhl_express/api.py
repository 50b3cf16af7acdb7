"""What the groups of MyDHL's operations have in common."""

from __future__ import annotations

from typing import Any

from ...carriers.model import Place
from ...core.message import Answer, Refusal

Json = dict[str, Any]


def refusal(status: int, title: str, detail: str, *more: str) -> Refusal:
    """DHL's shape of an error."""
    return Refusal(error(status, title, detail, *more))


def error(status: int, title: str, detail: str, *more: str) -> Answer:
    """``supermodelIoLogisticsExpressErrorResponse``."""
    body: Json = {
        "instance": "/expressapi",
        "title": title,
        "detail": detail,
        "message": title,
        "status": str(status),
    }
    return Answer.of(body | ({"additionalDetails": list(more)} if more else {}), status)


def place(party: Json) -> Place:
    """A party of a request; a rate question has the address alone."""
    address = party.get("postalAddress") or party
    contact = party.get("contactInformation") or {}
    return Place(
        name=str(contact.get("fullName") or ""),
        company=str(contact.get("companyName") or ""),
        street=str(address.get("addressLine1") or ""),
        street2=str(address.get("addressLine2") or ""),
        city=str(address.get("cityName") or ""),
        zip=str(address.get("postalCode") or ""),
        state=str(address.get("provinceCode") or ""),
        country=str(address.get("countryCode") or ""),
        phone=str(contact.get("phone") or ""),
    )
