"""A warehouse partner's shipments become shipments of their carriers."""

from collections import defaultdict

from odoo import fields, models

from odoo.addons.logistics_core.tools.moments import to_naive
from odoo.addons.logistics_core.tools.zones import local_day

WITH_PARTNER = ("sent", "accepted", "picking", "packed")


class LogisticsHandlerOutboundNotification(models.AbstractModel):
    _inherit = "logistics.handler.outbound_notification"

    def _follow_up(self, backend, shipments):
        result = super()._follow_up(backend, shipments)
        reported = [
            (shipment.touched[:1], shipment.canonical) for shipment in shipments
        ]
        self._record_parcels(backend, reported)
        return result

    def _apply_known(self, message, canonical, chain, picking_id):
        result = super()._apply_known(message, canonical, chain, picking_id)
        reported = [(chain.browse(picking_id), canonical)]
        self._record_parcels(message.backend_id, reported)
        return result

    def _apply_by_hand(self, key, message, canonical, pickings):
        picking = super()._apply_by_hand(key, message, canonical, pickings)
        self._record_parcels(message.backend_id, [(picking, canonical)])
        return picking

    def _record_parcels(self, backend, reported):
        """Record parcels of carriers we can follow, each once.

        :param reported: [(delivery, OutboundNotification)]
        """
        parcels = [
            (picking, canonical, parcel)
            for picking, canonical in reported
            for parcel in canonical.parcels
            if parcel.tracking_number and parcel.carrier
        ]
        carriers = self.env["logistics.value.map"]._get_parcel_backends(
            backend, {parcel.carrier for _picking, _canonical, parcel in parcels}
        )
        known = self.env["logistics.parcel"].search(
            [("picking_id", "in", [picking.id for picking, _c, _p in parcels])]
        )
        seen = {(parcel.picking_id, parcel.tracking_number) for parcel in known}
        groups = defaultdict(list)
        for picking, canonical, parcel in parcels:
            carrier, key = (
                carriers.get(parcel.carrier),
                (
                    picking,
                    parcel.tracking_number,
                ),
            )
            if carrier and key not in seen:
                seen.add(key)
                groups[picking, carrier, canonical].append(parcel)
        self.env["logistics.shipment"].create(
            [
                self._prepare_shipment(backend, *place, boxes)
                for place, boxes in groups.items()
            ]
        )

    def _prepare_shipment(self, backend, picking, carrier, canonical, parcels):
        carrier, code = carrier
        warehouse = picking.picking_type_id.warehouse_id
        shipped_at = to_naive(canonical.occurred_at) or fields.Datetime.now()
        packages = picking.move_line_ids.result_package_id
        by_number = {package.logistics_tracking_ref: package for package in packages}
        return {
            # What is reported about it later makes a shipment of its own.
            "name": f"{backend.id}/{picking.name}/{parcels[0].tracking_number}",
            "company_id": carrier.company_id.id,
            "backend_id": carrier.id,
            "picking_id": picking.id,
            "warehouse_id": warehouse.id,
            "partner_id": picking.partner_id.id,
            "service": parcels[0].carrier_service,
            # It is handed over, and only the partner could void its label.
            "state": "in_transit",
            "ship_date": local_day(shipped_at, warehouse._get_zone()),
            "parcel_ids": [
                fields.Command.create(
                    {
                        "name": str(position),
                        "tracking_number": parcel.tracking_number,
                        "carrier_code": code,
                        "sscc": parcel.sscc,
                        "weight": float(parcel.weight or 0),
                        "package_id": by_number.get(
                            parcel.tracking_number, packages.browse()
                        )[:1].id,
                        "status": "created",
                    }
                )
                for position, parcel in enumerate(parcels, 1)
            ],
        }


class LogisticsHandlerTransportStatus(models.AbstractModel):
    _inherit = "logistics.handler.transport_status"

    def _expects_parcels(self, backend):
        """A partner that has deliveries may report their parcels later."""
        return super()._expects_parcels(backend) or self.env[
            "stock.picking"
        ].search_count(
            [
                ("company_id", "=", backend.company_id.id),
                ("logistics_state", "in", WITH_PARTNER),
            ],
            limit=1,
        )
