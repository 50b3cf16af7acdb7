"""ShipBob's tables, API 2026-01, with `codes.toml`. Never imports odoo.

Sources: the OpenAPI and the AsyncAPI of that version; for the names of status
details ShipBob's status reference (developer.shipbob.com/status-reference).
"""

from __future__ import annotations

from odoo.addons.logistics_core.tools.codes import load

CODES = load(__file__)

BASE_URLS = {
    "production": "https://api.shipbob.com",
    "sandbox": "https://sandbox-api.shipbob.com",
}
VERSION = "/2026-01"
# "150 requests per minute", over all of its APIs.
RATE_LIMITS = {"all": (150, 60.0)}
PAGE_SIZE = 250  # the most ShipBob gives
ALL_RECORDS = {"RecordsPerPage": PAGE_SIZE}
WRITE_SCOPE = "orders_write"  # of the channel that may create orders

ORDER_ADDRESS = CODES["order_address"]
UPDATED_ADDRESS = CODES["updated_address"]
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
SALES_CHANNELS = CODES["lists"]["sales_channels"]

# What a topic says of its shipment. `Webhooks.Topics` admits no other topic of
# shipments, so these are also the ones subscribed to.
TOPIC_STATUS = CODES["topic_status"]
# Documented topics that change nothing here.
IGNORED_TOPICS = frozenset(CODES["lists"]["ignored_topics"])
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
SHIPMENT_STATUS = CODES["shipment_status"]
# Names of status details of a shipment in Processing, furthest first.
PROCESSING_DETAILS = {"Labeled": "packed", "Packed": "packed", "Picked": "picking"}
OPEN_SHIPMENT = frozenset({"None", "Processing", "ImportReview", "Exception", "OnHold"})
LEFT = frozenset({"Completed", "LabeledCreated"})
# `Orders.OrderStatus` after which nothing more is shipped of an order.
CLOSED_ORDER = frozenset({"Fulfilled", "Cancelled"})
