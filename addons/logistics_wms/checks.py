"""Is what the partner reports possible at all? This file never imports odoo."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt

from .canonical import OutboundNotification, ShippedLine
from .const import MAX_DECIMALS, MAX_QUANTITY, STATUS_VALUES


def iter_lines(notification: OutboundNotification) -> Iterator[ShippedLine]:
    """Yield the lines of all parcels."""
    for parcel in notification.parcels:
        yield from parcel.lines


def check_quantity(quantity: Decimal, what: str) -> None:
    """Raise InvalidMessage unless the quantity can have been shipped."""
    if quantity <= 0:
        raise InvalidMessage(
            _lt(
                "%(what)s: the quantity %(quantity)s is not above zero.",
                what=what,
                quantity=quantity,
            )
        )
    if quantity > MAX_QUANTITY:
        raise InvalidMessage(
            _lt(
                "%(what)s: the quantity %(quantity)s is absurd.",
                what=what,
                quantity=quantity,
            )
        )
    if -quantity.normalize().as_tuple().exponent > MAX_DECIMALS:
        raise InvalidMessage(
            _lt(
                "%(what)s: the quantity %(quantity)s is too precise.",
                what=what,
                quantity=quantity,
            )
        )


def check_line(line: ShippedLine) -> None:
    """Raise InvalidMessage when quantity and lots cannot be true together."""
    what = line.sku or f"line {line.line_id}"
    check_quantity(line.quantity, what)
    for lot in line.lots:
        check_quantity(lot.quantity, what)
    if line.lots and sum(lot.quantity for lot in line.lots) != line.quantity:
        raise InvalidMessage(
            _lt(
                "%(what)s: the lots do not add up to %(quantity)s.",
                what=what,
                quantity=line.quantity,
            )
        )
    names = [lot.lot for lot in line.lots if lot.lot]
    if len(names) != len(set(names)):
        raise InvalidMessage(_lt("%(what)s: a lot is named twice.", what=what))


def check_notification(notification: OutboundNotification) -> None:
    """Raise InvalidMessage when the notification is absurd in itself."""
    if notification.status not in STATUS_VALUES:
        raise InvalidMessage(
            _lt("Unknown status %(status)r.", status=notification.status)
        )
    if notification.remaining not in ("open", "closed"):
        raise InvalidMessage(
            _lt("Unknown remaining %(remaining)r.", remaining=notification.remaining)
        )
    for line in iter_lines(notification):
        check_line(line)
    if notification.status != "shipped":
        return
    if not notification.parcels or not all(p.lines for p in notification.parcels):
        raise InvalidMessage(_lt("The shipment has no content."))
