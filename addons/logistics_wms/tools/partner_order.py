"""An order as a partner has it, for what was sent to it before Odoo did.

This file never imports odoo.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from odoo.addons.logistics_core.envelope import Envelope


@dataclass(frozen=True, slots=True)
class PartnerOrder:
    """What the partner says of one order.

    :param reference: ours, as the partner has it
    :param status: open, shipped (nothing more leaves) or cancelled
    :param ordered: {SKU: quantity} of the whole order, in the smallest unit
    :param shipped: {key of the shipment: {SKU: quantity}} of what left
    :param facts: the same as events, to be applied once the delivery is linked
    """

    reference: str
    external_id: str
    status: str
    ordered: Mapping[str, Decimal]
    shipped: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    facts: tuple[Envelope, ...] = ()

    @property
    def rest(self) -> dict[str, Decimal]:
        """{SKU: quantity} that has not left yet."""
        rest = dict(self.ordered)
        for content in self.shipped.values():
            for sku, quantity in content.items():
                rest[sku] = rest.get(sku, Decimal(0)) - quantity
        return {sku: quantity for sku, quantity in rest.items() if quantity}


def describe(goods: Mapping[str, Decimal]) -> str:
    """Return goods as a person reads them: 3 MUG, 1 TEA."""
    return ", ".join(f"{quantity:f} {sku}" for sku, quantity in sorted(goods.items()))
