"""Invoices of carriers, from the files that they offer for download."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.errors import LogisticsError
from odoo.addons.logistics_core.guard import button
from odoo.addons.logistics_core.texts import join
from odoo.addons.logistics_core.tools.bounded import check_file
from odoo.addons.logistics_core.translation import translated

from ..tools.freight_file import Reading


class LogisticsFreightImport(models.TransientModel):
    """One row is one upload."""

    _name = "logistics.freight.import"
    _description = "Import Freight Invoices"

    backend_id = fields.Many2one(
        "logistics.backend",
        string="Carrier",
        required=True,
        ondelete="cascade",
        domain="[('id', 'in', possible_backend_ids)]",
    )
    possible_backend_ids = fields.Many2many(
        "logistics.backend",
        string="Possible connections",
        compute="_compute_possible_backend_ids",
    )
    file_ids = fields.Many2many("ir.attachment", string="Files")
    state = fields.Selection(
        [("choose", "Choose files"), ("read", "Read")],
        default="choose",
        required=True,
        readonly=True,
    )
    line_ids = fields.One2many(
        "logistics.freight.import.line", "import_id", string="Invoices", readonly=True
    )
    problems = fields.Text(readonly=True, help="Rows that cannot be read.")
    left_out = fields.Text(
        readonly=True, help="Rows that are no charges: headings, totals, other types."
    )
    can_import = fields.Boolean(compute="_compute_can_import")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_possible_backend_ids(self):
        backends = self.env["logistics.backend"].search(
            [
                ("company_id", "in", self.env.companies.ids),
                ("state", "!=", "draft"),
            ]
        )
        able = backends.filtered("can_read_freight")
        for upload in self:
            upload.possible_backend_ids = able

    @api.depends("state", "problems", "line_ids.is_known")
    def _compute_can_import(self):
        for upload in self:
            is_new = not all(upload.line_ids.mapped("is_known"))
            upload.can_import = (
                upload.state == "read" and not upload.problems and is_new
            )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        able = self.new().possible_backend_ids
        if "backend_id" in fields_list and len(able) == 1:
            values.setdefault("backend_id", able.id)
        return values

    @button("write")
    def action_preview(self):
        """Read the files and show what was read; nothing is imported."""
        self.ensure_one()
        backend = self._get_backend()
        problems, left_out, rows = [], [], []
        for file in self.file_ids:
            reading = self._read(backend, file)
            problems += self._tell(file, reading.problems)
            left_out += self._tell(file, reading.left_out)
            rows += [
                self._prepare_line(backend, file, invoice)
                for invoice in reading.invoices
            ]
        self.write(
            {
                "state": "read",
                "problems": "\n".join(problems),
                "left_out": "\n".join(left_out),
                "line_ids": [
                    fields.Command.clear(),
                    *(fields.Command.create(row) for row in rows),
                ],
            }
        )
        return self._reopen()

    @button("write")
    def action_choose(self):
        """Choose other files."""
        self.ensure_one()
        clear = [fields.Command.clear()]
        self.write(
            {"state": "choose", "problems": False, "left_out": False, "line_ids": clear}
        )
        return self._reopen()

    @button("write")
    def action_import(self):
        """Read the files; each invoice becomes a message, and then an invoice."""
        self.ensure_one()
        backend = self._get_backend()
        counts = [self._import_file(backend, file) for file in self.file_ids]
        new, known, conflicts = (sum(some, []) for some in zip(*counts, strict=True))
        return self._notify(new, known, conflicts)

    def _get_backend(self):
        self.backend_id.check_access("read")
        if not self.file_ids:
            raise UserError(self.env._("Choose the file to import."))
        backend = self.backend_id.sudo()
        if backend.state == "draft":
            raise UserError(self.env._("Start %s first.", backend.name))
        return backend

    def _reopen(self):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "logistics_carrier.logistics_freight_import_action"
            ),
            "res_id": self.id,
        }

    def _read(self, backend, file):
        """Return the Reading of a file; one that is another file is a problem."""
        try:
            return self._read_file(backend, file)
        except LogisticsError as error:
            return Reading(problems=[error.advice])

    def _read_file(self, backend, file):
        # Before it is fetched: an upload may be larger than a worker bears.
        check_file(file.file_size or 0)
        return backend._read_freight_file(file.name, file.raw or b"")

    def _tell(self, file, texts):
        """Return sentences about a file, named where there are several."""
        told = [translated(self.env, text) for text in texts]
        if len(self.file_ids) > 1:
            told = [f"{file.name}: {text}" for text in told]
        return told

    def _prepare_line(self, backend, file, invoice):
        messages = self.env["logistics.message"].sudo()
        return {
            "file_name": file.name,
            "number": invoice.number,
            "date": invoice.invoice_date,
            "currency": invoice.currency,
            "charge_count": len(invoice.lines),
            "amount": float(sum(line.amount for line in invoice.lines)),
            "tax": float(sum(line.tax for line in invoice.lines)),
            "total": float(invoice.total),
            "is_known": messages._knows_freight_invoice(backend, invoice.number),
        }

    def _import_file(self, backend, file):
        """Return the numbers that are new, known, and in conflict."""
        try:
            reading = self._read_file(backend, file)
            invoices = reading.check()
        except LogisticsError as error:
            text = translated(self.env, join([file.name, error.advice], ": "))
            raise UserError(text) from error
        messages = self.env["logistics.message"].sudo()
        new, known, conflicts = messages._receive_freight_invoices(backend, invoices)
        # The handler hands the file on to the invoice.
        for message in new:
            file.sudo().copy({"res_model": message._name, "res_id": message.id})
        return new.mapped("correlation_id"), known, conflicts

    def _notify(self, new, known, conflicts):
        parts = [
            self.env._("%(count)s invoice(s) are read and compared.", count=len(new))
        ]
        if known:
            parts.append(self.env._("Imported before: %s.", ", ".join(known)))
        if conflicts:
            parts.append(
                self.env._(
                    "Known with another content, see the exceptions: %s.",
                    ", ".join(conflicts),
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "logistics_carrier.logistics_freight_invoice_action"
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": " ".join(parts),
                "type": "warning" if conflicts else "success",
                "next": action,
            },
        }


class LogisticsFreightImportLine(models.TransientModel):
    """One row is one invoice of the files, as it was read."""

    _name = "logistics.freight.import.line"
    _description = "Invoice to Import"
    _order = "id"
    _rec_name = "number"

    import_id = fields.Many2one(
        "logistics.freight.import",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    file_name = fields.Char(string="File", readonly=True)
    number = fields.Char(string="Invoice", readonly=True)
    date = fields.Date(readonly=True)
    currency = fields.Char(readonly=True)
    charge_count = fields.Integer(string="Charges", readonly=True)
    amount = fields.Float(string="Without tax", digits=(16, 2), readonly=True)
    tax = fields.Float(digits=(16, 2), readonly=True)
    total = fields.Float(digits=(16, 2), readonly=True)
    gap = fields.Float(
        string="Not in its lines",
        digits=(16, 2),
        compute="_compute_gap",
        help="The carrier's total less its lines.",
    )
    is_known = fields.Boolean(
        string="Imported before", readonly=True, help="It is not imported again."
    )

    @api.depends("amount", "tax", "total")
    def _compute_gap(self):
        for line in self:
            line.gap = round(line.total - line.amount - line.tax, 3)
