"""Orders and shipments as ShipBob shows them, and their translation."""

from __future__ import annotations

import json

from odoo.addons.logistics_wms_shipbob import translator

SSCC = "006141411234567890"


def shipment(**values):
    """A shipment as ShipBob shows it, two lamps in status Completed."""
    return {
        "id": 900,
        "order_id": 800,
        "reference_id": "WH/OUT/00001",
        "status": "Completed",
        "last_update_at": "2026-03-02T10:00:00Z",
        "actual_fulfillment_date": "2026-03-02T09:00:00Z",
        "tracking": {
            "tracking_number": "1Z9",
            "tracking_url": "https://track.example/1Z9",
            "carrier": "UPS",
            "carrier_service": "Ground",
        },
        "products": [product("SKU-1", item(2))],
        **values,
    }


def product(sku, *items):
    return {"id": 5, "reference_id": sku, "sku": sku, "inventory_items": list(items)}


def item(quantity, **values):
    return {"id": 7, "quantity": quantity, "quantity_committed": quantity, **values}


def order(*shipments, **values):
    line = {"reference_id": "SKU-1", "quantity": 2, "external_line_id": 11}
    own = {"id": 800, "reference_id": "WH/OUT/00001", "status": "Processing"}
    return {**own, "products": [line], "shipments": list(shipments), **values}


def translate(event, data):
    return translator.from_event(event, json.dumps(data))


def shipped(**values):
    return translate("order.shipped", shipment(**values))
