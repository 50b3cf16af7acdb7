"""Voiding one parcel: the rest of its shipment lives on, and costs less."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.errors import (
    InvalidMessage,
    LogisticsError,
    NotSupported,
)
from odoo.addons.logistics_core.guard import WAREHOUSE, button
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.translation import translated

from ..canonical import TransportVoid
from ..tools.numbers import to_decimal
from .tools.costs import without

CAPABILITY = "void_parcel"
# There is a label, and the carrier does not have the parcel yet.
VOIDABLE = ("labelled", "manifested")


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    void_requested = fields.Boolean(
        readonly=True, copy=False, help="The carrier was asked to void its label."
    )
    can_void = fields.Boolean(compute="_compute_can_void", compute_sudo=True)

    @api.depends(
        "status",
        "void_requested",
        "shipment_id.state",
        "shipment_id.parcel_ids.status",
    )
    def _compute_can_void(self):
        for parcel in self:
            shipment = parcel.shipment_id
            parcel.can_void = (
                shipment.can_void_parcel
                and shipment.state in VOIDABLE
                and parcel.status == "created"
                and not parcel.void_requested
                and len(shipment._get_live_parcels()) > 1
            )

    @button("read", WAREHOUSE)
    def action_void(self):
        """Take the labels of these parcels back at the carrier."""
        self._check_warehouse_user()
        try:
            self.sudo()._void()
        except LogisticsError as error:
            raise UserError(translated(self.env, error.advice)) from error
        return True

    def _void(self):
        """Void these parcels' labels; their shipments live on.

        :raises NotSupported: the carrier voids whole shipments only
        :raises InvalidMessage: the carrier has it already, or it is the last one
        """
        # Two people must not void one parcel each of the last two.
        self.shipment_id._touch()
        for parcel in self.filtered(
            lambda p: p.status != "cancelled" and not p.void_requested
        ):
            parcel._check_void()
            parcel.void_requested = True
            parcel._request_void()

    def _check_void(self):
        shipment = self.shipment_id
        if not self.backend_id._has_capability(CAPABILITY):
            raise NotSupported(
                _lt(
                    "%s voids whole shipments only, not single parcels.",
                    self.backend_id.name,
                ),
                remedy=_lt(
                    "Void the shipment, then buy labels for what is to be shipped."
                ),
            )
        if shipment.state not in VOIDABLE or self.status not in (False, "created"):
            raise InvalidMessage(
                _lt("%s has no label that can be voided.", self.display_name),
                remedy=_lt("Ask the carrier to send it back if it has it."),
            )
        others = shipment._get_live_parcels().filtered(lambda p: not p.void_requested)
        if not others - self:
            raise InvalidMessage(
                _lt(
                    "%(parcel)s is the last parcel of %(shipment)s.",
                    parcel=self.display_name,
                    shipment=shipment.name,
                ),
                remedy=_lt("Void the shipment instead."),
            )

    def _request_void(self):
        """Write the void to the outbox, for exactly this parcel."""
        shipment = self.shipment_id
        messages = self.env["logistics.message"].sudo()
        key = f"{shipment.name}:void:{self.id}"
        message = messages.search(
            [
                ("backend_id", "=", self.backend_id.id),
                ("direction", "=", "out"),
                ("external_id", "=", key),
            ]
        )
        if message:  # an earlier one was refused
            message._replay()
            return
        messages._enqueue(
            self.backend_id,
            TransportVoid(
                reference=shipment.name,
                shipment_external_id=shipment.external_id or "",
                tracking_numbers=(self.tracking_number,),
                label_external_ids=tuple(filter(None, [self.external_id])),
                part=True,
            ),
            record=self,
            # A key of its own: refused, it does not keep back the shipment's void.
            ordering_key=key,
            external_id=key,
            correlation_id=shipment._get_correlation(),
        )

    # What the carrier answered; called by the handler of voids.

    def _set_voided(self, note):
        """There is no live label of this parcel any more."""
        self.ensure_one()
        shipment = self.shipment_id
        shipment._touch()
        if self.status == "cancelled" and not self.void_requested:
            return  # with its shipment, meanwhile
        before = shipment._get_live_parcels()
        others = before - self
        if self in before and others:
            shipment._reduce_cost(before, self)
        self.write(
            {
                "status": "cancelled",
                "status_at": fields.Datetime.now(),
                "next_track_at": False,
                "void_requested": False,
            }
        )
        if not others and shipment.state in VOIDABLE:
            shipment._set_voided(note)
            return
        shipment._tell_parcel_void(self, note)

    def _set_void_refused(self, error):
        """The label lives on, and costs."""
        self.ensure_one()
        self.void_requested = False
        self.shipment_id.error = self.env._(
            "%(parcel)s is not voided: %(error)s",
            parcel=self.display_name,
            error=translated(self.env, error),
        )


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _reduce_cost(self, parcels, voided):
        """Take the share of one of these parcels off what the shipment will cost.

        The carrier gives no new price: the share is the one that its invoice is
        compared with.
        """
        if not self.expected_cost:
            return
        ordered = parcels.sorted("id")
        total, charges = without(
            to_decimal(self.expected_cost),
            self.charge_text or "",
            [to_decimal(parcel.weight) for parcel in ordered],
            ordered.ids.index(voided.id),
        )
        self.write(
            {"expected_cost": float(max(total, Decimal(0))), "charge_text": charges}
        )

    def _tell_parcel_void(self, parcel, note):
        """Give the delivery the numbers and the price of what is left."""
        self.error = False
        picking = self.picking_id
        if not picking:
            return
        self._update_delivery()
        picking._message_log(
            body=self.env._(
                "Parcel %(name)s: %(note)s", name=parcel.display_name, note=note
            )
        )
