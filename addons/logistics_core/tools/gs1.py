"""GS1 keys: check digits and the SSCC of a parcel. Never imports odoo."""

from __future__ import annotations


def has_check_digit(digits: str) -> bool:
    """Check the last digit by modulo 10 (GS1 General Specifications, 7.9.1)."""
    if not (digits.isascii() and digits.isdigit()):
        return False
    weights = (3 if n % 2 else 1 for n in range(len(digits)))
    pairs = zip(reversed(digits), weights, strict=False)
    return sum(int(digit) * weight for digit, weight in pairs) % 10 == 0


def to_sscc(barcode: str | None) -> str | None:
    """Return the 18 digits of a serial shipping container code, else None.

    The application identifier 00 may precede them, in brackets or not.
    """
    digits = (barcode or "").replace("(00)", "00", 1).replace(" ", "")
    digits = digits[2:] if len(digits) == 20 and digits.startswith("00") else digits
    return digits if len(digits) == 18 and has_check_digit(digits) else None


def gtin_or_upc(barcode: str | None) -> tuple[str, str] | None:
    """Return ("upc" | "gtin", digits) by the length of a valid barcode."""
    names = {8: "gtin", 12: "upc", 13: "gtin", 14: "gtin"}
    if barcode and len(barcode) in names and has_check_digit(barcode):
        return names[len(barcode)], barcode
    return None
