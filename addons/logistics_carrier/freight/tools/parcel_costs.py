"""What a shipment costs without one of its parcels. Never imports odoo."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from .match import Quote, share_out


def without(
    total: Decimal, charge_text: str, weights: Sequence[Decimal], place: int
) -> tuple[Decimal, str]:
    """Return the total and the charges that are left without a parcel.

    Its share goes by weight, as the shares that carriers' invoices are compared
    with do; evenly where a weight is not known.

    :param charge_text: one charge a line: code, name, amount
    :param weights: kilograms of all parcels that cost until now
    :param place: of the parcel that is gone, in `weights`
    """
    rows = [line.split("\t") for line in charge_text.splitlines()]
    priced = {str(i): Decimal(row[2]) for i, row in enumerate(rows) if len(row) == 3}
    count = len(weights)
    nothing = [Decimal(0)] * count
    shares = share_out(Quote(total, priced), weights, nothing, [None] * count)
    share = shares[place]
    for key, amount in priced.items():
        rows[int(key)][2] = str(amount - share.charges[key])
    return total - share.total, "\n".join("\t".join(row) for row in rows)
