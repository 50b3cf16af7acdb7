"""ShipBob's tables, API 2026-01. Never imports odoo.

Sources: the OpenAPI and the AsyncAPI of that version; for the names of status
details ShipBob's status reference (developer.shipbob.com/status-reference).
"""

from __future__ import annotations

BASE_URLS = {
    "production": "https://api.shipbob.com",
    "sandbox": "https://sandbox-api.shipbob.com",
}
VERSION = "/2026-01"
PAGE_SIZE = 250  # the most ShipBob gives
ALL_RECORDS = {"RecordsPerPage": PAGE_SIZE}
MAX_PAGES = 1000
WRITE_SCOPE = "orders_write"  # of the channel that may create orders

# `quantity_unit_of_measure_code`: each, inner pack, case, pallet.
UNITS = ("EA", "INP", "CS", "PL")
# Inventory items are counted in eaches, whatever unit was ordered.
INVENTORY_UNIT = "EA"

# `Orders.OrderType` without DropShip, and `Orders.SalesChannel`.
ORDER_TYPES = [("DTC", "Direct to consumer"), ("B2B", "Business to business")]
# `Orders.CarrierShipType` and `Orders.PaymentShipTerm`.
CARRIER_TYPES = [("Parcel", "Parcel"), ("Freight", "Freight")]
PAYMENT_TERMS = [
    ("Collect", "Collect"),
    ("ThirdParty", "Third party"),
    ("Prepaid", "Prepaid"),
    ("MerchantResponsible", "Merchant"),
]
# Kinds of what ShipBob offers to choose from, beside those of value maps.
CHANNEL, CENTER = "shipbob_channel", "shipbob_center"
# fmt: off
SALES_CHANNELS = (
    "amazon", "bigcommerce", "ebay", "faire", "macy", "magento", "shein", "shopify",
    "squarespace", "targetplus", "temu", "tiktok", "unleashed", "walmart",
    "woocommerce",
)
# fmt: on

# What a topic says of its shipment. `Webhooks.Topics` admits no other topic of
# shipments, so these are also the ones subscribed to.
TOPIC_STATUS = {
    "order.shipped": "shipped",
    "order.shipment.delivered": "delivered",
    "order.shipment.exception": "held",
    "order.shipment.on_hold": "held",
    "order.shipment.cancelled": "cancelled",
}
# Documented topics that change nothing here.
# fmt: off
IGNORED_TOPICS = frozenset((
    "order.shipment.tracking.updated", "order.shipment.address.updated",
    "order.shipment.line_item.added", "order.shipment.line_item.removed",
    "order.shipment.line_item.updated", "order.shipment.shipping_service.updated",
    "return.created", "return.updated", "return.completed", "wro.created",
    "wro.updated", "wro.completed", "wro.box.arrived", "wro.box.scanned",
    "wro.box.stowed", "billing.charge.created", "billing.refund.created",
    "billing.credit.created",
))
# fmt: on
# Our own names for what a poll finds. None: the shipment's own status counts.
POLLED_SHIPMENT = "poll.shipment"
POLLED_DELIVERY = "poll.delivery"
POLLED_INVENTORY = "poll.inventory"
EVENT_STATUS = {**TOPIC_STATUS, POLLED_SHIPMENT: None, POLLED_DELIVERY: "delivered"}
EVENT_TYPES = {
    **dict.fromkeys(EVENT_STATUS, "outbound_notification"),
    **dict.fromkeys(("order.shipment.delivered", POLLED_DELIVERY), "transport_status"),
    POLLED_INVENTORY: "inventory_report",
}

# `Orders.OrderStatusEnum` of a shipment. The translator takes LabeledCreated
# with an `actual_fulfillment_date` as shipped: the contract says of that date,
# as of `order.shipped`, that it was picked and packed and the label printed.
SHIPMENT_STATUS = {
    "None": "accepted",
    "Processing": "accepted",
    "ImportReview": "held",
    "Exception": "held",
    "OnHold": "held",
    "CleanSweeped": "held",
    "LabeledCreated": "packed",
    "Completed": "shipped",
    "Cancelled": "cancelled",
}
# Names of status details of a shipment in Processing, furthest first.
PROCESSING_DETAILS = {"Labeled": "packed", "Packed": "packed", "Picked": "picking"}
OPEN_SHIPMENT = frozenset({"None", "Processing", "ImportReview", "Exception", "OnHold"})
LEFT = frozenset({"Completed", "LabeledCreated"})
# `Orders.OrderStatus` after which nothing more is shipped of an order.
CLOSED_ORDER = frozenset({"Fulfilled", "Cancelled"})
