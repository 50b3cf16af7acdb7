"""Own documents for customs: contents before the send, the carrier's keys after."""

from dataclasses import replace

from odoo import fields, models

from odoo.addons.logistics_core.errors import NoLongerWanted, Throttled
from odoo.addons.logistics_core.texts import _lt

from .document_sending import LABELLED_STATES


class LogisticsHandlerTransportDocument(models.AbstractModel):
    _name = "logistics.handler.transport_document"
    _inherit = "logistics.handler"
    _description = "Handler: Customs Document"

    # Some delete at the carrier what was uploaded; `_prepare_send` looks at the rest.
    _needs_document = False

    def _prepare_send(self, message, canonical):
        """Return it with the contents of the files, which no message stores.

        :raises NoLongerWanted: the shipment or the document was taken back
        :raises Throttled: the carrier takes later documents only after a while
        """
        if canonical.action == "delete":
            return canonical
        documents = self._get_documents(canonical)
        record = message._get_document()
        wanted = len(documents) == len(canonical.documents) and record
        if canonical.action == "upload":
            wanted = wanted and documents._is_wanted(canonical)
            rules, with_content = None, True
        else:
            wanted = wanted and record.state in LABELLED_STATES
            rules = record._get_document_rules() if record else None
            with_content = not (rules and rules.uploads_first)
        if not wanted:
            raise NoLongerWanted(_lt("The document was taken back: it is not sent."))
        if rules and rules.late_wait:
            self._check_wait(message, record, rules)
        papers = tuple(d._to_canonical(with_content=with_content) for d in documents)
        return replace(canonical, documents=papers)

    def _check_wait(self, message, shipment, rules):
        """An attempt whose fate is not known may have reached the carrier, too."""
        told = [shipment._get_told_at()]
        if message.outcome_unknown:
            told += message.sudo().attempt_ids.filtered("method").mapped("started_at")
        told_at = max(filter(None, told), default=None)
        if not told_at:
            return
        passed = (fields.Datetime.now() - told_at).total_seconds()
        if passed < rules.late_wait:
            raise Throttled(
                _lt("The carrier takes documents some time after the label."),
                retry_after=rules.late_wait - passed,
            )

    def _get_documents(self, canonical):
        """Return the records of the documents named, as far as they are there."""
        ids = [int(paper.reference) for paper in canonical.documents]
        return self.env["logistics.customs.document"].browse(ids).exists().sudo()

    def _sent(self, message, canonical, result):
        documents = self._get_documents(canonical)
        if canonical.action == "upload":
            if documents and documents._is_wanted(canonical):
                documents._set_uploaded(result.external_id)
            elif documents:
                self._forget(message, canonical, result.external_id)
        elif canonical.action == "attach":
            shipment = message._get_document()
            mine = documents.filtered(lambda d: d.shipment_id == shipment)
            mine.write({"state": "sent", "error": False})
            if result.external_id:
                mine.write({"group_external_id": result.external_id})

    def _forget(self, message, canonical, external_id):
        """Delete at the carrier what was uploaded for nothing."""
        paper = replace(canonical.documents[0], external_id=external_id)
        self.env["logistics.message"]._enqueue(
            message.backend_id,
            replace(canonical, action="delete", documents=(paper,)),
            record=message._get_document(),
            ordering_key=message.ordering_key,
            external_id=f"{canonical.reference}:{external_id}:delete",
            correlation_id=message.correlation_id,
        )

    def _withdrawn(self, message, canonical, error):
        self._refused(message, canonical, error)

    def _refused(self, message, canonical, error):
        documents = self._get_documents(canonical)
        if canonical.action == "upload":
            documents = documents.filtered(lambda d: d._is_wanted(canonical))
            documents._set_refused(error)
            for shipment in documents.shipment_id:
                shipment._go_on_with_documents()
        elif canonical.action == "attach":
            waiting = documents.filtered(lambda d: d.state in ("requested", "uploaded"))
            waiting._set_refused(error)
