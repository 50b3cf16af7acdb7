"""Canonical invoices of carriers and warehouse partners; a part of `canonical`.

Never imports odoo.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from odoo.addons.logistics_core.canonical import Canonical, canonical


@dataclass(frozen=True, slots=True)
class FreightCharge:
    """One line of the invoice of a carrier, or of a warehouse partner.

    :param tracking_number: or the partner's number of the shipment; empty: about none
    :param reference: ours, where the partner names it; of a fee what it is about
    :param category: of const.CATEGORIES; those in const.FEES need no parcel
    :param external_id: the partner's id of this charge, used once
    """

    tracking_number: str
    code: str
    name: str
    amount: Decimal
    tax: Decimal = Decimal(0)
    reference: str | None = None
    service: str | None = None
    billed_weight: Decimal | None = None
    shipped_on: date | None = None
    category: str = "freight"
    external_id: str | None = None


@canonical("freight_invoice")
@dataclass(frozen=True, slots=True)
class FreightInvoice(Canonical):
    """What a partner bills. `total` is with tax; credits are negative."""

    number: str
    invoice_date: date
    currency: str
    total: Decimal
    lines: tuple[FreightCharge, ...]
    due_date: date | None = None
    account: str | None = None
