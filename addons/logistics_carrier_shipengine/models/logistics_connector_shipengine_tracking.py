"""ShipEngine on the wire: tracking, asked for and pushed; proof of delivery."""

from functools import partial

from odoo import models

from odoo.addons.logistics_carrier.canonical import ProofOfDelivery, TrackedParcel
from odoo.addons.logistics_carrier.tools.documents import read_file
from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import InvalidMessage, PrerequisiteMissing
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_fields

from .. import const
from ..tools import tracking


class LogisticsConnectorShipengine(models.AbstractModel):
    _inherit = "logistics.connector.shipengine"

    def _track_parcel(self, backend, parcel):
        info = self._get_tracking(backend, parcel)
        return tracking.to_envelopes(info) if info else []

    def _get_carrier_code(self, backend, name):
        plain = "".join(filter(str.isalnum, name.lower()))
        return const.TRACKED_CARRIERS.get(plain)

    def _get_tracking(self, backend, parcel):
        """Return `tracking_information` of exactly this parcel, or None.

        A label's own tracking is that of its first parcel; another parcel is asked
        for by its number at the label's carrier account.
        """
        key = parcel.shipment_external_id
        params = {"tracking_number": parcel.tracking_number}
        if parcel.carrier_code:
            params["carrier_code"] = parcel.carrier_code
        elif key:
            info = self._call(backend, "get_tracking_log_from_label", key)
            if info and _is_of(info, parcel):
                return info
            label = self._call(backend, "get_label_by_id", key) or {}
            if not label.get("carrier_id"):
                return None
            params["carrier_id"] = label["carrier_id"]
        info = self._call(backend, "get_tracking_log", params=params)
        return info if info and _is_of(info, parcel) else None

    def _send_proof(self, backend, message, proof):
        number = proof.tracking_number
        parcel = TrackedParcel(number, proof.shipment_external_id)
        info = self._get_tracking(backend, parcel) or {}
        event, moment = tracking.find_delivery(info)
        if not event:
            raise PrerequisiteMissing(
                _lt("ShipEngine knows of no delivery of this parcel yet.")
            )
        fetch = partial(self._fetch, backend)
        address = event.get("proof_of_delivery_url")
        document = read_file(address, "proof", number, fetch)
        note = None
        if not document:
            note = self.env._("ShipEngine gives no document, only who signed and when.")
        files = (document,) if document else ()
        signed_by = json_fields.text(event, "signer")
        response = ProofOfDelivery(number, files, signed_by, moment)
        return SendResult(response=response, note=note)

    def _receive(self, backend, headers, body):
        data = json_fields.load(body)
        resource = json_fields.needed(data, "resource_type")
        if resource in const.IGNORED_RESOURCES:
            return []
        if resource != const.WEBHOOK_RESOURCE:
            raise InvalidMessage(
                _lt("ShipEngine does not document the event “%s”.", resource)
            )
        return tracking.to_envelopes(json_fields.child(data, "data"))

    def _translate(self, backend, event, payload):
        return tracking.from_event(event, payload)


def _is_of(info, parcel):
    number = json_fields.text(info, "tracking_number")
    return number is None or number == parcel.tracking_number
