"""Buying labels: a delivery becomes shipments, their requests go to the outbox."""

from psycopg2.errors import UniqueViolation

from odoo import fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import mute_logger

from odoo.addons.logistics_core.errors import InvalidMessage, LogisticsError
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.translation import translated

from ..canonical import Money, TransportInstruction
from ..tools.numbers import to_amount
from .picking_contents import to_content
from .shipment import LIVE_STATES


class StockPicking(models.Model):
    _inherit = "stock.picking"

    logistics_access_point = fields.Char(
        string="Drop-off point", copy=False, help="The carrier's ID of the point."
    )
    logistics_access_point_name = fields.Char(
        string="Delivered to the point", copy=False
    )

    def _logistics_buy(self, direction="outbound"):
        """Ask for the labels of these deliveries; what is asked for is not repeated.

        Writes the shipments, their parcels and the requests in the current
        transaction: when it is undone, nothing was bought.

        :return: (shipments, {delivery: [problems]}); a delivery with problems is
            left as it was
        """
        shipments = self.env["logistics.shipment"].sudo()
        problems, plans = {}, []
        for picking in self.sudo():
            current = picking._logistics_get_current(direction)
            if current:
                shipments |= current
                continue
            carrier = picking._logistics_resolve_carrier()
            parcels = picking._logistics_plan_parcels(carrier.logistics_package_type_id)
            found = picking._logistics_find_problems(
                carrier, parcels, direction
            ) or picking._logistics_try_request(carrier, parcels, direction)
            if found:
                problems[picking.with_env(self.env)] = found
            else:
                plans.append((picking, carrier, parcels))
        bought = self._logistics_create_shipments(plans, direction)
        bought._request_labels([parcels for _picking, _carrier, parcels in plans])
        return shipments | bought, problems

    def _logistics_try_request(self, carrier, parcels, direction):
        """Return why the request cannot be written as the carrier wants it.

        The shipment it is written for exists in memory only.
        """
        values = self._prepare_logistics_shipment(carrier, direction)
        shipment = self.env["logistics.shipment"].new(values)
        backend = carrier.logistics_backend_id
        try:
            backend._get_connector()._check_shipment(
                backend, self._prepare_transport_instruction(shipment, parcels)
            )
        except LogisticsError as error:
            return [translated(self.env, error.advice)]
        return []

    def _logistics_buy_or_raise(self, direction="outbound"):
        """Ask for the labels of one delivery.

        :raises InvalidMessage: with all that is missing
        """
        self.ensure_one()
        shipments, problems = self._logistics_buy(direction)
        if problems:
            raise InvalidMessage(
                _lt(
                    "%(delivery)s cannot be shipped yet:\n%(problems)s",
                    delivery=self.name,
                    problems="\n".join(f"• {text}" for text in problems[self]),
                ),
                remedy=_lt("Complete what is missing, then buy the labels."),
            )
        return shipments

    def _logistics_get_current(self, direction="outbound"):
        """Return the shipment of this delivery that has, or may get, a label."""
        return self.logistics_shipment_ids.filtered(
            lambda s: (
                s.direction == direction
                and s.state in LIVE_STATES
                # What is lost or came back may be shipped again.
                and s.state not in ("lost", "returned")
            )
        )[:1]

    def _logistics_create_shipments(self, plans, direction):
        """Create the shipments; another transaction may be doing the same."""
        vals_list = [
            picking._prepare_logistics_shipment(carrier, direction)
            for picking, carrier, _parcels in plans
        ]
        shipments = self.env["logistics.shipment"].sudo()
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                return shipments.create(vals_list)
        except UniqueViolation as error:
            # Our snapshot is older than the twin's commit: start again.
            raise ConcurrencyError("The labels were requested meanwhile") from error

    def _prepare_logistics_shipment(self, carrier, direction):
        earlier = self.logistics_shipment_ids
        number = len(earlier) + 1
        suffix = "" if number == 1 and direction == "outbound" else f"-{number}"
        batch = self.batch_id.name if "batch_id" in self._fields else False
        order = self.sale_id
        return {
            "name": f"{self.name}{suffix}",
            "direction": direction,
            "state": "requested",
            "picking_id": self.id,
            "batch_name": batch,
            "company_id": self.company_id.id,
            "warehouse_id": self.picking_type_id.warehouse_id.id,
            "backend_id": carrier.logistics_backend_id.id,
            "carrier_id": carrier.id,
            "service": carrier.logistics_service,
            "partner_id": self.partner_id.id,
            "label_format": carrier.logistics_label_format,
            "ship_date": self.picking_type_id.warehouse_id._get_today(),
            "currency_id": (order.currency_id or self.company_id.currency_id).id,
            "return_of_id": (
                (self.return_id or self)._logistics_get_current("outbound").id
                if direction == "return"
                else False
            ),
        }

    def _logistics_get_warehouse_partner(self):
        """Return the contact whose address is ours, of the warehouse or company."""
        warehouse = self.picking_type_id.warehouse_id
        return warehouse.partner_id or self.company_id.partner_id

    def _prepare_transport_instruction(self, shipment, parcels):
        """Return the TransportInstruction of a shipment of these PlannedParcels."""
        carrier, order = shipment.carrier_id, self.sale_id
        ours = self._logistics_get_warehouse_partner()._get_carrier_party()
        theirs = self.partner_id._get_carrier_party()
        is_return = shipment.direction == "return"
        contents = tuple(to_content(parcel) for parcel in parcels)
        currency = self._logistics_get_currency().name
        value = sum(content.value.amount for content in contents)
        insured = value * carrier.shipping_insurance / 100
        return TransportInstruction(
            reference=shipment.name,
            service=shipment.service,
            ship_from=theirs if is_return else ours,
            ship_to=ours if is_return else theirs,
            parcels=contents,
            ship_date=shipment.ship_date,
            direction=shipment.direction,
            label_format=shipment.label_format,
            order_name=order.name or self.origin or None,
            customer_reference=order.client_order_ref or None,
            customs=self._prepare_customs(shipment, parcels),
            billing=carrier._prepare_logistics_billing(self.partner_id),
            insurance=Money(to_amount(insured), currency) if insured else None,
            signature=carrier.logistics_signature,
            saturday=carrier.logistics_saturday,
            access_point=None if is_return else self._logistics_get_access_point(),
            description=contents[0].description,
            return_of=shipment.return_of_id.external_id or None,
            # A return begins at the customer's.
            ship_zone=None if is_return else shipment.warehouse_id._get_zone().key,
        )

    def _logistics_get_access_point(self):
        """Return the carrier's ID of the drop-off point to deliver to, or None."""
        if self.logistics_access_point:
            return self.logistics_access_point
        location = self.sale_id.pickup_location_data or {}
        wanted = self.carrier_id.logistics_use_locations
        return (wanted and location.get("id")) or None
