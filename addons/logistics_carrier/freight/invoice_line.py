"""Charges of freight invoices, each with what became of it."""

from odoo import api, fields, models

from odoo.addons.logistics_core.guard import button

from ..const import CATEGORIES, FEES, FINANCE

OUTCOMES = [
    ("matched", "Matched"),
    ("difference", "Difference"),
    ("unknown", "Unknown parcel"),
    ("twice", "Billed twice"),
    ("voided", "Voided label"),
    ("return", "Return"),
    ("credit", "Credit"),
    ("unquoted", "No quote"),
    ("fee", "Fee"),
]
CAUSES = [
    ("surcharge", "Charge not quoted"),
    ("weight", "Weight corrected"),
    ("price", "Price differs"),
    ("less", "Less than expected"),
]


class LogisticsFreightInvoiceLine(models.Model):
    """One row is one charge on one invoice: of a parcel, a delivery, or a fee."""

    _name = "logistics.freight.invoice.line"
    _description = "Freight Charge"
    _order = "invoice_id desc, id"

    invoice_id = fields.Many2one(
        "logistics.freight.invoice",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="invoice_id.company_id", store=True)
    backend_id = fields.Many2one(
        related="invoice_id.backend_id", store=True, string="Carrier"
    )
    date = fields.Date(related="invoice_id.date", store=True, string="Invoice date")
    invoice_state = fields.Selection(related="invoice_id.state")
    currency_id = fields.Many2one(related="invoice_id.currency_id")
    tracking_number = fields.Char(
        readonly=True,
        index="btree_not_null",
        help="Or the partner's number of the shipment, where it bills that as a whole.",
    )
    reference = fields.Char(
        readonly=True,
        help="Ours, where the carrier names it; of a fee what it is about.",
    )
    category = fields.Selection(
        CATEGORIES, required=True, default="freight", readonly=True, index=True
    )
    external_id = fields.Char(
        string="Partner's ID",
        readonly=True,
        index="btree_not_null",
        help="The partner's own number of this charge.",
    )
    code = fields.Char(string="Charge code", readonly=True)
    name = fields.Char(string="Charge", readonly=True)
    service = fields.Char(readonly=True)
    billed_weight = fields.Float(
        string="Billed weight (kg)", digits=(12, 3), readonly=True
    )
    shipped_on = fields.Date(readonly=True)
    amount = fields.Monetary(string="Billed", readonly=True, help="Without tax.")
    tax = fields.Monetary(readonly=True)
    # What the comparison found; see tools/freight_match.py.
    parcel_id = fields.Many2one(
        "logistics.parcel", readonly=True, ondelete="set null", index="btree_not_null"
    )
    shipment_id = fields.Many2one(
        "logistics.shipment", readonly=True, ondelete="set null", index="btree_not_null"
    )
    # Of the shipment; or alone, where a warehouse partner bills what it shipped.
    picking_id = fields.Many2one(
        "stock.picking", string="Delivery", readonly=True, index="btree_not_null"
    )
    outcome = fields.Selection(OUTCOMES, readonly=True, index=True)
    cause = fields.Selection(CAUSES, readonly=True)
    expected = fields.Monetary(
        readonly=True, help="This charge's part of what the label should cost."
    )
    difference = fields.Monetary(readonly=True)
    parcel_difference = fields.Monetary(
        string="Difference of the parcel", readonly=True, aggregator=None
    )
    is_unexpected = fields.Boolean(
        string="Not quoted", readonly=True, help="This charge was not quoted."
    )
    needs_review = fields.Boolean(string="To review", readonly=True, index=True)
    note = fields.Char(string="Why", readonly=True)
    is_credited = fields.Boolean(string="Credited", readonly=True)
    is_disputed = fields.Boolean(string="Disputed", readonly=True)
    dispute_note = fields.Char(readonly=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    amount_company = fields.Monetary(
        string="Billed (company currency)",
        compute="_compute_company_amounts",
        store=True,
        currency_field="company_currency_id",
    )
    expected_company = fields.Monetary(
        string="Expected (company currency)",
        compute="_compute_company_amounts",
        store=True,
        currency_field="company_currency_id",
    )
    difference_company = fields.Monetary(
        string="Difference (company currency)",
        compute="_compute_company_amounts",
        store=True,
        currency_field="company_currency_id",
    )

    @api.depends("amount", "expected", "difference", "invoice_id.date")
    def _compute_company_amounts(self):
        for invoice, lines in self.grouped("invoice_id").items():
            company = invoice.company_id
            ours = company.currency_id
            # Of a currency without a rate nobody knows the worth: the bill is refused.
            theirs = invoice.currency_id
            gap = theirs != ours and (theirs | ours)._find_gap(company)
            rate = (
                0
                if gap
                else theirs._get_conversion_rate(theirs, ours, company, invoice.date)
            )
            for line in lines:
                line.amount_company = ours.round(line.amount * rate)
                line.expected_company = ours.round(line.expected * rate)
                line.difference_company = ours.round(line.difference * rate)

    def _get_group_key(self):
        """Return what identifies the charges of one parcel on an invoice."""
        self.ensure_one()
        if self.parcel_id:
            return f"parcel:{self.parcel_id.id}"
        if self.shipment_id:
            return f"shipment:{self.shipment_id.id}"
        if self.picking_id:
            return f"delivery:{self.picking_id.id}"
        return f"number:{self.tracking_number or self.reference or ''}"

    def _is_fee(self):
        """Return whether this is about none of our parcels and deliveries."""
        about = self.shipment_id or self.picking_id
        return self.category in FEES and not about

    def _get_subject_domain(self):
        """Return the domain of all charges about the same thing, on any invoice."""
        self.ensure_one()
        names = ("picking_id", "shipment_id", "parcel_id")
        return [(name, "=", self[name].id) for name in names]

    @button("read", FINANCE)
    def action_dispute(self):
        """Inform the carrier that these charges are not accepted."""
        return self.invoice_id._open_dispute(self)
