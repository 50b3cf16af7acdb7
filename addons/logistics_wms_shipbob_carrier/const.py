"""ShipBob's billing, API 2026-01. Never imports odoo.

Names are those of the OpenAPI: `Billing.InvoiceDtoV3`, `Billing.TransactionDtoV3`,
`Billing.TransactionFeeModelV3`.
"""

from __future__ import annotations

POLL = "billing"  # our name of the poll
POLLED_INVOICE = "poll.invoice"
PAGE_SIZE = 1000  # the most ShipBob gives

# `invoice_type`: money that moved, nothing that was bought.
NO_BILLS = frozenset({"Payment", "BalanceAdjustment"})
# `transaction_type` that gives money back.
CREDITS = frozenset({"Refund", "Credit"})
REVERSAL = "Credit Reversal"  # `transaction_fee` that takes it back again
SHIPMENT = "Shipment"  # `reference_type`

# What is read of an invoice and of a transaction; the rest is not kept.
INVOICE_FIELDS = ("invoice_id", "invoice_date", "invoice_type", "amount")
TRANSACTION_FIELDS = (
    "transaction_id",
    "transaction_type",
    "transaction_fee",
    "amount",
    "taxes",
    "currency_code",
    "reference_id",
    "reference_type",
    "invoice_type",
)

# `transaction_fee` of a shipment for its transport; its other fees are for handling.
# fmt: off
FREIGHT_FEES = frozenset((
    "Shipping", "Freight", "Package Intercept", "Address Change", "Address Correction",
    "Return Label", "Return to sender - Processing Fees", "International Duties",
    "International Taxes", "Additonal Import Tax", "GST/HST Tax", "Hazmat",
    "Shipping Charge Correction", "Delivery Area Surcharge", "Residential Surcharge",
    "Custom Routing Fee", "B2B - Label Fee", "B2B - ShipBob Freight Fee",
    "WMS - Fuel Surcharge", "ITO - ShipBob Freight Fee", "FlavorCloud Service Fee",
    "Shipbob Freight Fee - Accessorial",
))
# fmt: on
# Category of what is about no shipment: the fee decides, else what it refers to, else
# the kind of invoice, else it is another fee.
FEE_CATEGORY = {
    "Warehousing Fee": "storage",
    "Long Term Storage Fee": "storage",
    "URO Storage Fee": "storage",
}
REFERENCE_CATEGORY = {"WRO": "receiving", "URO": "receiving", "Return": "return"}
INVOICE_CATEGORY = {
    "WarehouseStorage": "storage",
    "Inbound Fee": "receiving",
    "Return": "return",
}
