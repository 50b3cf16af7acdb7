"""Lists of a vendor's codes, as tables hold them. Never imports odoo."""

from __future__ import annotations


def codes(text: str) -> frozenset[str]:
    """Return the codes of a text that are separated by blanks.

    :raises ValueError: a code occurs twice
    """
    found = text.split()
    if len(set(found)) != len(found):
        raise ValueError(f"A code occurs twice: {text}")
    return frozenset(found)
