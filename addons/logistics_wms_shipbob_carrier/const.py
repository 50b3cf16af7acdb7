"""ShipBob's billing, API 2026-01, with `codes.toml`. Never imports odoo.

Names are those of the OpenAPI: `Billing.InvoiceDtoV3`, `Billing.TransactionDtoV3`,
`Billing.TransactionFeeModelV3`.
"""

from __future__ import annotations

from odoo.addons.logistics_core.tools.codes import load

CODES = load(__file__)

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
INVOICE_FIELDS = CODES["fields"]["invoice"]
TRANSACTION_FIELDS = CODES["fields"]["transaction"]

# `transaction_fee` of a shipment for its transport; its other fees are for handling.
FREIGHT_FEES = frozenset(CODES["freight"]["fees"])
# Category of what is about no shipment: the fee decides, else what it refers to, else
# the kind of invoice, else it is another fee.
FEE_CATEGORY = CODES["fee_category"]
REFERENCE_CATEGORY = CODES["reference_category"]
INVOICE_CATEGORY = CODES["invoice_category"]
