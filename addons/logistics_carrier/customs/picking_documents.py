"""Own documents of a delivery: checked before anything is sent, also sent later."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.guard import button

from ..canonical.documents import KINDS, get_format, is_genuine
from ..const import STOCK
from .document_sending import LABELLED_STATES

MEGABYTE = 1024 * 1024


class StockPicking(models.Model):
    _inherit = "stock.picking"

    logistics_document_ids = fields.One2many(
        "logistics.customs.document",
        "picking_id",
        string="Customs documents",
        copy=False,
        groups="stock.group_stock_user,logistics_core.group_warehouse_user",
    )
    logistics_takes_documents = fields.Boolean(
        compute="_compute_logistics_documents", compute_sudo=True
    )
    logistics_can_send_documents = fields.Boolean(
        compute="_compute_logistics_documents", compute_sudo=True
    )

    @api.depends(
        "carrier_id", "logistics_document_ids.state", "logistics_shipment_ids.state"
    )
    def _compute_logistics_documents(self):
        for picking in self:
            shipment = picking._logistics_get_current()
            carrier = picking.carrier_id
            picking.logistics_takes_documents = (
                bool(picking.logistics_document_ids)
                or carrier._logistics_has("paperless_documents")
                or (picking._logistics_is_ours() and carrier.logistics_mode == "rules")
            )
            picking.logistics_can_send_documents = (
                shipment.state in LABELLED_STATES
                and bool(picking._logistics_get_open_documents())
            )

    def _logistics_get_open_documents(self):
        """Return the documents that no shipment has yet."""
        documents = self.sudo().logistics_document_ids.sorted("id")
        return documents.filtered(lambda document: document._is_open())

    def _logistics_find_document_problems(self, carrier, direction):
        """Return what keeps the open documents from going with a new label."""
        documents = self._logistics_get_open_documents()
        backend = carrier.logistics_backend_id.sudo()
        if direction != "outbound" or not documents or not backend:
            return []
        return self._logistics_check_documents(backend, documents)

    def _logistics_check_documents(self, backend, documents, present=0):
        """Return what keeps the carrier from taking these documents.

        :param present: number of documents its shipment has already
        """
        if not backend._has_capability("paperless_documents"):
            return [
                self.env._(
                    "%s takes no documents of ours: print them, and remove them from"
                    " the delivery.",
                    backend.name,
                )
            ]
        if not self._logistics_needs_customs():
            return [
                self.env._(
                    "No customs border is crossed: remove the customs documents."
                )
            ]
        rules = backend._get_connector()._get_document_rules(backend)
        problems = []
        if present + len(documents) > rules.max_count:
            problems.append(
                self.env._(
                    "%(carrier)s takes %(most)s documents with a shipment, not"
                    " %(count)s.",
                    carrier=backend.name,
                    most=rules.max_count,
                    count=present + len(documents),
                )
            )
        for document in documents:
            problems += document._find_problems(backend, rules)
        return problems

    @button("write", STOCK)
    def action_logistics_send_documents(self):
        """Send documents that were added after the label was bought."""
        self.ensure_one()
        self._logistics_check_buyer()
        shipment = self.sudo()._logistics_get_current()
        if shipment.state not in LABELLED_STATES:
            raise UserError(
                self.env._(
                    "Documents go to the carrier with the label, or after it while the"
                    " parcel is on its way. There is no such shipment now."
                )
            )
        documents = self._logistics_get_open_documents()
        problems = self.sudo()._logistics_check_late(shipment, documents)
        if problems:
            raise UserError("\n".join(problems))
        documents._link(shipment)
        if shipment._get_document_rules().uploads_first:
            documents._upload()
        else:
            shipment._attach_documents()
        return True

    def _logistics_check_late(self, shipment, documents):
        """Return what keeps these documents from going with a labelled shipment."""
        if not documents:
            return [self.env._("There is no document that was not sent.")]
        backend, present = shipment.backend_id, shipment.document_ids - documents
        problems = self._logistics_check_documents(backend, documents, len(present))
        if problems or not shipment._get_document_rules().late_needs_first:
            return problems
        if not present.filtered(lambda document: document.state == "sent"):
            problems.append(
                self.env._(
                    "%(carrier)s takes documents later only where the label was bought"
                    " with documents, and that of %(shipment)s was not. Print them.",
                    carrier=backend.name,
                    shipment=shipment.name,
                )
            )
        return problems


class LogisticsCustomsDocument(models.Model):
    _inherit = "logistics.customs.document"

    def _find_problems(self, backend, rules):
        """Return what of this document the carrier does not take."""
        self.ensure_one()
        facts = {"carrier": backend.name, "file": self.file_name}
        raw, ending = self._get_raw(), get_format(self.file_name)
        problems = []
        if self.kind not in rules.kinds:
            names = dict(self._fields["kind"]._description_selection(self.env))
            known = [names[kind] for kind, _name in KINDS if kind in rules.kinds]
            problems.append(
                self.env._(
                    "%(carrier)s does not take “%(file)s” as %(kind)s, only as:"
                    " %(known)s.",
                    kind=names[self.kind],
                    known=", ".join(known),
                    **facts,
                )
            )
        if ending not in rules.formats:
            problems.append(
                self.env._(
                    "%(carrier)s does not take the format of “%(file)s”, only:"
                    " %(known)s.",
                    known=", ".join(sorted(rules.formats)),
                    **facts,
                )
            )
        elif not is_genuine(self.file_name, raw):
            problems.append(
                self.env._(
                    "“%(file)s” is empty or not the format its name says.", **facts
                )
            )
        if len(raw) > rules.max_bytes:
            problems.append(
                self.env._(
                    "“%(file)s” has %(size).1f MB; %(carrier)s takes %(most).1f MB.",
                    size=len(raw) / MEGABYTE,
                    most=rules.max_bytes / MEGABYTE,
                    **facts,
                )
            )
        return problems
