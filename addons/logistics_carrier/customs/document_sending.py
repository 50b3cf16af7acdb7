"""Own documents on their way: uploaded, attached to a shipment, deleted."""

from dataclasses import replace
from datetime import UTC

from odoo import fields, models

from odoo.addons.logistics_core.errors import InvalidMessage, PrerequisiteMissing
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.translation import translated

from ..canonical import TransportDocument
from ..shipping.shipment_request import INSTRUCTION

DOCUMENT = "transport_document"
# There is a label that more documents can be attached to.
LABELLED_STATES = ("labelled", "manifested", "in_transit")


class LogisticsCustomsDocument(models.Model):
    _inherit = "logistics.customs.document"

    def _link(self, shipment):
        """From now on these documents go with this shipment."""
        self._reopen()
        for document in self:
            document.write(
                {
                    "shipment_id": shipment.id,
                    "state": "requested",
                    "attempt": document.attempt + 1,
                }
            )

    def _upload(self):
        """Write an upload to the outbox for each of these documents.

        One request each: it cannot be mistaken whose key the carrier answers.
        """
        for document in self:
            shipment, reference = document.shipment_id, document._get_reference()
            self.env["logistics.message"]._enqueue(
                shipment.backend_id,
                TransportDocument(reference, "upload", (document._to_canonical(),)),
                record=document,
                ordering_key=shipment._get_document_key(),
                external_id=f"{reference}:upload",
                correlation_id=shipment._get_correlation(),
            )

    def _delete_at_carrier(self, external_id):
        """Write to the outbox that the carrier shall delete an uploaded document."""
        shipment, reference = self.shipment_id, self._get_reference()
        paper = replace(self._to_canonical(), external_id=external_id)
        self.env["logistics.message"]._enqueue(
            shipment.backend_id,
            TransportDocument(reference, "delete", (paper,)),
            record=shipment,
            ordering_key=f"{shipment.name}/documents",
            external_id=f"{reference}:{external_id}:delete",
            correlation_id=shipment._get_correlation(),
        )

    def _is_wanted(self, canonical):
        """Return whether this upload is still the one that is waited for."""
        reference = self._get_reference()
        return self.state == "requested" and reference == canonical.reference

    def _check_ready(self, uploads_first):
        """Raise unless a label can be bought with these documents."""
        if uploads_first and self._are_underway():
            raise PrerequisiteMissing(
                _lt("The documents for customs are being uploaded.")
            )
        for document in self:
            if document.state == "failed":
                raise InvalidMessage(
                    _lt(
                        "The document “%(file)s” was refused: %(error)s",
                        file=document.file_name,
                        error=document.error,
                    ),
                    remedy=_lt(
                        "Replace or remove the document on the delivery, then try the"
                        " label again."
                    ),
                )

    def _are_underway(self):
        """Return whether the carrier has not answered about all of them yet."""
        return any(document.state == "requested" for document in self)

    # What the carrier answered; called by the handler.

    def _set_uploaded(self, external_id):
        """Note the carrier's key; the shipment may go on."""
        self.write({"state": "uploaded", "external_id": external_id, "error": False})
        self.shipment_id._go_on_with_documents()

    def _set_refused(self, error):
        """Note why they do not go with their shipment."""
        self.write({"state": "failed", "error": translated(self.env, error)})


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    document_ids = fields.One2many(
        "logistics.customs.document", "shipment_id", string="Customs documents"
    )

    def _get_document_rules(self):
        return self.backend_id._get_connector()._get_document_rules(self.backend_id)

    def _get_document_key(self):
        """Return the key in whose order documents are sent.

        Before the label it is the label's: while that waits for its documents it
        keeps none of them back, and no upload ends between its look and its wait.
        """
        if self.state in ("requested", "failed"):
            return self._get_ordering_key()
        return f"{self.name}/documents"

    def _request_documents(self):
        """Let the open documents of these deliveries go with the labels asked for."""
        for shipment in self.filtered(lambda s: s.direction == "outbound"):
            documents = shipment.picking_id._logistics_get_open_documents()
            # What was uploaded for the refused label is used by the next attempt.
            documents -= shipment.document_ids.filtered("external_id").filtered(
                lambda d: d.state == "uploaded"
            )
            documents._link(shipment)
            if documents and shipment._get_document_rules().uploads_first:
                documents._upload()

    def _add_documents(self, instruction):
        """Return the instruction with the documents of this shipment.

        :raises PrerequisiteMissing: one of them is being uploaded
        :raises InvalidMessage: the carrier refused one of them
        """
        documents = self.sudo().document_ids.sorted("id")
        if not documents:
            return instruction
        first = self._get_document_rules().uploads_first
        documents._check_ready(first)
        papers = tuple(d._to_canonical(with_content=not first) for d in documents)
        return replace(instruction, documents=papers)

    def _set_documents_sent(self):
        """Note that the documents asked for went with the label."""
        gone_along = self.sudo().document_ids.filtered(
            lambda d: d.state in ("requested", "uploaded")
        )
        gone_along.write({"state": "sent"})

    def _take_back_documents(self):
        """Give the documents of a voided shipment back to its delivery."""
        attachments = self._get_messages(DOCUMENT).filtered(
            lambda m: m.external_id.endswith(":attach")
        )
        attachments._withdraw()
        self.sudo().document_ids._reopen()

    def _go_on_with_documents(self):
        """Do what waited for the documents: buy the label, or attach them to it."""
        self._touch()  # of two answers at a time one sees the other
        if self.sudo().document_ids._are_underway():
            return  # the last one goes on
        if self.state in LABELLED_STATES:
            self._attach_documents()
            return
        waiting = self._get_messages(INSTRUCTION).filtered(
            lambda m: m.state == "deferred"
        )
        waiting.write({"state": "pending", "next_attempt_at": False})
        waiting.lane_id._ring_after_commit()

    def _attach_documents(self):
        """Attach what came after the label, all in one request."""
        first = self._get_document_rules().uploads_first
        documents = self.sudo().document_ids
        new = documents.filtered(
            lambda d: d.state == ("uploaded" if first else "requested")
        )
        if not new:
            return
        # The carrier's group is always sent complete: the same again does no harm.
        group = documents.filtered("group_external_id") if first else new.browse()
        papers = (group | new).sorted("id")
        key = "-".join(f"{document.id}.{document.attempt}" for document in new)
        self.env["logistics.message"]._enqueue(
            self.backend_id,
            self._prepare_attachment(papers, group[:1].group_external_id),
            record=self,
            ordering_key=self._get_document_key(),
            external_id=f"{self.name}/documents/{key}:attach",
            correlation_id=self._get_correlation(),
        )

    def _prepare_attachment(self, documents, group):
        labelled_at = self._get_messages(INSTRUCTION)[-1:].done_at
        labelled_at = labelled_at or fields.Datetime.now()
        numbers = self._get_live_parcels().filtered("tracking_number")
        return TransportDocument(
            reference=self.name,
            action="attach",
            documents=tuple(document._to_canonical() for document in documents),
            shipment_external_id=self.external_id or None,
            tracking_numbers=tuple(numbers.mapped("tracking_number")),
            service=self.service or None,
            ship_date=self.ship_date or None,
            labelled_at=labelled_at.replace(tzinfo=UTC),
            group_external_id=group or None,
        )

    def _get_told_at(self):
        """Return when its label or its documents were last sent to the carrier."""
        told = self._get_messages(INSTRUCTION) | self._get_messages(DOCUMENT)
        return max(filter(None, told.mapped("done_at")), default=None)

    def _get_logistics_message_domain(self):
        """Return the domain of its messages and those of its documents."""
        own = super()._get_logistics_message_domain()
        return own | (
            fields.Domain("res_model", "=", "logistics.customs.document")
            & fields.Domain("res_id", "in", self.sudo().document_ids.ids)
        )
