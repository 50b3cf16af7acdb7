"""ShipEngine's tables (OpenAPI 1.1.202604070904). Never imports odoo."""

from __future__ import annotations

BASE_URL = "https://api.shipengine.com"
PAGE_SIZE = 100
MAX_PAGES = 50
LONGEST_REFERENCE = 50  # `external_shipment_id`

# A service of the account is named `<carrier id>:<service code>`: two accounts of
# one carrier have the same service codes.
SERVICE_SEPARATOR = ":"
# `label_layout`; letter, A4 and A6 are for PDF only.
LABEL_LAYOUTS = ("4x6", "letter", "A4", "A6")
INSURERS = [
    ("none", "Nobody"),
    ("carrier", "Carrier"),
    ("shipsurance", "Shipsurance"),
    ("third_party", "Third party"),
]
# `delivery_confirmation`
CONFIRMATIONS = {"none": "none", "any": "signature", "adult": "adult_signature"}
# `package_contents`, and the explanation that `other` needs.
CONTENTS = {
    "sale": ("merchandise", None),
    "gift": ("gift", None),
    "sample": ("sample", None),
    "return": ("returned_goods", None),
    "documents": ("documents", None),
    "repair": ("other", "Goods for repair"),
    "personal": ("other", "Personal effects"),
}
# fmt: off
INCOTERMS = frozenset((
    "exw", "fca", "cpt", "cip", "dpu", "dap", "ddp", "fas", "fob", "cfr", "cif", "ddu",
    "daf", "deq", "des",
))
# fmt: on
# `packaging_group`
PACKING_GROUPS = {"I": "i", "II": "ii", "III": "iii"}
# `regulation_authority` is free text; these are what we call them.
TRANSPORT_MEANS = {"ADR": "ground", "CFR": "ground", "IMDG": "water"}

# `batch_status`: nothing has begun; nothing more will be done.
BATCH_OPEN = "open"
BATCH_ENDED = frozenset(("completed", "completed_with_errors", "archived", "invalid"))
# Seconds after which ShipEngine is asked again how far a batch is.
BATCH_POLL = 10
# Shipments that are created with one request.
BATCH_CHUNK = 50

# Header of our own that `create_webhook` lets us name: it carries our secret.
WEBHOOK_HEADER = "X-Logistics-Key"
# `webhook_event` we subscribe to, and `resource_type` of what then comes.
WEBHOOK_EVENT = "track"
WEBHOOK_RESOURCE = "API_TRACK"
# Documented resources of other events; they change nothing here.
IGNORED_RESOURCES = frozenset(
    (
        "API_BATCH",
        "API_RATE",
        "API_CARRIER_CONNECTED",
        "API_REPORT_COMPLETE",
        "API_ORDER_SOURCE_REFRESH_COMPLETE",
        "API_SALES_ORDERS_IMPORTED",
    )
)
# Our own names of what an answer about tracking tells.
TRACKED = "track"
ESTIMATED = "track.estimate"
EVENT_TYPES = {TRACKED: "transport_status", ESTIMATED: "transport_status"}

