"""Facts that are known again: the same content has the same id. Never imports odoo."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ..envelope import Envelope

Json = dict[str, Any]


def dump(data: Any) -> str:
    """Return JSON text that is the same for the same content."""
    return json.dumps(data, default=_plain, sort_keys=True)


def _plain(value: Any) -> Any:
    """Numbers read as Decimal stay numbers; all else becomes text."""
    return float(value) if hasattr(value, "as_tuple") else str(value)


def digest(text: str, length: int = 24) -> str:
    """Return a short hash of a text."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:length]


def identity(*parts: Any) -> str:
    """Return what distinguishes an event from others: its parts, in order."""
    return "-".join(str(part or "") for part in parts)


def clean(fact: Json) -> Json:
    """Leave out what is not known."""
    return {key: value for key, value in fact.items() if value not in (None, "")}


def seal(key: str, event: str, fact: Json | str, **kw: Any) -> Envelope:
    """Return the Envelope of a fact that the partner gives no id of its own.

    Its id is made of the key and the content: fetched again it is the same, and one
    that was completed since (a signature, say) is another.

    :param key: the ordering key, such as a tracking number
    :param kw: further fields of Envelope; `external_id` replaces the key in the id
    """
    payload = fact if isinstance(fact, str) else dump(clean(fact))
    name = kw.pop("external_id", None) or key
    return Envelope(f"{name}:{digest(payload)}", event, key, payload, **kw)
