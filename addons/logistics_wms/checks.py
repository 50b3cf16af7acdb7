"""Is what the partner reports possible at all? This file never imports odoo."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from odoo.addons.logistics_core.errors import InvalidMessage

from .canonical import OutboundNotification, ShippedLine
from .const import MAX_DECIMALS, MAX_QUANTITY, STATUS_VALUES


def iter_lines(notification: OutboundNotification) -> Iterator[ShippedLine]:
    """Yield the lines of all parcels."""
    for parcel in notification.parcels:
        yield from parcel.lines


def check_quantity(quantity: Decimal, what: str) -> None:
    """Raise InvalidMessage unless the quantity can have been shipped."""
    if quantity <= 0:
        raise InvalidMessage(f"{what}: the quantity {quantity} is not above zero.")
    if quantity > MAX_QUANTITY:
        raise InvalidMessage(f"{what}: the quantity {quantity} is absurd.")
    if -quantity.normalize().as_tuple().exponent > MAX_DECIMALS:
        raise InvalidMessage(f"{what}: the quantity {quantity} is too precise.")


def check_line(line: ShippedLine) -> None:
    """Raise InvalidMessage when quantity and lots cannot be true together."""
    what = line.sku or f"line {line.line_id}"
    check_quantity(line.quantity, what)
    for lot in line.lots:
        check_quantity(lot.quantity, what)
    if line.lots and sum(lot.quantity for lot in line.lots) != line.quantity:
        raise InvalidMessage(f"{what}: the lots do not add up to {line.quantity}.")
    names = [lot.lot for lot in line.lots if lot.lot]
    if len(names) != len(set(names)):
        raise InvalidMessage(f"{what}: a lot is named twice.")


def check_notification(notification: OutboundNotification) -> None:
    """Raise InvalidMessage when the notification is absurd in itself."""
    if notification.status not in STATUS_VALUES:
        raise InvalidMessage(f"Unknown status {notification.status!r}.")
    if notification.remaining not in ("open", "closed"):
        raise InvalidMessage(f"Unknown remaining {notification.remaining!r}.")
    for line in iter_lines(notification):
        check_line(line)
    if notification.status != "shipped":
        return
    if not notification.parcels or not all(p.lines for p in notification.parcels):
        raise InvalidMessage("The shipment has no content.")
