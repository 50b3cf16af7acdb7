"""Cells of carriers' files, read strictly: what can be read in two ways is refused.

Never imports odoo.
"""

from __future__ import annotations

import codecs
import re
from datetime import date, datetime
from decimal import Decimal

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools.bounded import check_file

DECIMALS = (".", ",")
LONGEST_TEXT, LONGEST_NUMBER = 200, 20
_WORKBOOK, _PDF = _lt("an Excel workbook"), _lt("a PDF")
_PICTURE, _COMPRESSED = _lt("a picture"), _lt("a compressed file")
# How a file begins that is no text, and what it is.
_BINARY = (
    (b"PK\x03\x04", _WORKBOOK),
    (b"\xd0\xcf\x11\xe0", _WORKBOOK),
    (b"%PDF", _PDF),
    (b"\x1f\x8b", _COMPRESSED),
    (b"\x89PNG", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
)
_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Thousands are separated by blanks of all kinds, apostrophes, or the other sign.
_GROUPS = {",": r"[.\s']", ".": r"[,\s']"}
_MINUS = str.maketrans({"−": "-", "–": "-", "’": "'", "\xa0": " ", "\u202f": " "})
_CURRENCY = re.compile(r"^([A-Z]{3}|[€$£¥₹])\s*(.*)$|^(.*?)\s*([A-Z]{3}|[€$£¥₹])$")
# 52998877665544 as a spreadsheet shows it: its last digits are gone.
_SCIENTIFIC = re.compile(r"[0-9]([.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_TAX = re.compile(
    r"(vat|tva|mwst|mehrwertsteuer|ust|umsatzsteuer|iva|btw|moms|mva|dph|pdv|ddv|gst|hst"
    r"|pst|qst|gst/hst|tax|taxes|sales tax|value[- ]added tax"
    r"|taxe sur la valeur ajoutée)"
    r"\.?(\s*[(\d].*|\s*%.*|\s+(on|sur|auf|at|à|of)\s.*)?",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"(grand |sub-?|invoice )?(totals?|totaal|totale)"
    r"(\s+(amount|due|net|gross|invoice|ht|ttc|(excl|incl)\S*.*))?\s*:?"
    r"|(gesamt|zwischen)?summe|somme|suma|sum",
    re.IGNORECASE,
)
EXAMPLE = date(2026, 1, 31)


def decode(content: bytes) -> str:
    """Return a file as text: Unicode in any form, else as Windows writes it.

    :raises InvalidMessage: it is no text, or is larger than what is read
    """
    check_file(len(content))
    for start, what in _BINARY:
        if content.startswith(start):
            raise InvalidMessage(
                _lt("The file is %s, not a CSV.", what),
                remedy=_lt("Download the invoice as CSV, and import it unopened."),
            )
    for mark, encoding in _ENCODINGS:
        if content.startswith(mark):
            return _decode(content, encoding)
    for encoding, zeros in (("utf-16-le", content[1::2]), ("utf-16-be", content[::2])):
        if len(zeros) > 1 and zeros.count(0) * 2 > len(zeros):
            return _decode(content, encoding)
    try:
        return content.decode()
    except UnicodeDecodeError:
        return _decode(content, "cp1252")


def _decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InvalidMessage(
            _lt("The file is no text that can be read."),
            remedy=_lt("Download the invoice as CSV, and import it unopened."),
        ) from error


def clean(cell: str) -> str:
    """Return a cell without what spreadsheets add: ="123", '123, blanks."""
    text = cell.replace("\xa0", " ").strip()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1].strip()
    return text[1:] if text.startswith("'") and text[1:].isdigit() else text


def is_damaged(text: str) -> bool:
    """Return whether a number of a parcel or an invoice lost its last digits."""
    return bool(_SCIENTIFIC.fullmatch(text))


def is_tax(*texts: str) -> bool:
    """Return whether a charge is a tax on others, by its code or its name."""
    return any(_TAX.fullmatch(text.strip()) for text in texts if text)


def is_total(text: str) -> bool:
    """Return whether a row adds up others, by its first text."""
    return bool(_TOTAL.fullmatch(text.strip()))


def read_number(text: str, decimal: str) -> tuple[Decimal, str] | None:
    """Return (a number, the currency beside it); None where it is none.

    Credits are written -12.50, 12.50-, (12.50) or 12.50 CR. Thousands count as such
    only where they stand for them.

    :param decimal: decimal separator, `.` or `,`
    """
    if len(text) > LONGEST_NUMBER:
        return None
    plain, sign = text.translate(_MINUS).strip(), 1
    if plain.startswith("(") and plain.endswith(")"):
        plain, sign = plain[1:-1].strip(), -1
    if plain.endswith("CR"):
        plain, sign = plain[:-2].strip(), -sign
    plain, sign = _take_minus(plain, sign)
    currency = ""
    if found := _CURRENCY.match(plain):
        currency = found[1] or found[4]
        plain, sign = _take_minus((found[2] or found[3] or "").strip(), sign)
    point, group = re.escape(decimal), _GROUPS[decimal]
    pattern = rf"\+?([0-9]+|[0-9]{{1,3}}({group}[0-9]{{3}})+)({point}[0-9]+)?"
    if not re.fullmatch(pattern, plain):
        return None
    number = Decimal(re.sub(group, "", plain).replace(decimal, "."))
    return sign * number, currency


def _take_minus(text: str, sign: int) -> tuple[str, int]:
    if text.startswith("-"):
        return text[1:].strip(), -sign
    if text.endswith("-"):
        return text[:-1].strip(), -sign
    return text, sign


def find_decimal(numbers: list[str], amounts: list[str]) -> str:
    """Return the decimal separator with which all numbers of a file can be read.

    A file is written in one way. The point is tried first.

    :param amounts: those of the numbers that are money
    :raises InvalidMessage: amounts can be read in two ways
    """
    unread = {
        decimal: sum(read_number(text, decimal) is None for text in numbers)
        for decimal in DECIMALS
    }
    best = min(DECIMALS, key=lambda decimal: unread[decimal])
    if len(set(unread.values())) == 1:
        # Thousands of euros, or three digits after the point?
        odd = [text for text in amounts if _has_mills(text, best)]
        if odd:
            raise InvalidMessage(
                _lt("%s can be read in two ways.", odd[0]),
                remedy=_lt(
                    "Name the columns on the connection, and how its numbers are"
                    " written (page “Freight cost”)."
                ),
            )
    return best


def _has_mills(text: str, decimal: str) -> bool:
    found = read_number(text, decimal)
    return bool(found and found[0].as_tuple().exponent == -3)


def parse_date(text: str, form: str) -> date:
    """Return a date written in this format; raise ValueError."""
    return datetime.strptime(text, form).date()


def read_date(text: str, forms: tuple[str, ...]) -> date | None:
    """Return a date in one of these formats, None where it is none.

    A midnight behind it is left out: spreadsheets add it.
    """
    plain = re.sub(r"[ T]0?0:00(:00)?$", "", text)
    for form in forms:
        try:
            return parse_date(plain, form)
        except ValueError:
            continue
    return None
