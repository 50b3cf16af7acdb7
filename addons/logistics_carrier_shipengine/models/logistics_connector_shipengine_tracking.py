"""ShipEngine on the wire: tracking asked for and told, proof of delivery."""

from urllib.parse import quote

from odoo import models

from odoo.addons.logistics_carrier.canonical import ProofOfDelivery
from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import InvalidMessage, PrerequisiteMissing
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_fields

from .. import const
from ..tools import tracking
from ..translator import read_file


class LogisticsConnectorShipengine(models.AbstractModel):
    _inherit = "logistics.connector.shipengine"

    def _track(self, backend, parcels):
        return [
            envelope
            for parcel in parcels
            if (info := self._get_tracking(backend, parcel))
            for envelope in tracking.to_envelopes(info)
        ]

    def _get_tracking(self, backend, parcel):
        """Return `tracking_information` of exactly this parcel, or None.

        A label's own tracking is that of its first parcel; another parcel is asked
        for by its number at the label's carrier account.
        """
        info, key = None, parcel.shipment_external_id
        params = {"tracking_number": parcel.tracking_number}
        if parcel.carrier_code:
            params["carrier_code"] = parcel.carrier_code
        elif key:
            path = f"/v1/labels/{quote(key, safe='')}"
            info = self._get_json(
                backend, "get_tracking_log_from_label", f"{path}/track"
            )
            if info and _is_of(info, parcel):
                return info
            label = self._get_json(backend, "get_label_by_id", path) or {}
            if not label.get("carrier_id"):
                return None
            params["carrier_id"] = label["carrier_id"]
        info = self._get_json(
            backend, "get_tracking_log", "/v1/tracking", params=params
        )
        return info if info and _is_of(info, parcel) else None

    def _send_proof(self, backend, message, proof):
        parcel = _Asked(proof.tracking_number, proof.shipment_external_id)
        info = self._get_tracking(backend, parcel) or {}
        event, moment = tracking.find_delivery(info)
        if not event:
            raise PrerequisiteMissing(
                _lt("ShipEngine knows of no delivery of this parcel yet.")
            )
        fetch = self._get_fetch(backend)
        address = event.get("proof_of_delivery_url")
        document = read_file(address, "proof", proof.tracking_number, fetch)
        signed_by = json_fields.text(event, "signer")
        note = None
        if not document:
            note = self.env._("ShipEngine gives no document, only who signed and when.")
        response = ProofOfDelivery(
            tracking_number=proof.tracking_number,
            documents=(document,) if document else (),
            signed_by=signed_by,
            delivered_at=moment,
        )
        return SendResult(response=response, note=note)

    def _get_fetch(self, backend):
        return lambda address: self._fetch(backend, address)

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


class _Asked:
    """A parcel whose proof is asked for, as `_get_tracking` reads one."""

    carrier_code = None

    def __init__(self, tracking_number, shipment_external_id):
        self.tracking_number = tracking_number
        self.shipment_external_id = shipment_external_id


def _is_of(info, parcel):
    number = json_fields.text(info, "tracking_number")
    return number is None or number == parcel.tracking_number
