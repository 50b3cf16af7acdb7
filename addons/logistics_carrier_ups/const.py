"""UPS's tables. Never imports odoo.

Sources: UPS's OpenAPI documents (OAuth client credentials, Rating and Shipping v2409,
Tracking v1, Track Alert v2, Pickup v2409, Locator v3, Address Validation v2, Paperless
Documents v2); for status codes the words UPS sends with them.
"""

from __future__ import annotations

from decimal import Decimal

from odoo.addons.logistics_carrier.tools import scans
from odoo.addons.logistics_carrier.tools.freight_charges import ChargePlace
from odoo.addons.logistics_carrier.tools.freight_file import Layout
from odoo.addons.logistics_carrier.tools.goods_lines import LineForm
from odoo.addons.logistics_carrier.tools.texts import Texts
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools.codes import codes

ALERT_PATH = "api/track/v2/subscription/standard/account"
SOURCE = "LogisticsHub"  # header `transactionSrc`
LOCALE = "en_US"  # the words of statuses are read, so they must be in one language

# Shipping, `Service.Code`.
SERVICES = {
    "01": "UPS Next Day Air",
    "02": "UPS 2nd Day Air",
    "03": "UPS Ground",
    "07": "UPS Worldwide Express",
    "08": "UPS Worldwide Expedited",
    "11": "UPS Standard",
    "12": "UPS 3 Day Select",
    "13": "UPS Next Day Air Saver",
    "14": "UPS Next Day Air Early",
    "54": "UPS Worldwide Express Plus",
    "59": "UPS 2nd Day Air A.M.",
    "65": "UPS Worldwide Saver",
    "70": "UPS Access Point Economy",
    "74": "UPS Express 12:00",
}
# Service -> `ServiceCode` of a pick-up, which has three digits.
PICKUP_SERVICE = "%03d"
DEFAULT_PICKUP_SERVICE = "11"
CUSTOMER_PACKAGING = "02"
PRINT_RETURN_LABEL = "9"
ACCESS_POINT_DELIVERY = "02"
RETAIL_DELIVERY = "01"

# Characters that its fields take. `Tracking` and `Rating` name other numbers.
TEXTS = Texts(
    "UPS",
    {
        "city": 30,
        "company": 35,
        "customer_reference": 35,
        "description": 35,  # a line, of three
        "email": 50,
        "extension": 4,
        "file_name": 300,
        "hazard_class": 7,
        "hs_code": 15,
        "instructions": 57,
        "invoice_number": 35,
        "name": 35,
        "phone": 15,
        "quantity": 5,
        "reason": 20,
        "reference": 35,
        "shipping_name": 150,
        "sku": 35,
        "state": 5,
        "street": 35,
        "summary": 35,
        "tax_number": 15,
        "unit": 10,
        "zip": 9,
    },
)
DESCRIPTION_LINES = 3
# Of a pick-up and its address.
PICKUP_TEXTS = Texts(
    "UPS",
    {
        "city": 50,
        "company": 27,
        "extension": 10,
        "instructions": 57,
        "name": 22,
        "phone": 25,
        "reference": 35,
        "street": 73,  # one line
        "zip": 8,
    },
)
# Of questions about addresses, and about places near one.
CHECK_TEXTS = Texts("UPS", {"city": 30, "name": 40, "state": 30, "zip": 10})
LOCATOR_TEXTS = Texts("UPS", {"city": 50, "state": 50, "street": 100, "zip": 10})

# Places that UPS wants to be named as countries, whatever the address says.
TERRITORIES = codes(
    "IC XC XL PR GU VI AS MP AX JE GG SM VA MC GL GP MQ GF RE PM YT BL MF WF PF NC"
)
# Pairs whose reference numbers are on packages, not on the shipment.
PACKAGE_REFERENCES = frozenset({("US", "US"), ("PR", "PR")})
# Between these a signature is asked for per package, elsewhere per shipment.
PACKAGE_SIGNATURES = frozenset({"US", "PR", "CA"})
PACKAGE_SIGNATURE = {"any": "2", "adult": "3"}
SHIPMENT_SIGNATURE = {"any": "1", "adult": "2"}
# Countries whose addresses need `StateProvinceCode`, of two letters.
STATES = frozenset({"US", "CA", "PR"})

LABEL_SIZE = (4, 6)  # inches; pictures come longer, with blank paper below

