"""ShipEngine on the wire: manifests and pickups."""

from odoo import models

from odoo.addons.logistics_carrier.canonical import TransportManifestConfirmation
from odoo.addons.logistics_carrier.tools import documents
from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import (
    NotSupported,
    OutcomeUnknown,
    Rejected,
)
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_fields
from odoo.addons.logistics_core.tools.error_text import error_text

from .. import const
from ..tools import handover

SEPARATOR = ","


class LogisticsConnectorShipengine(models.AbstractModel):
    _inherit = "logistics.connector.shipengine"

    # Manifests

    def _send_manifest(self, backend, message, manifest):
        body = {"label_ids": list(manifest.shipment_external_ids)}
        answer = self._call(backend, "create_manifest", json=body)
        with self._reading(backend):
            made = handover.get_manifests(answer)
            for request in handover.get_open_requests(answer):
                made += self._get_requested(backend, request)
        if not made:
            text = error_text(answer.get("errors"))
            raise Rejected(_lt("ShipEngine makes no manifest: %s", text or "-"))
        return self._read_manifests(backend, manifest, made)

    def _get_requested(self, backend, request):
        """Return the manifests of a request, which carriers may take a while for."""
        answer = self._call(backend, "get_manifest_request_by_id", request)
        found = handover.get_manifests(answer)
        if not found:
            raise OutcomeUnknown(
                _lt("The carrier is still making the manifest."), retry_after=30
            )
        return found

    def _lookup_manifest(self, backend, message, manifest):
        """Return the manifests that hold our labels."""
        params = {
            "label_ids": list(manifest.shipment_external_ids),
            "page_size": const.PAGE_SIZE,
        }
        answer = self._call(backend, "list_manifests", params=params)
        ours = set(manifest.shipment_external_ids)
        found = [
            entry
            for entry in handover.get_manifests(answer)
            if ours.intersection(json_fields.texts(entry, "label_ids"))
        ]
        return self._read_manifests(backend, manifest, found) if found else None

    def _read_manifests(self, backend, manifest, found):
        """Return the result; a document that cannot be had now is looked up later."""
        files, keys = [], {}
        with self._reading(backend):
            for entry in found:
                key = json_fields.needed(entry, "manifest_id")
                keys[key] = True
                href = json_fields.child(entry, "manifest_download").get("href")
                content = self._fetch(backend, href) if href else None
                if content:
                    files.append(documents.to_document(content, "manifest", key))
        missing = handover.get_missing(manifest, found)
        note = missing and self.env._("Not on a manifest: %s", ", ".join(missing))
        response = TransportManifestConfirmation(SEPARATOR.join(keys), tuple(files))
        return self._get_answered(response, note)

    # Pickups

    def _send_pickup(self, backend, message, pickup):
        self._check_pickup(backend, pickup)
        if pickup.action == "cancel":
            return self._cancel_pickup(backend, pickup)
        body = handover.to_pickup(pickup)
        answer = self._call(backend, "schedule_pickup", json=body)
        if not answer.get("pickup_id"):
            text = error_text(answer.get("errors"))
            raise Rejected(_lt("The carrier does not come: %s", text or "-"))
        return self._read_pickup(backend, answer)

    def _read_pickup(self, backend, found):
        with self._reading(backend):
            response = handover.from_pickup(found)
        number = json_fields.text(found, "confirmation_number")
        note = number and self.env._("Confirmed by the carrier as %s.", number)
        return self._get_answered(response, note)

    def _cancel_pickup(self, backend, pickup):
        answer = self._call(backend, "delete_scheduled_pickup", pickup.external_id)
        if text := error_text(answer.get("errors")):
            raise Rejected(_lt("The pick-up is not cancelled: %s", text))
        return SendResult(external_id=pickup.external_id)

    def _lookup_pickup(self, backend, message, pickup):
        if pickup.action == "cancel":
            found = self._call(backend, "get_pickup_by_id", pickup.external_id)
            is_gone = found is None or found.get("cancelled_at")
            return SendResult(external_id=pickup.external_id) if is_gone else None
        size = {"page_size": const.PAGE_SIZE}
        name = "list_scheduled_pickups"
        entries = self._iter_numbered(backend, name, "page", size, name="pickups")
        for number, entry in enumerate(entries, 1):
            if handover.is_same_pickup(entry, pickup):
                return self._read_pickup(backend, entry)
            if number >= const.MOST_PICKUPS:
                raise NotSupported(_lt("There are too many pick-ups to find this one."))
        return None
