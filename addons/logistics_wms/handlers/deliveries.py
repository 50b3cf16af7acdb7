"""What the handlers of the partner's facts share: finding deliveries."""

from odoo import models

from odoo.addons.logistics_core.errors import UnknownDocument
from odoo.addons.logistics_core.texts import _lt

from ..const import BIND_SHIPMENT


class LogisticsWmsDeliveries(models.AbstractModel):
    """Finds the deliveries that a batch of messages is about."""

    _name = "logistics.wms.deliveries"
    _description = "Deliveries of Messages"

    def _get_chains(self, backend, references):
        """Return {reference: its deliveries, oldest first}, in one query."""
        pickings = self.env["stock.picking"].search(
            [
                ("logistics_backend_id", "=", backend.id),
                ("logistics_reference", "in", list(references)),
            ],
            order="id",
        )
        return pickings.grouped("logistics_reference")

    def _get_chain(self, chains, canonical):
        """Return the deliveries of a message; raise UnknownDocument for none."""
        chain = chains.get(canonical.reference)
        if not chain:
            raise UnknownDocument(
                _lt(
                    "No delivery with the reference %s was sent to this partner.",
                    canonical.reference,
                ),
                remedy=_lt(
                    "Ask the partner what it means. If it is an older reference of"
                    " a delivery that was sent again, ignore this message."
                ),
            )
        return chain

    def _get_known_shipments(self, backend, keys):
        """Return {shipment key: id of the delivery} of what was applied."""
        bindings = self.env["logistics.binding"]
        return bindings._get_record_ids(backend, BIND_SHIPMENT, keys)

    def _link_delivery(self, messages, picking):
        """Put messages into the timeline of the delivery."""
        messages.sudo().write(
            {
                "res_model": picking._name,
                "res_id": picking.id,
                "correlation_id": picking.logistics_correlation_id,
            }
        )
