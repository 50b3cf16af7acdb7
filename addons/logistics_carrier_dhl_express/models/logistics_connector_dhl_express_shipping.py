"""DHL Express on the wire: labels bought and found again, pick-ups."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from odoo import models

from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import (
    Conflict,
    InvalidMessage,
    LogisticsError,
    OutcomeUnknown,
    Rejected,
)
from odoo.addons.logistics_core.texts import _lt

from .. import const, translator
from ..tools import paperless, services


class LogisticsConnectorDhlExpress(models.AbstractModel):
    _inherit = "logistics.connector.dhl_express"

    def _send_shipment(self, backend, message, instruction):
        account = self._get_account(backend)
        table = backend._get_dhl_express_agreed()
        body = translator.to_shipment(instruction, account, datetime.now(UTC), table)
        body = paperless.add_documents(body, instruction)
        answer = self._call_json(
            backend, "exp-api-shipments", "POST", "shipments", json=body
        )
        try:
            found = translator.from_shipment(answer, instruction)
        except InvalidMessage as error:
            # It was bought, and what was bought is found under our reference.
            raise OutcomeUnknown(error.text) from error
        return SendResult(external_id=found.shipment_external_id, response=found)

    def _lookup_shipment(self, backend, message, instruction):
        """Find a shipment by our reference, and the document that DHL has of it.

        MyDHL gives a label once. What it gives again is the image of the waybill.
        """
        found = self._find_shipments(backend, instruction)
        if not found:
            return None
        if len(found) > 1:
            numbers = [str(s.get("shipmentTrackingNumber")) for s in found]
            raise Conflict(
                _lt(
                    "DHL has several shipments of %(reference)s: %(numbers)s.",
                    reference=instruction.reference,
                    numbers=", ".join(numbers),
                )
            )
        number = str(found[0].get("shipmentTrackingNumber") or "")
        waybill = self._get_waybill(backend, number, instruction)
        confirmation = translator.from_tracked(found[0], instruction, waybill)
        confirmation = self._add_price(backend, instruction, confirmation)
        note = self.env._("DHL had this shipment already.")
        if not waybill:
            note = self.env._(
                "DHL had this shipment already and gives its label once: print it"
                " in MyDHL+."
            )
        return SendResult(number, response=confirmation, note=note)

    def _add_price(self, backend, instruction, confirmation):
        """Complete a shipment found again with the price of its service.

        The carrier does not tell a price twice; what it would cost now is what the
        invoice is compared with.
        """
        request = translator.to_question(instruction, self.env.company.currency_id.name)
        try:
            offers = self._get_rates(backend, request)
        except LogisticsError:
            return confirmation
        if not offers:
            return confirmation
        offer = offers[0]
        return replace(
            confirmation,
            total=offer.total,
            charges=offer.charges,
            estimated_delivery=confirmation.estimated_delivery
            or offer.estimated_delivery,
        )

    def _find_shipments(self, backend, instruction):
        """Return the shipments of exactly our reference."""
        today = datetime.now(UTC).date()
        params = {
            "shipmentReference": instruction.reference[:35],
            "shipmentReferenceType": translator.OUR_REFERENCE,
            "shipperAccountNumber": self._get_account(backend),
            "dateRangeFrom": (today - timedelta(const.LOOKUP_DAYS)).isoformat(),
            "dateRangeTo": (today + timedelta(1)).isoformat(),
            "trackingView": "advance-shipment",
            "levelOfDetail": "all",
        }
        try:
            answer = self._call_json(
                backend,
                "exp-api-shipments-tracking-multi",
                "GET",
                "tracking",
                params=params,
            )
        except Rejected as error:
            if error.http_status == 404:
                return []
            raise
        return [
            shipment
            for shipment in answer.get("shipments") or ()
            if translator.has_reference(shipment, instruction.reference)
        ]

    def _get_waybill(self, backend, number, instruction):
        params = {
            "shipperAccountNumber": self._get_account(backend),
            "typeCode": "waybill",
            "pickupYearAndMonth": f"{instruction.ship_date:%Y-%m}",
            "encodingFormat": "pdf",
        }
        try:
            answer = self._call_json(
                backend,
                "exp-api-shipments-documentimage",
                "GET",
                f"shipments/{quote(number, safe='')}/get-image",
                params=params,
            )
        except Rejected as error:
            if error.http_status == 404:
                return None
            raise
        return translator.to_waybill(answer, number, instruction)

    # Pick-ups

    def _send_pickup(self, backend, message, pickup):
        verbs = {
            "book": self._book_pickup,
            "change": self._change_pickup,
            "cancel": self._cancel_pickup,
        }
        return verbs[pickup.action](backend, pickup, self._get_account(backend))

    def _book_pickup(self, backend, pickup, account):
        answer = self._call_json(
            backend,
            "exp-api-pickups",
            "POST",
            "pickups",
            json=services.to_pickup(pickup, account),
        )
        return self._get_booked(answer, pickup)

    def _change_pickup(self, backend, pickup, account):
        answer = self._call_json(
            backend,
            "exp-api-pickups-update",
            "PATCH",
            f"pickups/{quote(pickup.external_id, safe='')}",
            json=services.to_change(pickup, account),
        )
        return self._get_booked(answer, pickup)

    def _get_booked(self, answer, pickup):
        try:
            found = services.from_pickup(answer, pickup)
        except InvalidMessage as error:
            raise OutcomeUnknown(error.text) from error
        return SendResult(found.external_id, response=found)

    def _cancel_pickup(self, backend, pickup, account):
        """Cancel; a booking that is not there any more is as good as cancelled."""
        address = pickup.ship_from.address
        params = {
            "requestorName": address.name[:80],
            "reason": (pickup.reason or "not needed")[:80],
        }
        try:
            self._request(
                backend,
                "DELETE",
                f"pickups/{quote(pickup.external_id, safe='')}",
                params=params,
                operation="exp-api-pickups-cancel",
            )
        except Rejected as error:
            if error.http_status != 404:
                raise
        return SendResult(pickup.external_id)

    def _lookup_pickup(self, backend, message, pickup):
        """Return None: a change states the whole, a cancellation is harmless twice.

        :raises NotSupported: MyDHL cannot be asked for bookings
        """
        if pickup.action == "book":
            raise self._not_supported(backend, "lookup")
