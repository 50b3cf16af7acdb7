"""Proofs of delivery: asked for, and kept."""

from odoo import models

from odoo.addons.logistics_core.translation import translated


class LogisticsHandlerTransportProof(models.AbstractModel):
    _name = "logistics.handler.transport_proof"
    _inherit = "logistics.handler"
    _description = "Handler: Proof of Delivery"

    def _sent(self, message, canonical, result):
        proof = self._get_proof(message)
        if result.response is not None:
            proof._store(result.response)

    def _refused(self, message, canonical, error):
        if not message._get_document():
            return
        self._get_proof(message).write(
            {"state": "none", "error": translated(self.env, error)}
        )

    def _get_proof(self, message):
        parcel = self._get_document(message)
        proofs = self.env["logistics.proof"]
        return proofs.search([("parcel_id", "=", parcel.id)]) or proofs.create(
            {"parcel_id": parcel.id}
        )
