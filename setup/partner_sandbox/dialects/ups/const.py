"""UPS's tables as the sandbox plays them."""

from __future__ import annotations

from decimal import Decimal

CONTRACTS = (
    ("ups/OAuthClientCredentials.yaml", ""),
    ("ups/Rating.yaml", "/api"),
    ("ups/Shipping.yaml", "/api"),
    ("ups/Tracking.yaml", "/api"),
    ("ups/UPSTrackAlert.yaml", "/api/track/{version}"),
    ("ups/Pickup.yaml", "/api"),
    ("ups/AddressValidation.yaml", "/api"),
    ("ups/Locator.yaml", "/api"),
    ("ups/TimeInTransit.yaml", "/api"),
    ("ups/Paperless.yaml", "/api"),
)
ERRATA = {
    "ups/Shipping.yaml": (
        # "Valid values are: GIF, PDF, ZPL, EPL, SPL"
        ("LabelRecovery_LabelSpecification_LabelImageFormat", "Code", "minLength"),
        # "Valid value returned is GIF or PDF"
        ("LabelImage_LabelImageFormat", "Code", "minLength"),
    ),
    "ups/Pickup.yaml": (
        # "Format: yyyyMMdd"
        ("PickupCreationRequest_PickupDateInfo", "PickupDate", "maxLength"),
    ),
    "ups/Locator.yaml": (
        # "The only valid value is 'Locator'."
        ("LocatorRequest_Request", "RequestAction", "minLength"),
    ),
}

# Code -> name, base price, fastest days at home.
SERVICES = {
    "01": ("UPS Next Day Air", Decimal(38), 1),
    "02": ("UPS 2nd Day Air", Decimal(24), 2),
    "03": ("UPS Ground", Decimal(11), 3),
    "07": ("UPS Worldwide Express", Decimal(31), 1),
    "08": ("UPS Worldwide Expedited", Decimal(22), 3),
    "11": ("UPS Standard", Decimal("8.5"), 2),
    "12": ("UPS 3 Day Select", Decimal(17), 3),
    "13": ("UPS Next Day Air Saver", Decimal(34), 1),
    "54": ("UPS Worldwide Express Plus", Decimal(45), 1),
    "65": ("UPS Worldwide Saver", Decimal(27), 1),
    "70": ("UPS Access Point Economy", Decimal(6), 3),
}
DOMESTIC_US = ("01", "02", "03", "12", "13")
INTERNATIONAL = ("07", "08", "11", "54", "65", "70")
NEGOTIATED = Decimal("0.8")  # of the published price
FUEL = "375"

# Kind of an event -> type, code, API code (`statusCode`) and its text. API codes are of
# UPS's list of them; where UPS shows no two-letter code in public, none is told.
ACTIVITIES = {
    "created": ("M", "MP", "003", "Shipper created a label, UPS has not received it"),
    "picked_up": ("I", "OR", "005", "Origin Scan"),
    "departed": ("I", "DP", "005", "Departed from Facility"),
    "in_transit": ("I", "AR", "005", "Arrived at Facility"),
    "customs_hold": ("X", "", "058", "Clearance Information Required"),
    "customs_released": ("X", "SR", "014", "Your package was released by customs"),
    "delay": ("X", "", "048", "Delay"),
    "damaged": ("X", "", "059", "Damage Reported"),
    "address": ("X", "", "050", "Address Information Required"),
    "exception": ("X", "", "013", "Exception"),
    "out_for_delivery": ("I", "OT", "021", "Out For Delivery Today"),
    "attempted": ("X", "", "060", "Delivery Attempted"),
    "available": ("D", "2Q", "040", "Delivered to UPS Access Point"),
    "refused": ("X", "", "064", "Delivery Refused"),
    "delivered": ("D", "FS", "011", "DELIVERED"),
    "returning": ("X", "", "035", "Returning to Sender"),
    "returned": ("D", "", "034", "Returned to Sender"),
    "lost": ("X", "", "068", "Sent to Lost and Found"),
}
VOIDED = ("MV", "VP", "007", "Shipment Information Voided")

# `CharacterSet` of a label -> the letters it prints, as its documentation names them;
# of Greek and the Baltic languages the letters that they are written with.
LETTERS = {
    **dict.fromkeys(
        ["eng", "dan", "nld", "fin", "fra", "deu", "itl", "nor", "por", "spa", "swe"],
        "iso8859-1",
    ),
    **dict.fromkeys(["pol", "ces", "hun", "slk", "ron"], "iso8859-2"),
    **dict.fromkeys(["bul", "rus"], "iso8859-5"),
    **dict.fromkeys(["est", "lav", "lit"], "iso8859-13"),
    "ell": "iso8859-7",
    "tur": "iso8859-9",
}
DEFAULT_LETTERS = "eng"
