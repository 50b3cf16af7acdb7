"""UPS on the wire: labels bought, found again and voided."""

import re
from dataclasses import replace
from urllib.parse import quote

from odoo import models

from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import (
    InvalidMessage,
    LogisticsError,
    OutcomeUnknown,
    Rejected,
)
from odoo.addons.logistics_core.texts import _lt

from .. import const, translator
from ..tools import parties


class LogisticsConnectorUps(models.AbstractModel):
    _inherit = "logistics.connector.ups"

    def _send_shipment(self, backend, message, instruction):
        account = self._get_account(backend)
        point = None
        if instruction.access_point:
            point = self._get_access_point(backend, instruction)
        body = translator.to_shipment(instruction, account, point)
        answer = self._call_json(
            backend, "Shipment", "POST", const.SHIP_PATH, json=body
        )
        try:
            found = translator.from_shipment(answer, instruction)
        except InvalidMessage as error:
            # It was bought, and what was bought is found under our reference.
            raise OutcomeUnknown(error.text) from error
        return SendResult(external_id=found.shipment_external_id, response=found)

    def _get_access_point(self, backend, instruction):
        """Return the access point with its address, which UPS wants told again."""
        address, number = instruction.ship_to.address, instruction.access_point
        for point in self._locate(backend, address, 10, number):
            if point.external_id == number:
                return point
        raise Rejected(
            _lt("UPS knows no access point %s near the recipient.", number),
            remedy=_lt("Choose another access point, then send it again."),
        )

    def _lookup_shipment(self, backend, message, instruction):
        """Recover the labels of our reference; voided ones are not recovered."""
        body = translator.to_recovery(instruction, self._get_account(backend))
        try:
            answer = self._call_json(
                backend, "LabelRecovery", "POST", const.RECOVERY_PATH, json=body
            )
        except Rejected as error:
            if self._is_unknown(error):
                return None
            raise
        found = translator.from_recovery(answer, instruction)
        if found is None:
            return None
        found = self._add_price(backend, instruction, found)
        note = self.env._("UPS had these labels already.")
        return SendResult(found.shipment_external_id, response=found, note=note)

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

    def _is_unknown(self, error):
        """Return whether a refusal says that there is no such shipment."""
        words = re.search(const.NOT_FOUND, str(error), re.IGNORECASE)
        return error.http_status == 404 or bool(words)

    def _send_void(self, backend, message, void):
        """Void the shipment; of a part of it, only the parcel named."""
        number = void.shipment_external_id
        params = {}
        if void.part:
            (params["trackingnumber"],) = void.tracking_numbers
        try:
            answer = self._call_json(
                backend,
                "VoidShipment",
                "DELETE",
                const.VOID_PATH % quote(number, safe=""),
                params=params,
                headers={"shipperNumber": self._get_account(backend)},
            )
        except Rejected as error:
            if re.search(const.ALREADY_VOID, str(error), re.IGNORECASE):
                return SendResult(number, note=self.env._("It was void already."))
            raise
        self._check_voided(void, answer.get("VoidShipmentResponse") or {})
        return SendResult(number)

    def _check_voided(self, void, result):
        """Raise Rejected unless all that was named is void: UPS may void a part."""
        status = (result.get("SummaryResult") or {}).get("Status") or {}
        codes = {
            str(package.get("TrackingNumber")): str(
                (package.get("Status") or {}).get("Code")
            )
            for package in parties.as_list(result.get("PackageLevelResults"))
        }
        whole = str(status.get("Code")) == "1"
        if void.part:
            # The other packages are meant to live on.
            codes = {n: codes[n] for n in void.tracking_numbers if n in codes}
            whole = whole or bool(codes)
        left = [number for number, code in codes.items() if code != "1"]
        if not whole or left:
            raise Rejected(
                _lt(
                    "UPS does not void %(what)s: %(text)s",
                    what=", ".join(left) or void.shipment_external_id,
                    text=status.get("Description") or "",
                ),
                code=str(status.get("Code")),
            )

    def _lookup_void(self, backend, message, void):
        """Ask tracking, which tells voided parcels by the type MV."""
        for number in void.tracking_numbers or (void.shipment_external_id,):
            newest = self._track_one(backend, number)[-1:]
            events = [self._translate(backend, e.event, e.payload) for e in newest]
            if not events or events[0].status != "cancelled":
                return None
        return SendResult(void.shipment_external_id)
