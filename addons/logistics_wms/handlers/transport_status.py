"""Tracking milestones of what the warehouse shipped."""

from odoo import models

from odoo.addons.logistics_core.errors import (
    InvalidMessage,
    PrerequisiteMissing,
    UnknownDocument,
)

from ..canonical import TransportStatus
from ..const import BIND_SHIPMENT, TRANSPORT_STATES
from .outbound_notification import to_naive


class LogisticsHandlerTransportStatus(models.AbstractModel):
    _inherit = "logistics.handler.transport_status"

    def _apply(self, items):
        own, others = [], []
        for item in items:
            (own if isinstance(item[1], TransportStatus) else others).append(item)
        for message, canonical in own:
            self._apply_one(message, canonical)
        if others:
            super()._apply(others)

    def _apply_one(self, message, canonical):
        if canonical.status not in dict(TRANSPORT_STATES):
            raise InvalidMessage(
                self.env._("Unknown transport status “%s”.", canonical.status)
            )
        picking = self._find_delivery(message.backend_id, canonical)
        message._set_document(picking)
        message.sudo().correlation_id = picking.logistics_correlation_id
        at = to_naive(canonical.occurred_at)
        if not picking._logistics_apply_transport(
            canonical.status, at, canonical.description
        ):
            message.sudo().note = self.env._("No effect: this was known already.")

    def _find_delivery(self, backend, canonical):
        """Return the shipped delivery.

        :raises PrerequisiteMissing: it is known, but not shipped yet
        """
        chain = self.env["stock.picking"].search(
            [
                ("logistics_backend_id", "=", backend.id),
                ("logistics_reference", "=", canonical.reference),
            ],
            order="id",
        )
        if not chain:
            raise UnknownDocument(
                self.env._(
                    "No delivery with the reference %s was sent to this partner.",
                    canonical.reference,
                )
            )
        shipped = chain.filtered(lambda p: p.state == "done")
        if canonical.shipment_external_id:
            bound = self.env["logistics.binding"]._get_record(
                backend, BIND_SHIPMENT, canonical.shipment_external_id
            )
            shipped = shipped & bound if bound else shipped.browse()
        elif canonical.tracking_number:
            number = canonical.tracking_number
            shipped = shipped.filtered(
                lambda p: number in (p.carrier_tracking_ref or "").split(",")
            )
        if not shipped:
            raise PrerequisiteMissing(
                self.env._(
                    "%(status)s is reported for %(reference)s, which is not shipped"
                    " yet.",
                    status=canonical.status,
                    reference=canonical.reference,
                )
            )
        return shipped[-1]
