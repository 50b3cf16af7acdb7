"""Texts that PostgreSQL can hold. Never imports odoo."""

from __future__ import annotations


def storable(text: object, limit: int | None = None) -> str:
    """Return a text that a database column takes, at most `limit` characters.

    A partner may send what no column holds: NUL characters and halves of
    surrogate pairs. They become visible replacements.
    """
    clean = str(text).replace("\x00", "␀").encode("utf-8", "replace").decode()
    return clean if limit is None or len(clean) <= limit else f"{clean[: limit - 1]}…"
