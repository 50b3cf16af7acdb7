"""What goods cost once they are in the country of the recipient. Never imports odoo.

Asked and answered at once, never stored as a message. Both are canonical all the same:
the question for its key, the answer for partners that speak the hub's own messages.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal

from odoo.addons.logistics_core.canonical import Canonical, canonical

from .transport import Commodity, Money, ParcelContent, Party

# Kind of a charge -> its name.
KINDS = [
    ("duty", "Duties"),
    ("tax", "Taxes"),
    ("fee", "Fees"),
    ("shipping", "Shipping"),
    ("value", "Value for customs"),
]


@canonical("landed_cost_request")
@dataclass(frozen=True, slots=True)
class LandedCostRequest(Canonical):
    """What will the recipient's country add to these goods?

    :param service: the partner's code of the service
    :param currency: of the answer, ISO 4217
    :param purpose: as in Customs
    """

    ship_from: Party
    ship_to: Party
    parcels: tuple[ParcelContent, ...]
    service: str
    currency: str
    incoterm: str
    purpose: str
    commodities: tuple[Commodity, ...]
    insurance: Money | None = None


@dataclass(frozen=True, slots=True)
class LandedCharge:
    """One part of a landed cost, in a currency of its own.

    :param kind: one of KINDS; `value` is what a part is calculated from, no cost
    :param item: place of the commodity in the question, from 1; None: of the whole
    :param formula: how the partner calculates it, in its own words
    """

    kind: str
    code: str
    name: str
    amount: Money
    item: int | None = None
    formula: str | None = None


@canonical("landed_cost")
@dataclass(frozen=True, slots=True)
class LandedCost(Canonical):
    """Answer to a LandedCostRequest; the sums are in the currency of `total`.

    :param total: goods, shipping, duties, taxes and fees together
    :param charges: what the sums are made of
    :param warnings: what the partner says about how exact it is
    """

    total: Money
    goods: Decimal
    shipping: Decimal
    duties: Decimal
    taxes: Decimal
    fees: Decimal
    charges: tuple[LandedCharge, ...] = ()
    warnings: tuple[str, ...] = ()


def key_of(request: LandedCostRequest) -> str:
    """Return a hash that is the same for the same question."""
    text = json.dumps(request.to_dict(), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
