"""From a shipment to its request for labels."""

from odoo import models

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.translation import as_html

from ..connectors.backend import INSTRUCTION

VOID = "transport_void"


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _request_labels(self, plans):
        """Write parcels and requests of these new shipments.

        :param plans: a list of PlannedParcel for each shipment
        """
        self._create_parcels(plans)
        items = {}
        for shipment, parcels in zip(self, plans, strict=True):
            backend_items = items.setdefault(shipment.backend_id, [])
            backend_items.append(shipment._prepare_request(parcels))
        for backend, backend_items in items.items():
            self.env["logistics.message"]._enqueue_many(backend, backend_items)
        self._request_documents()

    def _create_parcels(self, plans):
        self.env["logistics.parcel"].create(
            [
                {
                    "shipment_id": shipment.id,
                    "name": parcel.name,
                    "package_id": parcel.package.id,
                    "sscc": parcel.sscc,
                    "weight": float(parcel.weight),
                    "length_mm": float(parcel.size[0]),
                    "width_mm": float(parcel.size[1]),
                    "height_mm": float(parcel.size[2]),
                }
                for shipment, parcels in zip(self, plans, strict=True)
                for parcel in parcels
            ]
        )

    def _prepare_request(self, parcels):
        """Return the outbox item; the key makes a repeat harmless."""
        picking = self.picking_id
        return {
            "canonical": picking._prepare_transport_instruction(self, parcels),
            "record": self,
            "ordering_key": self._get_ordering_key(),
            "external_id": self.name,
            "correlation_id": self._get_correlation(),
        }

    def _get_ordering_key(self):
        """Return the key in whose order the carrier is asked: a return comes after."""
        return self.return_of_id.name or self.name

    def _get_correlation(self):
        picking = self.picking_id
        return picking.sale_id.name or picking.origin or picking.name or self.name

    def _get_messages(self, type_code):
        """Return the outgoing messages of these shipments of one type, old to new."""
        return (
            self.env["logistics.message"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("direction", "=", "out"),
                    ("type_id.code", "=", type_code),
                ],
                order="id",
            )
        )

    def _retry(self):
        """Ask again for a refused label, with what was corrected since.

        :raises InvalidMessage: something is missing still
        """
        self.ensure_one()
        self._leave_carrier_batch()
        message = self._get_messages(INSTRUCTION)[-1:]
        if self.state != "failed" or not message:
            return
        if message._is_unsent():
            self._rewrite_request(message)
        self.write({"state": "requested", "error": False})
        message._replay()

    def _rewrite_request(self, message):
        """Put the present facts into a request that never became a label."""
        picking = self.picking_id
        if picking:
            carrier = self.carrier_id
            parcels = picking._logistics_plan_parcels(carrier.logistics_package_type_id)
            problems = picking._logistics_find_problems(
                carrier, parcels, self.direction
            )
            if problems:
                raise InvalidMessage("\n".join(problems))
            self.write(
                {
                    "service": carrier.logistics_service,
                    "label_format": carrier.logistics_label_format,
                    "partner_id": picking.partner_id.id,
                }
            )
            self.parcel_ids.unlink()
            self._create_parcels([parcels])
            message._set_canonical(
                picking._prepare_transport_instruction(self, parcels)
            )
        self._request_documents()

    def _tell_other_content(self):
        """Warn when the label was bought for other parcels than are shipped."""
        picking = self.picking_id
        planned = picking._logistics_plan_parcels(
            self.carrier_id.logistics_package_type_id
        )
        now = sorted((p.package.id, round(float(p.weight), 3)) for p in planned)
        parcels = self._get_live_parcels()
        bought = sorted((p.package_id.id, round(p.weight, 3)) for p in parcels)
        if now == bought:
            return
        text = self.env._(
            "The label of %s was bought for other parcels than are shipped: void it and"
            " buy a new one.",
            self.name,
        )
        picking._message_log(body=text)
        picking.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=self.env._("The label does not fit"),
            note=as_html(text),
            user_id=picking.user_id.id or self.env.uid,
        )
