"""Reading a partner's JSON without trusting it. Never imports odoo.

Each reader returns the value, or None where the field may be missing, or
raises InvalidMessage with the name of the field.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ..errors import InvalidMessage
from ..texts import _lt
from . import bounded
from .storable import storable

Json = dict[str, Any]
_LARGEST = 2**31 - 1
_LARGEST_NUMBER = Decimal(10) ** 15


def load(text: str | bytes, bounds: bounded.Bounds = bounded.MESSAGE) -> Json:
    """Parse one JSON object; numbers with a fraction become Decimal."""
    data = bounded.load_json(text, bounds, exact=True)
    if not isinstance(data, dict):
        raise InvalidMessage(_lt("The partner sent JSON that is not an object."))
    return data


def text(data: Json, key: str) -> str | None:
    """Return a text or a number as text, stripped; None when empty."""
    value = data.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InvalidMessage(
            _lt(
                "%(key)s is not a text: %(value)s.",
                key=key,
                value=storable(repr(value), 80),
            )
        )
    if storable(value) != str(value):
        raise InvalidMessage(_lt("%(key)s contains a character that is none.", key=key))
    return str(value).strip() or None


def first(data: Json, *keys: str) -> str | None:
    """Return the first of the texts that is there, or None."""
    return next((value for key in keys if (value := text(data, key))), None)


def needed(data: Json, *keys: str) -> str:
    """Return the first of the texts that is there."""
    if value := first(data, *keys):
        return value
    raise InvalidMessage(
        _lt("The partner's message lacks %(keys)s.", keys=" or ".join(keys))
    )


def whole(data: Json, key: str, *, negative: bool = False) -> int | None:
    """Return a whole number that fits a 32-bit integer."""
    value = data.get(key)
    if value is None:
        return None
    # The bound comes first: int() of 1E+999999999 would not end.
    if isinstance(value, Decimal) and not -_LARGEST <= value <= _LARGEST:
        raise InvalidMessage(
            _lt(
                "%(key)s is absurd: %(value)s.",
                key=key,
                value=storable(repr(value), 80),
            )
        )
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidMessage(
            _lt(
                "%(key)s is not a whole number: %(value)s.",
                key=key,
                value=storable(repr(value), 80),
            )
        )
    if value > _LARGEST or value < (-_LARGEST if negative else 0):
        raise InvalidMessage(
            _lt(
                "%(key)s is absurd: %(value)s.",
                key=key,
                value=storable(repr(value), 80),
            )
        )
    return value


def number(data: Json, key: str, *, negative: bool = False) -> Decimal | None:
    """Return a number; one that is not negative, unless that is admitted."""
    value = data.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise InvalidMessage(
            _lt(
                "%(key)s is not a number: %(value)s.",
                key=key,
                value=storable(repr(value), 80),
            )
        )
    if value < 0 and not negative:
        raise InvalidMessage(
            _lt(
                "%(key)s is not a positive number: %(value)s.",
                key=key,
                value=storable(repr(value), 80),
            )
        )
    if not -_LARGEST_NUMBER <= value <= _LARGEST_NUMBER:
        raise InvalidMessage(
            _lt(
                "%(key)s is absurd: %(value)s.",
                key=key,
                value=storable(repr(value), 80),
            )
        )
    return Decimal(value)


def moment(data: Json, key: str) -> datetime | None:
    """Return an instant in UTC; one without a zone is taken as UTC."""
    value = text(data, key)
    if value is None:
        return None
    try:
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is None:
            return instant.replace(tzinfo=UTC)
        return instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidMessage(
            _lt(
                "%(key)s is not a date-time: %(value)s.",
                key=key,
                value=storable(value, 80),
            )
        ) from error


def child(data: Json, key: str) -> Json:
    """Return an object, empty when it is missing."""
    value = data.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidMessage(_lt("%(key)s is not an object.", key=key))
    return value


def children(data: Json, key: str) -> list[Json]:
    """Return a list of objects, empty when it is missing."""
    value = data.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or any(not isinstance(v, dict) for v in value):
        raise InvalidMessage(_lt("%(key)s is not a list of objects.", key=key))
    return value


def texts(data: Json, key: str) -> list[str]:
    """Return a list of texts, empty ones left out; empty when it is missing."""
    value = data.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidMessage(_lt("%(key)s is not a list.", key=key))
    found = (text({key: entry}, key) for entry in value)
    return [entry for entry in found if entry]


def query_value(link: str, name: str) -> str:
    """Return a parameter of a link, in any spelling; what is no link, as it is."""
    query = parse_qs(urlsplit(link).query)
    found = (values[0] for key, values in query.items() if key.lower() == name.lower())
    return next(found, link)
