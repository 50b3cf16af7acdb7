"""ShipBob's JSON <-> canonical messages. Pure functions, never imports odoo.

`to_*` build what a request's schema asks for, `from_*` read what a response or
a webhook brings. What was shipped, changes and products
have their own files in `tools`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from odoo.addons.logistics_core.canonical import Canonical
from odoo.addons.logistics_core.envelope import Envelope
from odoo.addons.logistics_core.errors import InvalidMessage, NotSupported
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import gs1
from odoo.addons.logistics_core.tools import json_fields as read
from odoo.addons.logistics_core.tools.error_text import error_text
from odoo.addons.logistics_core.tools.facts import digest, dump
from odoo.addons.logistics_core.tools.json_paths import Json, filled, to_fields
from odoo.addons.logistics_wms.canonical import (
    Address,
    InstructionLine,
    LotQuantity,
    OutboundInstruction,
    OutboundNotification,
    Parcel,
    ShippedLine,
    TransportStatus,
)

from . import const
from .tools import shipped
from .tools.products import KG_PER_OZ, from_inventory, to_codes, to_quantity


# Orders out
def to_order(instruction: OutboundInstruction, **settings: Any) -> Json:
    """Return `Orders.CreateOrderModel` (operation create-order).

    :param settings: `type`, `location_id`, `sales_channel` and `shipping_terms` of
        the backend
    """
    if "," in instruction.reference:  # get-orders could not find it again
        raise InvalidMessage(_lt("A reference at ShipBob cannot contain a comma."))
    in_usd = instruction.currency == "USD"  # as `Orders.Financials` is by definition
    total = instruction.total if in_usd else None
    body = {
        "reference_id": instruction.reference,
        "order_number": instruction.order_name,
        "shipping_method": instruction.carrier_service,
        "recipient": _to_recipient(instruction.ship_to),
        "products": [_to_line(line, in_usd) for line in instruction.lines],
        "purchase_date": _iso(instruction.ordered_at),
        "gift_message": instruction.gift_message,
        "financials": None if total is None else {"total_price": float(total)},
        **settings,
    }
    if settings.get("type") == "B2B":
        body["retailer_program_data"] = _to_retailer(instruction)
    return filled(body)


def _to_recipient(to: Address) -> Json:
    """Return `Orders.RecipientInfoViewModel`."""
    reach = to_fields(to, {"email": "email", "phone": "phone_number"})
    return {"name": to.name, "address": to_fields(to, const.ORDER_ADDRESS), **reach}


def _to_line(line: InstructionLine, in_usd: bool) -> Json:
    """Return `Orders.AddProductToOrderByReferenceIdModel`."""
    if line.lots:
        raise NotSupported(
            _lt("ShipBob takes no lots with an order."),
            remedy=_lt(
                "Let the partner choose the lots (on the connection), then retry."
            ),
        )
    price = line.unit_price if in_usd else None
    product = {
        "reference_id": line.sku,
        "name": line.name,
        "quantity": to_quantity(line),
        "quantity_unit_of_measure_code": line.uom,
        "external_line_id": line.line_id,
        "unit_price": None if price is None else float(price),
    }
    return filled(product) | to_codes(line.barcode)


def _to_retailer(instruction: OutboundInstruction) -> Json:
    """Return `Orders.RetailerProgramDataViewModel`: dates have no other place."""
    body = {
        "purchase_order_number": instruction.customer_reference
        or instruction.order_name,
        "doNotShipBeforeDate": _iso(instruction.ship_not_before),
        "shipByDate": _iso(instruction.ship_by),
    }
    return filled(body)


def shipped_quantities(order: Json) -> Counter[str]:
    """Return eaches by SKU of the shipments that left already."""
    left: Counter[str] = Counter()
    for shipment in read.children(order, "shipments"):
        if shipment_status(shipment) == "shipped":
            for line in shipped.from_products(
                read.children(shipment, "products"), order
            ):
                left[line.sku] += int(line.quantity)
    return left


# Facts in
def to_envelopes(topic: str, webhook_id: str, body: str) -> list[Envelope]:
    """Return the facts of a webhook: one, or one per shipment of an order."""
    data = read.load(body)
    key, parts = _ordering_key(data), _split(data)
    if len(parts) < 2:
        return [Envelope(webhook_id, topic, key, body)]
    return [Envelope(f"{webhook_id}:{n}", topic, key, part) for n, _s, part in parts]


def poll_envelopes(order: Json) -> Iterator[Envelope]:
    """Yield the facts of a polled order.

    The same state has the same id at every poll; the digest distinguishes states for
    which ShipBob does not move `last_update_at`. An order that makes no sense becomes
    one fact, so that a person sees it and the others go on.
    """
    try:
        yield from list(_order_envelopes(order))
    except InvalidMessage:
        text = dump(order)
        whole = f"order:{digest(text)}"
        yield Envelope(whole, const.POLLED_SHIPMENT, whole, text)


def _order_envelopes(order: Json) -> Iterator[Envelope]:
    key, parts = _ordering_key(order), _split(order)
    for number, shipment, part in parts:
        state = (shipment.get("status"), shipment.get("last_update_at"), digest(part))
        fact = ":".join(map(str, (number, *state)))
        yield Envelope(f"shipment:{fact}", const.POLLED_SHIPMENT, key, part)
        if shipment.get("delivery_date"):
            yield Envelope(f"delivery:{fact}", const.POLLED_DELIVERY, key, part)


def updated_at(order: Json) -> str | None:
    """Return the newest update of the shipments, ISO 8601 in UTC."""
    try:
        shipments = read.children(order, "shipments")
        times = [t for s in shipments if (t := read.moment(s, "last_update_at"))]
    except InvalidMessage:
        return None
    return max(times).isoformat() if times else None


def _split(order: Json) -> list[tuple[str, Json, str]]:
    """Return id and shipment, and as text the order with only this shipment.

    Only the last shipment that left carries the order's status, so that only
    it closes the order, after the others were applied. One without an id is for a
    person; the others are not to blame.

    :raises InvalidMessage: none has an id
    """
    shipments = read.children(order, "shipments")
    left = [s for s in shipments if read.text(s, "status") in const.LEFT] or shipments
    parts = []
    for shipment in shipments:
        known = order if shipment is left[-1] else order | {"status": None}
        part = dump(known | {"shipments": [shipment]})
        try:
            number = read.needed(shipment, "id")
        except InvalidMessage:
            if not any(s.get("id") for s in shipments):
                raise
            number = digest(part)
        parts.append((number, shipment, part))
    return parts


def _ordering_key(data: Json) -> str:
    """Return the key of all facts of an order: our reference."""
    order_id = data.get("order_id") or data.get("id")
    return read.text(data, "reference_id") or f"shipbob:{order_id}"


def from_event(event: str, payload: str) -> Canonical | None:
    """Translate a webhook or a polled fact; None when nothing is to be done.

    Raises InvalidMessage for an event that ShipBob does not document.
    """
    if event in const.IGNORED_TOPICS:
        return None
    data = read.load(payload)
    if event == const.POLLED_INVENTORY:
        return from_inventory(data)
    if event not in const.EVENT_STATUS:
        raise InvalidMessage(
            _lt("ShipBob's event %(event)r is not known.", event=event)
        )
    order = data if "shipments" in data else {}
    shipment = next(iter(read.children(data, "shipments")), {}) if order else data
    status = const.EVENT_STATUS[event] or shipment_status(shipment)
    convert = from_delivery if status == "delivered" else from_shipment
    return convert(shipment, order, status)


def shipment_status(shipment: Json) -> str:
    """Return our status of a shipment in ShipBob's state."""
    name = read.text(shipment, "status") or "None"
    if name == "LabeledCreated" and shipment.get("actual_fulfillment_date"):
        return "shipped"
    if name == "Processing":
        details = [read.text(d, "name") for d in _details(shipment)]
        done = (s for d, s in const.PROCESSING_DETAILS.items() if d in details)
        return next(done, "accepted")
    if name not in const.SHIPMENT_STATUS:
        raise InvalidMessage(
            _lt("ShipBob's shipment status %(name)r is not known.", name=name)
        )
    return const.SHIPMENT_STATUS[name]


