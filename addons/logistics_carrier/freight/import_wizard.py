"""Invoices of carriers, from the files that they offer for download."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.errors import LogisticsError
from odoo.addons.logistics_core.guard import button
from odoo.addons.logistics_core.texts import join
from odoo.addons.logistics_core.tools.bounded import check_file
from odoo.addons.logistics_core.translation import translated


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

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        able = self.new().possible_backend_ids
        if "backend_id" in fields_list and len(able) == 1:
            values.setdefault("backend_id", able.id)
        return values

    @button("write")
    def action_import(self):
        """Read the files; each invoice becomes a message, and then an invoice."""
        self.ensure_one()
        self.backend_id.check_access("read")
        if not self.file_ids:
            raise UserError(self.env._("Choose the file to import."))
        backend = self.backend_id.sudo()
        if backend.state == "draft":
            raise UserError(self.env._("Start %s first.", backend.name))
        counts = [self._import_file(backend, file) for file in self.file_ids]
        new, known, conflicts = (sum(some, []) for some in zip(*counts, strict=True))
        return self._notify(new, known, conflicts)

    def _import_file(self, backend, file):
        """Return the numbers that are new, known, and in conflict."""
        try:
            # Before it is fetched: an upload may be larger than a worker bears.
            check_file(file.file_size or 0)
            invoices = backend._read_freight_file(file.name, file.raw or b"")
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
