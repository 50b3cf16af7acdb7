"""Tracking numbers with UPS's check digit."""

from __future__ import annotations

SHIPPER = "0A1B2C"


def tracking(serial: int, service: str, shipper: str = SHIPPER) -> str:
    """``1Z``, shipper, service, seven digits, check digit: 18 characters."""
    number = f"{shipper:0>6.6}{service[:2]:0>2}{serial:07d}".upper()
    return f"1Z{number}{check_digit(number)}"


def check_digit(text: str) -> str:
    """Letters count from A = 2; every second character twice, up to the next ten."""
    values = [int(c) if c.isdigit() else (ord(c) - 63) % 10 for c in text]
    total = sum(value * (2 if index % 2 else 1) for index, value in enumerate(values))
    return str(-total % 10)
