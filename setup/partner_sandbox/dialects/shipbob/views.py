"""Orders and shipments as ShipBob shows them (``Orders.*ViewModel``).

Fields whose schema does not admit null are left out while they have no value.
"""

from __future__ import annotations

from typing import Any

from .model import Item, Order, Parcel, Product, Shipment
from .stock import Catalogue

Json = dict[str, Any]
_ADDRESS = (
    "address1",
    "address2",
    "city",
    "company_name",
    "country",
    "state",
    "zip_code",
)
_LINE = (
    "external_line_id",
    "gtin",
    "id",
    "quantity",
    "quantity_unit_of_measure_code",
    "reference_id",
    "sku",
    "unit_price",
    "upc",
)
_ECHOED = ("gift_message", "purchase_date", "tags")
_OZ_EACH = 8


def pick(source: Json, names: tuple[str, ...]) -> Json:
    """The named entries that are there."""
    return {n: source[n] for n in names if n in source}


def recipient(given: Json) -> Json:
    """``Orders.RecipientInfoViewModel`` from a request's recipient."""
    address = pick(given.get("address") or {}, (*_ADDRESS, "type"))
    return {"address": address} | pick(given, ("email", "name", "phone_number"))


def order(catalogue: Catalogue, it: Order) -> Json:
    """``Orders.OrderViewModel``."""
    body = it.request
    made: Json = {
        "id": it.id,
        "created_date": it.created,
        "reference_id": it.reference,
        "order_number": body.get("order_number") or it.reference,
        "status": it.status,
        "type": body.get("type", "DTC"),
        "channel": {"id": 101, "name": "Logistics Hub"},
        "shipping_method": body.get("shipping_method"),
        "recipient": recipient(body["recipient"]),
        "products": [pick(line, _LINE) for line in it.lines],
        "shipments": [shipment(catalogue, s) for s in it.shipments],
        **pick(body, _ECHOED),
    }
    nested = ("financials", "retailer_program_data", "shipping_terms")
    return made | {n: body[n] for n in nested if isinstance(body.get(n), dict)}


def shipment(catalogue: Catalogue, it: Shipment) -> Json:
    """``Orders.ShipmentViewModel``; also the payload of the shipment webhooks."""
    person = recipient(it.recipient)
    made: Json = {
        "id": it.id,
        "order_id": it.order.id,
        "reference_id": it.order.reference,
        "created_date": it.created,
        "last_update_at": it.updated,
        "last_tracking_update_at": it.delivered or it.fulfilled,
        "actual_fulfillment_date": it.fulfilled,
        "delivery_date": it.delivered,
        "status": it.status,
        "status_details": it.details,
        "ship_option": it.method,
        "location": {"id": it.center["id"], "name": it.center["name"]},
        "recipient": person | {"full_name": person.get("name")},
        "products": products(catalogue, with_missing(it), {id(i) for i in it.items}),
        "parent_cartons": _parents(catalogue, it),
        "estimated_fulfillment_date_status": _promise(it),
        "is_tracking_uploaded": it.tracking_uploaded,
        "require_signature": False,
        "package_material_type": "Box",
        "gift_message": it.order.request.get("gift_message"),
        "measurements": _inches(sum(it.wanted.values()), len(it.parcels) or 1),
    }
    return made | ({"tracking": it.tracking} if it.tracking else {})


def _promise(it: Shipment) -> str:
    if it.status == "Exception":
        return "AwaitingInventoryAllocation"
    return "FulfilledOnTime" if it.fulfilled else "PendingOnTime"


def _inches(units: int, cartons: int) -> dict[str, int]:
    weight = units * _OZ_EACH + 4 * cartons
    return {"length_in": 12, "width_in": 9, "depth_in": 6, "total_weight_oz": weight}


def with_missing(it: Shipment) -> list[Item]:
    """What is allocated, by lot, then what is missing, without a lot."""
    return it.items + [Item(sku, quantity) for sku, quantity in it.missing.items()]


def products(
    catalogue: Catalogue, items: list[Item], committed: set[int] | None = None
) -> list[Json]:
    """``Orders.ShipmentProductViewModel`` per SKU, quantities in EA."""
    made: dict[str, Json] = {}
    for item in items:
        product = catalogue.products[item.sku]
        if item.sku not in made:
            made[item.sku] = {
                "id": product.product_id,
                "reference_id": product.sku,
                "sku": product.sku,
                "name": product.name,
                "inventory_items": [],
            }
        held = committed is None or id(item) in committed
        made[item.sku]["inventory_items"].append(_inventory(product, item, held))
    return list(made.values())


def _inventory(product: Product, item: Item, held: bool) -> Json:
    return {
        "id": product.inventory_id,
        "name": product.name,
        "quantity": item.quantity,
        "quantity_committed": item.quantity if held else 0,
        "lot": item.lot,
        "expiration_date": item.expiration,
        "serial_numbers": list(item.serials),
        "is_dangerous_goods": False,
    }


def _parents(catalogue: Catalogue, it: Shipment) -> list[Json]:
    if not it.parcels:
        return []
    weight = sum(i.quantity for i in it.items)
    return [
        {
            "barcode": it.parent_sscc,
            "type": "Pallet" if len(it.parcels) > 1 else "Box",
            "measurements": _inches(weight, len(it.parcels)),
            "cartons": [_carton(catalogue, p) for p in it.parcels],
        }
    ]


def _carton(catalogue: Catalogue, parcel: Parcel) -> Json:
    return {
        "id": parcel.id,
        "barcode": parcel.sscc,
        "type": "Carton",
        "measurements": _inches(sum(i.quantity for i in parcel.items), 1),
        "carton_details": [{"products": products(catalogue, parcel.items)}],
    }