# `status_code` -> (status, reason). NY and UN tell nothing.
STATUS = {
    "AC": ("picked_up", None),
    "IT": ("in_transit", None),
    "DE": ("delivered", None),
    "EX": ("exception", "other"),
    "AT": ("attempted", "other"),
    "SP": ("available_for_pickup", None),
    "NY": ("created", None),
    "UN": None,
}
# `status_detail_code` -> (status, reason), where it says more than `status_code`.
STATUS_DETAIL = {
    "SHIPMENT_CREATED": ("created", None),
    "ELEC_ADVICE_RECD_BY_CARRIER": ("created", None),
    "AWAITING_PICKUP_DROP_OFF": ("created", None),
    "NOT_YET_RECEIVED_BY_CARRIER": ("created", None),
    "DROPPED_OFF": ("picked_up", None),
    "PICKED_UP": ("picked_up", None),
    "RECEIVED_BY_CARRIER": ("picked_up", None),
    "RECD_BY_CARRIER_NO_ELEC_ADVICE": ("picked_up", None),
    "PICKUP_FAILED": ("exception", "missed_pickup"),
    "CUSTOMS_CLEARED": ("in_transit", None),
    "CUSTOMS_PROCESSING": ("in_transit", None),
    "HUB_SCAN_OUT": ("in_transit", None),
    "HUB_SCAN_IN": ("in_transit", None),
    "HUB_PROCESSING": ("in_transit", None),
    "IN_TRANSIT": ("in_transit", None),
    "DELIVERY_SCHEDULED": ("in_transit", None),
    "DELIVERY_ARRANGED_WITH_RECIPIENT": ("in_transit", None),
    "DELIVERY_RESCHEDULED": ("in_transit", "delay"),
    "RECEIVED_LOCAL_DELIVERY_DEPOT": ("in_transit", None),
    "SUB_CONTRACTOR_EVENT": ("in_transit", None),
    "SUB_CONTRACTOR_RECEIVED": ("in_transit", None),
    "PARCEL_OVER_LABELLED": ("in_transit", None),
    "PARCEL_REPACKED": ("in_transit", None),
    "PARCEL_REDIRECTED": ("in_transit", None),
    "PARCEL_REDIRECTED_BY_CARRIER": ("in_transit", None),
    "OUT_FOR_DELIVERY": ("out_for_delivery", None),
    "ATTEMPTED_DELIVERY": ("attempted", "recipient_absent"),
    "ATTEMPTED_DELIVERY_FINAL": ("attempted", "recipient_absent"),
    "CUSTOMER_CARDED": ("attempted", "recipient_absent"),
    "NO_ACCESS_TO_RECIPIENTS_ADDRESS": ("attempted", "address"),
    "CUSTOMER_IDENTIFICATION_FAILED": ("attempted", "other"),
    "COD_AMOUNT_NOT_PAID": ("attempted", "refused"),
    "AWAITING_COLLECTION_FROM_PICKUP_POINT": ("available_for_pickup", None),
    "COLLECT_AT_LOCAL_PO": ("available_for_pickup", None),
    "CUSTOMER_TO_COLLECT_FROM_CARRIER": ("available_for_pickup", None),
    "DELIVERED_TO_PICKUP_POINT": ("available_for_pickup", None),
    "DELIVERED": ("delivered", None),
    "DELIVERED_DAMAGED": ("delivered", "damaged"),
    "DELIVERED_IN_PART": ("delivered", None),
    "DELIVERED_SPECIFIED_SAFE_PLACE": ("delivered", None),
    "DELIVERED_TO_ALTERNATIVE_DELIVERY_LOCATION": ("delivered", None),
    "DELIVERED_TO_NEIGHBOUR": ("delivered", None),
    "DELIVERED_TO_PO_BOX": ("delivered", None),
    "DELIVERED_TO_RECEPTION": ("delivered", None),
    "PARCEL_COLLECTED_FROM_PICKUP_POINT": ("delivered", None),
    "PROOF_OF_DELIVERY": ("delivered", None),
    "PARCEL_DAMAGED": ("exception", "damaged"),
    "ADDRESS_QUERY": ("exception", "address"),
    "CUSTOMER_MOVED": ("exception", "address"),
    "CARRIER_DELAYS": ("exception", "delay"),
    "DELAYED_NOT_CARRIER": ("exception", "delay"),
    "MISROUTED": ("exception", "delay"),
    "HELD_BY_CARRIER": ("exception", "other"),
    "HELD_BY_CARRIER_FOR_CLEARANCE_PRE_PROCESSING": ("exception", "customs"),
    "HELD_BY_CUSTOMS": ("exception", "customs"),
    "INCORRECT_DECLARATION": ("exception", "customs"),
    "DUTY_NOT_PAID": ("exception", "customs"),
    "HAZARDOUS_PROHIBITED": ("exception", "security"),
    "NOT_COLLECTED_FROM_PICKUP_POINT": ("exception", "unclaimed"),
    "NOT_DELIVERED": ("exception", "other"),
    "NOT_DELIVERED_ADDRESSEE_DECEASED": ("exception", "other"),
    "PARCEL_OUTSIDE_OF_SERVICE_CAPABILITY": ("exception", "other"),
    "UNSPECIFIED_EXCEPTION": ("exception", "other"),
    "REFUSED_BY_CUSTOMER": ("exception", "refused"),
    "PARCEL_DISPOSED": ("lost", "other"),
    "PARCEL_LOST": ("lost", "lost"),
    "CANCELLED": ("cancelled", None),
    "RETURN_TO_SENDER": ("returning", "other"),
    "UNDELIVERABLE_RETURNED_TO_SENDER": ("returned", "other"),
}

# `address_validation_result.status`; unverified: nobody could tell.
ADDRESS_STATUS = {
    "verified": "valid",
    "unverified": "valid",
    "warning": "corrected",
    "error": "invalid",
}
