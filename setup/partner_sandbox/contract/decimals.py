"""JSON Schema whose numbers are what the text says, not their nearest float."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend


def _multiple_of(
    validator: Any, step: Any, value: Any, _schema: Any
) -> Iterator[ValidationError]:
    """0.83 is a multiple of 0.001, although the quotient of the floats is not whole."""
    if validator.is_type(value, "number") and Decimal(str(value)) % Decimal(str(step)):
        yield ValidationError(f"{value!r} is not a multiple of {step}")


DecimalValidator = extend(Draft202012Validator, {"multipleOf": _multiple_of})
