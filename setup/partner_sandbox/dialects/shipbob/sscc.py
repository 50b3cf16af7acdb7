"""Serial shipping container codes (GS1 General Specifications, section 3.3.1)."""

from __future__ import annotations

COMPANY = "0614141"
"""GS1's own example company prefix."""


def check_digit(body: str) -> str:
    """Modulo-10 check digit of the 17 leading digits (section 7.9)."""
    total = sum(int(c) * (3 if n % 2 == 0 else 1) for n, c in enumerate(reversed(body)))
    return str(-total % 10)


def sscc(serial: int, extension: int = 0) -> str:
    """The 18 digits: extension, company prefix, serial reference, check digit."""
    body = f"{extension}{COMPANY}{serial:09d}"
    return body + check_digit(body)
