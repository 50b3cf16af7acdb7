"""ShipEngine on the wire: manifests and pickups."""

import base64
from urllib.parse import quote

from odoo import models

from odoo.addons.logistics_carrier.canonical import (
    Document,
    TransportManifestConfirmation,
)
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
        answer = self._call_json(
            backend, "create_manifest", "POST", "/v1/manifests", json=body
        )
        with self._reading():
            made = handover.get_manifests(answer)
            for request in handover.get_open_requests(answer):
                made += self._get_requested(backend, request)
        if not made:
            text = error_text(answer.get("errors"))
            raise Rejected(_lt("ShipEngine makes no manifest: %s", text or "-"))
        return self._read_manifests(backend, manifest, made)

    def _get_requested(self, backend, request):
        """Return the manifests of a request, which carriers may take a while for."""
        key = quote(request, safe="")
        path = f"/v1/manifests/requests/{key}"
        answer = self._call_json(backend, "get_manifest_request_by_id", "GET", path)
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
        answer = self._call_json(
            backend, "list_manifests", "GET", "/v1/manifests", params=params
        )
        ours = set(manifest.shipment_external_ids)
        found = [
            entry
            for entry in handover.get_manifests(answer)
            if ours.intersection(json_fields.texts(entry, "label_ids"))
        ]
        return self._read_manifests(backend, manifest, found) if found else None

    def _read_manifests(self, backend, manifest, found):
        """Return the result; a document that cannot be had now is looked up later."""
        documents, keys = [], {}
        with self._reading():
            for entry in found:
                key = json_fields.needed(entry, "manifest_id")
                keys[key] = True
                href = json_fields.child(entry, "manifest_download").get("href")
                content = self._fetch(backend, href) if href else None
                if content:
                    data = base64.b64encode(content).decode()
                    documents.append(Document("manifest", key, "application/pdf", data))
        missing = handover.get_missing(manifest, found)
        note = missing and self.env._("Not on a manifest: %s", ", ".join(missing))
        response = TransportManifestConfirmation(SEPARATOR.join(keys), tuple(documents))
        return SendResult(response.external_id, response=response, note=note or None)

    # Pickups

    def _send_pickup(self, backend, message, pickup):
        if pickup.action == "cancel":
            return self._cancel_pickup(backend, pickup)
        if pickup.action != "book":
            raise NotSupported(
                _lt("ShipEngine cannot change a pick-up."),
                remedy=_lt("Cancel it and book another one."),
            )
        answer = self._call_json(
            backend,
            "schedule_pickup",
            "POST",
            "/v1/pickups",
            json=handover.to_pickup(pickup),
        )
        if not answer.get("pickup_id"):
            text = error_text(answer.get("errors"))
            raise Rejected(_lt("The carrier does not come: %s", text or "-"))
        return self._read_pickup(answer)

    def _read_pickup(self, found):
        with self._reading():
            response = handover.from_pickup(found)
        number = json_fields.text(found, "confirmation_number")
        note = number and self.env._("Confirmed by the carrier as %s.", number)
        return SendResult(response.external_id, response=response, note=note or None)

    def _cancel_pickup(self, backend, pickup):
        key = quote(pickup.external_id or "", safe="")
        answer = self._call_json(
            backend, "delete_scheduled_pickup", "DELETE", f"/v1/pickups/{key}"
        )
        if text := error_text(answer.get("errors")):
            raise Rejected(_lt("The pick-up is not cancelled: %s", text))
        return SendResult(external_id=pickup.external_id)

    def _lookup_pickup(self, backend, message, pickup):
        if pickup.action == "cancel":
            key = quote(pickup.external_id or "", safe="")
            found = self._get_json(backend, "get_pickup_by_id", f"/v1/pickups/{key}")
            is_gone = found is None or found.get("cancelled_at")
            return SendResult(external_id=pickup.external_id) if is_gone else None
        for number in range(1, const.MAX_PAGES + 1):
            answer = self._call_json(
                backend,
                "list_scheduled_pickups",
                "GET",
                "/v1/pickups",
                params={"page": number, "page_size": const.PAGE_SIZE},
            )
            entries = json_fields.children(answer, "pickups")
            for entry in entries:
                if handover.is_same_pickup(entry, pickup):
                    return self._read_pickup(entry)
            if len(entries) < const.PAGE_SIZE:
                return None
        raise NotSupported(_lt("There are too many pick-ups to find this one."))
