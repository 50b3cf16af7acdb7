"""The canonical data model: frozen, versioned dataclasses.

Every fact that passes through the hub has one canonical form, whatever the
partner speaks. `to_dict` gives JSON-ready values (Decimal as text, date-times
as ISO 8601 in UTC); `from_dict` takes exactly those back. This file never
imports odoo.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from .errors import InvalidMessage
from .texts import _lt
from .tools.storable import storable

# Beyond it a number is absurd, and turning it into an integer may never end.
LARGEST_EXPONENT = 30
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode

# Names of the class itself: as a field they would say what another object is.
RESERVED = {"message_type", "version"}

_REGISTRY: dict[tuple[str, int], type[Canonical]] = {}
T = TypeVar("T", bound="Canonical")
Loader = Callable[[Any, str, str], Any]


class Canonical:
    """Base of the canonical messages; subclasses are frozen dataclasses."""

    message_type: typing.ClassVar[str]
    version: typing.ClassVar[int]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values, with `_message_type` and `_version`."""
        data = _dump(self)
        return {
            "_message_type": self.message_type,
            "_version": self.version,
            **data,
        }

    @staticmethod
    def from_dict(data: dict[str, Any]) -> Canonical:
        """Rebuild the message; raise InvalidMessage on any misfit."""
        if not isinstance(data, dict):
            raise InvalidMessage(_lt("A canonical message must be a JSON object."))
        values = dict(data)
        name = values.pop("_message_type", None)
        version = values.pop("_version", None)
        known = isinstance(name, str) and isinstance(version, int)
        cls = _REGISTRY.get((name, version)) if known else None
        if cls is None:
            raise InvalidMessage(
                _lt(
                    "Unknown canonical message %(name)s v%(version)s.",
                    name=storable(repr(name), 80),
                    version=storable(repr(version), 20),
                )
            )
        return _load_object(cls, values, name)


def canonical(message_type: str, version: int = 1) -> Callable[[type[T]], type[T]]:
    """Register a frozen dataclass as the canonical form of a message type.

    :raises TypeError: when a field has a name that is the class's own
    """

    def register(cls: type[T]) -> type[T]:
        taken = sorted(RESERVED & {f.name for f in dataclasses.fields(cls)})
        if taken:
            raise TypeError(
                f"{cls.__name__} must not have a field named {', '.join(taken)}."
            )
        cls.message_type = message_type
        cls.version = version
        _REGISTRY[message_type, version] = cls
        return cls

    return register


def _dump(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, tuple | list):
        return [_dump(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return _utc(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if dataclasses.is_dataclass(value):
        return {name: _dump(getattr(value, name)) for name in _shape(type(value))[0]}
    return value


@functools.cache
def _shape(cls: type) -> tuple[dict[str, Loader], frozenset[str]]:
    """Return ({field: how to load it}, names of the fields that must be there)."""
    hints = typing.get_type_hints(cls)
    fields = dataclasses.fields(cls)
    needed = frozenset(
        f.name
        for f in fields
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    )
    return {f.name: _loader(hints[f.name]) for f in fields}, needed


def _load_object(cls: type, data: Any, path: str) -> Any:
    if not isinstance(data, dict):
        raise InvalidMessage(_lt("%(path)s must be an object.", path=path))
    loaders, needed = _shape(cls)
    if unknown := sorted(data.keys() - loaders.keys()):
        raise InvalidMessage(
            _lt(
                "%(path)s has unknown fields: %(unknown)s.",
                path=path,
                unknown=", ".join(unknown),
            )
        )
    if missing := sorted(needed - data.keys()):
        raise InvalidMessage(
            _lt(
                "%(path)s lacks the fields: %(missing)s.",
                path=path,
                missing=", ".join(missing),
            )
        )
    return cls(**{k: loaders[k](v, path, k) for k, v in data.items()})


def _loader(hint: Any) -> Loader:
    """Return how to load a value of this type, worked out once for each field.

    It is called with the value, the path of its object and its own name in it.
    """
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        options = [a for a in typing.get_args(hint) if a is not type(None)]
        load = _loader(options[0])
        if len(options) == len(typing.get_args(hint)):
            return load
        return lambda value, path, name: (
            None if value is None else load(value, path, name)
        )
    if origin is tuple:
        return functools.partial(_load_list, _loader(typing.get_args(hint)[0]))
    if dataclasses.is_dataclass(hint):
        return lambda value, path, name: _load_object(hint, value, f"{path}.{name}")
    if hint is str:
        return _load_text
    return lambda value, path, name: _load_scalar(hint, value, f"{path}.{name}")


def _load_list(load: Loader, value: Any, path: str, name: str) -> tuple:
    if not isinstance(value, list | tuple):
        raise InvalidMessage(
            _lt("%(path)s.%(name)s must be a list.", path=path, name=name)
        )
    return tuple(load(v, path, f"{name}[{i}]") for i, v in enumerate(value))


def _load_text(value: Any, path: str, name: str) -> str:
    if not isinstance(value, str):
        raise _misfit(str, value, f"{path}.{name}")
    if (not value.isascii() or "\x00" in value) and storable(value) != value:
        raise InvalidMessage(
            _lt(
                "%(path)s.%(name)s contains a character that is none.",
                path=path,
                name=name,
            )
        )
    return value


def _load_scalar(hint: type, value: Any, path: str) -> Any:
    try:
        if hint is Decimal:
            return _decimal(value)
        if hint is datetime:
            return _utc(datetime.fromisoformat(value))
        if hint is date:
            return date.fromisoformat(value)
    except (TypeError, ValueError, OverflowError, InvalidOperation) as error:
        raise _misfit(hint, value, path) from error
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise _misfit(hint, value, path)
    return value


def _misfit(hint: type, value: Any, path: str) -> InvalidMessage:
    return InvalidMessage(
        _lt(
            "%(path)s is not a %(name)s: %(value)s.",
            path=path,
            name=hint.__name__,
            value=storable(repr(value), 80),
        )
    )


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError(value)
    number = Decimal(value)
    if not number.is_finite() or number and abs(number.adjusted()) > LARGEST_EXPONENT:
        raise ValueError("absurd")
    return number


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; `country` and `state` are ISO 3166 codes."""

    name: str
    street: str
    city: str
    country: str
    company: str | None = None
    street2: str | None = None
    zip: str | None = None
    state: str | None = None
    phone: str | None = None
    email: str | None = None


def dump_canonical(canonical: Canonical) -> str:
    """Return the canonical message as it is stored."""
    return _encode(canonical.to_dict())
