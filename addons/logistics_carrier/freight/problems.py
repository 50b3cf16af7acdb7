"""What finance must look at becomes exceptions; approval and credits close them."""

from odoo import fields, models

from odoo.addons.logistics_core.texts import _lt, some
from odoo.addons.logistics_core.translation import translated

from ..shipping.tools.costs import ZERO
from ..tools.numbers import to_decimal

KIND = "freight_difference"
OPEN = ("open", "in_progress")
# Of one invoice, apart from each other; more are grouped by their outcome.
MOST_PROBLEMS = 50


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    kind = fields.Selection(
        selection_add=[
            (KIND, "Freight difference"),
            ("freight_conflict", "Freight invoice changed"),
        ],
        ondelete={KIND: "set other", "freight_conflict": "set other"},
    )


class LogisticsFreightInvoice(models.Model):
    _inherit = "logistics.freight.invoice"

    def _update_problems(self):
        """Open an exception for each parcel to review, close what is over."""
        for invoice in self:
            problems = invoice._get_problems()
            prefix = f"freight:{invoice.id}"
            wanted = {f"{prefix}:{key}" for key in problems}
            over = invoice._find_problems().filtered(
                lambda x, wanted=wanted: x.fingerprint not in wanted
            )
            over._resolve(self.env._("It was compared again, and fits."))
            known = set(invoice._find_problems().mapped("fingerprint"))
            for key, lines in problems.items():
                if f"{prefix}:{key}" not in known:
                    invoice._open_problem(f"{prefix}:{key}", lines)

    def _get_problems(self):
        """Return {key: lines}: by parcel; by outcome when these are too many."""
        lines = self.review_line_ids
        problems = lines.grouped(lambda line: line._get_group_key())
        if len(problems) > MOST_PROBLEMS:
            problems = lines.grouped(lambda line: f"outcome:{line.outcome}")
        if self.total_gap:
            problems = {**problems, "total": lines.browse()}
        return problems

    def _find_problems(self):
        """Return the open exceptions of these invoices."""
        domain = [
            ("kind", "=", KIND),
            ("res_model", "=", self._name),
            ("res_id", "in", self.ids),
            ("state", "in", OPEN),
        ]
        return self.env["logistics.exception"].sudo().search(domain)

    def _resolve_problems(self, resolution):
        self._find_problems()._resolve(resolution)

    def _open_problem(self, fingerprint, lines):
        backend = self.backend_id.sudo()
        exceptions = self.env["logistics.exception"]
        title, cause = self._describe(lines)
        amount = self.currency_id.format(sum(lines.mapped("difference")))
        return exceptions._open(
            backend,
            KIND,
            title,
            cause,
            self._get_remedy(lines),
            record=self,
            fingerprint=fingerprint,
            severity="warning",
            blocks=_lt(
                "Invoice %(number)s: %(amount)s", number=self.number, amount=amount
            )
            if lines
            else self.number,
            # Empty: for everyone in finance.
            user_id=backend.freight_user_id.id,
        )

    def _describe(self, lines):
        """Return (title, cause) of what is wrong with these charges."""
        if not lines:
            return (
                self.env._("Invoice %s does not add up", self.number),
                self.env._(
                    "The carrier states a total of %(total)s, its lines make %(sum)s.",
                    total=self.currency_id.format(self.total),
                    sum=self.currency_id.format(self.amount + self.tax),
                ),
            )
        labels = dict(lines._fields["outcome"]._description_selection(self.env))
        causes = dict(lines._fields["cause"]._description_selection(self.env))
        first = lines[0]
        what = causes.get(first.cause) or labels.get(first.outcome, "")
        parcels = {line.tracking_number or line.reference or "" for line in lines}
        whose = translated(self.env, some(sorted(parcels), 3))
        title = self.env._(
            "%(what)s: %(parcel)s",
            what=what,
            parcel=whose or self.env._("without a parcel"),
        )
        return title, "\n".join(dict.fromkeys(lines.mapped("note")))

    def _get_remedy(self, lines):
        outcomes = set(lines.mapped("outcome"))
        if not lines:
            return self.env._(
                "Ask the carrier for a right invoice, or approve it as it is."
            )
        if "unknown" in outcomes:
            return self.env._(
                "Find out who shipped it with this account. Dispute what is not ours,"
                " or approve the invoice."
            )
        if outcomes & {"twice", "voided"}:
            return self.env._(
                "Dispute the charge and ask the carrier for a credit. It closes when"
                " the credit is imported, or the invoice approved."
            )
        return self.env._(
            "Compare weight and charges with the delivery. Dispute what is wrong, or"
            " approve the invoice. Shipments that always differ need another weight"
            " or tolerance."
        )

    def _settle_credited(self):
        """A credit that makes up for a difference closes it on the earlier invoice."""
        credits = self.line_ids.filtered(lambda line: line.outcome == "credit")
        settled = credits.browse()
        for parcel_lines in credits.grouped(
            lambda line: line._get_group_key()
        ).values():
            first = parcel_lines[0]
            if not (first.shipment_id or first.picking_id):
                continue
            told = credits.search(
                [
                    *first._get_subject_domain(),
                    ("invoice_id.backend_id", "=", self.backend_id.id),
                ]
            )
            left = sum((to_decimal(x.difference_company) for x in told), ZERO)
            reviewed = told.filtered("needs_review")
            limit = to_decimal(self.backend_id.freight_tolerance_amount)
            if left <= limit and reviewed:
                settled |= reviewed
        settled.write({"needs_review": False, "is_credited": True})
        for invoice in settled.invoice_id:
            invoice._close_credited(settled & invoice.line_ids, self.number)

    def _close_credited(self, lines, number):
        keys = {f"freight:{self.id}:{line._get_group_key()}" for line in lines}
        problems = self._find_problems().filtered(lambda x: x.fingerprint in keys)
        problems._resolve(self.env._("Credited by %s.", number))
        if not self.review_count:
            self._find_problems().filtered(
                lambda x: ":outcome:" in x.fingerprint
            )._resolve(self.env._("Credited by %s.", number))
        if self.state == "differences" and not (self.review_count or self.total_gap):
            self.state = "matched"