def from_shipment(shipment: Json, order: Json, status: str) -> OutboundNotification:
    """Translate `Orders.ShipmentViewModel`, with its order when that is known."""
    shipped = status == "shipped"
    at = read.moment(shipment, "actual_fulfillment_date") if shipped else None
    stuck = status in ("held", "cancelled")
    closed = read.text(order, "status") in const.CLOSED_ORDER
    return OutboundNotification(
        reference=_reference(shipment, order),
        status=status,
        order_external_id=_order_id(shipment, order),
        shipment_external_id=read.needed(shipment, "id"),
        parcels=_from_parcels(shipment, order) if shipped else (),
        remaining="closed" if closed else "open",
        occurred_at=at or read.moment(shipment, "last_update_at"),
        reason=_reason(shipment) if stuck else None,
        reason_code=_reason_code(shipment) if stuck else None,
        channel=get_channel(order),
    )


def from_delivery(shipment: Json, order: Json, status: str) -> TransportStatus:
    """Translate a shipment that reached its recipient."""
    return TransportStatus(
        reference=_reference(shipment, order),
        status=status,
        tracking_number=_tracking_number(shipment),
        shipment_external_id=read.needed(shipment, "id"),
        occurred_at=read.moment(shipment, "delivery_date"),
        order_external_id=_order_id(shipment, order),
        channel=get_channel(order),
    )


