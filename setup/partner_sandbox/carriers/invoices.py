"""Bills what was carried; some of it, on demand, for another price than was quoted."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal

from ..core.clock import now
from .books import CarrierBooks
from .model import Charge, Invoice, InvoiceLine, Parcel
from .pricing import CENT


def bill(
    books: CarrierBooks, seed: int, share: float = 0.0, factor: Decimal = Decimal("1.4")
) -> Invoice | None:
    """One invoice over every live, unbilled parcel; None when there is none.

    :param share: of the parcels that are billed with another base price
    :param factor: times the base price, for those
    """
    chosen = [p for p in books.parcels.values() if not p.voided and not p.billed]
    if not chosen:
        return None
    number = books.next("invoice")
    chance = random.Random(f"{seed}/{books.dialect}/{number}")
    differ = set(chance.sample(range(len(chosen)), round(share * len(chosen))))
    lines = [
        line
        for index, parcel in enumerate(chosen)
        for line in _lines(parcel, factor if index in differ else Decimal(1))
    ]
    for parcel in chosen:
        parcel.billed = True
    made = Invoice(
        f"{books.dialect.upper()}{number:07d}",
        books.dialect,
        now(),
        chosen[0].shipment.currency,
        lines,
    )
    books.invoices.append(made)
    return made


def _lines(parcel: Parcel, factor: Decimal) -> Iterator[InvoiceLine]:
    """The parcel's even share of each charge; the first one takes the rest."""
    shipment = parcel.shipment
    for charge in shipment.charges:
        count = len(shipment.parcels)
        part = (charge.amount / count).quantize(CENT)
        if parcel.index == 1:
            part = charge.amount - part * (count - 1)
        times = factor if charge.code == "BASE" else Decimal(1)
        yield InvoiceLine(
            parcel.tracking,
            shipment.reference,
            shipment.service,
            Charge(charge.code, charge.name, (part * times).quantize(CENT)),
            part,
            parcel.weight,
            f"{shipment.created_at:%Y-%m-%d}",
        )
