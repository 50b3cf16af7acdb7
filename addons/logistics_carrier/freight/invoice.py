"""What carriers bill: their invoices, compared with what their labels should cost."""

import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.canonical import dump_canonical
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt

from ..const import CATEGORIES

OPEN_STATES = ("imported", "matched", "differences")


class LogisticsFreightInvoice(models.Model):
    """One row is one invoice, or credit note, of one carrier.

    People change it through buttons only: nobody has the right to write it.
    """

    _name = "logistics.freight.invoice"
    _description = "Freight Invoice"
    _inherit = ["mail.thread", "mail.activity.mixin", "logistics.document.mixin"]
    _order = "date desc, id desc"
    _rec_name = "number"
    # Finance reads, and may discuss what it reads.
    _mail_post_access = "read"

    number = fields.Char(required=True, readonly=True)
    backend_id = fields.Many2one(
        "logistics.backend",
        string="Carrier",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    date = fields.Date(string="Invoice date", required=True, readonly=True, index=True)
    due_date = fields.Date(readonly=True)
    account = fields.Char(readonly=True, help="Our account at the carrier.")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    total = fields.Monetary(readonly=True, help="With tax, as the carrier states it.")
    state = fields.Selection(
        [
            ("imported", "Imported"),
            ("matched", "Matched"),
            ("differences", "Differences"),
            ("approved", "Approved"),
            ("billed", "Billed"),
        ],
        required=True,
        default="imported",
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
    )
    line_ids = fields.One2many(
        "logistics.freight.invoice.line", "invoice_id", string="Charges", readonly=True
    )
    review_line_ids = fields.One2many(
        "logistics.freight.invoice.line",
        "invoice_id",
        string="Charges to review",
        domain=[("needs_review", "=", True)],
        readonly=True,
    )
    line_count = fields.Integer(compute="_compute_figures", store=True)
    parcel_count = fields.Integer(
        string="Parcels", compute="_compute_figures", store=True
    )
    review_count = fields.Integer(
        string="To review", compute="_compute_figures", store=True
    )
    disputed_count = fields.Integer(
        string="Disputed", compute="_compute_figures", store=True
    )
    amount = fields.Monetary(
        string="Billed", compute="_compute_figures", store=True, help="Without tax."
    )
    tax = fields.Monetary(compute="_compute_figures", store=True)
    expected = fields.Monetary(compute="_compute_figures", store=True)
    unquoted = fields.Monetary(
        string="Without a quote",
        compute="_compute_figures",
        store=True,
        help="Part of what was billed: for what we shipped, but there was no quote."
        " It is taken as expected.",
    )
    fees = fields.Monetary(
        compute="_compute_figures",
        store=True,
        help="Part of what was billed: storage, receiving and other fees without a"
        " parcel.",
    )
    difference = fields.Monetary(compute="_compute_figures", store=True)
    total_gap = fields.Monetary(
        compute="_compute_figures",
        store=True,
        help="The total the carrier states, less the sum of its lines.",
    )
    approved_by_id = fields.Many2one("res.users", readonly=True)
    approved_at = fields.Datetime(readonly=True)
    move_id = fields.Many2one(
        "account.move",
        string="Vendor bill",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    content_hash = fields.Char(required=True, readonly=True)

    _unique_number = models.Constraint(
        "UNIQUE(backend_id, number)", "This invoice was imported already."
    )

    @api.depends(
        "total",
        "line_ids.amount",
        "line_ids.tax",
        "line_ids.expected",
        "line_ids.difference",
        "line_ids.needs_review",
        "line_ids.is_disputed",
        "line_ids.outcome",
        "line_ids.category",
        "line_ids.picking_id",
        "line_ids.shipment_id",
    )
    def _compute_figures(self):
        for invoice in self:
            lines = invoice.line_ids
            round_ = invoice.currency_id.round
            invoice.line_count = len(lines)
            invoice.parcel_count = len(set(lines.mapped("tracking_number")) - {False})
            invoice.review_count = len(lines.filtered("needs_review"))
            invoice.disputed_count = len(lines.filtered("is_disputed"))
            invoice.amount = round_(sum(lines.mapped("amount")))
            invoice.tax = round_(sum(lines.mapped("tax")))
            invoice.expected = round_(sum(lines.mapped("expected")))
            unquoted = lines.filtered(lambda line: line.outcome == "unquoted")
            invoice.unquoted = round_(sum(unquoted.mapped("amount")))
            fees = lines.filtered(lambda line: line._is_fee())
            invoice.fees = round_(sum(fees.mapped("amount")))
            invoice.difference = round_(sum(lines.mapped("difference")))
            invoice.total_gap = round_(invoice.total - invoice.amount - invoice.tax)

    @api.model
    def _import(self, backend, invoices):
        """Create what a carrier bills and compare it with what was expected.

        :param invoices: list of FreightInvoice with numbers that are new
        """
        created = self.create(
            [self._prepare_invoice(backend, invoice) for invoice in invoices]
        )
        created._match()
        return created

    def _prepare_invoice(self, backend, invoice):
        return {
            "number": invoice.number,
            "backend_id": backend.id,
            "date": invoice.invoice_date,
            "due_date": invoice.due_date or False,
            "account": invoice.account,
            "currency_id": self._get_currency(invoice.currency).id,
            "total": float(invoice.total),
            "content_hash": get_content_hash(invoice),
            "line_ids": [
                fields.Command.create(
                    {
                        "tracking_number": charge.tracking_number or False,
                        "reference": charge.reference,
                        "category": self._check_category(charge.category),
                        "external_id": charge.external_id,
                        "code": charge.code,
                        "name": charge.name,
                        "service": charge.service,
                        "amount": float(charge.amount),
                        "tax": float(charge.tax),
                        "billed_weight": float(charge.billed_weight or 0),
                        "shipped_on": charge.shipped_on or False,
                    }
                )
                for charge in invoice.lines
            ],
        }

    def _check_category(self, name):
        if name not in dict(CATEGORIES):
            raise InvalidMessage(_lt("There is no category of charges “%s”.", name))
        return name

    def _get_currency(self, code):
        found = self.env["res.currency"]._find_by_code(code)
        if not found:
            raise InvalidMessage(_lt("There is no currency “%s”.", code))
        return found

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        if any(invoice.state not in OPEN_STATES for invoice in self):
            raise UserError(
                self.env._("An invoice that is approved or billed is kept.")
            )

    def unlink(self):
        """Exceptions of a discarded invoice are closed."""
        self._resolve_problems(self.env._("The invoice was discarded."))
        return super().unlink()


def get_content_hash(invoice):
    """Return what distinguishes a FreightInvoice from another of the same number."""
    return hashlib.sha256(dump_canonical(invoice).encode()).hexdigest()
