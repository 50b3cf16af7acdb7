"""What the groups of UPS's operations have in common."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ...carriers import rest
from ...carriers.model import Place
from ...carriers.rest import RestDialect
from ...core.message import Answer, Refusal

Json = dict[str, Any]
SUCCESS: Json = {"ResponseStatus": {"Code": "1", "Description": "Success"}}


class Account(RestDialect):
    """The account, as the groups of operations see it."""

    # Numbers that subscribed to track alerts.
    alert_accounts: set[str]


class Group(rest.Group[Account]):
    """Operations of UPS."""


def refusal(code: str, message: str, status: int = 400) -> Refusal:
    """UPS's shape of an error."""
    return Refusal(error(code, message, status))


def error(code: str, message: str, status: int) -> Answer:
    """``ErrorResponse``."""
    body = {"response": {"errors": [{"code": code, "message": message}]}}
    return Answer.of(body, status)


def place(party: Json) -> Place:
    """A party of a request."""
    address = party.get("Address") or {}
    lines = [*(address.get("AddressLine") or []), "", ""]
    return Place(
        name=str(party.get("AttentionName") or party.get("Name") or ""),
        company=str(party.get("Name") or ""),
        street=lines[0],
        street2=lines[1],
        city=str(address.get("City") or ""),
        zip=str(address.get("PostalCode") or ""),
        state=str(address.get("StateProvinceCode") or ""),
        country=str(address.get("CountryCode") or ""),
        phone=str((party.get("Phone") or {}).get("Number") or ""),
    )


def kilograms(block: Json) -> Decimal:
    """A weight; pounds are converted."""
    value = Decimal(str(block.get("Weight") or "0"))
    code = str((block.get("UnitOfMeasurement") or {}).get("Code") or "")
    pounds = code.startswith("LB")
    made = value * Decimal("0.45359237") if pounds else value
    return made.quantize(Decimal("0.001"))


def money(amount: Decimal, currency: str) -> Json:
    """An amount as UPS writes it."""
    return {"CurrencyCode": currency, "MonetaryValue": f"{amount:.2f}"}
