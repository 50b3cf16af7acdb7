"""The one place where what a partner sent is bounded before it is read.

A few kilobytes can cost minutes or gigabytes once they are parsed. So each reader
counts first, at the speed at which memory is read: bytes, levels, parts, values. Times
are bounded by `http_session`, transactions by `engine/inbound`. Never imports odoo.
"""

from __future__ import annotations

import codecs
import csv
import json
import math
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lxml import etree

from ..errors import InvalidMessage, TooLarge
from ..texts import _lt
from .storable import storable

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a text may have at most.

    :param size: bytes
    :param parts: objects, lists or elements: each costs some 100 bytes of memory
    :param values: values between commas, or attributes
    :param depth: levels
    """

    size: int
    parts: int
    values: int
    depth: int = 64


# One message: what is applied in one transaction.
MESSAGE = Bounds(5 * MEGABYTE, 10_000, 100_000)
# A request that carries many messages.
BULK = Bounds(5 * MEGABYTE, 200_000, 400_000)
# A file that a person uploads.
FILE = Bounds(10 * MEGABYTE, 200_000, 400_000)
# What a partner answers to a request.
ANSWER = Bounds(8 * MEGABYTE, 100_000, 400_000)
# An error answer is for a person to read, and so is what is shown of any exchange.
ERROR = Bounds(MEGABYTE // 4, 5_000, 20_000)
SHOWN = Bounds(MEGABYTE, 20_000, 100_000, depth=200)
# The answer of a token endpoint.
TOKEN = Bounds(MEGABYTE // 16, 100, 1_000)

LARGEST_FILE = FILE.size
MOST_ROWS, MOST_CELLS, MOST_COLUMNS = 20_000, 6_000_000, 1_000

_AS_LISTS = bytes.maketrans(b"{}", b"[]")
_NO_SHAPE = bytes(set(range(256)) - set(b'[]{}"'))
_TEXT = re.compile(rb'"[^"]*+"?')
_LINE = re.compile(r"[^\r\n]*+(?:\r\n?|\n)|[^\r\n]++")
# Encodings that partners use. Others are refused: decoding some takes quadratic time.
_ENCODINGS = re.compile(
    r"utf-?8(-sig)?|utf-?16([lb]e)?|(us-?)?ascii|latin-?1|iso-?8859-?\d{1,2}|"
    r"(windows-?|cp)125\d|gb2312|gbk|big5|euc-?(jp|kr)|shift-?jis",
    re.IGNORECASE,
)
_XML_ENCODING = re.compile(rb"<\?xml[^>]{0,100}encoding\s*=\s*[\"']([^\"']{0,40})")
_XML_PARSER = {"resolve_entities": False, "no_network": True, "load_dtd": False}


# JSON


def check_json(raw: bytes, bounds: Bounds) -> None:
    """Raise TooLarge unless JSON in UTF-8 is within its bounds.

    Small texts cannot be beyond them, and cost next to nothing here.
    """
    size = len(raw)
    if size > bounds.size:
        raise _too_large(size, bounds.size)
    if size <= 2 * bounds.depth:
        return
    parts = raw.count(b"{") + raw.count(b"[")
    if parts > bounds.depth and _is_deeper(raw, bounds.depth):
        raise InvalidMessage(_lt("The JSON is nested too deeply."))
    if parts > bounds.parts:
        raise _too_many(parts, bounds.parts)
    if size > bounds.values and (count := raw.count(b",")) > bounds.values:
        raise _too_many(count, bounds.values)


def _is_deeper(raw: bytes, depth: int) -> bool:
    """Return whether JSON has more levels than that.

    Of its texts only brackets are left, then nothing. In what remains `[]` is a leaf:
    each replacement takes one level.
    """
    if b"\\" in raw:
        raw = raw.replace(b"\\\\", b"").replace(b'\\"', b"")
    shape = raw.translate(_AS_LISTS, _NO_SHAPE).replace(b'""', b"")
    if b'"' in shape:
        shape = _TEXT.sub(b"", shape)
    too_many = b"[" * (depth + 1)
    for _level in range(depth):
        if too_many in shape:
            return True
        shorter = shape.replace(b"[]", b"")
        if len(shorter) == len(shape):
            return False  # it is no JSON, or there is nothing left
        shape = shorter
    return bool(shape)


def load_json(
    raw: bytes | str, bounds: Bounds = MESSAGE, *, exact: bool = False
) -> Any:
    """Parse JSON in any encoding of it.

    :param exact: numbers with a fraction become Decimal, not float. An absurd one is
        left to who reads the field; as a float it would be infinite, and is refused
    :raises InvalidMessage: it is beyond its bounds, or is not JSON, such as NaN
    """
    try:
        text = raw if isinstance(raw, str) else _decode_json(raw, bounds)
        if len(text) > 2 * bounds.depth:
            check_json(text.encode("utf-8", "surrogatepass"), bounds)
        return _decode_exact(text) if exact else load_plain(text)
    except RecursionError as error:
        raise InvalidMessage(_lt("The JSON is nested too deeply.")) from error
    except (ValueError, ArithmeticError) as error:
        raise InvalidMessage(_lt("It is no readable JSON: %(e)s", e=error)) from error


def _decode_json(raw: bytes, bounds: Bounds) -> str:
    if len(raw) > bounds.size:
        raise _too_large(len(raw), bounds.size)
    return raw.decode(json.detect_encoding(raw), "surrogatepass")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _to_float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]} is absurd")
    return number


# Made once: a decoder costs more than a small message.
_decode_exact = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse).decode
load_plain = json.JSONDecoder(parse_float=_to_float, parse_constant=_refuse).decode


# XML


def parse_xml(raw: bytes, bounds: Bounds = ANSWER) -> Any:
    """Return the root element.

    :raises InvalidMessage: it is beyond its bounds, or is not XML
    """
    check_xml(raw, bounds)
    try:
        return etree.fromstring(raw, etree.XMLParser(**_XML_PARSER))
    except (etree.XMLSyntaxError, ValueError) as error:
        cause = storable(getattr(error, "msg", None) or error, 200)
        text = _lt("It is no readable XML: %(cause)s", cause=cause)
        raise InvalidMessage(text) from error


def check_xml(raw: bytes, bounds: Bounds = ANSWER) -> None:
    """Raise unless XML is within its bounds; libxml2 itself bounds the levels."""
    if len(raw) > bounds.size:
        raise _too_large(len(raw), bounds.size)
    named = _XML_ENCODING.search(raw[:200])
    if named and not _ENCODINGS.fullmatch(named[1].decode("ascii", "replace")):
        raise InvalidMessage(_lt("The encoding of the XML is not one that is read."))
    if (count := raw.count(b"<")) > 2 * bounds.parts:
        raise _too_many(count, 2 * bounds.parts)
    if (count := raw.count(b"=")) > bounds.values:
        raise _too_many(count, bounds.values)


# Texts and files


def decode(raw: bytes, encoding: str | None) -> str:
    """Return bytes as text in the encoding that was named, if it is one in use."""
    if encoding and _ENCODINGS.fullmatch(encoding):
        with suppress(LookupError, ValueError):
            return codecs.decode(raw, encoding, "replace")
    return raw.decode("utf-8", "replace")


def read_csv(text: str, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells) of each row; lines are counted from 1, as spreadsheets do.

    :raises InvalidMessage: it is beyond its bounds, or is not CSV
    """
    if (count := max(text.count("\n"), text.count("\r"))) > MOST_ROWS:
        raise _too_many(count, MOST_ROWS, _SPLIT_FILE)
    if (count := text.count(delimiter)) > MOST_CELLS:
        raise _too_many(count, MOST_CELLS, _SPLIT_FILE)
    rows = csv.reader(_iter_lines(text, delimiter), delimiter=delimiter)
    try:
        yield from enumerate(rows, 1)
    except csv.Error as error:
        raise InvalidMessage(
            _lt("The file is no CSV: %(error)s.", error=error)
        ) from error


def _iter_lines(text: str, delimiter: str) -> Iterator[str]:
    for found in _LINE.finditer(text):
        line = found[0]
        if (count := line.count(delimiter)) > MOST_COLUMNS:
            raise _too_many(count, MOST_COLUMNS)
        yield line


def check_file(size: int, largest: int = LARGEST_FILE) -> None:
    """Raise TooLarge unless a file is small enough to be read."""
    if size > largest:
        raise _too_large(size, largest, _SPLIT_FILE)


_SPLIT_FILE = _lt("Split the file, or ask the partner for smaller ones.")


def _too_large(size: int, most: int, remedy: Any = None) -> TooLarge:
    return TooLarge(
        _lt("It has %(size)s bytes; at most %(most)s are read.", size=size, most=most),
        remedy=remedy,
    )


def _too_many(count: int, most: int, remedy: Any = None) -> TooLarge:
    return TooLarge(
        _lt(
            "It has %(count)s parts; at most %(most)s are read.",
            count=count,
            most=most,
        ),
        remedy=remedy,
    )
