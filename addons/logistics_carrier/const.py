"""The hub's own words for what happens to a parcel (pure, no odoo)."""

# Status of a parcel -> its name. In the order of a parcel's life.
STATUSES = [
    ("created", "Label created"),
    ("picked_up", "Picked up"),
    ("in_transit", "In transit"),
    ("out_for_delivery", "Out for delivery"),
    ("attempted", "Delivery attempted"),
    ("available_for_pickup", "Ready for collection"),
    ("exception", "Exception"),
    ("delivered", "Delivered"),
    ("returning", "Returning"),
    ("returned", "Returned to sender"),
    ("lost", "Lost"),
    ("cancelled", "Cancelled"),
]
# Nothing more is expected after these.
FINAL_STATUSES = frozenset({"delivered", "returned", "lost", "cancelled"})
MOVING_STATUSES = frozenset(
    {
        "picked_up",
        "in_transit",
        "out_for_delivery",
        "attempted",
        "available_for_pickup",
        "delivered",
        "returning",
        "returned",
    }
)
# The documented corrections: a final status is left for these and no others. Delivered:
# the parcel was refused at the door, or reported delivered by mistake; lost: it was
# found; cancelled: the label was voided and used all the same.
CORRECTIONS = {
    "delivered": frozenset({"returning", "returned", "lost"}),
    "lost": MOVING_STATUSES,
    "cancelled": MOVING_STATUSES,
    "returned": frozenset(),
}

# Why: of attempted, exception, returning, lost.
REASONS = [
    ("recipient_absent", "Recipient absent"),
    ("refused", "Refused by the recipient"),
    ("address", "Address problem"),
    ("customs", "Held by customs"),
    ("damaged", "Damaged"),
    ("delay", "Delayed"),
    ("weather", "Weather or force majeure"),
    ("missed_pickup", "Pick-up missed"),
    ("unclaimed", "Not collected"),
    ("lost", "Cannot be found"),
    ("sender", "At the sender's request"),
    ("security", "Security or dangerous goods"),
    ("other", "Other"),
]

# What a person must know about a parcel: kind of exception -> its name.
PROBLEMS = [
    ("carrier_delay", "Parcel delayed"),
    ("carrier_attempt", "Delivery attempt failed"),
    ("carrier_damage", "Parcel damaged"),
    ("carrier_address", "Address problem"),
    ("carrier_customs", "Held by customs"),
    ("carrier_lost", "Parcel lost"),
    ("carrier_returned", "Parcel comes back"),
    ("carrier_silent", "Carrier is silent"),
    ("carrier_problem", "Other problem on the way"),
]

# What a charge is for -> its name.
CATEGORIES = [
    ("freight", "Freight"),
    ("fulfillment", "Fulfillment"),
    ("storage", "Storage"),
    ("receiving", "Receiving"),
    ("return", "Returns"),
    ("other", "Other fees"),
]
# These are about no parcel of ours; the others must be.
FEES = frozenset({"storage", "receiving", "return", "other"})

LABEL_FORMATS = [("PDF", "PDF"), ("ZPL", "ZPL (thermal)"), ("PNG", "PNG")]
MEDIA_TYPES = {
    "PDF": "application/pdf",
    "ZPL": "application/zpl",
    "PNG": "image/png",
}

# Who does what: groups, as Odoo writes them.
FINANCE = "account.group_account_invoice"
STOCK = "stock.group_stock_user,logistics_core.group_warehouse_user"
SALE = "sales_team.group_sale_salesman"
STOCK_OR_SALE = f"{STOCK},{SALE}"
