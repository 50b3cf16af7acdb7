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

LABEL_FORMATS = [("PDF", "PDF"), ("ZPL", "ZPL (thermal)"), ("PNG", "PNG")]
MEDIA_TYPES = {
    "PDF": "application/pdf",
    "ZPL": "application/zpl",
    "PNG": "image/png",
}
