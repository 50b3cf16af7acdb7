"""DHL Express's tables, MyDHL API 3.1.1, with `codes.toml`. Never imports odoo.

Sources: the OpenAPI document of that version; for codes of products, services and
checkpoints DHL Express's reference data.
"""

from __future__ import annotations

from odoo.addons.logistics_carrier.tools import scans
from odoo.addons.logistics_carrier.tools.freight_charges import (
    CHARGE,
    INVOICE,
    ChargePlace,
)
from odoo.addons.logistics_carrier.tools.freight_file import Layout
from odoo.addons.logistics_carrier.tools.goods_lines import LineForm
from odoo.addons.logistics_carrier.tools.texts import Texts
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools.codes import codes, load

CODES = load(__file__)

VERSION = "3.1.0"  # header x-version: "do not change this field value"
LOOKUP_DAYS = 30  # how far a shipment of our reference is looked for
# Checks address and credentials; DHL has no operation of its own for that.
KNOWN_PLACE = {"countryCode": "DE", "postalCode": "53113", "cityName": "Bonn"}

TEXTS = Texts("DHL", CODES["texts"])
INSTRUCTION_LINES = 4
# A second description of the goods in `/landed-cost`.
LANDED_SUMMARY = 255

# Places that DHL names as countries, whatever the address says.
TERRITORIES = codes("IC PR GU VI AS MP GP MQ GF RE YT JE GG MC SM VA GL PF NC")

SERVICES = CODES["services"]
DEFAULT_SERVICE = "P"
# Value-added services.
INSURANCE = "II"
DUTIES_PAID = "DD"
SATURDAY = "AA"
SIGNATURES = {"any": "SF", "adult": "SD"}

# The UN number of dry ice, whose weight DHL asks for.
DRY_ICE = "1845"

# `estimatedTariffRateType` for a whole import code, and for part of one: of all the
# rates that may apply the highest, so that nobody pays more than was estimated.
FULL_TARIFF = "default_rate"
PARTIAL_TARIFF = "highest_rate"
# `typeCode` of a charge of a landed cost -> its kind.
LANDED_KINDS = {"DUTY": "duty", "TAX": "tax", "FEE": "fee"}
# DHL's own sums of a kind, among the charges of the shipment.
LANDED_SUMS = {"duty": "TOTAL DUTIES", "tax": "TOTAL TAXES", "fee": "TOTAL FEES"}
LANDED_GOODS = "SCUSV"
LANDED_APART = frozenset({*LANDED_SUMS.values(), LANDED_GOODS})
LANDED_NAMES = {
    "STDIS": "Discount on the shipment",
    "SINSV": "Insurance",
    "SPRQD": "Discount on the product",
    "SPRQN": "Transportation",
    "STSCH": "Surcharges and services",
    "MACHG": "Charges of our own",
    "MFCHG": "Freight of our own",
}

PLACE = CODES["place"]
POINT = CODES["point"]
DOCUMENT_TYPES = CODES["document_types"]
DOCUMENT_FORMATS = CODES["document_formats"]

# Which of a product's prices counts: in our billing currency before all others.
PRICES = ("BILLC", "PULCL", "BASEC")
BASE_CHARGE = ("BASE", "Transportation")

PURPOSES = CODES["purposes"]
OTHER_PURPOSE = "permanent"
# Of the contract's enumeration, without those of the past.
INCOTERMS = codes("EXW FCA CPT CIP DPU DAP DDP FAS FOB CFR CIF")
DEFAULT_INCOTERM = "DAP"
UNITS = CODES["units"]
# `price` has three digits after the point, `quantity.value` is whole.
LINES = LineForm(UNITS, piece="PCS", digits=3, most=1_000_000_000)
MOST_LINES = 999
# Of `/landed-cost`: parts of a unit, five digits; charges name the item they are about.
PART = "prt"
LANDED_LINES = LineForm(
    dict.fromkeys(UNITS, PART),
    piece=PART,
    digits=5,
    most=10**12,
    whole=False,
    split=False,
)

# Checkpoints by what they mean: all of DHL's own table (`trackingEventCode` of its
# reference data), no others. The first say nothing of where the parcel is: papers and
# payments, an answer that came, a search that ended, a case that was closed.
STATUSES: dict[str, scans.Status | None] = dict.fromkeys(
    codes("BN CS DI IA PY RR SC TT")
) | scans.by_code(
    {
        "created": "DUMMY_PU",
        "picked_up": "PU SA",
        "in_transit": (
            "AD AF AR BL BR CI CR CU DF ES FD HN HO IC LV PD PL RW SI SM TP TR UV"
        ),
        "out_for_delivery": "WC",
        "delivered": "OK",
        "delivered damaged": "DD",
        "available_for_pickup": "CC",
        "attempted recipient_absent": "NH CA",
        "attempted other": "ND",
        "exception refused": "RD",
        "exception address": "BA CM",
        "exception customs": "CD UD HP",
        "exception damaged": "DM",
        "exception delay": "IR MC MD MS NA TD",
        "exception other": "HI OH",
        "exception lost": "TI",
        "exception security": "DP",
        "exception sender": "SS ST",
        "returned": "RT",
        "lost other": "DS",
    }
)

INVOICE_COLUMNS = CODES["invoice_columns"]
# Extra charges, numbered from 1: code, name, amount, tax.
EXTRA_COLUMNS = ("XC%d Code", "XC%d Name", "XC%d Charge", "XC%d Tax")
EXTRAS = [tuple(title % number for title in EXTRA_COLUMNS) for number in range(1, 10)]
INVOICE_FILE = Layout(
    {**INVOICE_COLUMNS, **{title: title for titles in EXTRAS for title in titles}},
    date_formats=("%Y%m%d", "%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"),
    required=("line_type", "number", "invoice_date", "tracking_number", "currency"),
    filled=("number", "invoice_date"),
    places=(
        ChargePlace("base", "base_tax", fixed=BASE_CHARGE),
        *(ChargePlace(amount, tax, code, name) for code, name, amount, tax in EXTRAS),
    ),
    # A shipment; what the invoice comes to.
    kinds={"S": CHARGE, "I": INVOICE},
    remedy=_lt("Download the invoice as CSV from DHL's MyBill."),
)
