"""What differs between what the partner was told and what it should be now.

This file never imports odoo.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from odoo.addons.logistics_core.canonical import Address
from odoo.addons.logistics_core.texts import Text, _lt, join

from .canonical import InstructionLine, OutboundChange, OutboundInstruction
from .tools.spelling import plain

# What is compared. Not compared is what names the order and its products, and the
# order's total: that follows from its lines.
LABELS = {
    "ship_to": _lt("Delivery address"),
    "lines": _lt("Quantities"),
    "lots": _lt("Lots"),
    "unit_price": _lt("Unit prices"),
    "carrier_service": _lt("Delivery method"),
    "priority": _lt("Priority"),
    "ship_not_before": _lt("Scheduled date"),
    "ship_by": _lt("Deadline"),
    "notes": _lt("Note"),
    "gift_message": _lt("Gift message"),
    "customer_reference": _lt("Customer reference"),
}
EVERYTHING = frozenset(LABELS)
# These three go to the partner as the complete list of lines.
OF_LINES = ("lines", "lots", "unit_price")
OTHERS = tuple(n for n in LABELS if n not in (*OF_LINES, "ship_to"))
PRIORITIES = {"normal": _lt("Normal"), "urgent": _lt("Urgent")}
CENT = Decimal("0.01")
NOTHING = _lt("nothing")


def apply(told: OutboundInstruction, change: OutboundChange) -> OutboundInstruction:
    """Return what the partner knows after a change."""
    values = {name: getattr(change, name) for name in change.changed}
    if "carrier_service" in values:
        values["carrier_id"] = change.carrier_id
    if change.lines is not None:
        values["lines"] = change.lines
    if change.ship_to is not None:
        values["ship_to"] = change.ship_to
    return replace(told, **values)


def differences(
    told: OutboundInstruction, now: OutboundInstruction, tolerance: Decimal
) -> list[str]:
    """Return the names of what is not as it was told, in the order of LABELS.

    :param tolerance: differences of quantities up to this one are from rounding
    """
    differs = dict.fromkeys(OTHERS, False)
    for name in OTHERS:
        differs[name] = getattr(told, name) != getattr(now, name)
    # The name of a delivery method depends on the language of the user.
    if told.carrier_id or now.carrier_id:
        differs["carrier_service"] = told.carrier_id != now.carrier_id
    differs["ship_to"] = told.ship_to != now.ship_to
    before, after = _by_line(told.lines), _by_line(now.lines)
    differs["lines"] = before.keys() != after.keys() or any(
        abs(before[key].quantity - after[key].quantity) > tolerance for key in before
    )
    both = [(before[key], after[key]) for key in before.keys() & after.keys()]
    differs["lots"] = any(b.lots != a.lots for b, a in both)
    differs["unit_price"] = any(_is_other_price(b, a) for b, a in both)
    return [name for name in LABELS if differs[name]]


def make_change(
    now: OutboundInstruction, names: Iterable[str], order_external_id: str
) -> OutboundChange:
    """Return the change that tells the partner these fields as they are now."""
    names = set(names)
    changed = tuple(name for name in OTHERS if name in names)
    values = {name: getattr(now, name) for name in changed}
    if "carrier_service" in values:
        values["carrier_id"] = now.carrier_id
    return OutboundChange(
        reference=now.reference,
        order_external_id=order_external_id,
        ship_to=now.ship_to if "ship_to" in names else None,
        lines=None if names.isdisjoint(OF_LINES) else now.lines,
        changed=changed,
        **values,
    )


def describe(
    told: OutboundInstruction, now: OutboundInstruction, names: Iterable[str]
) -> Text:
    """Say what was told and what it is now, a line for each field."""
    texts = []
    for name in names:
        before, after = _show(told, name), _show(now, name)
        if name in OF_LINES:
            before, after = _only_different(before, after)
        texts.append(
            _lt(
                "%(field)s: %(before)s → %(after)s",
                field=LABELS[name],
                before=before or NOTHING,
                after=after or NOTHING,
            )
        )
    return join(texts, "\n")


def _by_line(lines: Iterable[InstructionLine]) -> dict[tuple, InstructionLine]:
    return {(line.line_id, plain(line.sku)): line for line in lines}


def _is_other_price(before: InstructionLine, after: InstructionLine) -> bool:
    """Return whether it is more than what a total, rounded to a cent, explains."""
    old, new = before.unit_price, after.unit_price
    if old is None or new is None:
        return old != new
    units = min(before.quantity, after.quantity) or 1
    return abs(old - new) > CENT / units


def _only_different(before: list[str], after: list[str]) -> tuple[str, str]:
    return (
        ", ".join(text for text in before if text not in after),
        ", ".join(text for text in after if text not in before),
    )


def _show(instruction: OutboundInstruction, name: str) -> Any:
    """Return a value as a person reads it; of lines a list of texts."""
    if name in OF_LINES:
        return [_SHOWN_LINES[name](line) for line in instruction.lines]
    value = getattr(instruction, name)
    if isinstance(value, Address):
        parts = (value.name, value.company, value.street, value.street2)
        place = (value.zip, value.city, value.state, value.country)
        reach = (value.phone, value.email)
        return ", ".join(filter(None, (*parts, *place, *reach)))
    if name == "priority":
        return PRIORITIES.get(value, value)
    if name in ("ship_not_before", "ship_by"):
        return value and f"{value:%Y-%m-%d %H:%M} UTC"
    return value


_SHOWN_LINES: dict[str, Callable[[InstructionLine], str]] = {
    "lines": lambda line: f"{line.sku} {line.quantity:f} {line.uom}",
    "lots": lambda line: f"{line.sku} {' '.join(line.lots)}".strip(),
    "unit_price": lambda line: f"{line.sku} {line.unit_price or 0:f}",
}
