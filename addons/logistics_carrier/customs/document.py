"""Own documents for customs: attached to a delivery, sent with its shipment."""

import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..canonical.documents import KINDS, CustomsDocument

# Nothing of it is at the carrier, or nothing that counts.
OPEN_STATES = ("draft", "failed")
# Shipments that do not keep a document from going with another one.
PAST_STATES = ("failed", "voided", "lost", "returned")


class LogisticsCustomsDocument(models.Model):
    """One row is one file for customs of one delivery, as its carrier gets it."""

    _name = "logistics.customs.document"
    _description = "Customs Document"
    _order = "picking_id, id"
    _rec_name = "file_name"
    _content_fields = frozenset({"picking_id", "kind", "file", "file_name"})

    picking_id = fields.Many2one(
        "stock.picking",
        string="Delivery",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="picking_id.company_id", store=True)
    kind = fields.Selection(
        KINDS, string="Document", required=True, default="commercial_invoice"
    )
    file = fields.Binary(required=True, attachment=True)
    file_name = fields.Char(required=True)
    shipment_id = fields.Many2one(
        "logistics.shipment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Goes, or went, with this shipment.",
    )
    state = fields.Selection(
        [
            ("draft", "Not sent"),
            ("requested", "Being sent"),
            ("uploaded", "At the carrier"),
            ("sent", "With the shipment"),
            ("failed", "Refused"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    external_id = fields.Char(string="Carrier's ID", readonly=True, copy=False)
    group_external_id = fields.Char(
        string="Carrier's ID of the group", readonly=True, copy=False
    )
    attempt = fields.Integer(readonly=True, copy=False)
    error = fields.Char(readonly=True, copy=False)

    def write(self, vals):
        if self._content_fields & vals.keys():
            self._check_open()
            self._reopen()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_open(self):
        self._check_open()
        self._reopen()

    def _is_open(self):
        """Return whether it may be changed, deleted, or go with another shipment."""
        return self.state in OPEN_STATES or self.shipment_id.state in PAST_STATES

    def _check_open(self):
        for document in self.sudo():
            if not document._is_open():
                raise UserError(
                    self.env._(
                        "“%(file)s” goes with %(shipment)s and cannot be changed any"
                        " more. Add another document, or void the shipment first.",
                        file=document.file_name,
                        shipment=document.shipment_id.name,
                    )
                )

    def _reopen(self):
        """Let go of what the carrier has of it; it can be sent again."""
        for document in self.sudo().filtered(lambda d: d.state != "draft"):
            document._get_uploads()._withdraw()
            # What was sent with a parcel stays with customs.
            gone = document.shipment_id.state in ("lost", "returned")
            if document.external_id and not gone:
                document._delete_at_carrier(document.external_id)
            document.write(
                {
                    "state": "draft",
                    "shipment_id": False,
                    "external_id": False,
                    "group_external_id": False,
                    "error": False,
                }
            )

    def _get_uploads(self):
        """Return the messages that upload this document."""
        messages = self.env["logistics.message"].sudo()
        return messages.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("direction", "=", "out"),
                ("external_id", "=like", "%:upload"),
            ]
        )

    def _get_reference(self):
        """Return our key of this document as it is sent now."""
        return f"{self.shipment_id.name}/{self.id}/{self.attempt}"

    def _to_canonical(self, with_content=False):
        """Return the CustomsDocument; with its content only right before a send."""
        self.ensure_one()
        return CustomsDocument(
            reference=str(self.id),
            kind=self.kind,
            name=self.file_name,
            content=self._get_content() if with_content else None,
            external_id=self.external_id or None,
        )

    def _get_content(self):
        """Return the file in base64."""
        return self.with_context(bin_size=False).file.decode()

    def _get_raw(self):
        return base64.b64decode(self.with_context(bin_size=False).file or b"")
