"""JSON Schema formats as the vendors' contracts use them, checked strictly."""

from __future__ import annotations

import base64
import re
import uuid
from datetime import datetime
from typing import Any

from jsonschema import FormatChecker

checker = FormatChecker(formats=())
_RFC3339 = re.compile(
    r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$"
)
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_URI = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:[^\s]+$")
_POSTAL = re.compile(r"^[A-Za-z0-9][A-Za-z0-9 -]{0,14}$")
_BITS = {"int32": 31, "int64": 63}


def _whole(value: Any, bits: int) -> bool:
    """Numbers within the width; strings, as path and headers carry, of digits."""
    if isinstance(value, str):
        if not re.fullmatch(r"-?\d{1,19}", value):
            return False
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return True
    return bool(-(2**bits) <= value < 2**bits)


@checker.checks("int32")
def is_int32(value: object) -> bool:
    """A whole number of 32 bits."""
    return _whole(value, _BITS["int32"])


@checker.checks("int64")
def is_int64(value: object) -> bool:
    """A whole number of 64 bits."""
    return _whole(value, _BITS["int64"])


@checker.checks("date-time", raises=ValueError)
def is_date_time(value: object) -> bool:
    """RFC 3339, section 5.6: the offset is not optional."""
    if not isinstance(value, str):
        return True
    return bool(_RFC3339.match(value)) and bool(datetime.fromisoformat(value.upper()))


@checker.checks("email")
def is_email(value: object) -> bool:
    """Something before and something with a dot after one ``@``."""
    return not isinstance(value, str) or bool(_EMAIL.match(value))


@checker.checks("uri")
def is_uri(value: object) -> bool:
    """Absolute, without blanks."""
    return not isinstance(value, str) or bool(_URI.match(value))


@checker.checks("uuid", raises=ValueError)
def is_uuid(value: object) -> bool:
    """RFC 9562 in its usual writing."""
    return not isinstance(value, str) or bool(uuid.UUID(value))


@checker.checks("byte", raises=ValueError)
def is_base64(value: object) -> bool:
    """Base64, padded."""
    return (
        not isinstance(value, str) or base64.b64decode(value, validate=True) is not None
    )


@checker.checks("postal-code")
def is_postal_code(value: object) -> bool:
    """1 to 15 letters, digits, blanks and hyphens."""
    return not isinstance(value, str) or bool(_POSTAL.match(value))
