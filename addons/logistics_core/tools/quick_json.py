"""JSON of a busy inbox: read and written quickly, with nothing lost.

What the quick library refuses, or would round, goes the way of the standard library,
so that the two differ in speed only. Never imports odoo.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

import orjson

# The quick library makes a float of a whole number beyond 64 bits.
_LONG_NUMBER = re.compile(rb"(?:^|[\s:,\[{-])\d{19}")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def loads(body: bytes) -> Any:
    """Parse JSON, in UTF-8 or any other encoding of it.

    :raises ValueError: it is not readable JSON
    :raises RecursionError: it is nested too deeply
    """
    if not _LONG_NUMBER.search(body):
        # Not with a mark at the beginning, in UTF-16, with half of a pair, deep, …
        with suppress(orjson.JSONDecodeError):
            return orjson.loads(body)
    return json.loads(body)


def dumps(value: Any) -> str:
    """Return the JSON of a value that `loads` gave, without spaces.

    :raises TypeError, ValueError: a value that JSON does not know
    """
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        return _encode(value)
