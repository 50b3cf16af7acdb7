"""Names of charges that are the hub's own, where a carrier names none.

They are stored as data, in English, and said in the reader's language where they are
shown. A carrier's own names stay as they are. Never imports odoo.
"""

from __future__ import annotations

from odoo.addons.logistics_core.texts import Text, _lt

_NAMES = (
    _lt("Transportation"),
    _lt("Shipping"),
    _lt("Service options"),
    _lt("Surcharges"),
    _lt("Surcharges and services"),
    _lt("Insurance"),
    _lt("Delivery confirmation"),
    _lt("Tax"),
    _lt("Discount on the shipment"),
    _lt("Discount on the product"),
    _lt("Charges of our own"),
    _lt("Freight of our own"),
)
KNOWN: dict[str, Text] = {str(name): name for name in _NAMES}


def to_text(name: str) -> Text | str:
    """Return what a charge is called, as a text that can be translated."""
    return KNOWN.get(name, name)
