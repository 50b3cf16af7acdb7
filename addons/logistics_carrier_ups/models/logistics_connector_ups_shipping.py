"""UPS on the wire: labels, pick-ups, own documents for customs."""

from odoo import models

from odoo.addons.logistics_carrier.canonical import TransportPickupConfirmation
from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import Rejected
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_paths

from .. import translator
from ..tools import paperless, pickups, tracking


class LogisticsConnectorUps(models.AbstractModel):
    _inherit = "logistics.connector.ups"

    def _check_shipment(self, backend, instruction):
        translator.to_shipment(instruction, self._get_account(backend))

    def _send_shipment(self, backend, message, instruction):
        account = self._get_account(backend)
        point = None
        if instruction.access_point:
            point = self._get_access_point(backend, instruction)
        body = translator.to_shipment(instruction, account, point)
        answer = self._call(backend, "Shipment", json=body)
        with self._reading(backend):
            return self._get_bought(translator.from_shipment(answer, instruction))

    def _get_access_point(self, backend, instruction):
        """Return the access point with its address, which UPS asks for too."""
        address, number = instruction.ship_to.address, instruction.access_point
        for point in self._find_access_points(backend, address, number=number):
            if point.external_id == number:
                return point
        raise Rejected(
            _lt("UPS knows no access point %s near the recipient.", number),
            remedy=_lt("Choose another access point, then send it again."),
        )

    def _lookup_shipment(self, backend, message, instruction):
        """Recover the labels of our reference; voided ones are not recovered."""
        body = translator.to_recovery(instruction, self._get_account(backend))
        answer = self._call(backend, "LabelRecovery", json=body)
        found = translator.from_recovery(answer, instruction)
        return found and self._get_found(backend, instruction, found)

    def _send_void(self, backend, message, void):
        """Void the shipment; of a part of it, only the parcel named."""
        number, params = void.shipment_external_id, {}
        if void.part:
            (params["trackingnumber"],) = void.tracking_numbers
        headers = {"shipperNumber": self._get_account(backend)}
        answer = self._call(
            backend, "VoidShipment", number, params=params, headers=headers
        )
        if answer is None:
            return SendResult(number, note=self.env._("It was void already."))
        self._check_voided(void, json_paths.block(answer, "VoidShipmentResponse"))
        return SendResult(number)

    def _check_voided(self, void, result):
        """Raise Rejected unless all that was named is void: UPS may void a part."""
        status = json_paths.block(result, "SummaryResult.Status")
        codes = {
            json_paths.text(package, "TrackingNumber"): json_paths.text(
                package, "Status.Code"
            )
            for package in json_paths.rows(result, "PackageLevelResults")
        }
        whole = str(status.get("Code")) == "1"
        if void.part:
            # The other packages are meant to live on.
            codes = {n: codes[n] for n in void.tracking_numbers if n in codes}
            whole = whole or bool(codes)
        left = [str(number) for number, code in codes.items() if code != "1"]
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
        """Ask tracking, which marks voided parcels with the type MV."""
        for number in void.tracking_numbers or (void.shipment_external_id,):
            answer = self._get_track(backend, number)
            newest = tracking.to_envelopes(answer or {})[-1:]
            events = [self._translate(backend, e.event, e.payload) for e in newest]
            if not events or events[0].status != "cancelled":
                return None
        return SendResult(void.shipment_external_id)

    # Pick-ups

    def _send_pickup(self, backend, message, pickup):
        """Book, or cancel; a change is both, as UPS has none of its own."""
        if pickup.action in ("change", "cancel"):
            self._cancel_pickup(backend, pickup.external_id)
        if pickup.action == "cancel":
            return SendResult(pickup.external_id)
        body = pickups.to_pickup(pickup, self._get_account(backend))
        answer = self._call(backend, "Pickup Creation", json=body)
        with self._reading(backend):
            return self._get_answered(pickups.from_pickup(answer, pickup))

    def _cancel_pickup(self, backend, number):
        """Cancel; one that is not pending any more is as good as cancelled."""
        try:
            self._call(backend, "Pickup Cancel", headers={"Prn": number})
        except Rejected:
            if pickups.is_pending(self._get_pending(backend), number):
                raise

    def _get_pending(self, backend):
        headers = {"AccountNumber": self._get_account(backend)}
        return self._call(backend, "Pickup Pending Status", headers=headers)

    def _lookup_pickup(self, backend, message, pickup):
        """Find the booking of our reference among the pending ones."""
        answer = self._get_pending(backend)
        if pickup.action == "cancel":
            pending = pickups.is_pending(answer, pickup.external_id)
            return None if pending else SendResult(pickup.external_id)
        number = pickups.find_pending(answer, pickup.reference)
        if not number or number == pickup.external_id:
            return None  # not booked, or what is to be changed is still there
        found = TransportPickupConfirmation(number, pickup.ready_local)
        return self._get_answered(found)

    # Own documents for customs

    def _get_document_rules(self, backend):
        return paperless.get_rules(backend.environment)

    def _send_document(self, backend, message, order):
        account = self._get_account(backend)
        headers = {"ShipperNumber": account}
        if order.action == "delete":
            return self._delete_document(backend, order, headers)
        if order.action == "upload":
            name, read = "Upload", paperless.from_upload
            body = paperless.to_upload(order, account)
        else:
            name, read = "PushToImageRepository", paperless.from_push
            body = paperless.to_push(order, account)
        answer = self._call(backend, name, headers=headers, json=body)
        with self._reading(backend):
            return SendResult(read(answer))

    def _delete_document(self, backend, order, headers):
        """Delete; a document that is not there any more is as good as deleted."""
        key = order.documents[0].external_id
        self._call(backend, "Delete", headers={**headers, "DocumentId": key})
        return SendResult(key)
