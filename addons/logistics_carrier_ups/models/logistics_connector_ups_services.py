"""UPS on the wire: rates, addresses, access points and pick-ups."""

from odoo import models

from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import InvalidMessage, OutcomeUnknown, Rejected

from .. import const
from ..tools import pickups, rates


class LogisticsConnectorUps(models.AbstractModel):
    _inherit = "logistics.connector.ups"

    def _get_rates(self, backend, request):
        answer = self._call_json(
            backend,
            "Rate",
            "POST",
            const.RATE_PATH,
            json=rates.to_rate(request, self._get_account(backend)),
            params={"additionalinfo": "timeintransit"},
        )
        return rates.from_rates(answer, request.services)

    def _check_address(self, backend, address):
        answer = self._call_json(
            backend,
            "AddressValidation",
            "POST",
            const.ADDRESS_PATH,
            json=pickups.to_check(address),
        )
        return pickups.from_check(answer, address)

    def _find_access_points(self, backend, address, limit=10):
        return self._locate(backend, address, limit)

    def _locate(self, backend, address, limit, number=None):
        answer = self._call_json(
            backend,
            "Locator",
            "POST",
            const.LOCATOR_PATH,
            json=pickups.to_locator(address, limit, number),
        )
        return pickups.from_locator(answer)[:limit]

    # Pick-ups

    def _send_pickup(self, backend, message, pickup):
        """Book, or cancel; a change is both, as UPS has none of its own."""
        if pickup.action in ("change", "cancel"):
            self._cancel_pickup(backend, pickup.external_id)
        if pickup.action == "cancel":
            return SendResult(pickup.external_id)
        return self._book_pickup(backend, pickup)

    def _cancel_pickup(self, backend, number):
        """Cancel; one that is not pending any more is as good as cancelled."""
        try:
            self._request(
                backend,
                "DELETE",
                const.PICKUP_CANCEL_PATH,
                headers={"Prn": number},
                operation="Pickup Cancel",
            )
        except Rejected:
            pending = self._get_pending(backend)
            if pickups.is_pending(pending, number):
                raise

    def _book_pickup(self, backend, pickup):
        answer = self._call_json(
            backend,
            "Pickup Creation",
            "POST",
            const.PICKUP_PATH,
            json=pickups.to_pickup(pickup, self._get_account(backend)),
        )
        try:
            found = pickups.from_pickup(answer, pickup)
        except InvalidMessage as error:
            raise OutcomeUnknown(error.text) from error
        return SendResult(found.external_id, response=found)

    def _get_pending(self, backend):
        return self._call_json(
            backend,
            "Pickup Pending Status",
            "GET",
            const.PICKUP_PENDING_PATH,
            headers={"AccountNumber": self._get_account(backend)},
        )

    def _lookup_pickup(self, backend, message, pickup):
        """Find the booking of our reference among the pending ones."""
        answer = self._get_pending(backend)
        if pickup.action == "cancel":
            pending = pickups.is_pending(answer, pickup.external_id)
            return None if pending else SendResult(pickup.external_id)
        number = pickups.find_pending(answer, pickup.reference)
        if not number or number == pickup.external_id:
            return None  # not booked, or what is to be changed is still there
        found = pickups.to_confirmation(number, pickup)
        return SendResult(number, response=found)
