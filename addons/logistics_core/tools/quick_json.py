"""JSON of a busy inbox: read and written quickly, with nothing lost.

What the quick library refuses, or would round, is left to the standard library, so that
the two differ in speed only. Never imports odoo.
"""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

from .bounded import load_plain

# The quick library makes a float of a whole number beyond 64 bits. Most bodies have
# no run of digits as long, which is seen many times quicker than any pattern is.
_LONG_NUMBER = re.compile(rb"[\s:,\[{-]\d{19}")
_TO_ZERO, _ZEROS = bytes.maketrans(b"123456789", b"000000000"), b"0" * 19
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def loads(body: bytes) -> Any:
    """Parse JSON, in UTF-8 or any other encoding of it.

    :raises ValueError: it is not readable JSON; NaN and numbers beyond a float are not
    :raises RecursionError: it is nested too deeply (see `bounded`)
    """
    if _ZEROS not in body.translate(_TO_ZERO) or not _LONG_NUMBER.search(b" " + body):
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError:
            # A mark at the beginning, UTF-16, half of a surrogate pair, depth, …
            return _loads(body)
    return _loads(body)


def _loads(body: bytes) -> Any:
    return load_plain(body.decode(json.detect_encoding(body), "surrogatepass"))


def dumps(value: Any) -> str:
    """Return the JSON of a value that `loads` gave, without spaces.

    :raises TypeError, ValueError: a value that JSON does not know
    """
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        return _encode(value)