INVOICE_FORM = "01"
OWN_FORM = "07"  # customer generated forms
SMALL_PACKAGE = "1"
# Kind of an own document -> `UserCreatedFormDocumentType`.
DOCUMENT_TYPES = {
    "authorization": "001",
    "commercial_invoice": "002",
    "certificate_of_origin": "003",
    "export_declaration": "004",
    "export_license": "005",
    "import_permit": "006",
    "usmca_certificate": "007",
    "other": "008",
    "power_of_attorney": "009",
    "packing_list": "010",
    "letter_of_instruction": "012",
    "declaration": "013",
}
# Ending of a file -> `UserCreatedFormFileFormat`.
DOCUMENT_FORMATS = {
    **{name: name for name in ("bmp", "doc", "gif", "jpg", "pdf", "png", "rtf")},
    **{name: name for name in ("tif", "txt", "xls", "docx", "xlsx")},
    "jpeg": "jpg",
    "tiff": "tif",
}
# The test environment (CIE) takes less.
DOCUMENT_BYTES = {"production": 10 * 1024 * 1024, "sandbox": 1024 * 1024}
DOCUMENT_COUNT = 13  # of a shipment
PURPOSES = {
    "sale": "SALE",
    "gift": "GIFT",
    "sample": "SAMPLE",
    "return": "RETURN",
    "repair": "REPAIR",
}
INCOTERMS = codes("CFR CIF CIP CPT DAF DDP DAP DEQ DES EXW FAS FCA FOB")
# UN/ECE Recommendation 20 -> unit of a commodity.
UNITS = {
    "C62": "PCS",
    "H87": "PCS",
    "EA": "EA",
    "PR": "PR",
    "SET": "SET",
    "DZN": "DOZ",
    "KGM": "KG",
    "LBR": "LB",
    "LTR": "L",
    "MTR": "M",
    "CMT": "CM",
    "FOT": "FT",
    "YRD": "YD",
    "MTK": "SME",
}
# `Unit.Number` has seven digits, `Unit.Value` six after the point.
LINES = LineForm(UNITS, piece="PCS", digits=6, most=9_999_999)
MOST_LINES = 50
# Pairs that UPS must know the total of the invoice of. It takes none below 1.
TOTAL_NEEDED = frozenset({("US", "CA"), ("US", "PR")})
LEAST_TOTAL = Decimal(1)
# Regulation -> `TransportationMode` of hazardous materials.
HAZMAT_MODES = {"ADR": "Highway", "CFR": "Ground", "IATA": "PAX"}
FULLY_REGULATED = "FR"

# Charges outside of UPS's list of itemized ones.
TRANSPORTATION = ("TRN", "Transportation")
OPTIONS = ("OPT", "Service options")

# Type, or type and code, of a status by what it means.
STATUSES = scans.by_code(
    {
        "created": "M",
        "cancelled sender": "MV",
        "picked_up": "P I/OR",
        "in_transit": "I",
        "in_transit delay": "U",
        "out_for_delivery": "O I/OT I/OF D/OT D/OF",
        "delivered": "D",
        "returning": "RS",
        "exception other": "X",
    }
)
# Words of a status that is an exception or an update, the most specific ones first.
WORDS: tuple[tuple[str, str, str | None], ...] = (
    (r"being returned|will be returned|returning", "returning", None),
    (r"returned to (the )?(sender|shipper)", "returned", None),
    (r"return(s)? to (the )?(sender|shipper)", "returning", None),
    (r"refused", "exception", "refused"),
    (r"cannot be found|is lost|was lost|unable to locate", "lost", "lost"),
    (r"damage", "exception", "damaged"),
    (r"released by|cleared", "in_transit", None),
    (r"customs|clearance|brokerage", "exception", "customs"),
    (r"address|apartment|street number|suite", "exception", "address"),
    (r"access point|ready for (pick|collection)", "available_for_pickup", None),
    (
        r"attempt|not available|nobody|was not in|closed",
        "attempted",
        "recipient_absent",
    ),
    (r"weather|natural disaster|emergency", "exception", "weather"),
    (r"not collected|unclaimed", "exception", "unclaimed"),
    (r"delay|later than|rescheduled|late ", "exception", "delay"),
)
# What an answer says that has no such shipment; UPS documents no code for it.
NOT_FOUND = r"not found|no shipment|no label|no match|does not exist|no record"
ALREADY_VOID = r"already (been )?void"

# Billing file ("UPS Billing Data", 250 columns without a heading), counted from 1.
BILLING_COLUMNS: dict[str, str | int] = {
    "account": 3,
    "invoice_date": 5,
    "number": 6,
    "currency": 10,
    "total": 11,
    "shipped_on": 12,
    "reference": 16,
    "tracking_number": 21,
    "package_reference": 22,
    "billed_weight": 29,
    "weight_unit": 30,
    "class": 44,
    "code": 45,
    "name": 46,
    "amount": 53,
}
BILLING_WIDTH = 250
BILLING = Layout(
    BILLING_COLUMNS,
    currency="USD",
    date_formats=("%Y-%m-%d", "%m/%d/%Y", "%Y%m%d"),
    width=BILLING_WIDTH,
    # Lines without an amount inform only.
    filled=("number", "invoice_date"),
    places=(ChargePlace("amount", code="code", name="name"),),
    tax_classes=frozenset({"TAX"}),
    strip_zeros=True,
    remedy=_lt("Download the 250-column CSV without heading from UPS."),
)
