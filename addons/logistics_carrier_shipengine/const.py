"""ShipEngine's tables, OpenAPI 1.1.202604070904. Never imports odoo."""

from __future__ import annotations

from odoo.addons.logistics_carrier.tools import scans
from odoo.addons.logistics_carrier.tools.goods_lines import NAMES, PIECES, LineForm
from odoo.addons.logistics_carrier.tools.texts import Texts
from odoo.addons.logistics_core.tools.codes import codes, load

CODES = load(__file__)

# "Up to 200 requests per minute", with a key of the sandbox 20.
RATE_LIMITS = {"all": (200, 60.0)}
SANDBOX_RATE_LIMITS = {"all": (20, 60.0)}

PAGE_SIZE = 100
MOST_PICKUPS = 5000  # that are searched for one of ours
TEXTS = Texts("ShipEngine", CODES["texts"])
# `customs_item`: a whole quantity. The contract names no digits of `value`, and takes
# any unit: cents are what all of its carriers know.
LINES = LineForm(
    {code: code for code in (*PIECES, *NAMES)}, piece="C62", digits=2, most=2**31 - 1
)

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
INCOTERMS = codes("exw fca cpt cip dpu dap ddp fas fob cfr cif ddu daf deq des")
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

# Codes of refusals: our reference is in use; the label was voided before.
TAKEN = "identifier_conflict"
ALREADY_VOID = "label_already_voided"

WEBHOOK_PATH = "v1/environment/webhooks"
# Header of our own that `create_webhook` lets us name: it carries our secret.
WEBHOOK_HEADER = "X-Logistics-Key"
# `webhook_event` we subscribe to, and `resource_type` of what then comes.
WEBHOOK_EVENT = "track"
WEBHOOK_RESOURCE = "API_TRACK"
# Names of carriers -> `carrier_code` with which their parcels are tracked.
TRACKED_CARRIERS = {
    "ups": "ups",
    "fedex": "fedex",
    "usps": "stamps_com",
    "dhlexpress": "dhl_express",
    "ontrac": "ontrac",
    "canadapost": "canada_post",
    "royalmail": "royal_mail",
    "australiapost": "australia_post",
}
# Documented resources of other events; they change nothing here.
IGNORED_RESOURCES = frozenset(CODES["lists"]["ignored_resources"])
# Our own names of what an answer about tracking says.
TRACKED = "track"
ESTIMATED = "track.estimate"
EVENT_TYPES = {TRACKED: "transport_status", ESTIMATED: "transport_status"}

# `status_code` by what it means; UN (unknown) says nothing.
STATUS: dict[str, scans.Status | None] = {"UN": None} | scans.by_code(
    {
        "picked_up": "AC",
        "in_transit": "IT",
        "delivered": "DE",
        "exception other": "EX",
        "attempted other": "AT",
        "available_for_pickup": "SP",
        "created": "NY",
    }
)
# `status_detail_code`, where it says more than `status_code`.
STATUS_DETAIL = scans.by_code(
    {
        "created": (
            "SHIPMENT_CREATED ELEC_ADVICE_RECD_BY_CARRIER AWAITING_PICKUP_DROP_OFF "
            "NOT_YET_RECEIVED_BY_CARRIER"
        ),
        "picked_up": (
            "DROPPED_OFF PICKED_UP RECEIVED_BY_CARRIER RECD_BY_CARRIER_NO_ELEC_ADVICE"
        ),
        "exception missed_pickup": "PICKUP_FAILED",
        "in_transit": (
            "CUSTOMS_CLEARED CUSTOMS_PROCESSING HUB_SCAN_OUT HUB_SCAN_IN "
            "HUB_PROCESSING IN_TRANSIT DELIVERY_SCHEDULED "
            "DELIVERY_ARRANGED_WITH_RECIPIENT RECEIVED_LOCAL_DELIVERY_DEPOT "
            "SUB_CONTRACTOR_EVENT SUB_CONTRACTOR_RECEIVED PARCEL_OVER_LABELLED "
            "PARCEL_REPACKED PARCEL_REDIRECTED PARCEL_REDIRECTED_BY_CARRIER "
            # "Check for updates on the rest."
            "DELIVERED_IN_PART"
        ),
        "in_transit delay": "DELIVERY_RESCHEDULED",
        "out_for_delivery": "OUT_FOR_DELIVERY",
        "attempted recipient_absent": (
            "ATTEMPTED_DELIVERY ATTEMPTED_DELIVERY_FINAL CUSTOMER_CARDED"
        ),
        "attempted address": "NO_ACCESS_TO_RECIPIENTS_ADDRESS",
        "attempted other": "CUSTOMER_IDENTIFICATION_FAILED",
        "attempted refused": "COD_AMOUNT_NOT_PAID",
        "available_for_pickup": (
            "AWAITING_COLLECTION_FROM_PICKUP_POINT COLLECT_AT_LOCAL_PO "
            "CUSTOMER_TO_COLLECT_FROM_CARRIER DELIVERED_TO_PICKUP_POINT "
            # "Check carrier instructions for pickup details."
            "DELIVERED_TO_ALTERNATIVE_DELIVERY_LOCATION"
        ),
        "delivered": (
            "DELIVERED DELIVERED_SPECIFIED_SAFE_PLACE DELIVERED_TO_NEIGHBOUR "
            "DELIVERED_TO_PO_BOX DELIVERED_TO_RECEPTION "
            "PARCEL_COLLECTED_FROM_PICKUP_POINT PROOF_OF_DELIVERY"
        ),
        "delivered damaged": "DELIVERED_DAMAGED",
        "exception damaged": "PARCEL_DAMAGED",
        "exception address": "ADDRESS_QUERY",
        "exception delay": "CARRIER_DELAYS DELAYED_NOT_CARRIER MISROUTED",
        "exception other": (
            "HELD_BY_CARRIER NOT_DELIVERED_ADDRESSEE_DECEASED "
            "PARCEL_OUTSIDE_OF_SERVICE_CAPABILITY UNSPECIFIED_EXCEPTION"
        ),
        "exception customs": (
            "HELD_BY_CARRIER_FOR_CLEARANCE_PRE_PROCESSING HELD_BY_CUSTOMS "
            "INCORRECT_DECLARATION DUTY_NOT_PAID"
        ),
        "exception security": "HAZARDOUS_PROHIBITED",
        "exception unclaimed": "NOT_COLLECTED_FROM_PICKUP_POINT",
        "exception refused": "REFUSED_BY_CUSTOMER",
        "lost other": "PARCEL_DISPOSED",
        "lost lost": "PARCEL_LOST",
        "cancelled": "CANCELLED",
        "returning other": "NOT_DELIVERED RETURN_TO_SENDER",
        "returning address": "CUSTOMER_MOVED",
        "returned other": "UNDELIVERABLE_RETURNED_TO_SENDER",
    }
)

# `address_validation_result.status`; unverified: nobody could say.
ADDRESS_STATUS = CODES["address_status"]
PLACE = CODES["place"]