def get_origin(payload: str) -> tuple[str | None, str | None] | None:
    """Return reference and channel of a fact about an order, as far as it names them.

    None for a fact that is about no order, or that cannot be read at all.
    """
    try:
        data = read.load(payload)
        if "reference_id" not in data and "order_id" not in data:
            return None
        return read.text(data, "reference_id"), get_channel(data)
    except InvalidMessage:
        return None


def _order_id(shipment: Json, order: Json) -> str | None:
    return read.text(shipment, "order_id") or read.text(order, "id")


def get_channel(order: Json) -> str | None:
    """Return the channel of `Orders.OrderViewModel`; a shipment alone names none."""
    return read.text(read.child(order, "channel"), "id")


def _reference(shipment: Json, order: Json) -> str:
    known = read.text(shipment, "reference_id")
    return known or read.needed(order or shipment, "reference_id")


def _details(shipment: Json) -> list[Json]:
    return read.children(shipment, "status_details")


def _reason_code(shipment: Json) -> str | None:
    return next((n for d in _details(shipment) if (n := read.text(d, "name"))), None)


def _reason(shipment: Json) -> str | None:
    texts: list[str | None] = []
    for detail in _details(shipment):
        more = read.child(detail, "extra_information").get("validation_messages")
        texts += [read.text(detail, "description"), error_text(more)]
    known = "; ".join(filter(None, texts)) or _reason_code(shipment)
    return known or read.text(shipment, "status")


def _from_parcels(shipment: Json, order: Json) -> tuple[Parcel, ...]:
    """Return the boxes; one for the whole when boxes do not list their contents.

    Raises InvalidMessage when the boxes and the shipment contradict each other:
    a person has to find out what left.
    """
    lines = shipped.from_products(read.children(shipment, "products"), order)
    boxes = list(_boxes(shipment))
    packed = [(box, shipped.from_products(_packed(box), order)) for box in boxes]
    packed = [(box, content) for box, content in packed if content]
    inside = [line for _box, content in packed for line in content]
    if not lines and not inside:
        raise InvalidMessage(_lt("ShipBob's shipment names no quantities."))
    if lines and inside and _count(lines, lots=False) != _count(inside, lots=False):
        raise InvalidMessage(
            _lt("ShipBob's cartons do not hold what the shipment names.")
        )
    if not inside or (lines and _count(lines) != _count(inside)):
        packed = [(boxes[0] if len(boxes) == 1 else shipment, lines)]
    return tuple(_parcel(shipment, box, content) for box, content in packed)


def _boxes(shipment: Json) -> Iterator[Json]:
    for parent in read.children(shipment, "parent_cartons"):
        yield from read.children(parent, "cartons") or [parent]


def _packed(box: Json) -> list[Json]:
    details = read.children(box, "carton_details")
    return [product for d in details for product in read.children(d, "products")]


def _count(lines: Iterable[ShippedLine], lots: bool = True) -> Counter:
    count: Counter = Counter()
    for line in lines:
        for part in line.lots or (LotQuantity(line.quantity),):
            count[line.sku, part.lot if lots else None] += part.quantity
    return count


def _parcel(shipment: Json, box: Json, lines: tuple[ShippedLine, ...]) -> Parcel:
    tracking = read.child(shipment, "tracking")
    url = read.text(tracking, "tracking_url") or ""
    ounces = read.number(read.child(box, "measurements"), "total_weight_oz")
    return Parcel(
        lines=lines,
        tracking_number=_tracking_number(shipment),
        tracking_url=url if url.startswith(("https://", "http://")) else None,
        carrier=read.text(tracking, "carrier"),
        carrier_service=read.text(tracking, "carrier_service"),
        sscc=gs1.to_sscc(read.text(box, "barcode")),
        weight=round(ounces * KG_PER_OZ, 3) if ounces else None,
    )


def _tracking_number(shipment: Json) -> str | None:
    tracking = read.child(shipment, "tracking")
    return read.first(tracking, "tracking_number", "pro_number", "bol")


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None
