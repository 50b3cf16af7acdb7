"""The facts of the chaos program. This file never imports odoo."""

from __future__ import annotations

from dataclasses import dataclass

from odoo.addons.logistics_core.canonical import Canonical, canonical


@canonical("chaos_fact")
@dataclass(frozen=True, slots=True)
class ChaosFact(Canonical):
    """One revision of one key; its effect is one countable row.

    :param poison: empty, or the error its handler raises: permanent, transient
    """

    key: str
    revision: int
    value: int
    poison: str = ""


@canonical("chaos_stock")
@dataclass(frozen=True, slots=True)
class ChaosStock(Canonical):
    """So many pieces of a product left the warehouse."""

    reference: str
    sku: str
    quantity: int


@canonical("chaos_order")
@dataclass(frozen=True, slots=True)
class ChaosOrder(Canonical):
    """One order for the partner, which counts what it gets."""

    reference: str
    lines: int = 1
