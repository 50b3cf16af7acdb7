"""DHL Express on the wire: labels, pick-ups, own documents for customs."""

from datetime import UTC, datetime

from odoo import models

from odoo.addons.logistics_carrier.tools.declarations import several
from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt

from .. import translator
from ..tools import paperless, services


class LogisticsConnectorDhlExpress(models.AbstractModel):
    _inherit = "logistics.connector.dhl_express"

    def _check_shipment(self, backend, instruction):
        account = self._get_account(backend)
        table = backend._get_dhl_express_agreed()
        translator.to_shipment(instruction, account, datetime.now(UTC), table)

    def _send_shipment(self, backend, message, instruction):
        account = self._get_account(backend)
        table = backend._get_dhl_express_agreed()
        body = translator.to_shipment(instruction, account, datetime.now(UTC), table)
        body = paperless.add_documents(body, instruction)
        answer = self._call(backend, "exp-api-shipments", json=body)
        with self._reading(backend):
            return self._get_bought(translator.from_shipment(answer, instruction))

    def _lookup_shipment(self, backend, message, instruction):
        """Find a shipment by our reference, and the document that DHL has of it.

        MyDHL gives a label once, and cannot cancel a shipment. What it gives again is
        the image of the waybill.
        """
        account = self._get_account(backend)
        params = translator.to_search(instruction, account, datetime.now(UTC))
        answer = self._call(backend, "exp-api-shipments-tracking-multi", params=params)
        found = translator.find_tracked(answer or {}, instruction.reference)
        if not found:
            return None
        numbers = [str(shipment.get("shipmentTrackingNumber")) for shipment in found]
        if len(found) > 1:
            raise several(instruction.reference, numbers, "DHL")
        waybill = self._get_waybill(backend, numbers[0], instruction)
        confirmation = translator.from_tracked(found[0], instruction, waybill)
        note = not waybill and self.env._(
            "DHL had this shipment already and gives its label once: print it in"
            " MyDHL+."
        )
        return self._get_found(backend, instruction, confirmation, note)

    def _get_waybill(self, backend, number, instruction):
        params = {
            "shipperAccountNumber": self._get_account(backend),
            "pickupYearAndMonth": f"{instruction.ship_date:%Y-%m}",
        }
        name = "exp-api-shipments-documentimage"
        answer = self._call(backend, name, number, params)
        return translator.to_waybill(answer, number, instruction)

    # Pick-ups

    def _send_pickup(self, backend, message, pickup):
        """Book, or change and cancel each visit that was booked."""
        account = self._get_account(backend)
        if pickup.action == "cancel":
            for key in pickup.get_keys():
                params = services.to_cancel(pickup)
                self._call(backend, "exp-api-pickups-cancel", key, params)
            return SendResult(pickup.external_id)
        if pickup.action == "change":
            name, body = "exp-api-pickups-update", services.to_change(pickup, account)
            answer = self._call(backend, name, pickup.external_id, json=body)
        else:
            body = services.to_pickup(pickup, account)
            answer = self._call(backend, "exp-api-pickups", json=body)
        with self._reading(backend):
            return self._get_answered(services.from_pickup(answer, pickup))

    def _lookup_pickup(self, backend, message, pickup):
        """Return None: a change states the whole, a cancellation is harmless twice.

        :raises NotSupported: MyDHL cannot be asked for bookings
        """
        if pickup.action == "book":
            raise self._not_supported(backend, "lookup")

    # Own documents for customs

    def _get_document_rules(self, backend):
        return paperless.RULES

    def _send_document(self, backend, message, order):
        """Upload documents to a shipment; MyDHL has nothing else of them.

        :raises NotSupported: to upload without a shipment, or to delete
        """
        if order.action != "attach":
            raise self._not_supported(backend, f"{order.action} documents")
        number = order.shipment_external_id
        if not number:
            raise InvalidMessage(_lt("The shipment has no waybill number."))
        body = paperless.to_upload(order, self._get_account(backend))
        self._call(backend, "exp-api-shipments-img-upload", number, json=body)
        return SendResult(note=self.env._("DHL has the documents of %s.", number))
