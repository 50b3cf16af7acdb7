"""The sandbox's own checks of a new order, with or without the contract."""

from __future__ import annotations

import re
from typing import Any

from .books import Books
from .const import COUNTRIES, ORDER_TYPES, STATE_NEEDED, UNITS, ZIP_FREE
from .errors import Errors

Json = dict[str, Any]
_REQUIRED = ("reference_id", "shipping_method", "type", "products", "recipient")


def shape(body: Any) -> Errors:
    """Missing or mistyped parts, answered as 400. Empty when all is there."""
    if not isinstance(body, dict):
        return {"": ["A non-empty request body is required."]}
    errors = {n: [f"The {n} field is required."] for n in _REQUIRED if not body.get(n)}
    if errors:
        return errors
    if body["type"] not in ORDER_TYPES:
        errors["type"] = [f"{body['type']!r} is not one of {list(ORDER_TYPES)}"]
    if not isinstance(body["products"], list):
        errors["products"] = ["must be a list"]
    else:
        errors |= _lines(body["products"])
    return errors | _recipient(body["recipient"])


def _lines(products: list[Any]) -> Errors:
    errors: Errors = {}
    for number, line in enumerate(products):
        key = f"products[{number}]"
        if not isinstance(line, dict) or not (
            line.get("reference_id") or line.get("id")
        ):
            errors[key] = ["reference_id or id is required."]
        elif not isinstance(line.get("quantity"), int):
            errors[f"{key}.quantity"] = ["must be a whole number."]
    return errors


def _recipient(recipient: Any) -> Errors:
    address = recipient.get("address") if isinstance(recipient, dict) else None
    if not isinstance(address, dict):
        return {"recipient.address": ["The address field is required."]}
    missing = [n for n in ("address1", "city", "country") if not address.get(n)]
    errors = {
        f"recipient.address.{n}": [f"The {n} field is required."] for n in missing
    }
    if not recipient.get("name"):
        errors["recipient.name"] = ["The name field is required."]
    return errors


def address(
    given: Json, undeliverable: list[str], key: str = "recipient.address"
) -> Errors:
    """Can the carrier bring it there? Answered as 422."""
    country, postal = str(given.get("country") or ""), str(given.get("zip_code") or "")
    if country not in COUNTRIES:
        return {f"{key}.country": [f"'{country}' is not an ISO 3166 alpha-2 code."]}
    if not postal and country not in ZIP_FREE:
        return {f"{key}.zip_code": [f"zip_code is required for country {country}."]}
    if country in STATE_NEEDED and not given.get("state"):
        return {f"{key}.state": [f"state is required for country {country}."]}
    place = f"{country} {postal} {given.get('city') or ''}"
    if any(re.search(pattern, place) for pattern in undeliverable):
        return {
            key: [f"Address could not be validated: no carrier delivers to {place}."]
        }
    return {}


def content(books: Books, body: Json, strict: bool) -> Errors:
    """Unknown products, units and quantities. Answered as 422."""
    errors: Errors = {}
    for number, line in enumerate(body["products"]):
        key = f"products[{number}]"
        unit = line.get("quantity_unit_of_measure_code") or "EA"
        product = product_of(books, line)
        if line["quantity"] <= 0:
            errors[f"{key}.quantity"] = ["quantity must be greater than 0."]
        elif unit not in UNITS:
            text = f"'{unit}' is not one of {', '.join(UNITS)}."
            errors[f"{key}.quantity_unit_of_measure_code"] = [text]
        elif product is None and ("id" in line or strict):
            named = line.get("reference_id") or line.get("id")
            text = (
                f"Product with reference_id '{named}' does not exist in the catalogue."
            )
            errors[f"{key}.reference_id"] = [text]
        elif unit != "EA" and (product is None or unit not in product.units):
            text = f"'{unit}' is not set up for '{line.get('reference_id')}'."
            errors[f"{key}.quantity_unit_of_measure_code"] = [text]
    return errors


def product_of(books: Books, line: Json) -> Any:
    """The product an order line names, by reference or by id; None if unknown."""
    if line.get("reference_id"):
        return books.catalogue.find(sku=line["reference_id"])
    return books.catalogue.find(product_id=line.get("id"))
