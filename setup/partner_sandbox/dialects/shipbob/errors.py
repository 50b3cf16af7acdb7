"""ShipBob's error shapes: five of them, by the operation they come from."""

from __future__ import annotations

import re
from typing import Any

from ...core.message import Answer, Refusal

Errors = dict[str, list[str]]


def fields(status: int, errors: Errors) -> Refusal:
    """``{"<field>": ["<message>"]}``, e.g. ``Orders.Post.Api.Order.Bad.Request``."""
    return Refusal(Answer.of(errors, status))


def problem(status: int, title: str, detail: str | None = None) -> Refusal:
    """``ProblemDetails``: inventory, products' 404, returns, billing, receiving's."""
    return Refusal(Answer.of(problem_body(status, title, detail), status))


def problem_body(status: int, title: str, detail: str | None = None) -> dict[str, Any]:
    """The body of :func:`problem`."""
    body: dict[str, Any] = {"title": title, "status": status}
    return body | ({"detail": detail} if detail else {})


def coded(status: int, code: str, message: str) -> Refusal:
    """``Orders.ErrorResponse``: the operations that change a shipment."""
    return Refusal(Answer.of({"code": code, "message": message}, status))


def wrapped(status: int, errors: Errors) -> Refusal:
    """``Webhooks.UnprocessableEntityObjectResult``."""
    name = "UnprocessableEntity" if status == 422 else "BadRequest"
    kind = f"Microsoft.AspNetCore.Mvc.{name}ObjectResult"
    return Refusal(
        Answer.of({"$type": kind, "status_code": status, "value": errors}, status)
    )


def api_error(status: int, message: str, errors: list[str]) -> Refusal:
    """``Returns.ApiError``."""
    return Refusal(Answer.of({"message": message, "errors": errors}, status))


def invalid(path: str, errors: Errors) -> Refusal:
    """The refusal of a request that does not follow the contract."""
    text = "; ".join(f"{k}: {m}" for k, ms in errors.items() for m in ms)
    if "/webhook" in path:
        return wrapped(422, errors)
    names = "inventory|inventory-level|return|invoices|transactions:query"
    if re.search(rf"/({names})\b", path):
        return problem(400, "Bad Request", text)
    if re.search(r":(update\w+|bulkUpdateShippingService)$", path):
        return coded(400, "INVALID_PARAMETER", text)
    if path.endswith(":batchUpdateTrackingUpload"):
        return Refusal(Answer.of(text, 400))
    return fields(422 if path.endswith(":batchCancel") else 400, errors)
