"""Voiding: what is not needed any more is not paid for."""

from odoo import models

from odoo.addons.logistics_core.errors import InvalidMessage, NotSupported
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.translation import translated

from ..canonical import TransportVoid
from .shipment_request import INSTRUCTION, VOID

# There is a label, and the carrier does not have the parcel yet.
VOIDABLE = ("requested", "labelled", "manifested", "failed", "draft")


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _void(self):
        """Take the shipment back: cancel what was not sent, void what was bought.

        A request that is under way is voided as soon as its label is known.

        :raises NotSupported: the carrier has no void
        :raises InvalidMessage: the carrier has the parcel already
        """
        for shipment in self:
            if shipment.state in ("voided", "void_requested"):
                continue
            if shipment.state not in VOIDABLE:
                raise InvalidMessage(
                    _lt(
                        "%(shipment)s is with the carrier: %(state)s.",
                        shipment=shipment.name,
                        state=shipment._get_state_label(),
                    ),
                    remedy=_lt("Ask the carrier to send it back."),
                )
            if shipment._withdraw_request():
                shipment._set_voided(self.env._("The label was never bought."))
                continue
            if shipment.state == "failed":
                raise InvalidMessage(
                    _lt(
                        "An earlier attempt for %s may have bought a label.",
                        shipment.name,
                    ),
                    remedy=_lt("Try again: the carrier is asked for it first."),
                )
            shipment._check_void()
            shipment.prior_state = shipment.state
            asked = shipment.state == "requested"
            shipment.state = "void_requested"
            if not asked:
                shipment._request_void()

    def _get_state_label(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    def _check_void(self):
        if not self.backend_id._has_capability(VOID):
            raise NotSupported(
                _lt(
                    "%s cannot void labels.",
                    self.backend_id.name,
                ),
                remedy=_lt(
                    "Do not hand the parcel over: a label that is never scanned is not"
                    " charged. Destroy it, then mark the shipment as not used."
                ),
            )

    def _withdraw_request(self):
        """Take the request back; return whether nothing can have been bought."""
        if self.state == "draft":
            return True
        if self.state not in ("requested", "failed"):
            return False
        message = self._get_messages(INSTRUCTION)[-1:]
        if not message:
            return True
        return message._is_unsent() and bool(message._withdraw())

    def _request_void(self):
        """Write the void to the outbox, for exactly this shipment's references."""
        self.ensure_one()
        parcels = self._get_live_parcels()
        request = TransportVoid(
            reference=self.name,
            shipment_external_id=self.external_id or "",
            tracking_numbers=tuple(
                parcels.filtered("tracking_number").mapped("tracking_number")
            ),
            label_external_ids=tuple(
                parcels.filtered("external_id").mapped("external_id")
            ),
        )
        message = self._get_messages(VOID)[-1:]
        if message and message.state in ("dead", "invalid", "cancelled"):
            message._replay()
            return
        self.env["logistics.message"]._enqueue(
            self.backend_id,
            request,
            record=self,
            ordering_key=self._get_ordering_key(),
            external_id=f"{self.name}:void",
            correlation_id=self._get_correlation(),
        )

    def _set_voided(self, note):
        """There is no live label any more."""
        self.ensure_one()
        self.write({"state": "voided", "error": False})
        self.parcel_ids.write(
            {"status": "cancelled", "next_track_at": False, "void_requested": False}
        )
        picking = self.picking_id
        if picking:
            self._update_delivery()
            picking._message_log(
                body=self.env._(
                    "Shipment %(name)s: %(note)s", name=self.name, note=note
                )
            )
        self._take_back_documents()

    def _set_void_refused(self, error):
        """The label lives on, and costs."""
        self.ensure_one()
        if self.state != "void_requested":
            return
        prior = self.prior_state
        self.write(
            {
                "state": prior if prior in ("labelled", "manifested") else "labelled",
                "error": translated(self.env, error),
            }
        )
        self._update_delivery()
