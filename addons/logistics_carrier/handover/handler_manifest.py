"""Manifests: what the carrier answered."""

from odoo import fields, models

from odoo.addons.logistics_core.errors import NoLongerWanted
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.translation import translated


class LogisticsHandlerTransportManifest(models.AbstractModel):
    _name = "logistics.handler.transport_manifest"
    _inherit = "logistics.handler"
    _description = "Handler: Manifest"

    def _check_wanted(self, message, canonical):
        """What was voided meanwhile is not handed over."""
        self._check_document(message)
        manifest = message._get_document()
        if manifest and not manifest.shipment_ids - manifest._get_gone():
            raise NoLongerWanted(
                _lt("All shipments of %s were voided meanwhile.", manifest.name)
            )

    def _prepare_send(self, message, canonical):
        """Leave out what was voided since it was queued."""
        manifest = message._get_document()
        # What may have arrived is asked for as it was.
        if not manifest or message.outcome_unknown or not manifest._get_gone():
            return canonical
        return manifest._prepare_canonical()

    def _withdrawn(self, message, canonical, error):
        manifest = message._get_document()
        if manifest:
            manifest._get_gone().manifest_id = False
            text = translated(self.env, error)
            manifest.write({"state": "failed", "error": text})

    def _sent(self, message, canonical, result):
        manifest = self._get_document(message)
        answer = result.response
        documents = answer.documents if answer else ()
        attachments = self.env["ir.attachment"]._keep_files(
            message.backend_id,
            manifest,
            [(document.name, document) for document in documents],
        )
        manifest._set_done(
            external_id=(answer and answer.external_id) or result.external_id,
            attachment_ids=[fields.Command.set(attachments.ids)],
        )

    def _refused(self, message, canonical, error):
        manifest = message._get_document()
        if not manifest:
            return
        text = translated(self.env, error)
        if self._is_unclear(message, error):
            manifest.error = self.env._(
                "It is not known whether the carrier has it: %s", text
            )
        else:
            manifest.write({"state": "failed", "error": text})
