"""DHL's numbers."""

from __future__ import annotations


def waybill(serial: int) -> str:
    """Ten digits, the last one the rest of the others by seven."""
    digits = f"{123_000_000 + serial:09d}"
    return f"{digits}{int(digits) % 7}"


def piece(serial: int) -> str:
    """A licence plate: ``JD01`` and sixteen digits."""
    return f"JD01{4_600_000_000_000 + serial:016d}"


def pickup(serial: int) -> str:
    """A dispatch confirmation number, 15 characters."""
    return f"PRG260301{serial:06d}"
