"""UPS's tables; codes of several lines are in `codes.toml`. Never imports odoo.

Sources: UPS's OpenAPI documents (OAuth client credentials, Rating and Shipping v2409,
Tracking v1, Track Alert v2, Pickup v2409, Locator v3, Address Validation v2, Paperless
Documents v2); for statuses UPS's list of API codes ("statusCode").
"""

from __future__ import annotations

from decimal import Decimal

from odoo.addons.logistics_carrier.tools import scans
from odoo.addons.logistics_carrier.tools.freight_charges import ChargePlace
from odoo.addons.logistics_carrier.tools.freight_file import Layout
from odoo.addons.logistics_carrier.tools.goods_lines import LineForm
from odoo.addons.logistics_carrier.tools.texts import Texts
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools.codes import codes, load

CODES = load(__file__)

ALERT_PATH = "api/track/v2/subscription/standard/account"
SOURCE = "LogisticsHub"  # header `transactionSrc`
LOCALE = "en_US"  # the words of statuses are read, so they must be in one language

SERVICES = CODES["services"]
# Service -> `ServiceCode` of a pick-up, which has three digits.
PICKUP_SERVICE = "%03d"
DEFAULT_PICKUP_SERVICE = "11"
CUSTOMER_PACKAGING = "02"
PRINT_RETURN_LABEL = "9"
ACCESS_POINT_DELIVERY = "02"
RETAIL_DELIVERY = "01"

TEXTS = Texts("UPS", CODES["texts"])
DESCRIPTION_LINES = 3
PICKUP_TEXTS = Texts("UPS", CODES["pickup_texts"])
CHECK_TEXTS = Texts("UPS", CODES["check_texts"])
LOCATOR_TEXTS = Texts("UPS", CODES["locator_texts"])

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

PLACE = CODES["place"]
POINT = CODES["point"]

LABEL_SIZE = (4, 6)  # inches; pictures come longer, with blank paper below

INVOICE_FORM = "01"
OWN_FORM = "07"  # customer generated forms
SMALL_PACKAGE = "1"
DOCUMENT_TYPES = CODES["document_types"]
DOCUMENT_FORMATS = CODES["document_formats"]
# The test environment (CIE) takes less.
DOCUMENT_BYTES = {"production": 10 * 1024 * 1024, "sandbox": 1024 * 1024}
DOCUMENT_COUNT = 13  # of a shipment
PURPOSES = CODES["purposes"]
INCOTERMS = codes("CFR CIF CIP CPT DAF DDP DAP DEQ DES EXW FAS FCA FOB")
# `Unit.Number` has seven digits, `Unit.Value` six after the point.
LINES = LineForm(CODES["units"], piece="PCS", digits=6, most=9_999_999)
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

# Type, or type and code, of a status by what it means. Type D is also what comes to a
# shop where the recipient has still to fetch it.
STATUSES = scans.by_code(
    {
        "created": "M",
        "cancelled sender": "MV",
        "picked_up": "P I/OR",
        "in_transit": "I",
        "in_transit delay": "U",
        "out_for_delivery": "O I/OT I/OF D/OT D/OF",
        "available_for_pickup": "D/2Q D/ZP I/2Q I/ZP X/2Q X/ZP X/5G",
        "delivered": "D",
        "returning": "RS",
        "exception other": "X",
    }
)
# API codes: `statusCode` of a tracking answer, `descriptionCode` of an alert.
NUMBERS = scans.by_code(
    {
        "created": "003 045",
        "cancelled sender": "007",
        "picked_up": "038",
        "in_transit": (
            "005 010 012 014 018 020 025 027 028 039 041 042 044 054 056 057 063"
        ),
        "in_transit delay": "019",
        "out_for_delivery": "006 021",
        "attempted recipient_absent": "022 023 024 060 061 066",
        "attempted other": "062",
        "available_for_pickup": "017 040",
        "delivered": "011 026",
        "exception other": "013 016 029 030",
        "exception delay": "046 047 048 049 055",
        "exception weather": "032 051 052 053",
        "exception address": "050",
        "exception customs": "058",
        "exception damaged": "059",
        "exception refused": "064",
        "exception missed_pickup": "065",
        "exception unclaimed": "069",
        "returning sender": "033",
        "returning": "035 036 037",
        "returned": "034 067",
        "lost lost": "068",
    }
)
# Meanings of these codes say little: the words of an exception say more.
VAGUE = frozenset({("in_transit", None), ("exception", "other")})
# Types that do not say what happened; UPS's words do.
SAID_IN_WORDS = frozenset({"X", "U", "RS"})
# Type D with these words is no delivery to the recipient.
NOT_TO_RECIPIENT = frozenset({"returned", "available_for_pickup"})
DELIVERED: scans.Status = ("delivered", None)
# Words of a status that no code tells, the most specific ones first.
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
    (r"investigation|verify the package location", "exception", "lost"),
    (
        r"(delivered to|\bat) (an? |the )?ups access point"
        r"|ready for (customer )?(pick|collection)"
        r"|await\w* (customer )?(pick|collection)",
        "available_for_pickup",
        None,
    ),
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

BILLING_COLUMNS = CODES["billing_columns"]
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
