"""Codes as two systems write them: SKUs, lots. This file never imports odoo.

Spaces around a code never count. Case counts where two codes differ in nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def plain(code: Any) -> str:
    """Return a code without the spaces around it, "" for none."""
    return (code or "").strip()


def folded(code: Any) -> str:
    """Return a code as it is compared when case does not count."""
    return plain(code).casefold()


def pick(code: Any, known: Iterable[str]) -> str | None:
    """Return the one of the known spellings that a code means, or None.

    The same spelling counts first, then the only one that differs in spaces or case.
    """
    known = [other for other in known if plain(other)]
    if code in known:
        return code
    near = [other for other in known if plain(other) == plain(code)]
    near = near or [other for other in known if folded(other) == folded(code)]
    return near[0] if len(near) == 1 else None
