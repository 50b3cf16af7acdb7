"""The partner's view of a delivery. This file never imports odoo."""

PARTNER_STATES = [
    ("to_release", "Ready to send"),
    ("sent", "Sent"),
    ("accepted", "Accepted"),
    ("picking", "Picking"),
    ("packed", "Packed"),
    ("shipped", "Shipped"),
    ("held", "On hold"),
    ("rejected", "Rejected"),
    ("cancel_requested", "Cancellation requested"),
    ("cancelled", "Cancelled"),
]
# How far the partner is. A status of a lower rank than the one known is stale.
RANK = {
    "to_release": 0,
    "sent": 1,
    "accepted": 2,
    "picking": 3,
    "packed": 4,
    "shipped": 5,
}
# The partner may have goods in hand: Odoo adds nothing to such a delivery.
STARTED_STATES = frozenset({"picking", "packed", "shipped"})
# Ends of a release: the partner has no open order for the delivery.
CLOSED_STATES = frozenset({"shipped", "rejected", "cancelled"})
# The partner reports no further progress than these by a plain status.
STATUS_VALUES = frozenset(
    {"accepted", "picking", "packed", "shipped", "rejected", "held", "cancelled"}
)

TRANSPORT_STATES = [
    ("label_created", "Label created"),
    ("in_transit", "In transit"),
    ("out_for_delivery", "Out for delivery"),
    ("delivered", "Delivered"),
    ("failed", "Delivery failed"),
    ("returned", "Returned to sender"),
]

BIND_ORDER = "order"
# The partner's order of an earlier release, which ended.
BIND_FORMER_ORDER = "former order"
BIND_SHIPMENT = "shipment"
BIND_PRODUCT = "product"

INSTRUCTION = "outbound_instruction"
CHANGE = "outbound_change"
CANCEL = "outbound_cancel"

# The unit every warehouse counts in when nothing else is agreed (UN/ECE rec. 20
# writes it EA).
DEFAULT_UOM_CODE = "EA"
# Above this a quantity is a slip or an attack, not a delivery.
MAX_QUANTITY = 10_000_000
MAX_DECIMALS = 6

# Who validates deliveries: a group, as Odoo writes it.
STOCK = "stock.group_stock_user"
