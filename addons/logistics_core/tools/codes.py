"""Lists of a vendor's codes, as tables hold them. Never imports odoo."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any


def codes(text: str) -> frozenset[str]:
    """Return the codes of a text that are separated by blanks.

    :raises ValueError: a code occurs twice
    """
    found = text.split()
    if len(set(found)) != len(found):
        raise ValueError(f"A code occurs twice: {text}")
    return frozenset(found)


def load(beside: str, name: str = "codes.toml") -> dict[str, Any]:
    """Return the tables of a TOML file beside a module: {table: {code: meaning}}.

    Read once, when the module is imported. A code that occurs twice in a table is
    refused, as TOML demands.

    :param beside: `__file__` of the module
    :raises ValueError: it is not readable
    """
    return tomllib.loads(Path(beside).with_name(name).read_text("utf-8"))
