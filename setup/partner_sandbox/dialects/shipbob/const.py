"""ShipBob's tables, API 2026-01. Names in quotes are the contract's own."""

from __future__ import annotations

PREFIX = "/2026-01"
CONTRACT_FILE = "shipbob/shipbob-openapi.json"

TOPICS = (
    "order.shipped",
    "order.shipment.delivered",
    "order.shipment.exception",
    "order.shipment.on_hold",
    "order.shipment.cancelled",
    "return.created",
    "return.updated",
    "return.completed",
    "billing.charge.created",
    "billing.refund.created",
    "billing.credit.created",
)
"""Schema ``Webhooks.Topics``: what a subscription may name."""

UNITS = ("EA", "INP", "CS", "PL")
"""``quantity_unit_of_measure_code``: each, inner pack, case, pallet."""

ORDER_TYPES = ("DTC", "DropShip", "B2B")

CHANNEL = {
    "id": 101,
    "name": "Logistics Hub",
    "application_name": "Partner sandbox",
    "scopes": [
        "orders_read",
        "orders_write",
        "products_read",
        "products_write",
        "fulfillments_read",
        "inventory_read",
        "channels_read",
        "receiving_read",
        "receiving_write",
        "returns_read",
        "returns_write",
        "webhooks_read",
        "webhooks_write",
        "locations_read",
        "billing_read",
    ],
}

CENTERS = (
    {
        "id": 10,
        "name": "Cicero (IL)",
        "address1": "5900 W Ogden Ave",
        "address2": "Suite 100",
        "city": "Cicero",
        "state": "IL",
        "country": "US",
        "zip_code": "60804",
        "email": "cicero@example.com",
        "phone_number": "+1 555 0100",
        "timezone": "Central Standard Time",
    },
    {
        "id": 20,
        "name": "Venlo (NL)",
        "address1": "Columbusweg 1",
        "address2": None,
        "city": "Venlo",
        "state": "LI",
        "country": "NL",
        "zip_code": "5928 LA",
        "email": "venlo@example.com",
        "phone_number": "+31 555 0100",
        "timezone": "W. Europe Standard Time",
    },
)

SHIPPING_METHODS = ("Standard", "Expedited", "Overnight", "International")

CARRIERS = {
    "standard": ("USPS", "Ground Advantage"),
    "expedited": ("UPS", "2nd Day Air"),
    "overnight": ("FedEx", "Priority Overnight"),
    "international": ("DHL Express", "Express Worldwide"),
}
DEFAULT_CARRIER = CARRIERS["standard"]

LOGS = {
    "created": (601, "OrderCreated", "Order was received"),
    "allocated": (602, "InventoryAllocated", "Inventory was allocated"),
    "picking": (603, "PickInProgress", "Picking has started"),
    "picked": (604, "Picked", "Shipment was picked"),
    "packed": (605, "Packed", "Shipment was packed"),
    "labeled": (606, "LabelGenerated", "Label was created"),
    "shipped": (607, "Shipped", "Shipment was handed to the carrier"),
    "delivered": (608, "Delivered", "Carrier reports the delivery"),
    "exception": (609, "Exception", "Shipment needs attention"),
    "on_hold": (610, "OnHold", "Shipment was put on hold"),
    "released": (611, "Released", "Shipment goes on"),
    "cancelled": (612, "Cancelled", "Shipment was cancelled"),
    "split": (613, "Split", "Shipment was split"),
    "updated": (614, "Updated", "Shipment was changed"),
}
"""Timeline entries: id, name, text. The numbers are the sandbox's own."""

_NO_ZIP = (
    "AE AG AN AO AW BF BI BJ BO BS BW BZ CD CF CG CI CK CM DJ DM ER FJ GD GH GM GN GQ "
    "GY HK IE JM KE KI KM KN KP LC ML MO MR MS MU MW NA NR NU PA QA RW SB SC SL SO SR "
    "ST SY TF TK TL TO TT TV TZ UG VU YE ZW"
)
ZIP_FREE = frozenset(_NO_ZIP.split())
"""Countries where an address needs no postal code."""

STATE_NEEDED = frozenset(("US", "CA", "AU"))

_ISO = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM "
    "BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX "
    "CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG "
    "GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR "
    "IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV "
    "LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE "
    "NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO "
    "RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF "
    "TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF "
    "WS YE YT ZA ZM ZW"
)
COUNTRIES = frozenset(_ISO.split())
"""ISO 3166-1 alpha-2."""
